/** The learning-rate range test, and that nothing is left of it in the model. */
#include "learning.h"

#include "product.h"

#include "nn/weights.h"

#include "digitnet/train.h"

#include <math.h>
#include <string.h>

#define EXAMPLES 600
#define BATCH 32

static dn_error error;
static const dn_lr_range wide = {.from = 1e-5F, .to = 100.0F, .steps = 200};

static dn_lr_curve find(const dn_learner *learner, dn_lr_range range)
{
    dn_lr_curve curve;
    assert_ok(dn_lr_find(learner, &range, &curve, &error));
    return curve;
}

/** Copy every parameter's bytes; the caller frees. */
static dn_weights copy_weights(dn_model *model)
{
    dn_weights weights;
    assert_ok(dn_weights_new(&weights, model, &error));
    dn_weights_copy(&weights, model);
    return weights;
}

static void assert_same_weights(const dn_weights *weights, dn_model *model)
{
    for (size_t i = 0; i < weights->count; i++)
        assert_same_bits(&weights->tensors[i], &dn_model_parameter(model, i)->value);
}

static void the_loss_falls_and_then_rises_until_it_diverges(void **state)
{
    (void)state;
    dn_learner learner = new_learner(EXAMPLES, BATCH, 32, 0.0F);
    learner.optimiser.momentum = 0.9F;
    dn_lr_curve curve = find(&learner, wide);
    const float last = curve.smoothed[curve.count - 1];
    assert_true(curve.diverged);
    assert_false(curve.stopped);
    assert_in_range(curve.count, 40, wide.steps - 1);
    assert_in_range(curve.best, 1, curve.count - 2);
    assert_true(curve.smoothed[curve.best] < 0.75F * curve.smoothed[0]);
    assert_true(last > 4.0F * curve.smoothed[curve.best]);
    for (size_t i = 0; i + 1 < curve.count; i++) {
        assert_true(curve.smoothed[i] >= curve.smoothed[curve.best]);
        assert_true(isfinite(curve.loss[i]));
    }
    dn_lr_curve_free(&curve);
    free_learner(&learner);
}

static void the_suggestion_is_a_rate_of_the_falling_part(void **state)
{
    (void)state;
    dn_learner learner = new_learner(EXAMPLES, BATCH, 32, 0.0F);
    dn_lr_curve curve = find(&learner, wide);
    assert_true(curve.suggestion > 0.03F && curve.suggestion < 1.0F);
    assert_true(curve.suggestion <= curve.rate[curve.best]);
    assert_true(curve.suggestion < 0.5F * curve.rate[curve.count - 1]);
    dn_lr_curve_free(&curve);
    free_learner(&learner);
}

/** Momentum 0.9 makes the steps up to ten times as long. */
static void momentum_wants_a_lower_rate(void **state)
{
    (void)state;
    dn_learner learner = new_learner(EXAMPLES, BATCH, 32, 0.0F);
    dn_lr_curve plain = find(&learner, wide);
    learner.optimiser.momentum = 0.9F;
    dn_lr_curve heavy = find(&learner, wide);
    assert_true(heavy.suggestion < 0.75F * plain.suggestion);
    dn_lr_curve_free(&plain);
    dn_lr_curve_free(&heavy);
    free_learner(&learner);
}

static void each_rate_is_the_one_before_times_the_same_factor(void **state)
{
    (void)state;
    dn_learner learner = new_learner(60, 20, 4, 0.0F);
    dn_lr_curve curve = find(&learner, (dn_lr_range){.from = 1e-4F, .to = 1e-2F, .steps = 21});
    assert_int_equal(curve.count, 21);
    assert_false(curve.diverged);
    assert_true(curve.rate[0] == 1e-4F);
    assert_true(curve.rate[20] == 1e-2F);
    for (size_t i = 0; i < 20; i++)
        assert_float_equal(curve.rate[i + 1] / curve.rate[i], 1.2589254F, 1e-5F);
    dn_lr_curve_free(&curve);
    free_learner(&learner);
}

