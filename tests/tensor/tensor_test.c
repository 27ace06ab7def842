#include "support.h"

static void zeros_fill_every_rank(void **state)
{
    (void)state;
    dn_error error;
    dn_tensor tensor;
    assert_ok(dn_tensor_zeros(&tensor, DN_SHAPE(2, 1, 2, 1), &error));
    assert_tensor(&tensor, DN_SHAPE(2, 1, 2, 1), 0, 0, 0, 0, 0);
    assert_true(tensor.data == tensor.storage);
    dn_tensor_free(&tensor);
    assert_ok(dn_tensor_zeros(&tensor, DN_SCALAR, &error));
    assert_tensor(&tensor, DN_SCALAR, 0, 0);
    dn_tensor_free(&tensor);
    assert_int_equal(tensor.shape.rank, 0);
    assert_ok(dn_tensor_zeros(&tensor, DN_SHAPE(4, 4), &error));
    assert_ok(dn_fill(&tensor, 1.0F, &error)); /* fills its memory: a step beyond is seen */
    dn_tensor_free(&tensor);
}

static void a_tensor_may_be_empty(void **state)
{
    (void)state;
    dn_error error;
    dn_tensor tensor;
    dn_tensor copy;
    assert_ok(dn_tensor_zeros(&tensor, DN_SHAPE(2, 0, 3), &error));
    assert_int_equal(dn_tensor_count(&tensor), 0);
    assert_ok(dn_tensor_clone(&copy, &tensor, &error));
    assert_true(dn_shape_equal(copy.shape, tensor.shape));
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
    assert_int_equal(dn_tensor_zeros(&tensor, DN_SHAPE(PTRDIFF_MAX), &error), DN_ERR_MEMORY);
    assert_contains(error.problem, "does not fit memory");
    assert_int_equal(tensor.shape.rank, 0);
    dn_tensor_free(&tensor);
    dn_tensor_free(NULL);
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
    assert_ok(dn_tensor_clone(&clone, &view, &error));
    assert_int_equal(clone.stride[0], 2);
    assert_int_equal(clone.stride[1], 1);
    values[0] = 9;
    assert_tensor(&clone, DN_SHAPE(3, 2), 0, 1, 4, 2, 5, 3, 6);
    dn_tensor_free(&clone);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_fill_every_rank),
        cmocka_unit_test(a_tensor_may_be_empty),
        cmocka_unit_test(impossible_shapes_are_refused_and_leave_an_empty_tensor),
        cmocka_unit_test(a_borrowed_tensor_is_a_view_of_the_callers_memory),
        cmocka_unit_test(a_clone_of_a_strided_view_is_contiguous_and_its_own),
        cmocka_unit_test(an_index_outside_its_axis_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
