#include "support.h"
#include "tensors.h"

#include "core/random.h"
#include "tensor/broadcast.h"

#include "digitnet/tensor.h"

#include <math.h>

typedef dn_status reduction(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error);

/** Reduce into results and hand out the tensor over them. */
static dn_tensor reduce(reduction *call, const dn_tensor *source, int axis, bool keep, float *results)
{
    dn_error error;
    dn_shape shape = DN_SCALAR;
    const int rank = (int)source->shape.rank;
    for (int i = 0; i < rank; i++) {
        const bool reduced = axis == DN_ALL_AXES || i == (axis < 0 ? axis + rank : axis);
        if (!reduced || keep)
            shape.extent[shape.rank++] = reduced ? 1 : source->shape.extent[i];
    }
    dn_tensor out = dn_tensor_borrow(results, shape);
    assert_ok(call(source, axis, &out, &error));
    return out;
}

static float cube_numbers[] = {1, 5, 2, 8, 3, 0, -1, 4, 9, 7, -6, 6}; /* [2, 2, 3] */

static dn_tensor cube(void)
{
    return dn_tensor_borrow(cube_numbers, DN_SHAPE(2, 2, 3));
}

static void sum_runs_over_every_axis(void **state)
{
    (void)state;
    const dn_tensor source = cube();
    float results[12];
    dn_tensor out = reduce(dn_sum, &source, 0, false, results);
    assert_tensor(&out, DN_SHAPE(2, 3), 0, 0, 9, 11, 15, -3, 6);
    out = reduce(dn_sum, &source, 1, true, results);
    assert_tensor(&out, DN_SHAPE(2, 1, 3), 0, 9, 8, 2, 6, -2, 15);
    out = reduce(dn_sum, &source, -1, false, results);
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 8, 11, 12, 7);
    out = reduce(dn_sum, &source, DN_ALL_AXES, false, results);
    assert_tensor(&out, DN_SCALAR, 0, 38);
    out = reduce(dn_sum, &source, DN_ALL_AXES, true, results);
    assert_tensor(&out, DN_SHAPE(1, 1, 1), 0, 38);
}

static void mean_divides_by_what_was_summed(void **state)
{
    (void)state;
    const dn_tensor source = cube();
    float results[12];
    dn_tensor out = reduce(dn_mean, &source, 0, true, results);
    assert_tensor(&out, DN_SHAPE(1, 2, 3), 0, 0, 4.5F, 5.5F, 7.5F, -1.5F, 3);
    out = reduce(dn_mean, &source, 2, false, results);
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 8.0F / 3.0F, 11.0F / 3.0F, 4, 7.0F / 3.0F);
    out = reduce(dn_mean, &source, DN_ALL_AXES, false, results);
    assert_tensor(&out, DN_SCALAR, 0, 38.0F / 12.0F);
}

static void a_nan_spoils_sums_and_means(void **state)
{
    (void)state;
    float numbers[] = {1, NAN, INFINITY, NAN, 5, 6};
    float results[3];
    const dn_tensor source = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    dn_tensor out = reduce(dn_sum, &source, 0, false, results);
    assert_tensor(&out, DN_SHAPE(3), 0, NAN, NAN, INFINITY);
    out = reduce(dn_mean, &source, 1, false, results);
    assert_tensor(&out, DN_SHAPE(2), 0, NAN, NAN);
}

static void strides_change_no_bit(void **state)
{
    (void)state;
    enum { ROWS = 37, COLUMNS = 23 };
    dn_error error;
    dn_tensor source;
    dn_tensor turned_copy;
    dn_tensor turned;
    float results[2][ROWS];
    dn_random random = dn_random_stream(3, DN_PURPOSE_TENSOR, 0, 0);
    new_normal(&source, DN_SHAPE(ROWS, COLUMNS), &random);
    assert_ok(dn_tensor_transpose(&source, 0, 1, &turned, &error));
    assert_ok(dn_tensor_clone(&turned_copy, &turned, &error));
    assert_ok(dn_tensor_transpose(&turned_copy, 0, 1, &turned, &error)); /* source, in column order */
    reduction *const calls[] = {dn_sum, dn_mean};
    const int axes[] = {0, 1, DN_ALL_AXES};
    for (size_t call = 0; call < 2; call++) {
        for (size_t axis = 0; axis < 3; axis++) {
            const dn_tensor a = reduce(calls[call], &source, axes[axis], false, results[0]);
            const dn_tensor b = reduce(calls[call], &turned, axes[axis], false, results[1]);
            assert_true(all_close(&a, &b, 0, 0));
        }
    }
    dn_tensor_free(&turned_copy);
    dn_tensor_free(&source);
}

static void a_sum_has_one_accumulator_in_ascending_order(void **state)
{
    (void)state;
    float numbers[] = {1e8F, 1, 1, 1, 1, -1e8F, 1, 1}; /* each 1 is lost after 1e8, not after -1e8 */
    float results[2];
    dn_tensor source = dn_tensor_borrow(numbers, DN_SHAPE(8));
    dn_tensor out = reduce(dn_sum, &source, 0, false, results);
    assert_tensor(&out, DN_SCALAR, 0, 2);
    source = dn_tensor_borrow(numbers, DN_SHAPE(8, 1));
    out = reduce(dn_sum, &source, 0, false, results);
    assert_tensor(&out, DN_SHAPE(1), 0, 2);
    source = dn_tensor_borrow(numbers, DN_SHAPE(2, 2, 2));
    out = reduce(dn_sum, &source, DN_ALL_AXES, false, results);
    assert_tensor(&out, DN_SCALAR, 0, 2);
}

