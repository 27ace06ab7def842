/**
 * Where training stands: everything beside the model that the next step depends on, and the best weights so far.
 *
 * A checkpoint is this, the model's weights, and the settings: training goes on from there as if it had never stopped.
 */
#ifndef DN_TRAIN_TRAINING_H
#define DN_TRAIN_TRAINING_H

#include "digitnet/nn.h"

typedef struct dn_training {
    size_t epochs;     /**< whole ones done */
    size_t batches;    /**< done of the epoch after those */
    size_t steps;      /**< gradient descent steps taken in all */
    size_t images;     /**< of those batches */
    double loss_sum;   /**< over those images */
    double last_loss;  /**< mean over the last whole epoch */
    size_t best_epoch; /**< the one whose weights `best` holds, from 1; 0 before the first */
    double best_accuracy;
    double best_loss;
    dn_weights velocity; /**< of the optimiser; empty without momentum */
    dn_weights average;  /**< of the weights; empty without averaging */
    dn_weights best;     /**< by the validation slice; empty without one */
} dn_training;

/** Which of the three sets of weights a training needs. */
typedef struct dn_training_needs {
    bool velocity;
    bool average;
    bool best;
} dn_training_needs;

/** What to do about a checkpoint whose contents are wrong. */
#define DN_CHECKPOINT_REMEDY "give a checkpoint that digitnet train wrote"

/** Stand at the beginning. Owner: the caller frees with dn_training_free. Errors: DN_ERR_MEMORY; *training is empty then. */
DN_NODISCARD dn_status dn_training_new(dn_training *training, dn_training_needs needs, dn_model *model,
                                       dn_error *error);

/** Effect: empties the struct. NULL and an empty one are allowed. */
void dn_training_free(dn_training *training);

/**
 * Do the counters fit each other, and the sets of weights that there are? Asked of numbers that come from a file before
 * anything is done by them; dn_learner_check asks whether they fit the settings and the data too.
 *
 * Errors  DN_ERR_FORMAT naming the counter.
 */
DN_NODISCARD dn_status dn_training_check(const dn_training *training, dn_error *error);

/** Is this epoch better than the best so far: more right, or as many with a lower loss? */
bool dn_training_is_better(const dn_training *training, double accuracy, double loss);

/** Has the average seen the weights yet? Before that it is nothing to measure or to keep. */
bool dn_training_is_averaged(const dn_training *training);

/** Give the model the weights that are worth keeping: the best ones, or else the average, or else its own. */
void dn_training_finish(const dn_training *training, dn_model *model);

#endif
