#include "digits.h"

#include "digitnet/loss/cross_entropy.h"
#include "digitnet/train/learner.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define MOST_CALLS 64

static dn_error error;

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

static dn_learner new_learner(size_t count, size_t batch_size, size_t hidden, float learning_rate)
{
    const dn_dataset digits = first_digits(count);
    dn_learner learner = {.train = new_loader(&digits, batch_size),
                          .optimiser = {.learning_rate = learning_rate},
                          .loss = dn_cross_entropy,
                          .seed = 1};
    assert_ok(
        dn_model_new(&learner.model, (size_t[]){DN_DIGIT_PIXELS, hidden, DN_DIGIT_CLASSES}, 3, 1, &error));
    return learner;
}

static void watch(dn_learner *learner, witness *seen)
{
    learner->callbacks = (dn_callbacks){.batch_done = see_batch, .epoch_done = see_epoch, .self = seen};
}

static void free_learner(dn_learner *learner)
{
    dn_dataloader_free(learner->train);
    dn_dataloader_free(learner->valid);
    dn_model_free(learner->model);
}

static void before_training_every_class_is_equally_likely(void **state)
{
    (void)state;
    dn_learner learner = new_learner(SIZE_MAX, 64, 128, 0.1F);
    dn_metrics metrics;
    assert_ok(dn_metrics_measure(NULL, learner.model, learner.train, &metrics, &error));
    assert_true(fabs(metrics.loss / log(10) - 1) < 0.1);
    assert_true(dn_metrics_accuracy(&metrics) < 0.3);
    free_learner(&learner);
}

static void a_net_learns_32_images_by_heart(void **state)
{
    (void)state;
    dn_learner learner = new_learner(32, 8, 32, 0.1F);
    dn_fit_result result;
    dn_metrics metrics;
    assert_ok(dn_learner_fit(&learner, 40, &result, &error));
    assert_int_equal(result.epochs, 40);
    assert_int_equal(result.steps, 160);
    assert_false(result.stopped);
    assert_ok(dn_metrics_measure(NULL, learner.model, learner.train, &metrics, &error));
    assert_int_equal(metrics.count, 32);
    assert_int_equal(metrics.correct, 32);
    assert_true(metrics.loss < 0.1);
    free_learner(&learner);
}

static void callbacks_hear_of_every_batch_and_epoch(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = new_learner(50, 20, 16, 0.1F); /* batches of 20, 20 and 10 */
    seen = (witness){0};
    watch(&learner, &seen);
    assert_ok(dn_learner_fit(&learner, 2, &result, &error));
    assert_int_equal(seen.batch_calls, 6);
    assert_int_equal(seen.epoch_calls, 2);
    for (size_t i = 0; i < 6; i++) {
        const dn_progress *progress = &seen.batches[i];
        assert_int_equal(progress->epoch, i / 3 + 1);
        assert_int_equal(progress->epochs, 2);
        assert_int_equal(progress->batch, i % 3 + 1);
        assert_int_equal(progress->batches, 3);
        assert_int_equal(progress->images, i % 3 == 2 ? 50 : 20 * (i % 3 + 1));
        assert_true(progress->loss > 0 && progress->loss < 5);
    }
    for (size_t i = 0; i < 2; i++) {
        const dn_epoch *epoch = &seen.epochs[i];
        assert_int_equal(seen.batches_before_epoch[i], 3 * (i + 1));
        assert_int_equal(epoch->epoch, i + 1);
        assert_int_equal(epoch->epochs, 2);
        assert_int_equal(epoch->images, 50);
        assert_true(epoch->train_loss == seen.batches[3 * i + 2].loss);
        assert_false(epoch->validated);
        assert_true(epoch->learning_rate == 0.1F);
        assert_true(epoch->seconds >= 0);
    }
    free_learner(&learner);
}

/** A loss that is 1 for batches of two and 4 for a batch of one, so that a mean over batches would be 2. */
static dn_status loss_by_size(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits, float *loss,
                              dn_error *failure)
{
    const dn_status status = dn_cross_entropy(logits, labels, dlogits, loss, failure);
    *loss = logits->shape.extent[0] == 2 ? 1 : 4;
    return status;
}

