/** A learner on the bundled digits, and callbacks that write down what they are told. */
#ifndef DN_TESTS_LEARNING_H
#define DN_TESTS_LEARNING_H

#include "digits.h"

#include "digitnet/loss.h"
#include "digitnet/train.h"

#define MOST_CALLS 64

/** What the callbacks saw, and when they are to stop. */
typedef struct witness {
    size_t batch_calls;
    size_t epoch_calls;
    dn_progress batches[MOST_CALLS];
    dn_epoch epochs[MOST_CALLS];
    size_t batches_before_epoch[MOST_CALLS]; /**< batch calls when each epoch call came */
    size_t stop_at_batch;                    /**< the call that says stop, from 1; 0 for never */
    size_t stop_at_epoch;
} witness;

/** A learner of a net 784-hidden-10 on the first count digits, seed 1, without threads or validation. */
dn_learner new_learner(size_t count, size_t batch_size, size_t hidden, float learning_rate);

/** Let the witness see every batch and epoch. */
void watch(dn_learner *learner, witness *seen);

/** Free the loaders and the model. */
void free_learner(dn_learner *learner);

#endif
