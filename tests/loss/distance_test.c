#include "loss_gradient.h"

#include "loss/losses.h"

#include "digitnet/loss.h"

#include <float.h>
#include <math.h>

static dn_error error;

/*
 *     logits   ln 1  ln 2  ln 5   label 2    softmax 1/8 2/8 5/8   distances 1/8 2/8 3/8
 *              ln 4  ln 2  ln 2   label 0            4/8 2/8 2/8             4/8 2/8 2/8
 *
 * L1 is 14/8 / 6, the MSE (1 + 4 + 9 + 16 + 4 + 4) / 64 / 6.
 */
static void a_hand_worked_distance(void **state)
{
    (void)state;
    float numbers[] = {0, logf(2), logf(5), logf(4), logf(2), logf(2)};
    const dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    float gradients[6];
    dn_tensor dlogits = dn_tensor_borrow(gradients, DN_SHAPE(2, 3));
    float loss;
    assert_ok(dn_l1_loss(NULL, &logits, (uint8_t[]){2, 0}, &dlogits, &loss, &error));
    assert_true(fabsf(loss - 14.0F / 8 / 6) < 1e-6F);
    /* Slopes 1 1 -1, their mean weighted by p -2/8: p_i (s_i + 2/8) / 6. Then -1 1 1 and 0. */
    assert_tensor(&dlogits, DN_SHAPE(2, 3), 1e-6F, 10.0F / 64 / 6, 20.0F / 64 / 6, -30.0F / 64 / 6, -0.5F / 6,
                  0.25F / 6, 0.25F / 6);
    assert_ok(dn_mse_loss(NULL, &logits, (uint8_t[]){2, 0}, NULL, &loss, &error));
    assert_true(fabsf(loss - 38.0F / 64 / 6) < 1e-6F);
}

static void one_output_is_squashed_by_the_sigmoid(void **state)
{
    (void)state;
    float numbers[] = {logf(4), logf(3)}; /* p = 0.8 for the target 1, p = 0.75 for the target 0 */
    float gradients[2];
    float loss;
    float chapter;
    const dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(2, 1));
    dn_tensor dlogits = dn_tensor_borrow(gradients, DN_SHAPE(2, 1));
    assert_ok(dn_mse_loss(NULL, &logits, (uint8_t[]){0, 1}, &dlogits, &loss, &error));
    assert_true(fabsf(loss - (0.04F + 0.5625F) / 2) < 1e-6F);
    /* 2 (p - target) p (1 - p) / 2 */
    assert_tensor(&dlogits, DN_SHAPE(2, 1), 1e-6F, -0.2F * 0.16F, 0.75F * 0.1875F);
    assert_ok(dn_l1_loss(NULL, &logits, (uint8_t[]){0, 1}, &dlogits, &loss, &error));
    assert_true(fabsf(loss - (0.2F + 0.75F) / 2) < 1e-6F);
    assert_ok(dn_mnist_loss(NULL, &logits, (uint8_t[]){0, 1}, NULL, &chapter, &error));
    assert_true(chapter == loss);
}

static void any_finite_logits_have_a_finite_loss_and_gradient(void **state)
{
    (void)state;
    static const float rows[][2] = {{FLT_MAX, -FLT_MAX}, {-FLT_MAX, FLT_MAX}, {1000, 1000}, {-200, 300}};
    static dn_loss *const functions[] = {dn_l1_loss, dn_mse_loss};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t f = 0; f < 2; f++) {
            float numbers[] = {rows[i][0], rows[i][1]};
            dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(1, 2));
            float loss;
            assert_ok(functions[f](NULL, &logits, (uint8_t[]){0}, &logits, &loss, &error));
            assert_true(loss >= 0 && loss <= 1);
            assert_true(isfinite(numbers[0]) && isfinite(numbers[1]));
        }
    }
}

static void the_gradients_are_those_of_finite_differences(void **state)
{
    (void)state;
    static dn_loss *const functions[] = {dn_l1_loss, dn_mse_loss};
    for (size_t f = 0; f < 2; f++) {
        assert_loss_gradient(functions[f], DN_SHAPE(4, 1), (uint8_t[]){0, 1, 1, 0}, 2e-5);
        assert_loss_gradient(functions[f], DN_SHAPE(3, 5), (uint8_t[]){4, 0, 2}, 2e-5);
    }
}

static void shapes_and_labels_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static dn_loss *const functions[] = {dn_l1_loss, dn_mse_loss};
    float numbers[6] = {0};
    float loss = 7;
    const dn_tensor two = dn_tensor_borrow(numbers, DN_SHAPE(2, 1));
    const dn_tensor three = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    const dn_tensor row = dn_tensor_borrow(numbers, DN_SHAPE(3));
    dn_tensor other = dn_tensor_borrow(numbers, DN_SHAPE(3, 2));
    for (size_t f = 0; f < 2; f++) {
        assert_int_equal(functions[f](NULL, &three, (uint8_t[]){2, 3}, NULL, &loss, &error), DN_ERR_ARGUMENT);
        assert_contains(error.problem, "label 1 is 3 of 3 classes");
        assert_int_equal(functions[f](NULL, &two, (uint8_t[]){2, 0}, NULL, &loss, &error), DN_ERR_ARGUMENT);
        assert_int_equal(functions[f](NULL, &three, (uint8_t[]){0, 0}, &other, &loss, &error), DN_ERR_SHAPE);
        assert_int_equal(functions[f](NULL, &row, (uint8_t[]){0, 0}, NULL, &loss, &error), DN_ERR_SHAPE);
    }
    assert_true(loss == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hand_worked_distance),
        cmocka_unit_test(one_output_is_squashed_by_the_sigmoid),
        cmocka_unit_test(any_finite_logits_have_a_finite_loss_and_gradient),
        cmocka_unit_test(the_gradients_are_those_of_finite_differences),
        cmocka_unit_test(shapes_and_labels_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