static void the_loss_of_an_epoch_weighs_every_example_alike(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = new_learner(5, 2, 16, 0.1F); /* batches of 2, 2 and 1: (2 * 1 + 2 * 1 + 1 * 4) / 5 */
    seen = (witness){0};
    watch(&learner, &seen);
    learner.loss = loss_by_size;
    assert_ok(dn_learner_fit(&learner, 1, &result, &error));
    assert_true(seen.batches[1].loss == 1);
    assert_true(fabs(seen.epochs[0].train_loss - 1.6) < 1e-12);
    free_learner(&learner);
}

static void the_validation_slice_is_measured_after_every_epoch(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_metrics metrics;
    const dn_dataset digits = first_digits(30);
    dn_learner learner = new_learner(50, 25, 16, 0.1F);
    seen = (witness){0};
    watch(&learner, &seen);
    learner.valid = new_loader(&digits, 7);
    assert_ok(dn_learner_fit(&learner, 2, &result, &error));
    assert_ok(dn_metrics_measure(NULL, learner.model, learner.valid, &metrics, &error));
    assert_true(seen.epochs[0].validated && seen.epochs[1].validated);
    assert_int_equal(seen.epochs[0].valid.count, 30);
    assert_memory_equal(&seen.epochs[1].valid, &metrics, sizeof metrics);
    assert_true(seen.epochs[1].valid.loss < seen.epochs[0].valid.loss);
    free_learner(&learner);
}

static void a_batch_callback_can_stop(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = new_learner(50, 20, 16, 0.1F);
    seen = (witness){.stop_at_batch = 5};
    watch(&learner, &seen);
    assert_ok(dn_learner_fit(&learner, 4, &result, &error));
    assert_true(result.stopped);
    assert_int_equal(result.steps, 5);
    assert_int_equal(result.epochs, 1); /* the second one is not whole */
    assert_int_equal(seen.batch_calls, 5);
    assert_int_equal(seen.epoch_calls, 2);
    assert_int_equal(seen.epochs[1].images, 40);
    free_learner(&learner);
}

static void an_epoch_callback_can_stop(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = new_learner(50, 20, 16, 0.1F);
    seen = (witness){.stop_at_epoch = 2};
    watch(&learner, &seen);
    assert_ok(dn_learner_fit(&learner, 4, &result, &error));
    assert_true(result.stopped);
    assert_int_equal(result.epochs, 2);
    assert_int_equal(result.steps, 6);
    assert_int_equal(seen.epoch_calls, 2);
    free_learner(&learner);
}

static void no_epochs_change_nothing(void **state)
{
    (void)state;
    dn_fit_result result;
    dn_learner learner = new_learner(10, 5, 16, 0.1F);
    dn_tensor before;
    assert_ok(dn_tensor_clone(&before, &dn_model_parameter(learner.model, 0)->value, &error));
    assert_ok(dn_learner_fit(&learner, 0, &result, &error));
    assert_int_equal(result.epochs + result.steps, 0);
    assert_false(result.stopped);
    assert_true(dn_tensor_allclose(&dn_model_parameter(learner.model, 0)->value, &before, 0, 0));
    dn_tensor_free(&before);
    free_learner(&learner);
}

static void gradients_of_before_are_forgotten(void **state)
{
    (void)state;
    dn_fit_result result;
    dn_learner learner = new_learner(10, 5, 16, 0.1F);
    dn_learner other = new_learner(10, 5, 16, 0.1F);
    dn_parameter *stale = dn_model_parameter(other.model, 3);
    assert_ok(dn_learner_fit(&learner, 1, &result, &error));
    for (size_t i = 0; i < DN_DIGIT_CLASSES; i++)
        stale->grad.data[i] = 100;
    stale->grad_is_zero = false;
    assert_ok(dn_learner_fit(&other, 1, &result, &error));
    for (size_t i = 0; i < 4; i++)
        assert_true(dn_tensor_allclose(&dn_model_parameter(other.model, i)->value,
                                       &dn_model_parameter(learner.model, i)->value, 0, 0));
    free_learner(&learner);
    free_learner(&other);
}

static void a_huge_learning_rate_diverges_and_says_where(void **state)
{
    (void)state;
    dn_fit_result result;
    dn_learner learner = new_learner(50, 10, 16, 1e30F);
    assert_int_equal(dn_learner_fit(&learner, 3, &result, &error), DN_ERR_DIVERGED);
    assert_contains(error.problem, "in epoch 1, batch ");
    assert_contains(error.problem, "learning rate 1e+30");
    assert_contains(error.remedy, "lower learning rate");
    assert_in_range(result.steps, 1, 4); /* those before the loss that told */
    assert_int_equal(result.epochs, 0);
    free_learner(&learner);
}

