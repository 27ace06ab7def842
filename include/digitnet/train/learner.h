/**
 * The learner: data, model, optimiser, loss and metrics, and the loop that runs them.
 *
 * Source  "Training a Digit Classifier": Learner(dls, model, opt_func, loss_func, metrics).
 */
#ifndef DIGITNET_TRAIN_LEARNER_H
#define DIGITNET_TRAIN_LEARNER_H

#include "digitnet/optim/sgd.h"
#include "digitnet/train/metrics.h"

/** A loss function, such as dn_cross_entropy. */
typedef dn_status dn_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits, float *loss,
                          dn_error *error);

/** Where training stands. */
typedef struct dn_progress {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t batch;   /**< done in this epoch */
    size_t batches; /**< in an epoch */
    size_t images;  /**< done in this epoch */
    double loss;    /**< mean over this epoch so far */
} dn_progress;

/** One epoch, done. */
typedef struct dn_epoch {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t images;
    double train_loss; /**< mean over the epoch's batches, each weighted by its size */
    bool validated;    /**< there is a validation slice, and valid holds its metrics */
    dn_metrics valid;
    float learning_rate;
    double seconds; /**< wall clock, the validation left out */
} dn_epoch;

/** What the caller wants to be told. Each may be NULL. */
typedef struct dn_callbacks {
    /** After every batch; false stops training after this batch, and dn_learner_fit returns DN_OK. */
    bool (*batch_done)(void *self, const dn_progress *progress);
    /** After every epoch, also one that was stopped early; false stops training. */
    bool (*epoch_done)(void *self, const dn_epoch *epoch);
    void *self;
} dn_callbacks;

/** The five parts. Everything is borrowed. */
typedef struct dn_learner {
    dn_context *context;
    dn_dataloader *train;
    dn_dataloader *valid; /**< or NULL */
    dn_model *model;
    dn_sgd optimiser;
    dn_loss *loss;
    dn_callbacks callbacks;
    uint64_t seed; /**< of the shuffles */
} dn_learner;

/** How training ended. */
typedef struct dn_fit_result {
    size_t epochs; /**< whole epochs done */
    size_t steps;  /**< gradient descent steps taken */
    bool stopped;  /**< by a callback */
} dn_fit_result;

/**
 * Train for a number of epochs.
 *
 * Effect  Changes the model. *result tells how far it came, also after an error.
 * Errors  DN_ERR_DIVERGED naming epoch, batch and learning rate when a loss or, after an epoch, a weight is
 *         not finite (the model is then not worth keeping); those of the parts.
 */
DN_NODISCARD dn_status dn_learner_fit(dn_learner *learner, size_t epochs, dn_fit_result *result,
                                      dn_error *error);

#endif
