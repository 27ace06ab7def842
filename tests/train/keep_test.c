/** Which weights a training keeps, and when it stops by itself. */
#include "learning.h"

#include "product.h"
#include "tensors.h"

#include "optim/ema.h"
#include "train/learner.h"
#include "train/metrics.h"
#include "train/training.h"

#include <string.h>

static dn_error error;

#define STEPS_OF_EPOCH 5
/** Up to here the loss teaches, from here on it spoils. */
static size_t spoil_after;
static size_t loss_calls;

static dn_status spoiling_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                               dn_tensor *dlogits, float *loss, dn_error *failure)
{
    const dn_status status = dn_cross_entropy(context, logits, labels, dlogits, loss, failure);
    if (dlogits && loss_calls++ >= spoil_after) /* no gradient is asked for where it only measures */
        for (size_t i = 0; i < dn_tensor_count(dlogits); i++)
            dlogits->data[i] = -dlogits->data[i];
    return status;
}

/** A learner of 5 steps an epoch that is best after epoch 3 and falls from there on. */
static dn_learner spoilt_learner(witness *seen)
{
    const dn_dataset few = first_digits(100);
    dn_learner learner = new_learner(100, 20, 16, 0.05F);
    learner.valid = new_loader(&few, 50);
    learner.loss = spoiling_loss;
    spoil_after = 3 * STEPS_OF_EPOCH;
    loss_calls = 0;
    *seen = (witness){0};
    watch(&learner, seen);
    return learner;
}

/** The model must be as good on the held-out images as it was after that epoch, to the bit. */
static void assert_weights_of_epoch(const dn_learner *learner, const witness *seen, size_t epoch)
{
    dn_metrics metrics;
    assert_ok(
        dn_metrics_measure_by(dn_cross_entropy, NULL, learner->model, learner->valid, &metrics, &error));
    assert_memory_equal(&metrics, &seen->epochs[epoch - 1].valid, sizeof metrics);
}

static void the_best_epoch_is_kept_when_all_epochs_are_done(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = spoilt_learner(&seen);
    assert_ok(dn_learner_fit(&learner, 7, &result, &error));
    assert_false(result.early || result.stopped);
    assert_int_equal(result.epochs, 7);
    assert_true(seen.epochs[6].valid.loss > seen.epochs[2].valid.loss + 0.1); /* it was spoilt */
    assert_weights_of_epoch(&learner, &seen, 3);
    for (size_t epoch = 1; epoch <= 7; epoch++)
        assert_int_equal(seen.epochs[epoch - 1].best, epoch <= 3);
    free_learner(&learner);
}

static void the_best_epoch_is_kept_when_training_is_stopped(void **state)
{
    (void)state;
    static const struct {
        size_t batch, epoch, steps;
    } stops[] = {{.batch = 23}, {.batch = 25}, {.epoch = 5}, {.steps = 23}, {.steps = 25}};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        static witness seen;
        dn_fit_result result;
        dn_learner learner = spoilt_learner(&seen);
        seen.stop_at_batch = stops[i].batch;
        seen.stop_at_epoch = stops[i].epoch;
        learner.max_steps = stops[i].steps;
        assert_ok(dn_learner_fit(&learner, 7, &result, &error));
        assert_true(result.stopped);
        assert_weights_of_epoch(&learner, &seen, 3);
        free_learner(&learner);
    }
}

static void without_a_whole_epoch_the_last_weights_are_kept(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = spoilt_learner(&seen);
    dn_learner other = new_learner(100, 20, 16, 0.05F);
    learner.max_steps = 3;
    other.max_steps = 3;
    assert_ok(dn_learner_fit(&learner, 7, &result, &error));
    assert_int_equal(result.epochs, 0);
    assert_false(seen.epochs[0].validated || seen.epochs[0].best);
    assert_ok(dn_learner_fit(&other, 7, &result, &error));
    for (size_t i = 0; i < 4; i++)
        assert_same_bits(&dn_model_parameter(learner.model, i)->value,
                         &dn_model_parameter(other.model, i)->value);
    free_learner(&learner);
    free_learner(&other);
}

