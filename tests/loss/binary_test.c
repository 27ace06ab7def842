#include "loss_gradient.h"

#include "loss/losses.h"

#include "digitnet/loss.h"

#include <float.h>
#include <math.h>

static dn_error error;

/** A batch that must be good: its loss, and its gradient unless dlogits is NULL. */
static float batch_loss(dn_loss *function, const float *logits, const uint8_t *labels, dn_shape shape,
                        float *dlogits)
{
    float numbers[16];
    float loss = -1;
    const size_t count = shape.extent[0] * shape.extent[1];
    assert_true(count <= 16);
    for (size_t i = 0; i < count; i++)
        numbers[i] = logits[i];
    const dn_tensor tensor = dn_tensor_borrow(numbers, shape);
    dn_tensor gradient = dn_tensor_borrow(dlogits, shape);
    assert_ok(function(NULL, &tensor, labels, dlogits ? &gradient : NULL, &loss, &error));
    return loss;
}

static float one_loss(dn_loss *function, float logit, uint8_t label, float *slope)
{
    return batch_loss(function, &logit, &label, DN_SHAPE(1, 1), slope);
}

/*
 * The chapter's example: predictions 0.9, 0.4, 0.2 for targets 1, 0, 1 cost 0.1, 0.4 and 0.8, in the mean 0.4333.
 * A logit is ln(p / (1 - p)); the slope is p (1 - p) / 3, downwards where the target is 1.
 */
static void the_chapters_loss_of_its_own_example(void **state)
{
    (void)state;
    const float logits[] = {logf(0.9F / 0.1F), logf(0.4F / 0.6F), logf(0.2F / 0.8F)};
    const uint8_t labels[] = {0, 1, 0}; /* the first class has the target 1 */
    float dlogits[3];
    const float loss = batch_loss(dn_mnist_loss, logits, labels, DN_SHAPE(3, 1), dlogits);
    assert_true(fabsf(loss - 0.433333F) < 1e-6F);
    const dn_tensor gradient = dn_tensor_borrow(dlogits, DN_SHAPE(3));
    assert_tensor(&gradient, DN_SHAPE(3), 1e-6F, -0.03F, 0.08F, -0.0533333F);
    assert_true(batch_loss(dn_mnist_loss, logits, labels, DN_SHAPE(3, 1), NULL) == loss);
}

/*
 * p = 0.8 for the target 1, p = 0.75 for the target 0: -ln 0.8 = 0.223144, -ln 0.25 = 1.386294, in the mean 0.804719;
 * the gradient is (p - target) / 2.
 */
static void a_hand_worked_binary_cross_entropy(void **state)
{
    (void)state;
    const float logits[] = {logf(4), logf(3)};
    float dlogits[2];
    const float loss =
        batch_loss(dn_binary_cross_entropy, logits, (uint8_t[]){0, 1}, DN_SHAPE(2, 1), dlogits);
    assert_true(fabsf(loss - 0.804719F) < 1e-6F);
    const dn_tensor gradient = dn_tensor_borrow(dlogits, DN_SHAPE(2));
    assert_tensor(&gradient, DN_SHAPE(2), 1e-6F, -0.1F, 0.375F);
}

/* Three outputs are three answers of yes or no; the label's own should be yes. The mean is over all six. */
static void several_outputs_are_held_against_one_hot_targets(void **state)
{
    (void)state;
    const float logits[] = {logf(4), logf(3), 0, 0, 0, -logf(4)};
    float dlogits[6];
    const float loss =
        batch_loss(dn_binary_cross_entropy, logits, (uint8_t[]){0, 2}, DN_SHAPE(2, 3), dlogits);
    const float expected = (logf(1.25F) + logf(4) + logf(2) + logf(2) + logf(2) + logf(5)) / 6;
    assert_true(fabsf(loss - expected) < 1e-6F);
    const dn_tensor gradient = dn_tensor_borrow(dlogits, DN_SHAPE(6));
    assert_tensor(&gradient, DN_SHAPE(6), 1e-6F, -0.2F / 6, 0.75F / 6, 0.5F / 6, 0.5F / 6, 0.5F / 6,
                  -0.8F / 6);
}