/** The losses are those of a learner that takes the same steps at hand-set rates: here, none at all to speak of. */
static void the_losses_are_those_of_the_batches_in_training_order(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    dn_learner learner = new_learner(60, 20, 4, 1e-30F);
    seen = (witness){0};
    watch(&learner, &seen);
    assert_ok(dn_learner_fit(&learner, 4, &result, &error));
    learner.callbacks = (dn_callbacks){0};
    dn_lr_curve curve = find(&learner, (dn_lr_range){.from = 1e-30F, .to = 1e-29F, .steps = 12});
    assert_int_equal(curve.count, 12);
    for (size_t i = 0; i < 12; i++)
        assert_true(curve.loss[i] == seen.batches[i].batch_loss);
    dn_lr_curve_free(&curve);
    free_learner(&learner);
}

static float losses_to_give[16];
static size_t loss_calls;

/** Cross entropy's gradients, and a loss from the list. */
static dn_status listed_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                             dn_tensor *dlogits, float *loss, dn_error *failure)
{
    const dn_status status = dn_cross_entropy(context, logits, labels, dlogits, loss, failure);
    *loss = losses_to_give[loss_calls++];
    return status;
}

static dn_lr_curve find_with_losses(const float *losses, size_t count)
{
    dn_learner learner = new_learner(60, 20, 4, 0.0F);
    learner.loss = listed_loss;
    loss_calls = 0;
    for (size_t i = 0; i < 16; i++)
        losses_to_give[i] = losses[i < count ? i : count - 1];
    dn_lr_curve curve = find(&learner, (dn_lr_range){.from = 1e-4F, .to = 1e-3F, .steps = 10});
    free_learner(&learner);
    return curve;
}

/** In ten steps half of the average is kept: each loss weighs half as much as the one after it. */
static void the_smoothed_loss_has_no_bias_towards_zero(void **state)
{
    (void)state;
    dn_lr_curve curve = find_with_losses((const float[]){4, 4, 1, 1}, 4);
    assert_float_equal(curve.smoothed[0], 4.0F, 0.0F);
    assert_float_equal(curve.smoothed[1], 4.0F, 0.0F);
    assert_float_equal(curve.smoothed[2], (0.5F * 4 + 1.0F * 4 + 2.0F * 1) / 3.5F, 1e-6F);
    assert_float_equal(curve.smoothed[3], (0.5F * 4 + 1.0F * 4 + 2.0F * 1 + 4.0F * 1) / 7.5F, 1e-6F);
    assert_int_equal(curve.best, 9);
    dn_lr_curve_free(&curve);
}

static void a_loss_that_is_not_finite_ends_the_curve(void **state)
{
    (void)state;
    static const float bad[] = {NAN, INFINITY};
    for (size_t i = 0; i < 2; i++) {
        dn_lr_curve curve = find_with_losses((const float[]){4, 3, 2, 1, bad[i]}, 5);
        assert_int_equal(curve.count, 4);
        assert_true(curve.diverged);
        assert_true(curve.suggestion > 0.0F);
        dn_lr_curve_free(&curve);
    }
}

static void four_times_the_lowest_loss_ends_the_curve(void **state)
{
    (void)state;
    /* (1 + 2 + 4 x) / 7 is 4 at x = 6.25 */
    dn_lr_curve curve = find_with_losses((const float[]){1, 1, 6.24F, 1}, 4);
    assert_false(curve.diverged);
    assert_int_equal(curve.count, 10);
    dn_lr_curve_free(&curve);
    curve = find_with_losses((const float[]){1, 1, 6.26F, 1}, 4);
    assert_true(curve.diverged);
    assert_int_equal(curve.count, 3);
    assert_true(curve.suggestion == 0.0F);
    dn_lr_curve_free(&curve);
}

static dn_lr_curve made_curve(float *smoothed, size_t count)
{
    static float rates[] = {1, 2, 4, 8, 16, 32, 64};
    dn_lr_curve curve = {.count = count, .rate = rates, .smoothed = smoothed};
    for (size_t i = 0; i < count; i++)
        if (smoothed[i] < smoothed[curve.best])
            curve.best = i;
    return curve;
}

