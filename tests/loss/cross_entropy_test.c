#include "loss_gradient.h"
#include "product.h"
#include "tensors.h"

#include "digitnet/loss.h"

#include <float.h>
#include <math.h>

static dn_error error;

/** The loss of one row of logits. */
static float loss_of(const float *logits, size_t classes, uint8_t label)
{
    float copy[16];
    float loss = -1;
    for (size_t i = 0; i < classes; i++)
        copy[i] = logits[i];
    const dn_tensor tensor = dn_tensor_borrow(copy, DN_SHAPE(1, classes));
    assert_ok(dn_cross_entropy(NULL, &tensor, &label, NULL, &loss, &error));
    return loss;
}

static void equal_logits_cost_the_logarithm_of_the_classes(void **state)
{
    (void)state;
    static const float levels[] = {0, 1, -5, 1e4F, -1e4F, FLT_MAX, -FLT_MAX};
    for (size_t classes = 1; classes <= 16; classes++) {
        for (size_t level = 0; level < sizeof levels / sizeof levels[0]; level++) {
            float logits[16];
            for (size_t i = 0; i < classes; i++)
                logits[i] = levels[level];
            const float loss = loss_of(logits, classes, (uint8_t)(classes - 1));
            assert_true(fabsf(loss - logf((float)classes)) < 1e-6F);
        }
    }
}

/*
 *     logits   ln 1  ln 2  ln 5   label 2    softmax 1/8 2/8 5/8   loss -ln 5/8 = 0.470004
 *              ln 4  ln 2  ln 2   label 0            4/8 2/8 2/8        -ln 4/8 = 0.693147
 *     mean loss 0.581575; d/dlogits = (softmax - one hot) / 2
 *              1/16  2/16 -3/16
 *             -4/16  2/16  2/16
 */
static void a_hand_worked_loss_and_gradient(void **state)
{
    (void)state;
    float numbers[] = {0, logf(2), logf(5), logf(4), logf(2), logf(2)};
    float gradients[6];
    float loss;
    const dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    dn_tensor dlogits = dn_tensor_borrow(gradients, DN_SHAPE(2, 3));
    assert_ok(dn_cross_entropy(NULL, &logits, (uint8_t[]){2, 0}, &dlogits, &loss, &error));
    assert_true(fabsf(loss - 0.581575F) < 1e-6F);
    assert_tensor(&dlogits, DN_SHAPE(2, 3), 1e-7F, 0.0625F, 0.125F, -0.1875F, -0.25F, 0.125F, 0.125F);
    float same;
    assert_ok(dn_cross_entropy(NULL, &logits, (uint8_t[]){2, 0}, NULL, &same, &error));
    assert_true(same == loss);
}

static void the_gradient_is_that_of_finite_differences(void **state)
{
    (void)state;
    assert_loss_gradient(dn_cross_entropy, DN_SHAPE(3, 5), (uint8_t[]){4, 0, 2}, 1e-4);
}

static void large_logits_neither_overflow_nor_vanish(void **state)
{
    (void)state;
    assert_true(loss_of((float[]){1e4F, -1e4F}, 2, 0) == 0.0F);
    assert_true(loss_of((float[]){1e4F, -1e4F}, 2, 1) == 2e4F);
    assert_true(loss_of((float[]){-1e4F, -1e4F + 1, -1e4F}, 3, 0) > 1.55F); /* ln(2 + e) = 1.5514 */
    assert_true(loss_of((float[]){-1e4F, -1e4F + 1, -1e4F}, 3, 0) < 1.56F);
    assert_true(loss_of((float[]){FLT_MAX, 0}, 2, 0) == 0.0F);
    assert_true(loss_of((float[]){FLT_MAX, 0}, 2, 1) == FLT_MAX);
    assert_true(loss_of((float[]){0, -FLT_MAX}, 2, 1) == FLT_MAX);
    assert_true(loss_of((float[]){FLT_MAX, -FLT_MAX}, 2, 0) == 0.0F);
    for (uint8_t place = 0; place < 4; place++) {
        float one_is_large[4] = {0};
        one_is_large[place] = 1e4F;
        assert_true(loss_of(one_is_large, 4, place) == 0.0F);
        assert_true(loss_of(one_is_large, 4, (uint8_t)(3 - place)) == 1e4F);
    }
    float numbers[] = {1e4F, -1e4F, 0, FLT_MAX, -FLT_MAX, FLT_MAX};
    float loss;
    dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    assert_ok(dn_cross_entropy(NULL, &logits, (uint8_t[]){0, 1}, &logits, &loss, &error));
    assert_tensor(&logits, DN_SHAPE(2, 3), 0, 0, 0, 0, 0.25F, -0.5F, 0.25F);
}

/** The mean of 2 FLT_MAX and of 0 is FLT_MAX: it fits, though one of its terms does not. */
static void a_mean_that_fits_is_given_where_a_term_does_not(void **state)
{
    (void)state;
    float numbers[] = {FLT_MAX, -FLT_MAX, 0, -FLT_MAX};
    const dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(2, 2));
    float loss;
    assert_ok(dn_cross_entropy(NULL, &logits, (uint8_t[]){1, 0}, NULL, &loss, &error));
    assert_true(loss == FLT_MAX);
}

