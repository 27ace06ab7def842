#include "learning.h"
#include "tensors.h"

#include "core/fail.h"
#include "train/metrics.h"

#include <math.h>
#include <string.h>

static dn_error error;

static void before_training_every_class_is_equally_likely(void **state)
{
    (void)state;
    dn_learner learner = new_learner(SIZE_MAX, 64, 128, 0.1F);
    dn_metrics metrics;
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, NULL, learner.model, learner.train, &metrics, &error));
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
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, NULL, learner.model, learner.train, &metrics, &error));
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
static dn_status loss_by_size(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                              dn_tensor *dlogits, float *loss, dn_error *failure)
{
    const dn_status status = dn_cross_entropy(context, logits, labels, dlogits, loss, failure);
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
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, NULL, learner.model, learner.valid, &metrics, &error));
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

static uint8_t labels_seen[2 * 50];
static size_t labels_count;

static dn_status watching_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                               dn_tensor *dlogits, float *loss, dn_error *failure)
{
    const size_t count = logits->shape.extent[0];
    assert_true(labels_count + count <= sizeof labels_seen);
    memcpy(labels_seen + labels_count, labels, count);
    labels_count += count;
    return dn_cross_entropy(context, logits, labels, dlogits, loss, failure);
}

static void every_epoch_is_shuffled_from_the_seed(void **state)
{
    (void)state;
    dn_fit_result result;
    dn_learner learner = new_learner(50, 20, 16, 0.1F);
    learner.seed = 77;
    learner.loss = watching_loss;
    labels_count = 0;
    assert_ok(dn_learner_fit(&learner, 2, &result, &error));
    assert_int_equal(labels_count, 100);
    size_t place = 0;
    for (uint64_t epoch = 1; epoch <= 2; epoch++) {
        dn_batch batch;
        dn_dataloader_shuffle(learner.train, 77, epoch);
        while (dn_dataloader_next(NULL, learner.train, &batch)) {
            assert_memory_equal(labels_seen + place, batch.labels, batch.count);
            place += batch.count;
        }
    }
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
    assert_true(all_close(&dn_model_parameter(learner.model, 0)->value, &before, 0, 0));
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
        assert_true(all_close(&dn_model_parameter(other.model, i)->value,
                              &dn_model_parameter(learner.model, i)->value, 0, 0));
    free_learner(&learner);
    free_learner(&other);
}

static dn_status refusing_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                               dn_tensor *dlogits, float *loss, dn_error *failure)
{
    (void)context, (void)logits, (void)labels, (void)dlogits, (void)loss;
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
        cmocka_unit_test(every_epoch_is_shuffled_from_the_seed),
        cmocka_unit_test(no_epochs_change_nothing),
        cmocka_unit_test(gradients_of_before_are_forgotten),
        cmocka_unit_test(errors_of_the_parts_are_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