static void the_suggestion_is_where_four_fifths_of_the_fall_are_done(void **state)
{
    (void)state;
    float falling[] = {10, 11, 8, 2.99F, 2, 1, 5};
    float flat[] = {10, 10, 9.5F, 9.1F, 9.5F, 10, 12};
    float rising[] = {1, 2, 3, 4, 5, 6, 7};
    float nothing[] = {0, 0, 0};
    dn_lr_curve curve = made_curve(falling, 7);
    assert_true(dn_lr_suggest(&curve) == 8.0F);
    falling[3] = 3.01F;
    assert_true(dn_lr_suggest(&curve) == 16.0F);
    curve = made_curve(flat, 7);
    assert_true(dn_lr_suggest(&curve) == 0.0F);
    curve = made_curve(rising, 7);
    assert_true(dn_lr_suggest(&curve) == 0.0F);
    curve = made_curve(nothing, 3);
    assert_true(dn_lr_suggest(&curve) == 0.0F);
}

static void the_model_is_as_it_was(void **state)
{
    (void)state;
    dn_learner learner = new_learner(EXAMPLES, BATCH, 16, 0.1F);
    dn_learner fresh = new_learner(EXAMPLES, BATCH, 16, 0.1F);
    dn_fit_result result;
    learner.optimiser.momentum = fresh.optimiser.momentum = 0.5F;
    learner.dropout = fresh.dropout = 0.25F;
    dn_weights before = copy_weights(learner.model);
    dn_lr_curve curve = find(&learner, wide);
    assert_same_weights(&before, learner.model);
    assert_true(learner.optimiser.learning_rate == 0.1F);
    dn_weights_free(&before);
    dn_lr_curve_free(&curve);

    assert_ok(dn_learner_fit(&learner, 2, &result, &error));
    assert_ok(dn_learner_fit(&fresh, 2, &result, &error));
    before = copy_weights(fresh.model);
    assert_same_weights(&before, learner.model);
    dn_weights_free(&before);
    free_learner(&learner);
    free_learner(&fresh);
}

static void what_is_for_training_alone_changes_nothing(void **state)
{
    (void)state;
    dn_learner learner = new_learner(EXAMPLES, BATCH, 8, 0.0F);
    dn_lr_curve plain = find(&learner, wide);
    const dn_dataset digits = first_digits(30);
    learner.valid = new_loader(&digits, 30);
    learner.schedule = (dn_schedule){.kind = DN_SCHEDULE_ONE_CYCLE, .warmup_steps = 10};
    learner.average = 0.9F;
    learner.patience = 1;
    learner.optimiser.learning_rate = 7.0F;
    dn_lr_curve other = find(&learner, wide);
    assert_int_equal(plain.count, other.count);
    assert_memory_equal(plain.loss, other.loss, plain.count * sizeof(float));
    dn_lr_curve_free(&plain);
    dn_lr_curve_free(&other);
    free_learner(&learner);
}

static void any_number_of_threads_gives_the_same_curve(void **state)
{
    (void)state;
    dn_learner learner = new_learner(EXAMPLES, BATCH, 33, 0.0F);
    dn_lr_curve alone = find(&learner, wide);
    for (size_t threads = 2; threads <= 3; threads++) {
        assert_ok(dn_context_new(&learner.context, threads, DN_KERNELS_AUTO, &error));
        dn_lr_curve together = find(&learner, wide);
        assert_int_equal(alone.count, together.count);
        assert_memory_equal(alone.rate, together.rate, alone.count * sizeof(float));
        assert_memory_equal(alone.loss, together.loss, alone.count * sizeof(float));
        assert_memory_equal(alone.smoothed, together.smoothed, alone.count * sizeof(float));
        assert_true(alone.suggestion == together.suggestion);
        dn_lr_curve_free(&together);
        dn_context_free(learner.context);
    }
    dn_lr_curve_free(&alone);
    free_learner(&learner);
}

static void another_seed_gives_another_curve(void **state)
{
    (void)state;
    dn_learner learner = new_learner(60, 20, 4, 0.0F);
    const dn_lr_range range = {.from = 1e-4F, .to = 1e-2F, .steps = 12};
    dn_lr_curve one = find(&learner, range);
    learner.seed = 2;
    dn_lr_curve two = find(&learner, range);
    assert_memory_not_equal(one.loss, two.loss, 12 * sizeof(float));
    dn_lr_curve_free(&one);
    dn_lr_curve_free(&two);
    free_learner(&learner);
}

