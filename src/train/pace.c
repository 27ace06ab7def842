#include "train/pace.h"

#include <math.h>

/** Blocks of a trial, every second one alone: the least of three is rarely disturbed. */
#define TRIAL_BLOCKS 6
/** A block is long enough to be timed. */
#define BLOCK_STEPS 4
#define BLOCK_SECONDS 1e-3
/** Time between two trials, in trials. */
#define REST 50.0

static bool is_alone(size_t block)
{
    return block % 2 == 0;
}

static void begin_block(dn_pace *pace)
{
    pace->blocks++;
    pace->steps = 0;
    dn_pool_share(pace->pool, !is_alone(pace->blocks));
}

static void begin_trial(dn_pace *pace, double now)
{
    pace->trial_began = now;
    pace->blocks = 0;
    pace->alone = (double)INFINITY;
    pace->shared = (double)INFINITY;
    begin_block(pace);
}

static void end_trial(dn_pace *pace, double now)
{
    pace->blocks = 0;
    pace->next_trial = now + REST * (now - pace->trial_began);
    dn_pool_share(pace->pool, pace->shared <= pace->alone);
}

void dn_pace_begin(dn_pace *pace, dn_pool *pool)
{
    *pace = (dn_pace){.pool = dn_pool_threads(pool) > 1 ? pool : NULL};
}

void dn_pace_step(dn_pace *pace, double now)
{
    if (!pace->pool)
        return;
    if (pace->blocks == 0) {
        if (now >= pace->next_trial)
            begin_trial(pace, now);
        return;
    }
    if (pace->steps++ == 0)
        pace->block_began = now;
    if (pace->steps <= BLOCK_STEPS || now - pace->block_began < BLOCK_SECONDS)
        return;
    double *const least = is_alone(pace->blocks) ? &pace->alone : &pace->shared;
    *least = fmin(*least, (now - pace->block_began) / (double)(pace->steps - 1));
    if (pace->blocks < TRIAL_BLOCKS)
        begin_block(pace);
    else
        end_trial(pace, now);
}

void dn_pace_end(dn_pace *pace)
{
    dn_pool_share(pace->pool, true);
}
