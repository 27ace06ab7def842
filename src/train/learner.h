/** Training that goes on from where it stands. */
#ifndef DN_TRAIN_LEARNER_H
#define DN_TRAIN_LEARNER_H

#include "train/training.h"

#include "digitnet/train.h"

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

#endif
