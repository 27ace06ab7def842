#include "optim/schedule.h"
#include "core/scalar.h"

#include "digitnet/optim.h"

#define PI 3.14159265358979323846
/** One-cycle: the fraction of the steps in which the rate rises, and the factor of the first step, as in fastai. */
#define RISING_FRACTION 0.25
#define FIRST_FACTOR 0.04

const char *const dn_schedule_names[] = {"constant", "linear", "cosine", "one-cycle", NULL};

/** From 1 at place 0 to 0 at place 1, along half a cosine wave. */
static double falling_cosine(double place)
{
    return 0.5 + 0.5 * (double)dn_cos((float)(PI * place));
}

static double one_cycle(double place)
{
    if (place < RISING_FRACTION)
        return FIRST_FACTOR + (1.0 - FIRST_FACTOR) * (1.0 - falling_cosine(place / RISING_FRACTION));
    return falling_cosine((place - RISING_FRACTION) / (1.0 - RISING_FRACTION));
}

static double shape_of(dn_schedule_kind kind, double place)
{
    switch (kind) {
    case DN_SCHEDULE_LINEAR:
        return 1.0 - place;
    case DN_SCHEDULE_COSINE:
        return falling_cosine(place);
    case DN_SCHEDULE_ONE_CYCLE:
        return one_cycle(place);
    case DN_SCHEDULE_CONSTANT:
    case DN_SCHEDULE_EXPONENTIAL:
        break;
    }
    return 1.0;
}

/** A line in the logarithm. */
static float exponential(const dn_schedule *schedule, size_t step)
{
    if (step + 1 >= schedule->steps)
        return schedule->rise;
    return dn_exp((float)step / (float)(schedule->steps - 1) * dn_log(schedule->rise));
}

bool dn_schedule_needs_end(dn_schedule_kind kind)
{
    return kind != DN_SCHEDULE_CONSTANT;
}

float dn_schedule_factor(const dn_schedule *schedule, size_t step)
{
    if (schedule->kind == DN_SCHEDULE_EXPONENTIAL)
        return exponential(schedule, step);
    double factor = shape_of(schedule->kind, (double)step / (double)schedule->steps);
    if (step < schedule->warmup_steps)
        factor *= (double)(step + 1) / (double)(schedule->warmup_steps + 1);
    return (float)factor;
}