static void a_sure_answer_costs_what_is_left_of_its_doubt(void **state)
{
    (void)state;
    /* -log softmax = log(1 + e^-d): near e^-d for large d, and near d for a d below 0. */
    const float sure = loss_of((float[]){10, 0}, 2, 0);
    assert_true(fabsf(sure - 4.5398899e-5F) < 1e-7F);
    const float wrong = loss_of((float[]){0, 10}, 2, 0);
    assert_true(fabsf(wrong - 10.0000454F) < 1e-5F);
}

static void what_is_not_a_number_or_infinite_gives_no_finite_loss(void **state)
{
    (void)state;
    for (uint8_t label = 0; label < 3; label++) {
        for (size_t place = 0; place < 3; place++) {
            float logits[] = {1, 2, 3};
            logits[place] = NAN;
            assert_true(!isfinite(loss_of(logits, 3, label)));
            logits[place] = INFINITY;
            assert_true(!isfinite(loss_of(logits, 3, label)));
        }
    }
    assert_true(!isfinite(loss_of((float[]){-INFINITY, -INFINITY}, 2, 0)));
}

static void minus_infinity_is_a_probability_of_zero(void **state)
{
    (void)state;
    float numbers[] = {0, -INFINITY, 0};
    float loss;
    dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(1, 3));
    assert_true(fabsf(loss_of(numbers, 3, 0) - logf(2)) < 1e-6F);
    assert_true(loss_of(numbers, 3, 1) == INFINITY);
    assert_ok(dn_cross_entropy(NULL, &logits, (uint8_t[]){0}, &logits, &loss, &error));
    assert_tensor(&logits, DN_SHAPE(1, 3), 0, -0.5F, 0, 0.5F);
}

static void the_gradient_may_overwrite_the_logits(void **state)
{
    (void)state;
    dn_tensor logits;
    dn_tensor apart;
    float losses[2];
    const uint8_t labels[] = {1, 6, 3, 0};
    assert_ok(dn_tensor_zeros(&logits, DN_SHAPE(4, 7), &error));
    assert_ok(dn_tensor_zeros(&apart, DN_SHAPE(4, 7), &error));
    fill_pattern(&logits, 2, 63);
    assert_ok(dn_cross_entropy(NULL, &logits, labels, &apart, &losses[0], &error));
    assert_ok(dn_cross_entropy(NULL, &logits, labels, &logits, &losses[1], &error));
    assert_true(losses[0] == losses[1]);
    assert_true(all_close(&logits, &apart, 0, 0));
    dn_tensor_free(&logits);
    dn_tensor_free(&apart);
}

/** More rows than are shared out at a time, and more classes than have their exponentials computed together. */
static void threads_and_rows_beside_it_do_not_change_a_bit(void **state)
{
    (void)state;
    static const size_t extents[][2] = {{1, 10}, {7, 2}, {64, 10}, {513, 3}, {1100, 10}, {20, 150}};
    static uint8_t labels[1100];
    for (size_t e = 0; e < sizeof extents / sizeof extents[0]; e++) {
        const size_t rows = extents[e][0];
        const size_t classes = extents[e][1];
        dn_tensor logits, alone, together;
        double sum = 0.0;
        assert_ok(dn_tensor_zeros(&logits, DN_SHAPE(rows, classes), &error));
        assert_ok(dn_tensor_zeros(&alone, logits.shape, &error));
        assert_ok(dn_tensor_zeros(&together, logits.shape, &error));
        fill_pattern(&logits, 3 + e, 61);
        for (size_t row = 0; row < rows; row++)
            labels[row] = (uint8_t)(row * 7 % classes);
        float losses[2];
        assert_ok(dn_cross_entropy(NULL, &logits, labels, &alone, &losses[0], &error));
        for (size_t i = 0; i < contexts.count; i++) {
            assert_ok(dn_cross_entropy(contexts.context[i], &logits, labels, &together, &losses[1], &error));
            assert_true(losses[0] == losses[1]);
            assert_same_bits(&together, &alone);
        }
        for (size_t row = 0; row < rows;
             row++) { /* a row's gradient is that of the row alone, shared among the rows */
            dn_tensor one, gradient;
            float loss;
            assert_ok(dn_tensor_slice(&logits, 0, row, row + 1, 1, &one, &error));
            assert_ok(dn_tensor_slice(&together, 0, row, row + 1, 1, &gradient, &error));
            assert_ok(dn_cross_entropy(NULL, &one, &labels[row], &gradient, &loss, &error));
            sum += (double)loss;
            for (size_t i = 0; i < classes; i++)
                assert_true(fabsf(gradient.data[i] / (float)rows - alone.data[row * classes + i]) <= 1e-7F);
        }
        assert_true(fabs(sum / (double)rows - (double)losses[0]) <= 1e-5);
        dn_tensor_free(&logits);
        dn_tensor_free(&alone);
        dn_tensor_free(&together);
    }
}

