/**
 * The learning-rate range test: train for a moment with a rate that rises from far too low to far too high, and watch the loss.
 *
 * Where the rate is too low the loss stands still; then it falls; where the rate is too high it bounces, and diverges.
 *
 * Source  Smith 2015, "Cyclical Learning Rates for Training Neural Networks", section 3.3; fastai's Learner.lr_find.
 */
#ifndef DIGITNET_TRAIN_LR_FIND_H
#define DIGITNET_TRAIN_LR_FIND_H

#include "digitnet/train/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A smoothed loss of more than so many times the lowest one has diverged. That of fastai. */
#define DN_LR_DIVERGED 4.0

/** Fewer steps don't show a curve. */
#define DN_LR_MIN_STEPS 10

/** The rates to try: each is the one before times the same factor. */
typedef struct dn_lr_range {
    float from;
    float to;
    size_t steps; /**< rates, one a mini-batch */
} dn_lr_range;

/** What came of it. */
typedef struct dn_lr_curve {
    size_t count; /**< rates that were tried, at most the range's steps */
    float *rate;  /**< [count], rising */
    float *loss;  /**< [count], of the mini-batch that the step at that rate was made from; finite */
    float *
        smoothed; /**< [count], an average of the losses up to there; one fades to 1/e in a fifth of the range */
    size_t best; /**< where the smoothed loss is lowest */
    bool
        diverged; /**< it ended early: a loss too high (DN_LR_DIVERGED) or not finite, or a weight not finite */
    bool stopped;     /**< it ended early: by the callback; there is no suggestion then */
    float suggestion; /**< a rate to train with, or 0 where there is none: dn_lr_suggest */
} dn_lr_curve;

/**
 * Run the test with a learner's data, model, loss and optimiser.
 *
 * Its schedule, validation, average and patience are left out. Its batches are those that training would see first; as many epochs as
 * the steps need. callbacks.batch_done is told of one epoch of so many batches as the range has steps, with the smoothed loss.
 *
 * Units   0 < from < to, finite; steps from DN_LR_MIN_STEPS. The same curve for any number of threads.
 * Effect  Afterwards the model has the weights that it had, and no gradient: a later training does not notice.
 * Owner   The caller frees *curve with dn_lr_curve_free; it is empty after an error.
 * Errors  DN_ERR_ARGUMENT naming from, to or steps; DN_ERR_DIVERGED when the very first loss is not finite; those of the parts.
 */
DN_NODISCARD dn_status dn_lr_find(const dn_learner *learner, const dn_lr_range *range, dn_lr_curve *curve,
                                  dn_error *error);

/** Effect: empties the struct. NULL and an empty one are allowed. */
void dn_lr_curve_free(dn_lr_curve *curve);

/**
 * The first rate at which the smoothed loss has gone four fifths of its way down, from its highest before the lowest.
 *
 * Why this rule: it was measured against the rates that train best, on MNIST and the bundled digits, with batches of 16, 64 and 256, and
 * momentum 0 and 0.9.
 *
 * - The steepest place is often one of the first, where the loss is nothing but noise.
 * - fastai's valley (0.02 to 0.05 for 784-128-10, batch 64, no momentum, where 0.5 is best) and a tenth of the rate of the lowest loss (0.05
 *   to 0.14) are too low for a short training, and the bottom is so flat that its place changes by a factor of 2 to 4 with the seed.
 * - Four fifths of the fall (there 0.29 to 0.44) are mostly within a factor of 3 of the best rate, change by less than 1.6 with the seed,
 *   and hardly at all with the number of steps. Three epochs at 0.44 reach 97.3 %, at 0.1 they reach 94.6 %.
 *
 * Shapes  The curve's rate, smoothed, count (at least 1) and best.
 * Units   0 where the loss did not fall by a tenth of its height: nothing was learnt then at any rate.
 */
float dn_lr_suggest(const dn_lr_curve *curve);

#ifdef __cplusplus
}
#endif

#endif
