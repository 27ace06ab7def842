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
 * Why not another rule: measured for batches of 16, 64 and 256, with momentum 0 and 0.9, on MNIST and the bundled digits, against the
 * rate that then trained best. The steepest place is often one of the first, where the loss is noise. fastai's valley (0.02 to 0.05 where
 * 0.5 is best) and a tenth of the rate of the lowest loss are too low by a factor of 5 to 20 for so short a training, and change by a
 * factor of 2 to 4 with the seed, because the bottom is flat. Four fifths of the fall lie within a factor of 2.5 of the best rate, change
 * little with the seed, and hardly at all with the number of steps.
 *
 * Units   0 where the loss did not fall by a tenth of its height: then nothing was learnt at any rate.
 */
float dn_lr_suggest(const dn_lr_curve *curve);

#endif