static void the_caller_sees_one_epoch_and_may_stop_it(void **state)
{
    (void)state;
    static witness seen;
    dn_learner learner = new_learner(50, 20, 4, 0.0F); /* three batches: 20, 20, 10 */
    seen = (witness){.stop_at_batch = 8};
    watch(&learner, &seen);
    dn_weights before = copy_weights(learner.model);
    dn_lr_curve curve = find(&learner, (dn_lr_range){.from = 1e-4F, .to = 1e-2F, .steps = 12});
    assert_int_equal(seen.batch_calls, 8);
    assert_int_equal(seen.epoch_calls, 0);
    const dn_progress *last = &seen.batches[7];
    assert_int_equal(last->epoch, 1);
    assert_int_equal(last->epochs, 1);
    assert_int_equal(last->batch, 8);
    assert_int_equal(last->batches, 12);
    assert_int_equal(last->images, 50 + 50 + 40);
    assert_true((float)last->loss == curve.smoothed[7]);
    assert_true(curve.stopped);
    assert_int_equal(curve.count, 8);
    assert_true(curve.suggestion == 0.0F);
    assert_same_weights(&before, learner.model);
    dn_weights_free(&before);
    dn_lr_curve_free(&curve);
    free_learner(&learner);
}

static void a_wrong_range_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        dn_lr_range range;
        const char *name;
    } wrong[] = {
        {{0.0F, 1.0F, 100}, "from: "},     {{-1.0F, 1.0F, 100}, "from: "},
        {{NAN, 1.0F, 100}, "from: "},      {{1.0F, 1.0F, 100}, "to: "},
        {{1.0F, 0.1F, 100}, "to: "},       {{1.0F, NAN, 100}, "to: "},
        {{1.0F, INFINITY, 100}, "to: "},   {{INFINITY, INFINITY, 100}, "to: "},
        {{0.1F, 1.0F, 9}, "steps: 9 are"},
    };
    dn_learner learner = new_learner(20, 20, 4, 0.0F);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        dn_lr_curve curve;
        memset(&curve, 1, sizeof curve);
        assert_int_equal(dn_lr_find(&learner, &wrong[i].range, &curve, &error), DN_ERR_ARGUMENT);
        assert_contains(error.problem, wrong[i].name);
        assert_null(curve.rate);
        assert_int_equal(curve.count, 0);
    }
    free_learner(&learner);
}

static void a_first_loss_that_is_not_finite_is_an_error(void **state)
{
    (void)state;
    dn_lr_curve curve;
    dn_learner learner = new_learner(60, 20, 4, 0.0F);
    dn_weights before = copy_weights(learner.model);
    learner.loss = listed_loss;
    loss_calls = 0;
    losses_to_give[0] = NAN;
    assert_int_equal(dn_lr_find(&learner, &wide, &curve, &error), DN_ERR_DIVERGED);
    assert_null(curve.smoothed);
    assert_same_weights(&before, learner.model);
    dn_weights_free(&before);
    dn_lr_curve_free(&curve);
    dn_lr_curve_free(NULL);
    free_learner(&learner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loss_falls_and_then_rises_until_it_diverges),
        cmocka_unit_test(the_suggestion_is_a_rate_of_the_falling_part),
        cmocka_unit_test(momentum_wants_a_lower_rate),
        cmocka_unit_test(each_rate_is_the_one_before_times_the_same_factor),
        cmocka_unit_test(the_losses_are_those_of_the_batches_in_training_order),
        cmocka_unit_test(the_smoothed_loss_has_no_bias_towards_zero),
        cmocka_unit_test(a_loss_that_is_not_finite_ends_the_curve),
        cmocka_unit_test(four_times_the_lowest_loss_ends_the_curve),
        cmocka_unit_test(the_suggestion_is_where_four_fifths_of_the_fall_are_done),
        cmocka_unit_test(the_model_is_as_it_was),
        cmocka_unit_test(what_is_for_training_alone_changes_nothing),
        cmocka_unit_test(any_number_of_threads_gives_the_same_curve),
        cmocka_unit_test(another_seed_gives_another_curve),
        cmocka_unit_test(the_caller_sees_one_epoch_and_may_stop_it),
        cmocka_unit_test(a_wrong_range_is_refused_by_name),
        cmocka_unit_test(a_first_loss_that_is_not_finite_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