static void every_finite_logit_has_a_finite_loss_and_gradient(void **state)
{
    (void)state;
    static const float logits[] = {0, 1e-30F, 1, 20, 88, 89, 104, 1000, 1e30F, FLT_MAX};
    for (size_t i = 0; i < sizeof logits / sizeof logits[0]; i++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            const float logit = (float)sign * logits[i];
            for (uint8_t label = 0; label < 2; label++) {
                const double margin = label == 0 ? (double)logit : -(double)logit;
                float slope;
                /* log(1 + exp(-margin)), which is -margin itself where that is large */
                const double entropy = margin < -700 ? -margin : log1p(exp(-margin));
                const double wrong = 1 / (1 + exp(margin));
                float loss = one_loss(dn_binary_cross_entropy, logit, label, &slope);
                assert_true(fabs((double)loss - entropy) <= 1e-6 * entropy + 1e-37);
                assert_true(fabs(fabs((double)slope) - wrong) <= 1e-6 * wrong + 1e-37);
                assert_true(label == 0 ? slope <= 0 : slope >= 0);
                loss = one_loss(dn_mnist_loss, logit, label, &slope);
                assert_true(fabs((double)loss - wrong) <= 1e-6 * wrong + 1e-37);
                assert_true(isfinite(slope));
            }
        }
    }
}

static void what_is_no_number_gives_a_loss_that_is_none(void **state)
{
    (void)state;
    for (uint8_t label = 0; label < 2; label++) {
        assert_true(isnan(one_loss(dn_mnist_loss, NAN, label, NULL)));
        assert_true(isnan(one_loss(dn_binary_cross_entropy, NAN, label, NULL)));
    }
    assert_true(isinf(one_loss(dn_binary_cross_entropy, INFINITY, 1, NULL)));
    assert_true(one_loss(dn_binary_cross_entropy, INFINITY, 0, NULL) == 0);
}

static void the_gradients_are_those_of_finite_differences(void **state)
{
    (void)state;
    assert_loss_gradient(dn_mnist_loss, DN_SHAPE(4, 1), (uint8_t[]){0, 1, 1, 0}, 5e-5);
    assert_loss_gradient(dn_binary_cross_entropy, DN_SHAPE(4, 1), (uint8_t[]){0, 1, 1, 0}, 5e-5);
    assert_loss_gradient(dn_binary_cross_entropy, DN_SHAPE(3, 5), (uint8_t[]){4, 0, 2}, 5e-5);
}

static void expect_refused(dn_loss *function, dn_shape logits_shape, uint8_t label, dn_shape dlogits_shape,
                           dn_status status)
{
    float numbers[8] = {0};
    float gradients[8] = {7, 7, 7, 7, 7, 7, 7, 7};
    float loss = 7;
    const uint8_t labels[] = {0, label};
    const dn_tensor logits = dn_tensor_borrow(numbers, logits_shape);
    dn_tensor dlogits = dn_tensor_borrow(gradients, dlogits_shape);
    assert_int_equal(function(NULL, &logits, labels, &dlogits, &loss, &error), status);
    assert_true(loss == 7);
    for (size_t i = 0; i < 8; i++)
        assert_true(gradients[i] == 7);
}

static void shapes_and_labels_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    expect_refused(dn_mnist_loss, DN_SHAPE(2, 2), 1, DN_SHAPE(2, 2), DN_ERR_SHAPE);
    expect_refused(dn_mnist_loss, DN_SHAPE(2), 1, DN_SHAPE(2), DN_ERR_SHAPE);
    expect_refused(dn_mnist_loss, DN_SHAPE(2, 1), 1, DN_SHAPE(1, 2), DN_ERR_SHAPE);
    expect_refused(dn_mnist_loss, DN_SHAPE(0, 1), 1, DN_SHAPE(0, 1), DN_ERR_SHAPE);
    expect_refused(dn_mnist_loss, DN_SHAPE(2, 1), 2, DN_SHAPE(2, 1), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "label 1 is 2 of 2 classes");
    expect_refused(dn_binary_cross_entropy, DN_SHAPE(2, 1), 2, DN_SHAPE(2, 1), DN_ERR_ARGUMENT);
    expect_refused(dn_binary_cross_entropy, DN_SHAPE(2, 3), 3, DN_SHAPE(2, 3), DN_ERR_ARGUMENT);
    expect_refused(dn_binary_cross_entropy, DN_SHAPE(2, 3), 2, DN_SHAPE(3, 2), DN_ERR_SHAPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chapters_loss_of_its_own_example),
        cmocka_unit_test(a_hand_worked_binary_cross_entropy),
        cmocka_unit_test(several_outputs_are_held_against_one_hot_targets),
        cmocka_unit_test(every_finite_logit_has_a_finite_loss_and_gradient),
        cmocka_unit_test(what_is_no_number_gives_a_loss_that_is_none),
        cmocka_unit_test(the_gradients_are_those_of_finite_differences),
        cmocka_unit_test(shapes_and_labels_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
