/** Training that diverges ends with an error that says where, and never with a model. */
#include "learning.h"

#include <float.h>
#include <math.h>

static dn_error error;

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

static dn_status failing_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                              dn_tensor *dlogits, float *loss, dn_error *failure)
{
    const dn_status status = dn_cross_entropy(context, logits, labels, dlogits, loss, failure);
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

/** The weights are large but finite after the one step; what they make of the validation slice is not. */
static void a_validation_loss_that_is_not_finite_is_found(void **state)
{
    (void)state;
    static witness seen;
    dn_fit_result result;
    const dn_dataset digits = first_digits(30);
    dn_learner learner = new_learner(10, 10, 16, 1e30F);
    seen = (witness){0};
    watch(&learner, &seen);
    assert_ok(dn_learner_fit(&learner, 1, &result, &error));
    free_learner(&learner);

    learner = new_learner(10, 10, 16, 1e30F);
    learner.valid = new_loader(&digits, 30);
    seen = (witness){0};
    watch(&learner, &seen);
    assert_int_equal(dn_learner_fit(&learner, 1, &result, &error), DN_ERR_DIVERGED);
    assert_contains(error.problem, "in epoch 1, batch 1, at learning rate 1e+30");
    assert_int_equal(result.steps, 1);
    assert_int_equal(seen.epoch_calls, 0);
    free_learner(&learner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_huge_learning_rate_diverges_and_says_where),
        cmocka_unit_test(the_epoch_and_batch_of_a_divergence_are_exact),
        cmocka_unit_test(weights_that_the_last_step_made_infinite_are_found),
        cmocka_unit_test(a_validation_loss_that_is_not_finite_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