static void strides_do_not_matter(void **state)
{
    (void)state;
    float numbers[] = {1, 5, 2, 6, 3, 7};
    float gradients[6];
    float straight_numbers[] = {1, 2, 3, 5, 6, 7};
    float losses[2];
    const uint8_t labels[] = {0, 2};
    const dn_tensor stored = dn_tensor_borrow(numbers, DN_SHAPE(3, 2));
    const dn_tensor stored_gradient = dn_tensor_borrow(gradients, DN_SHAPE(3, 2));
    dn_tensor straight = dn_tensor_borrow(straight_numbers, DN_SHAPE(2, 3));
    dn_tensor turned;
    dn_tensor turned_gradient;
    assert_ok(dn_tensor_transpose(&stored, 0, 1, &turned, &error));
    assert_ok(dn_tensor_transpose(&stored_gradient, 0, 1, &turned_gradient, &error));
    assert_ok(dn_cross_entropy(NULL, &turned, labels, &turned_gradient, &losses[0], &error));
    assert_ok(dn_cross_entropy(NULL, &straight, labels, &straight, &losses[1], &error));
    assert_true(losses[0] == losses[1]);
    assert_true(all_close(&turned_gradient, &straight, 0, 0));
}

static void bad_labels_and_shapes_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    float numbers[] = {1, 2, 3, 4, 5, 6};
    float gradients[] = {7, 7, 7, 7, 7, 7};
    float loss = 9;
    const dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    const dn_tensor flat = dn_tensor_borrow(numbers, DN_SHAPE(6));
    const dn_tensor empty = dn_tensor_borrow(numbers, DN_SHAPE(0, 3));
    const dn_tensor no_classes = dn_tensor_borrow(numbers, DN_SHAPE(2, 0));
    dn_tensor dlogits = dn_tensor_borrow(gradients, DN_SHAPE(2, 3));
    dn_tensor turned = dn_tensor_borrow(gradients, DN_SHAPE(3, 2));
    const uint8_t good[] = {0, 2};
    const uint8_t bad[] = {0, 3};
    assert_int_equal(dn_cross_entropy(NULL, &logits, bad, &dlogits, &loss, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.problem, "label 1 is 3 of 3 classes");
    assert_int_equal(dn_cross_entropy(NULL, &logits, good, &turned, &loss, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_cross_entropy(NULL, &flat, good, &dlogits, &loss, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_cross_entropy(NULL, &empty, good, NULL, &loss, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_cross_entropy(NULL, &no_classes, good, NULL, &loss, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_softmax(&logits, &turned, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_softmax(&flat, &dlogits, &error), DN_ERR_SHAPE);
    assert_tensor(&dlogits, DN_SHAPE(2, 3), 0, 7, 7, 7, 7, 7, 7);
    assert_true(loss == 9);
}

static void rows_of_softmax_sum_to_one(void **state)
{
    (void)state;
    float numbers[] = {0, logf(3), -INFINITY, 1e4F, -1e4F, 0, -FLT_MAX, FLT_MAX, FLT_MAX, 0.1F, 0.2F, 0.3F};
    dn_tensor rows = dn_tensor_borrow(numbers, DN_SHAPE(4, 3));
    assert_ok(dn_softmax(&rows, &rows, &error));
    for (size_t row = 0; row < 4; row++) {
        const float *p = numbers + 3 * row;
        assert_true(fabsf(p[0] + p[1] + p[2] - 1) < 1e-6F);
        assert_true(p[0] >= 0 && p[1] >= 0 && p[2] >= 0);
    }
    dn_tensor first;
    assert_ok(dn_tensor_slice(&rows, 0, 0, 3, 1, &first, &error));
    assert_tensor(&first, DN_SHAPE(3, 3), 1e-7F, 0.25F, 0.75F, 0, 1, 0, 0, 0, 0.5F, 0.5F);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_logits_cost_the_logarithm_of_the_classes),
        cmocka_unit_test(a_hand_worked_loss_and_gradient),
        cmocka_unit_test(the_gradient_is_that_of_finite_differences),
        cmocka_unit_test(large_logits_neither_overflow_nor_vanish),
        cmocka_unit_test(a_mean_that_fits_is_given_where_a_term_does_not),
        cmocka_unit_test(a_sure_answer_costs_what_is_left_of_its_doubt),
        cmocka_unit_test(what_is_not_a_number_or_infinite_gives_no_finite_loss),
        cmocka_unit_test(minus_infinity_is_a_probability_of_zero),
        cmocka_unit_test(the_gradient_may_overwrite_the_logits),
        cmocka_unit_test(threads_and_rows_beside_it_do_not_change_a_bit),
        cmocka_unit_test(strides_do_not_matter),
        cmocka_unit_test(bad_labels_and_shapes_are_refused_and_nothing_is_written),
        cmocka_unit_test(rows_of_softmax_sum_to_one),
    };
    return cmocka_run_group_tests(tests, start_contexts, stop_contexts);
}
