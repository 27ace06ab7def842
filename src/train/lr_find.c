#include "core/fail.h"
#include "core/memory.h"
#include "core/scalar.h"
#include "data/dataloader.h"
#include "nn/weights.h"

#include "digitnet/train.h"

#include <math.h>

/** A loss fades from the average in this share of the steps, so that the curve looks alike for any number of them. */
#define MEMORY_SHARE 0.2
/** How far down the loss is at the suggestion, and how far it must come down for there to be one. */
#define SUGGESTED_FALL 0.8F
#define LEAST_FALL 0.1F

/** State of the range test. */
typedef struct search {
    dn_learner learner;     /**< the caller's, with a schedule that goes through the range */
    dn_callbacks callbacks; /**< the caller's */
    const dn_lr_range *range;
    dn_lr_curve *curve;
    double kept;    /**< of the average, from one step to the next */
    double average; /**< of the losses, as if there had been zeros before the first */
    double weight;  /**< of the losses in it, the zeros left out */
    size_t images;
} search;

static dn_status check_range(const dn_lr_range *range, dn_error *error)
{
    if (!(range->from > 0.0F))
        return dn_fail(error, DN_ERR_ARGUMENT, "give a rate above 0", "from: a learning rate of %g",
                       (double)range->from);
    if (!(range->to > range->from) || !isfinite(range->to))
        return dn_fail(error, DN_ERR_ARGUMENT, "let the rate rise", "to: %g does not follow %g",
                       (double)range->to, (double)range->from);
    if (range->steps < DN_LR_MIN_STEPS)
        return dn_fail(error, DN_ERR_ARGUMENT, "give more", "steps: %zu are fewer than %d", range->steps,
                       DN_LR_MIN_STEPS);
    return DN_OK;
}

static dn_status new_curve(dn_lr_curve *curve, size_t steps, dn_error *error)
{
    curve->rate = dn_allocate(steps, sizeof *curve->rate, error);
    curve->loss = curve->rate ? dn_allocate(steps, sizeof *curve->loss, error) : NULL;
    curve->smoothed = curve->loss ? dn_allocate(steps, sizeof *curve->smoothed, error) : NULL;
    return curve->smoothed ? DN_OK : DN_ERR_MEMORY;
}

void dn_lr_curve_free(dn_lr_curve *curve)
{
    if (!curve)
        return;
    dn_release(curve->rate);
    dn_release(curve->loss);
    dn_release(curve->smoothed);
    *curve = (dn_lr_curve){0};
}

static void add_point(search *run, float loss)
{
    dn_lr_curve *curve = run->curve;
    const size_t place = curve->count++;
    run->average = run->kept * run->average + (1.0 - run->kept) * (double)loss;
    run->weight = run->kept * run->weight + (1.0 - run->kept);
    curve->rate[place] = run->range->from * dn_schedule_factor(&run->learner.schedule, place);
    curve->loss[place] = loss;
    curve->smoothed[place] = (float)(run->average / run->weight);
    if (curve->smoothed[place] < curve->smoothed[curve->best])
        curve->best = place;
    curve->diverged = (double)curve->smoothed[place] > DN_LR_DIVERGED * (double)curve->smoothed[curve->best];
}

/** Tell the caller how far along the range it is. False to stop. */
static bool report(const search *run)
{
    const dn_lr_curve *curve = run->curve;
    const size_t last = curve->count - 1;
    const dn_progress progress = {.epoch = 1,
                                  .epochs = 1,
                                  .batch = curve->count,
                                  .batches = run->range->steps,
                                  .images = run->images,
                                  .loss = (double)curve->smoothed[last],
                                  .batch_loss = curve->loss[last]};
    return !run->callbacks.batch_done || run->callbacks.batch_done(run->callbacks.self, &progress);
}

/** After each step of the learner, whose rate rises by its schedule: note the loss. */
static bool on_batch(void *self, const dn_progress *progress)
{
    search *run = self;
    dn_lr_curve *curve = run->curve;
    run->images = (progress->epoch - 1) * dn_dataloader_count(run->learner.train) + progress->images;
    add_point(run, progress->batch_loss);
    curve->stopped = !report(run);
    return !curve->stopped && !curve->diverged;
}

/** The caller's learner, without what would change the rate or measure anything else. */
static dn_learner bare_learner(const dn_learner *learner, search *run)
{
    dn_learner bare = {.context = learner->context,
                       .train = learner->train,
                       .model = learner->model,
                       .optimiser = learner->optimiser,
                       .loss = learner->loss,
                       .callbacks = {.batch_done = on_batch, .self = run},
                       .seed = learner->seed,
                       .schedule = {.kind = DN_SCHEDULE_EXPONENTIAL,
                                    .steps = run->range->steps,
                                    .rise = run->range->to / run->range->from},
                       .dropout = learner->dropout,
                       .max_steps = run->range->steps};
    bare.optimiser.learning_rate = run->range->from;
    return bare;
}

static dn_status learn(search *run, dn_error *error)
{
    const size_t batches = dn_dataloader_batches(run->learner.train);
    dn_fit_result result;
    const dn_status status = dn_learner_fit(&run->learner, run->range->steps / batches + 1, &result, error);
    if (status != DN_ERR_DIVERGED || run->curve->count == 0)
        return status;
    run->curve->diverged = true; /* which is what the test is there to see */
    return DN_OK;
}

dn_status dn_lr_find(const dn_learner *learner, const dn_lr_range *range, dn_lr_curve *curve, dn_error *error)
{
    *curve = (dn_lr_curve){0};
    DN_TRY(check_range(range, error));
    dn_weights before;
    DN_TRY(dn_weights_new(&before, learner->model, error));
    dn_weights_copy(&before, learner->model);
    search run = {.callbacks = learner->callbacks,
                  .range = range,
                  .curve = curve,
                  .kept = 1.0 - 1.0 / (MEMORY_SHARE * (double)range->steps)};
    run.learner = bare_learner(learner, &run);
    dn_status status = new_curve(curve, range->steps, error);
    if (status == DN_OK)
        status = learn(&run, error);
    if (status == DN_OK && !curve->stopped)
        curve->suggestion = dn_lr_suggest(curve);
    if (status != DN_OK)
        dn_lr_curve_free(curve);
    dn_weights_restore(&before, learner->model);
    dn_model_zero_grad(learner->model);
    dn_weights_free(&before);
    return status;
}

float dn_lr_suggest(const dn_lr_curve *curve)
{
    const float *loss = curve->smoothed;
    float highest = loss[0];
    for (size_t i = 0; i < curve->best; i++)
        highest = fmaxf(highest, loss[i]);
    const float fall = highest - loss[curve->best];
    size_t place = 0;
    if (!(fall >= LEAST_FALL * highest) || fall == 0.0F)
        return 0.0F;
    while (place < curve->best && loss[place] > highest - SUGGESTED_FALL * fall)
        place++;
    return curve->rate[place];
}