static void the_output_may_have_any_strides(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = cube();
    float results[18] = {0};
    dn_tensor grid = dn_tensor_borrow(results, DN_SHAPE(3, 6));
    dn_tensor out;
    assert_ok(dn_tensor_slice(&grid, 1, 1, 5, 3, &out, &error)); /* [3, 2] */
    assert_ok(dn_tensor_transpose(&out, 0, 1, &out, &error));    /* [2, 3], strides 3 and 6 */
    assert_ok(dn_sum(&source, 0, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 3), 0, 0, 9, 11, 15, -3, 6);
    assert_ok(dn_mean(&source, 1, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 3), 0, 4.5F, 4, 1, 3, -1, 7.5F);
    assert_true(results[0] == 0.0F && results[2] == 0.0F && results[17] == 0.0F);
}

static void every_second_element_is_read_or_written(void **state)
{
    (void)state;
    dn_error error;
    float numbers[] = {1, 2, 3, 4, 5, 6, 7, 8};
    float results[4] = {0};
    dn_tensor row = dn_tensor_borrow(results, DN_SHAPE(4));
    dn_tensor out;
    dn_tensor source = dn_tensor_borrow(numbers, DN_SHAPE(4, 2));
    assert_ok(dn_tensor_slice(&row, 0, 0, 4, 2, &out, &error));
    assert_ok(dn_sum(&source, 0, &out, &error));
    assert_tensor(&row, DN_SHAPE(4), 0, 16, 0, 20, 0);
    source = dn_tensor_borrow(numbers, DN_SHAPE(2, 4));
    assert_ok(dn_tensor_slice(&source, 1, 0, 4, 2, &source, &error));
    out = reduce(dn_sum, &source, 0, false, results);
    assert_tensor(&out, DN_SHAPE(2), 0, 6, 10);
}

static void scalars_reduce_to_themselves(void **state)
{
    (void)state;
    dn_error error;
    float number = 3;
    float result;
    const dn_tensor source = dn_tensor_borrow(&number, DN_SCALAR);
    dn_tensor out = reduce(dn_sum, &source, DN_ALL_AXES, false, &result);
    assert_tensor(&out, DN_SCALAR, 0, 3);
    out = reduce(dn_mean, &source, DN_ALL_AXES, true, &result);
    assert_tensor(&out, DN_SCALAR, 0, 3);
    assert_int_equal(dn_sum(&source, 0, &out, &error), DN_ERR_SHAPE);
}

static void the_sum_of_nothing_is_zero(void **state)
{
    (void)state;
    float results[3] = {7, 7, 7};
    const dn_tensor source = dn_tensor_borrow(results, DN_SHAPE(0, 3));
    dn_tensor out = reduce(dn_sum, &source, 0, false, results);
    assert_tensor(&out, DN_SHAPE(3), 0, 0, 0, 0);
    results[0] = 7;
    out = reduce(dn_sum, &source, DN_ALL_AXES, false, results);
    assert_tensor(&out, DN_SCALAR, 0, 0);
    out = reduce(dn_sum, &source, 1, false, results);
    assert_int_equal(dn_tensor_count(&out), 0);
}

static void nothing_has_no_mean(void **state)
{
    (void)state;
    dn_error error;
    float results[3] = {7, 7, 7};
    const dn_tensor source = dn_tensor_borrow(results, DN_SHAPE(0, 3));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(3));
    assert_int_equal(dn_mean(&source, 0, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "the mean of nothing, in shape [0, 3]");
    assert_true(results[0] == 7.0F);
}

static void an_output_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = cube();
    float results[12] = {0};
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(3, 2));
    reduction *const calls[] = {dn_sum, dn_mean};
    for (size_t call = 0; call < 2; call++) {
        assert_int_equal(calls[call](&source, 0, &out, &error), DN_ERR_SHAPE);
        assert_string_equal(error.problem, "the output has shape [3, 2], the result [2, 3]");
        assert_int_equal(calls[call](&source, 3, &out, &error), DN_ERR_SHAPE);
        assert_contains(error.problem, "axis 3 of shape [2, 2, 3]");
    }
    const dn_tensor row = dn_tensor_borrow(results, DN_SHAPE(3));
    assert_ok(dn_tensor_expand(&row, DN_SHAPE(2, 3), &out, &error));
    for (size_t call = 0; call < 2; call++) {
        assert_int_equal(calls[call](&source, 0, &out, &error), DN_ERR_SHAPE);
        assert_contains(error.problem, "repeats its elements");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sum_runs_over_every_axis),
        cmocka_unit_test(mean_divides_by_what_was_summed),
        cmocka_unit_test(a_nan_spoils_sums_and_means),
        cmocka_unit_test(strides_change_no_bit),
        cmocka_unit_test(a_sum_has_one_accumulator_in_ascending_order),
        cmocka_unit_test(the_output_may_have_any_strides),
        cmocka_unit_test(every_second_element_is_read_or_written),
        cmocka_unit_test(scalars_reduce_to_themselves),
        cmocka_unit_test(the_sum_of_nothing_is_zero),
        cmocka_unit_test(nothing_has_no_mean),
        cmocka_unit_test(an_output_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