static void patience_ends_so_many_epochs_after_the_best(void **state)
{
    (void)state;
    for (size_t patience = 1; patience <= 3; patience++) {
        static witness seen;
        dn_fit_result result;
        dn_learner learner = spoilt_learner(&seen);
        learner.patience = patience;
        assert_ok(dn_learner_fit(&learner, 7, &result, &error));
        assert_true(result.early);
        assert_false(result.stopped);
        assert_int_equal(result.epochs, 3 + patience);
        assert_int_equal(seen.epoch_calls, 3 + patience);
        assert_weights_of_epoch(&learner, &seen, 3);
        free_learner(&learner);
    }
}

static void patience_that_runs_out_with_the_last_epoch_is_no_early_stop(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = spoilt_learner(&seen);
    learner.patience = 2;
    assert_ok(dn_learner_fit(&learner, 5, &result, &error));
    assert_false(result.early);
    assert_int_equal(result.epochs, 5);
    free_learner(&learner);
}

static void patience_that_has_run_out_stays_so(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_training training;
    dn_learner learner = spoilt_learner(&seen);
    learner.patience = 1;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    assert_ok(dn_learner_continue(&learner, 7, &training, &result, &error));
    assert_int_equal(result.epochs, 4);
    assert_ok(dn_learner_continue(&learner, 7, &training, &result, &error));
    assert_true(result.early);
    assert_int_equal(result.epochs + result.steps, 0);
    dn_training_free(&training);
    free_learner(&learner);
}

static void patience_needs_a_validation_slice(void **state)
{
    (void)state;
    dn_fit_result result;
    dn_learner learner = new_learner(20, 10, 16, 0.05F);
    learner.patience = 1;
    assert_ok(dn_learner_fit(&learner, 4, &result, &error));
    assert_false(result.early);
    assert_int_equal(result.epochs, 4);
    free_learner(&learner);
}

static void max_steps_stops_after_exactly_so_many(void **state)
{
    (void)state;
    for (size_t steps = 1; steps <= 11; steps++) {
        static witness seen;
        dn_fit_result result;
        dn_learner learner = spoilt_learner(&seen);
        learner.max_steps = steps;
        assert_ok(dn_learner_fit(&learner, 2, &result, &error));
        assert_int_equal(result.steps, steps < 10 ? steps : 10);
        assert_int_equal(result.epochs, steps / 5 < 2 ? steps / 5 : 2);
        assert_int_equal(result.stopped, steps <= 10);
        /* An epoch whose last step it was is whole, and is measured. */
        assert_int_equal(seen.epochs[seen.epoch_calls - 1].validated, steps % 5 == 0 || steps > 10);
        free_learner(&learner);
    }
}

/** What the model was after each look, and the average by its definition. */
typedef struct looks {
    dn_learner *learner;
    dn_weights average;
    size_t steps;
} looks;

static bool look(void *self, const dn_progress *progress)
{
    looks *seen = self;
    (void)progress;
    if (++seen->steps % DN_EMA_INTERVAL == 0)
        dn_ema_update(NULL, &seen->average, seen->learner->model, 0.5F, seen->steps / DN_EMA_INTERVAL - 1);
    return true;
}

/** Train for 53 steps with averaging, and hand back the average as it should be. */
static dn_weights train_averaged(dn_learner *learner)
{
    dn_fit_result result;
    looks seen = {.learner = learner};
    assert_ok(dn_weights_new(&seen.average, learner->model, &error));
    learner->average = 0.5F;
    learner->callbacks = (dn_callbacks){.batch_done = look, .self = &seen};
    learner->max_steps = 53;
    assert_ok(dn_learner_fit(learner, 100, &result, &error));
    return seen.average;
}

