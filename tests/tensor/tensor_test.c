#include "support.h"

#include <math.h>

static void zeros_and_full_fill_every_rank(void **state)
{
    (void)state;
    dn_error error;
    dn_tensor tensor;
    assert_ok(dn_tensor_zeros(&tensor, DN_SHAPE(2, 1, 2, 1), &error));
    assert_tensor(&tensor, DN_SHAPE(2, 1, 2, 1), 0, 0, 0, 0, 0);
    assert_true(tensor.data == tensor.storage);
    dn_tensor_free(&tensor);
    assert_ok(dn_tensor_full(&tensor, DN_SCALAR, 2.5F, &error));
    assert_tensor(&tensor, DN_SCALAR, 0, 2.5F);
    dn_tensor_free(&tensor);
    assert_int_equal(tensor.shape.rank, 0);
    assert_ok(dn_tensor_full(&tensor, DN_SHAPE(3), -1.0F, &error));
    assert_tensor(&tensor, DN_SHAPE(3), 0, -1, -1, -1);
    dn_tensor_free(&tensor);
    assert_ok(
        dn_tensor_full(&tensor, DN_SHAPE(4, 4), 1.0F, &error)); /* fills its memory: a step beyond is seen */
    dn_tensor_free(&tensor);
}

static void from_copies_values_in_c_order(void **state)
{
    (void)state;
    dn_error error;
    dn_tensor tensor;
    float values[] = {1, 2, 3, 4, 5, 6};
    assert_ok(dn_tensor_from(&tensor, DN_SHAPE(2, 3), values, &error));
    values[0] = 9;
    assert_tensor(&tensor, DN_SHAPE(2, 3), 0, 1, 2, 3, 4, 5, 6);
    assert_int_equal(tensor.stride[0], 3);
    assert_int_equal(tensor.stride[1], 1);
    float *element;
    assert_ok(dn_tensor_at(&tensor, (const size_t[]){1, 0}, &element, &error));
    assert_true(*element == 4.0F);
    dn_tensor_free(&tensor);
}

static void a_tensor_may_be_empty(void **state)
{
    (void)state;
    dn_error error;
    dn_tensor tensor;
    dn_tensor copy;
    assert_ok(dn_tensor_from(&tensor, DN_SHAPE(2, 0, 3), NULL, &error));
    assert_int_equal(dn_tensor_count(&tensor), 0);
    assert_true(dn_tensor_is_contiguous(&tensor));
    assert_ok(dn_tensor_clone(&copy, &tensor, &error));
    assert_true(dn_tensor_allclose(&copy, &tensor, 0, 0));
    dn_tensor_free(&copy);
    dn_tensor_free(&tensor);
}

