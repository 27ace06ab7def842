/**
 * The learner: data, model, optimiser, loss and metrics, and the loop that runs them.
 *
 * Source  "Training a Digit Classifier": Learner(dls, model, opt_func, loss_func, metrics).
 */
#ifndef DIGITNET_TRAIN_LEARNER_H
#define DIGITNET_TRAIN_LEARNER_H

#include "digitnet/loss/loss.h"
#include "digitnet/optim/schedule.h"
#include "digitnet/optim/sgd.h"
#include "digitnet/train/metrics.h"
#include "digitnet/train/training.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Where training stands. */
typedef struct dn_progress {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t batch;     /**< done in this epoch */
    size_t batches;   /**< in an epoch */
    size_t images;    /**< done in this epoch */
    double loss;      /**< mean over this epoch so far */
    float batch_loss; /**< mean over the last batch, before its step */
} dn_progress;

/** One epoch, done. */
typedef struct dn_epoch {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t images;
    double train_loss;   /**< mean over the epoch's batches, each weighted by its size */
    bool validated;      /**< there is a validation slice, the epoch is whole, and valid holds its metrics */
    dn_metrics valid;    /**< of the averaged weights, where there is an average */
    bool best;           /**< so far, by valid */
    float learning_rate; /**< of the epoch's last step */
    double seconds;      /**< wall clock, the validation left out */
    size_t timed_images; /**< done in those seconds; fewer than images after a resume inside the epoch */
} dn_epoch;

/** What the caller wants to be told. Each may be NULL. */
typedef struct dn_callbacks {
    /**
     * After every batch; false stops training after this batch, and dn_learner_fit returns DN_OK. It may change the optimiser's
     * learning rate, from the next batch on.
     */
    bool (*batch_done)(void *self, const dn_progress *progress);
    /** After every epoch, also one that was stopped early; false stops training. */
    bool (*epoch_done)(void *self, const dn_epoch *epoch);
    void *self;
} dn_callbacks;

/** The five parts, and how they are used. Everything is borrowed. What is 0 or NULL is left out. */
typedef struct dn_learner {
    dn_context *context;
    dn_dataloader *train;
    dn_dataloader *valid;
    dn_model *model;
    dn_sgd optimiser;
    dn_loss *loss;
    dn_callbacks callbacks;
    uint64_t seed; /**< of the shuffles and of dropout */
    dn_schedule_kind schedule;
    float warmup;     /**< epochs in which the learning rate rises from 0 */
    float dropout;    /**< the share of hidden activations that are left out */
    float average;    /**< decay of the running average of the weights, per look (dn_average_update) */
    size_t patience;  /**< epochs without a better validation after which training stops */
    size_t max_steps; /**< training stops after so many steps in all, as if a callback had said so */
} dn_learner;

/** How training ended. */
typedef struct dn_fit_result {
    size_t epochs; /**< whole epochs done */
    size_t steps;  /**< gradient descent steps taken */
    bool stopped;  /**< by a callback, or at max_steps */
    bool early;    /**< by the patience */
} dn_fit_result;

/**
 * Train for a number of epochs, from the beginning.
 *
 * Effect  Changes the model: afterwards it holds the weights of the epoch that was best on the validation slice, or
 *         else their average, or else the last ones. *result tells how far it came, also after an error.
 * Errors  DN_ERR_DIVERGED naming epoch, batch and learning rate when a loss or, after an epoch, a weight is
 *         not finite (the model is then not worth keeping); those of the parts.
 */
DN_NODISCARD dn_status dn_learner_fit(dn_learner *learner, size_t epochs, dn_fit_result *result,
                                      dn_error *error);

/** What dn_learner_continue needs in its training. */
dn_training_needs dn_learner_needs(const dn_learner *learner);

/**
 * Can a training of so many epochs stand there? Every counter is held against the settings, the data and the others: one
 * of other data or another batch size would stand elsewhere, and one beyond an epoch's end never reach it.
 *
 * Errors  DN_ERR_FORMAT with the counters, also those of dn_training_check; DN_ERR_ARGUMENT for more steps than a size_t can
 *         count, and for a training that was made with other needs.
 */
DN_NODISCARD dn_status dn_learner_check(const dn_learner *learner, size_t epochs, const dn_training *training,
                                        dn_error *error);

/**
 * Train on from where the training stands until `epochs` are done in all.
 *
 * Effect  As dn_learner_fit, but the model keeps the last weights: they and the training together are where to go
 *         on from, at any batch. dn_training_finish gives the model the weights worth keeping.
 * Owner   The training was made with dn_learner_needs for this model, or read from a checkpoint.
 * Errors  As dn_learner_fit; those of dn_learner_check: nothing is done then.
 */
DN_NODISCARD dn_status dn_learner_continue(dn_learner *learner, size_t epochs, dn_training *training,
                                           dn_fit_result *result, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