static void the_average_is_kept_where_nothing_is_held_out(void **state)
{
    (void)state;
    dn_learner learner = new_learner(100, 20, 16, 0.05F);
    dn_weights expected = train_averaged(&learner);
    for (size_t i = 0; i < 4; i++)
        assert_same_bits(&dn_model_parameter(learner.model, i)->value, &expected.tensors[i]);
    dn_weights_free(&expected);
    free_learner(&learner);
}

/** The averaged weights are measured; the steps go on from the model's own. */
static void the_average_is_what_validation_measures(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_metrics metrics;
    const dn_dataset few = first_digits(100);
    dn_learner learner =
        new_learner(100, 20, 16, 0.05F); /* measured after step 50; the average looked at 48 */
    dn_learner other = new_learner(100, 20, 16, 0.05F);
    seen = (witness){0};
    watch(&learner, &seen);
    learner.valid = new_loader(&few, 50);
    learner.average = 0.5F;
    assert_ok(dn_learner_fit(&learner, 10, &result, &error));
    dn_weights expected = train_averaged(&other); /* with no look between 48 and 53 */
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, NULL, other.model, learner.valid, &metrics, &error));
    assert_memory_equal(&seen.epochs[9].valid, &metrics, sizeof metrics);
    dn_weights_free(&expected);
    free_learner(&learner);
    free_learner(&other);
}

static void validation_leaves_nothing_out(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = spoilt_learner(&seen);
    learner.dropout = 0.5F;
    assert_ok(dn_learner_fit(&learner, 3, &result, &error));
    assert_weights_of_epoch(&learner, &seen, 3); /* measured here without dropout */
    free_learner(&learner);
}

static void dropout_changes_what_is_learnt(void **state)
{
    (void)state;
    dn_fit_result result;
    dn_learner with = new_learner(50, 10, 16, 0.05F);
    dn_learner without = new_learner(50, 10, 16, 0.05F);
    with.dropout = 0.5F;
    assert_ok(dn_learner_fit(&with, 1, &result, &error));
    assert_ok(dn_learner_fit(&without, 1, &result, &error));
    assert_false(all_close(&dn_model_parameter(with.model, 2)->value,
                           &dn_model_parameter(without.model, 2)->value, 1e-4F, 1e-4F));
    free_learner(&with);
    free_learner(&without);
}

static void the_rate_that_is_told_is_that_of_the_epochs_last_step(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = spoilt_learner(&seen);
    learner.schedule = (dn_schedule){.kind = DN_SCHEDULE_LINEAR, .warmup_steps = 2};
    assert_ok(dn_learner_fit(&learner, 2, &result, &error));
    assert_float_equal(seen.epochs[0].learning_rate, 0.05F * 0.6F, 1e-7F);
    assert_float_equal(seen.epochs[1].learning_rate, 0.05F * 0.1F, 1e-7F);
    free_learner(&learner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_epoch_is_kept_when_all_epochs_are_done),
        cmocka_unit_test(the_best_epoch_is_kept_when_training_is_stopped),
        cmocka_unit_test(without_a_whole_epoch_the_last_weights_are_kept),
        cmocka_unit_test(patience_ends_so_many_epochs_after_the_best),
        cmocka_unit_test(patience_that_runs_out_with_the_last_epoch_is_no_early_stop),
        cmocka_unit_test(patience_that_has_run_out_stays_so),
        cmocka_unit_test(patience_needs_a_validation_slice),
        cmocka_unit_test(max_steps_stops_after_exactly_so_many),
        cmocka_unit_test(the_average_is_kept_where_nothing_is_held_out),
        cmocka_unit_test(the_average_is_what_validation_measures),
        cmocka_unit_test(validation_leaves_nothing_out),
        cmocka_unit_test(dropout_changes_what_is_learnt),
        cmocka_unit_test(the_rate_that_is_told_is_that_of_the_epochs_last_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
