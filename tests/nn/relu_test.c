#include "gradients.h"

#include "nn/relu.h"

#include <float.h>
#include <math.h>

static dn_error error;

static void negative_numbers_become_zero_and_the_others_stay(void **state)
{
    (void)state;
    float numbers[] = {-1, 0, 2, -FLT_MAX, FLT_MAX, FLT_MIN};
    float results[6];
    const dn_tensor x = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    dn_tensor y = dn_tensor_borrow(results, DN_SHAPE(2, 3));
    assert_ok(dn_relu_forward(&x, &y, &error));
    assert_tensor(&y, DN_SHAPE(2, 3), 0, 0, 0, 2, 0, FLT_MAX, FLT_MIN);
    assert_tensor(&x, DN_SHAPE(2, 3), 0, -1, 0, 2, -FLT_MAX, FLT_MAX, FLT_MIN);
}

static void not_a_number_is_not_hidden(void **state)
{
    (void)state;
    float numbers[] = {NAN, -INFINITY, INFINITY};
    dn_tensor x = dn_tensor_borrow(numbers, DN_SHAPE(1, 3));
    assert_ok(dn_relu_forward(&x, &x, &error));
    assert_tensor(&x, DN_SHAPE(1, 3), 0, NAN, 0, INFINITY);
}

static void the_gradient_passes_where_the_output_is_above_zero(void **state)
{
    (void)state;
    float y_numbers[] = {0, 1, 0, 3, FLT_MIN, 0};
    float dy_numbers[] = {10, -20, 30, 40, 50, INFINITY};
    float dx_numbers[6];
    const dn_tensor y = dn_tensor_borrow(y_numbers, DN_SHAPE(3, 2));
    dn_tensor dy = dn_tensor_borrow(dy_numbers, DN_SHAPE(3, 2));
    dn_tensor dx = dn_tensor_borrow(dx_numbers, DN_SHAPE(3, 2));
    assert_ok(dn_relu_backward(&y, &dy, &dx, &error));
    assert_tensor(&dx, DN_SHAPE(3, 2), 0, 0, -20, 0, 40, 50, 0);
    assert_tensor(&dy, DN_SHAPE(3, 2), 0, 10, -20, 30, 40, 50, INFINITY);
    assert_ok(dn_relu_backward(&y, &dy, &dy, &error));
    assert_tensor(&dy, DN_SHAPE(3, 2), 0, 0, -20, 0, 40, 50, 0);
}

/** What the finite differences see: sum(relu(x) * dy). */
typedef struct weighted_relu {
    dn_tensor x;
    dn_tensor y;
    dn_tensor dy;
} weighted_relu;

static double weighted_sum(void *argument)
{
    weighted_relu *work = argument;
    assert_ok(dn_relu_forward(&work->x, &work->y, &error));
    return dot(&work->y, &work->dy);
}

static void the_gradient_is_that_of_finite_differences(void **state)
{
    (void)state;
    weighted_relu work;
    dn_tensor dx;
    assert_ok(dn_tensor_zeros(&work.x, DN_SHAPE(4, 5), &error));
    assert_ok(dn_tensor_zeros(&work.y, DN_SHAPE(4, 5), &error));
    assert_ok(dn_tensor_zeros(&work.dy, DN_SHAPE(4, 5), &error));
    assert_ok(dn_tensor_zeros(&dx, DN_SHAPE(4, 5), &error));
    fill_pattern(&work.x, 1, 63);
    fill_pattern(&work.dy, 50, 63);
    for (size_t i = 0; i < dn_tensor_count(&work.x); i++)
        assert_true(fabsf(work.x.data[i]) > GRADIENT_STEP); /* off the kink */
    assert_ok(dn_relu_forward(&work.x, &work.y, &error));
    assert_ok(dn_relu_backward(&work.y, &work.dy, &dx, &error));
    assert_gradient(&work.x, &dx, weighted_sum, &work, 1e-4);
    dn_tensor_free(&work.x);
    dn_tensor_free(&work.y);
    dn_tensor_free(&work.dy);
    dn_tensor_free(&dx);
}

static void other_shapes_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    float numbers[] = {1, 2, 3, 4};
    float results[] = {7, 7, 7, 7};
    const dn_tensor x = dn_tensor_borrow(numbers, DN_SHAPE(2, 2));
    const dn_tensor row = dn_tensor_borrow(numbers, DN_SHAPE(1, 2));
    dn_tensor flat = dn_tensor_borrow(results, DN_SHAPE(4));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 2));
    assert_int_equal(dn_relu_forward(&x, &flat, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_relu_forward(&row, &out, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_relu_backward(&x, &x, &flat, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_relu_backward(&row, &x, &out, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_relu_backward(&x, &row, &out, &error), DN_ERR_SHAPE);
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 7, 7, 7, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(negative_numbers_become_zero_and_the_others_stay),
        cmocka_unit_test(not_a_number_is_not_hidden),
        cmocka_unit_test(the_gradient_passes_where_the_output_is_above_zero),
        cmocka_unit_test(the_gradient_is_that_of_finite_differences),
        cmocka_unit_test(other_shapes_are_refused_and_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
