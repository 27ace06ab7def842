/** The life of a training state: it is made, checked, and finished. */
#ifndef DN_TRAIN_TRAINING_H
#define DN_TRAIN_TRAINING_H

#include "digitnet/train.h"

/** Which of the three sets of weights a training needs. */
typedef struct dn_training_needs {
    bool velocity;
    bool average;
    bool best;
} dn_training_needs;

/** Make the state of a training that has not begun. Owner: the caller frees with dn_training_free. Errors: DN_ERR_MEMORY; *training is empty then. */
DN_NODISCARD dn_status dn_training_new(dn_training *training, dn_training_needs needs, dn_model *model,
                                       dn_error *error);

/** Effect: empties the struct. NULL and an empty one are allowed. */
void dn_training_free(dn_training *training);

/**
 * Check numbers that come from a file: do the counters fit each other and the sets of weights? dn_learner_check tells whether
 * they fit the settings and the data too.
 *
 * Errors  DN_ERR_FORMAT naming the counter.
 */
DN_NODISCARD dn_status dn_training_check(const dn_training *training, dn_error *error);

/** Is an epoch better than the best so far: a higher accuracy, or the same with a lower loss? */
bool dn_training_is_better(const dn_training *training, double accuracy, double loss);

/** Has the average been updated yet? Before its first update it holds zeros, not weights. */
bool dn_training_is_averaged(const dn_training *training);

/** Give the model the best weights, where there are any; else the average, where there is one; else leave it. */
void dn_training_finish(const dn_training *training, dn_model *model);

#endif