static void impossible_shapes_are_refused_and_leave_an_empty_tensor(void **state)
{
    (void)state;
    dn_error error;
    dn_tensor tensor;
    const dn_shape deep = {DN_MAX_RANK + 1, {1, 1, 1, 1}};
    assert_int_equal(dn_tensor_zeros(&tensor, deep, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "rank 5, at most 4");
    assert_null(tensor.storage);
    assert_int_equal(tensor.shape.rank, 0);
    assert_int_equal(dn_tensor_zeros(&tensor, DN_SHAPE(SIZE_MAX, 2), &error), DN_ERR_MEMORY);
    assert_int_equal(dn_tensor_zeros(&tensor, DN_SHAPE(SIZE_MAX / 4, 2), &error), DN_ERR_MEMORY);
    assert_int_equal(dn_tensor_zeros(&tensor, DN_SHAPE(0, SIZE_MAX / 4, 8), &error), DN_ERR_MEMORY);
    assert_int_equal(dn_tensor_full(&tensor, DN_SHAPE(PTRDIFF_MAX), 1.0F, &error), DN_ERR_MEMORY);
    assert_contains(error.problem, "does not fit memory");
    assert_int_equal(tensor.shape.rank, 0);
    dn_tensor_free(&tensor);
    dn_tensor_free(NULL);
}

static void random_tensors_draw_in_c_order(void **state)
{
    (void)state;
    dn_error error;
    dn_tensor tensor;
    dn_random random = dn_random_stream(1, DN_PURPOSE_TENSOR, 0, 0);
    dn_random same = random;
    assert_ok(dn_tensor_uniform(&tensor, DN_SHAPE(2, 3), &random, &error));
    for (size_t i = 0; i < 6; i++)
        assert_true(tensor.data[i] == dn_random_uniform(&same));
    dn_tensor_free(&tensor);
    assert_ok(dn_tensor_normal(&tensor, DN_SHAPE(3, 2), &random, &error));
    for (size_t i = 0; i < 6; i++)
        assert_true(tensor.data[i] == dn_random_normal(&same));
    dn_tensor_free(&tensor);
}

static void a_borrowed_tensor_is_a_view_of_the_callers_memory(void **state)
{
    (void)state;
    float values[] = {1, 2, 3, 4};
    dn_tensor tensor = dn_tensor_borrow(values, DN_SHAPE(2, 2));
    assert_true(tensor.data == values);
    assert_null(tensor.storage);
    values[3] = 7;
    assert_tensor(&tensor, DN_SHAPE(2, 2), 0, 1, 2, 3, 7);
    dn_tensor_free(&tensor); /* harmless */
    assert_null(tensor.data);
}

static void a_clone_of_a_strided_view_is_contiguous_and_its_own(void **state)
{
    (void)state;
    dn_error error;
    float values[] = {1, 2, 3, 4, 5, 6};
    const dn_tensor source = dn_tensor_borrow(values, DN_SHAPE(2, 3));
    dn_tensor view;
    dn_tensor clone;
    assert_ok(dn_tensor_transpose(&source, 0, 1, &view, &error));
    assert_false(dn_tensor_is_contiguous(&view));
    assert_ok(dn_tensor_clone(&clone, &view, &error));
    assert_true(dn_tensor_is_contiguous(&clone));
    values[0] = 9;
    assert_tensor(&clone, DN_SHAPE(3, 2), 0, 1, 4, 2, 5, 3, 6);
    dn_tensor_free(&clone);
}

static void contiguous_means_c_order_without_gaps(void **state)
{
    (void)state;
    dn_error error;
    float values[12] = {0};
    const dn_tensor matrix = dn_tensor_borrow(values, DN_SHAPE(3, 4));
    dn_tensor view;
    assert_ok(dn_tensor_slice(&matrix, 0, 1, 3, 1, &view, &error));
    assert_true(dn_tensor_is_contiguous(&view));
    assert_ok(dn_tensor_slice(&matrix, 1, 0, 2, 1, &view, &error));
    assert_false(dn_tensor_is_contiguous(&view));
    assert_ok(dn_tensor_slice(&view, 0, 0, 1, 1, &view, &error));
    assert_true(dn_tensor_is_contiguous(&view)); /* [1, 2]: the stride of one row does not matter */
    assert_ok(dn_tensor_slice(&matrix, 0, 2, 2, 1, &view, &error));
    assert_ok(dn_tensor_transpose(&view, 0, 1, &view, &error));
    assert_true(dn_tensor_is_contiguous(&view)); /* [4, 0]: no element lies wrong */
    const dn_tensor scalar = dn_tensor_borrow(values, DN_SCALAR);
    assert_true(dn_tensor_is_contiguous(&scalar));
    assert_ok(dn_tensor_expand(&scalar, DN_SHAPE(2), &view, &error));
    assert_false(dn_tensor_is_contiguous(&view));
}

static void an_index_outside_its_axis_is_refused(void **state)
{
    (void)state;
    dn_error error;
    float values[6] = {0};
    float *element = values;
    const dn_tensor tensor = dn_tensor_borrow(values, DN_SHAPE(2, 3));
    assert_ok(dn_tensor_at(&tensor, (const size_t[]){1, 2}, &element, &error));
    assert_true(element == values + 5);
    assert_int_equal(dn_tensor_at(&tensor, (const size_t[]){1, 3}, &element, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "index 3 in axis 1 of shape [2, 3]");
    assert_null(element);
    assert_int_equal(dn_tensor_at(&tensor, (const size_t[]){2, 0}, &element, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "index 2 in axis 0 of shape [2, 3]");
    const dn_tensor scalar = dn_tensor_borrow(values + 4, DN_SCALAR);
    assert_ok(dn_tensor_at(&scalar, NULL, &element, &error));
    assert_true(element == values + 4);
}

static void an_item_is_the_only_element(void **state)
{
    (void)state;
    dn_error error;
    float values[] = {3, 4};
    float item = 0;
    const dn_tensor one = dn_tensor_borrow(values, DN_SHAPE(1, 1, 1));
    const dn_tensor two = dn_tensor_borrow(values, DN_SHAPE(2));
    const dn_tensor none = dn_tensor_borrow(values, DN_SHAPE(0));
    assert_ok(dn_tensor_item(&one, &item, &error));
    assert_true(item == 3.0F);
    assert_int_equal(dn_tensor_item(&two, &item, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[2]");
    assert_int_equal(dn_tensor_item(&none, &item, &error), DN_ERR_SHAPE);
}

static bool close_numbers(float actual, float expected, float relative, float absolute)
{
    const dn_tensor a = dn_tensor_borrow(&actual, DN_SCALAR);
    const dn_tensor b = dn_tensor_borrow(&expected, DN_SCALAR);
    return dn_tensor_allclose(&a, &b, relative, absolute);
}

static void allclose_is_numpys(void **state)
{
    (void)state;
    assert_true(close_numbers(1.0F, 1.0F, 0, 0));
    assert_true(close_numbers(110.0F, 100.0F, 0.1F, 0.001F));
    assert_false(close_numbers(100.0F, 90.0F, 0.1F, 0.0F)); /* relative to the expected number */
    assert_true(close_numbers(0.5F, 0.0F, 0, 0.5F));
    assert_true(close_numbers(INFINITY, INFINITY, 0, 0));
    assert_false(close_numbers(-INFINITY, INFINITY, 1, 1));
    assert_false(close_numbers(1.0F, INFINITY, 1, 1));
    assert_false(close_numbers(INFINITY, 1.0F, 1, 1));
    assert_false(close_numbers(NAN, NAN, 1, 1));
    assert_false(close_numbers(NAN, 1.0F, 1, INFINITY));
}

static void allclose_wants_the_same_shape_and_looks_through_strides(void **state)
{
    (void)state;
    dn_error error;
    float rows[] = {1, 2, 3, 4, 5, 6};
    float columns[] = {1, 4, 2, 5, 3, 6};
    const dn_tensor a = dn_tensor_borrow(rows, DN_SHAPE(2, 3));
    dn_tensor b = dn_tensor_borrow(columns, DN_SHAPE(3, 2));
    assert_false(dn_tensor_allclose(&a, &b, 1, 100));
    assert_ok(dn_tensor_transpose(&b, 0, 1, &b, &error));
    assert_true(dn_tensor_allclose(&a, &b, 0, 0));
    columns[5] = 7;
    assert_false(dn_tensor_allclose(&a, &b, 0, 0.5F));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_and_full_fill_every_rank),
        cmocka_unit_test(from_copies_values_in_c_order),
        cmocka_unit_test(a_tensor_may_be_empty),
        cmocka_unit_test(impossible_shapes_are_refused_and_leave_an_empty_tensor),
        cmocka_unit_test(random_tensors_draw_in_c_order),
        cmocka_unit_test(a_borrowed_tensor_is_a_view_of_the_callers_memory),
        cmocka_unit_test(a_clone_of_a_strided_view_is_contiguous_and_its_own),
        cmocka_unit_test(contiguous_means_c_order_without_gaps),
        cmocka_unit_test(an_index_outside_its_axis_is_refused),
        cmocka_unit_test(an_item_is_the_only_element),
        cmocka_unit_test(allclose_is_numpys),
        cmocka_unit_test(allclose_wants_the_same_shape_and_looks_through_strides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
