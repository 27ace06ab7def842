#include "learning.h"

static bool see_batch(void *self, const dn_progress *progress)
{
    witness *seen = self;
    assert_true(seen->batch_calls < MOST_CALLS);
    seen->batches[seen->batch_calls++] = *progress;
    return seen->batch_calls != seen->stop_at_batch;
}

static bool see_epoch(void *self, const dn_epoch *epoch)
{
    witness *seen = self;
    assert_true(seen->epoch_calls < MOST_CALLS);
    seen->batches_before_epoch[seen->epoch_calls] = seen->batch_calls;
    seen->epochs[seen->epoch_calls++] = *epoch;
    return seen->epoch_calls != seen->stop_at_epoch;
}

dn_learner new_learner(size_t count, size_t batch_size, size_t hidden, float learning_rate)
{
    dn_error error;
    const dn_dataset digits = first_digits(count);
    dn_learner learner = {.train = new_loader(&digits, batch_size),
                          .optimiser = {.learning_rate = learning_rate},
                          .loss = dn_cross_entropy,
                          .seed = 1};
    assert_ok(
        dn_model_new(&learner.model, (size_t[]){DN_DIGIT_PIXELS, hidden, DN_DIGIT_CLASSES}, 3, 1, &error));
    return learner;
}

void watch(dn_learner *learner, witness *seen)
{
    learner->callbacks = (dn_callbacks){.batch_done = see_batch, .epoch_done = see_epoch, .self = seen};
}

void free_learner(dn_learner *learner)
{
    dn_dataloader_free(learner->train);
    dn_dataloader_free(learner->valid);
    dn_model_free(learner->model);
}