/** The first batches are as ever, the seventh loss is what is asked for. */
static float seventh_loss;
static size_t loss_calls;

static dn_status failing_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits, float *loss,
                              dn_error *failure)
{
    const dn_status status = dn_cross_entropy(logits, labels, dlogits, loss, failure);
    if (++loss_calls == 7)
        *loss = seventh_loss;
    return status;
}

static void the_epoch_and_batch_of_a_divergence_are_exact(void **state)
{
    (void)state;
    static const float losses[] = {NAN, INFINITY};
    static const char *const words[] = {"the loss is not a number", "the loss is infinite"};
    for (size_t i = 0; i < 2; i++) {
        static witness seen;
        dn_fit_result result;
        dn_learner learner = new_learner(50, 10, 16, 0.25F);
        seen = (witness){0};
        watch(&learner, &seen);
        learner.loss = failing_loss;
        seventh_loss = losses[i];
        loss_calls = 0;
        assert_int_equal(dn_learner_fit(&learner, 3, &result, &error), DN_ERR_DIVERGED);
        assert_contains(error.problem, words[i]);
        assert_contains(error.problem, "in epoch 2, batch 2, at learning rate 0.25");
        assert_int_equal(result.steps, 6);
        assert_int_equal(result.epochs, 1);
        assert_int_equal(seen.batch_calls, 6);
        assert_int_equal(seen.epoch_calls, 1);
        free_learner(&learner);
    }
}

static void weights_that_the_last_step_made_infinite_are_found(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = new_learner(10, 10, 16, FLT_MAX); /* one batch, one step, no loss after it */
    dn_tensor *second = &dn_model_parameter(learner.model, 2)->value;
    for (size_t i = 0; i < dn_tensor_count(second); i++)
        second->data[i] *= 1000; /* so that gradients are above 1 */
    seen = (witness){0};
    watch(&learner, &seen);
    assert_int_equal(dn_learner_fit(&learner, 1, &result, &error), DN_ERR_DIVERGED);
    assert_contains(error.problem, "a weight is not finite in epoch 1, batch 1, at learning rate 3.4");
    assert_int_equal(result.steps, 1);
    assert_int_equal(seen.epoch_calls, 0);
    free_learner(&learner);
}

static dn_status refusing_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                               float *loss, dn_error *failure)
{
    (void)logits, (void)labels, (void)dlogits, (void)loss;
    return dn_fail(failure, DN_ERR_ARGUMENT, NULL, "no loss today");
}

static void errors_of_the_parts_are_handed_on(void **state)
{
    (void)state;
    dn_fit_result result = {.steps = 9};
    dn_learner learner = new_learner(10, 5, 16, 0.1F);
    learner.loss = refusing_loss;
    assert_int_equal(dn_learner_fit(&learner, 1, &result, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.problem, "no loss today");
    assert_int_equal(result.steps, 0);
    dn_model_free(learner.model);
    assert_ok(dn_model_new(&learner.model, (size_t[]){9, 10}, 2, 1, &error));
    learner.loss = dn_cross_entropy;
    assert_int_equal(dn_learner_fit(&learner, 1, &result, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "9 inputs");
    free_learner(&learner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_training_every_class_is_equally_likely),
        cmocka_unit_test(a_net_learns_32_images_by_heart),
        cmocka_unit_test(callbacks_hear_of_every_batch_and_epoch),
        cmocka_unit_test(the_loss_of_an_epoch_weighs_every_example_alike),
        cmocka_unit_test(the_validation_slice_is_measured_after_every_epoch),
        cmocka_unit_test(a_batch_callback_can_stop),
        cmocka_unit_test(an_epoch_callback_can_stop),
        cmocka_unit_test(no_epochs_change_nothing),
        cmocka_unit_test(gradients_of_before_are_forgotten),
        cmocka_unit_test(a_huge_learning_rate_diverges_and_says_where),
        cmocka_unit_test(the_epoch_and_batch_of_a_divergence_are_exact),
        cmocka_unit_test(weights_that_the_last_step_made_infinite_are_found),
        cmocka_unit_test(errors_of_the_parts_are_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
