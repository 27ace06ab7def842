/** Training from a training state, and the check of one. */
#ifndef DN_TRAIN_LEARNER_H
#define DN_TRAIN_LEARNER_H

#include "train/training.h"

#include "digitnet/train.h"

/** The sets of weights that dn_learner_continue needs in its training state. */
dn_training_needs dn_learner_needs(const dn_learner *learner);

/**
 * Check a training state against the learner's settings and data, and its counters against each other.
 *
 * Errors  DN_ERR_FORMAT with the counters, also those of dn_training_check; DN_ERR_ARGUMENT for more steps than a size_t can
 *         count, and for a training that was made with other needs.
 */
DN_NODISCARD dn_status dn_learner_check(const dn_learner *learner, size_t epochs, const dn_training *training,
                                        dn_error *error);

/**
 * Train from the training state until `epochs` are done in all.
 *
 * Effect  As dn_learner_fit, but the model keeps the last weights, so that training can continue from any batch.
 *         dn_training_finish gives the model the best ones.
 * Owner   The training state was made with dn_learner_needs for this model, or read from a checkpoint.
 * Errors  As dn_learner_fit; those of dn_learner_check: nothing is done then.
 */
DN_NODISCARD dn_status dn_learner_continue(dn_learner *learner, size_t epochs, dn_training *training,
                                           dn_fit_result *result, dn_error *error);

#endif
