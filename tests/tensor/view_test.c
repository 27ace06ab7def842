#include "support.h"

#include "tensor/broadcast.h"

/* A view never copies: every test asks for the address of what it views. */

#define COUNT 24

static float numbers[COUNT];

static int fill_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        numbers[i] = (float)i;
    return 0;
}

static dn_tensor all_as(dn_shape shape)
{
    return dn_tensor_borrow(numbers, shape);
}

/** Fail unless the view's first element is number `first`, in the caller's memory, and the view owns nothing. */
static void assert_views(const dn_tensor *view, size_t first)
{
    assert_ptr_equal(view->data, numbers + first);
    assert_null(view->storage);
}

static void assert_refused(dn_status status, const dn_tensor *view, const dn_error *error,
                           const char *problem)
{
    assert_int_equal(status, DN_ERR_SHAPE);
    assert_contains(error->problem, problem);
    assert_null(view->data);
    assert_int_equal(view->shape.rank, 0);
}

static void view_changes_the_shape_not_the_contents(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(2, 3, 4));
    dn_tensor view;
    assert_ok(dn_tensor_view(&source, DN_SHAPE(6, 4), &view, &error));
    assert_views(&view, 0);
    assert_true(dn_shape_equal(view.shape, DN_SHAPE(6, 4)));
    assert_ok(dn_tensor_view(&source, DN_SHAPE(4, 1, 3, 2), &view, &error));
    assert_views(&view, 0);
    assert_int_equal(view.stride[0], 6);
    assert_int_equal(view.stride[3], 1);
    assert_ok(dn_tensor_view(&view, DN_SHAPE(COUNT), &view, &error)); /* in place */
    assert_views(&view, 0);
    assert_int_equal(view.stride[0], 1);
}

static void view_infers_one_extent(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(2, 3, 4));
    dn_tensor view;
    assert_ok(dn_tensor_view(&source, DN_SHAPE(DN_INFER), &view, &error));
    assert_true(dn_shape_equal(view.shape, DN_SHAPE(24)));
    assert_ok(dn_tensor_view(&source, DN_SHAPE(4, DN_INFER, 2), &view, &error));
    assert_true(dn_shape_equal(view.shape, DN_SHAPE(4, 3, 2)));
    assert_ok(dn_tensor_view(&source, DN_SHAPE(24, DN_INFER), &view, &error));
    assert_true(dn_shape_equal(view.shape, DN_SHAPE(24, 1)));
    assert_views(&view, 0);
}

static void view_refuses_another_number_of_elements(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(2, 3, 4));
    const dn_shape deep = {5, {2, 3, 4, 1}};
    dn_tensor view;
    assert_refused(dn_tensor_view(&source, DN_SHAPE(5, 5), &view, &error), &view, &error,
                   "shape [2, 3, 4] cannot be viewed as [5, 5]");
    assert_refused(dn_tensor_view(&source, DN_SHAPE(5, DN_INFER), &view, &error), &view, &error,
                   "[2, 3, 4] cannot be viewed as [5, -1]");
    assert_refused(dn_tensor_view(&source, DN_SHAPE(0, DN_INFER), &view, &error), &view, &error, "[0, -1]");
    assert_refused(dn_tensor_view(&source, DN_SHAPE(DN_INFER, DN_INFER), &view, &error), &view, &error,
                   "more than one");
    assert_refused(dn_tensor_view(&source, DN_SHAPE(SIZE_MAX / 2, 4), &view, &error), &view, &error,
                   "viewed");
    assert_refused(dn_tensor_view(&source, DN_SHAPE(SIZE_MAX / 8, 24, DN_INFER), &view, &error), &view,
                   &error, "viewed");
    assert_refused(dn_tensor_view(&source, deep, &view, &error), &view, &error, "rank 5, at most 4");
    assert_refused(dn_tensor_view(&source, DN_SCALAR, &view, &error), &view, &error, "[]");
}

static void scalars_and_ones_view_each_other(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor scalar = dn_tensor_borrow(numbers + 5, DN_SCALAR);
    dn_tensor view;
    assert_ok(dn_tensor_view(&scalar, DN_SHAPE(1, 1, 1, 1), &view, &error));
    assert_views(&view, 5);
    assert_tensor(&view, DN_SHAPE(1, 1, 1, 1), 0, 5);
    assert_ok(dn_tensor_view(&view, DN_SCALAR, &view, &error));
    assert_views(&view, 5);
    assert_tensor(&view, DN_SCALAR, 0, 5);
    assert_ok(dn_tensor_view(&scalar, DN_SHAPE(DN_INFER), &view, &error));
    assert_tensor(&view, DN_SHAPE(1), 0, 5);
}

static void nothing_views_as_nothing(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor empty = dn_tensor_borrow(numbers, DN_SHAPE(0, 3));
    dn_tensor view;
    assert_ok(dn_tensor_view(&empty, DN_SHAPE(7, 0, 5), &view, &error));
    assert_true(dn_shape_equal(view.shape, DN_SHAPE(7, 0, 5)));
    assert_ok(dn_tensor_view(&empty, DN_SHAPE(DN_INFER, 2), &view, &error));
    assert_true(dn_shape_equal(view.shape, DN_SHAPE(0, 2)));
    assert_refused(dn_tensor_view(&empty, DN_SHAPE(1), &view, &error), &view, &error, "[0, 3]");
    assert_refused(dn_tensor_view(&empty, DN_SHAPE(0, SIZE_MAX / 2, 4), &view, &error), &view, &error,
                   "[0, 3]");
}

static void strided_tensors_view_where_axes_join(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(4, 6));
    dn_tensor half; /* [4, 4] of rows that are 6 apart */
    dn_tensor view;
    assert_ok(dn_tensor_slice(&source, 1, 0, 4, 1, &half, &error));
    assert_ok(dn_tensor_view(&half, DN_SHAPE(2, 2, 2, 2), &view, &error));
    assert_views(&view, 0);
    assert_tensor(&view, DN_SHAPE(2, 2, 2, 2), 0, 0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15, 18, 19, 20, 21);
    assert_refused(dn_tensor_view(&half, DN_SHAPE(16), &view, &error), &view, &error,
                   "strides of shape [4, 4] do not allow a view as [16]");
    assert_refused(dn_tensor_view(&half, DN_SHAPE(8, 2), &half, &error), &half, &error, "[8, 2]");
}

static void transposed_tensors_view_where_axes_join(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(2, 3, 4));
    dn_tensor turned;
    dn_tensor view;
    assert_ok(dn_tensor_transpose(&source, 1, 2, &turned, &error)); /* [2, 4, 3] */
    assert_ok(dn_tensor_transpose(&turned, 0, 1, &turned, &error)); /* [4, 2, 3] */
    assert_ok(dn_tensor_view(&turned, DN_SHAPE(4, 6), &view, &error));
    assert_views(&view, 0);
    assert_int_equal(view.stride[0], 1);
    assert_int_equal(view.stride[1], 4);
    assert_ok(dn_tensor_view(&turned, DN_SHAPE(2, 2, 1, 6), &view, &error));
    assert_views(&view, 0);
    assert_refused(dn_tensor_view(&turned, DN_SHAPE(24), &view, &error), &view, &error, "[4, 2, 3]");
}

static void expanded_tensors_view_where_axes_join(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor row = dn_tensor_borrow(numbers, DN_SHAPE(1, 4));
    dn_tensor repeated;
    dn_tensor view;
    assert_ok(dn_tensor_expand(&row, DN_SHAPE(6, 4), &repeated, &error));
    assert_ok(dn_tensor_view(&repeated, DN_SHAPE(2, 3, 2, 2), &view, &error));
    assert_views(&view, 0);
    assert_int_equal(view.stride[0], 0);
    assert_refused(dn_tensor_view(&repeated, DN_SHAPE(24), &view, &error), &view, &error, "[6, 4]");
}

static void axes_of_one_do_not_stand_in_the_way(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(4, 6));
    dn_tensor column; /* [1, 4], stride 6 */
    dn_tensor view;
    assert_ok(dn_tensor_slice(&source, 1, 2, 3, 1, &column, &error));
    assert_ok(dn_tensor_transpose(&column, 0, 1, &column, &error));
    assert_ok(dn_tensor_view(&column, DN_SHAPE(2, 1, 2), &view, &error));
    assert_views(&view, 2);
    assert_tensor(&view, DN_SHAPE(2, 1, 2), 0, 2, 8, 14, 20);
}

static void reshape_views_where_it_can_and_copies_where_it_must(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(2, 3));
    dn_tensor turned;
    dn_tensor result;
    assert_ok(dn_tensor_reshape(&source, DN_SHAPE(3, DN_INFER), &result, &error));
    assert_views(&result, 0);
    dn_tensor_free(&result);
    assert_ok(dn_tensor_transpose(&source, 0, 1, &turned, &error));
    assert_ok(dn_tensor_reshape(&turned, DN_SHAPE(2, DN_INFER), &result, &error));
    assert_non_null(result.storage);
    assert_ptr_not_equal(result.data, numbers);
    assert_tensor(&result, DN_SHAPE(2, 3), 0, 0, 3, 1, 4, 2, 5);
    dn_tensor_free(&result);
    result = turned;
    assert_ok(dn_tensor_reshape(&result, DN_SHAPE(6), &result, &error)); /* in place */
    assert_tensor(&result, DN_SHAPE(6), 0, 0, 3, 1, 4, 2, 5);
    dn_tensor_free(&result);
    assert_refused(dn_tensor_reshape(&turned, DN_SHAPE(4), &result, &error), &result, &error, "[3, 2]");
}

static void transpose_swaps_two_axes(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(2, 3));
    dn_tensor view;
    assert_ok(dn_tensor_transpose(&source, 0, 1, &view, &error));
    assert_views(&view, 0);
    assert_tensor(&view, DN_SHAPE(3, 2), 0, 0, 3, 1, 4, 2, 5);
    assert_ok(dn_tensor_transpose(&source, -1, -2, &view, &error));
    assert_tensor(&view, DN_SHAPE(3, 2), 0, 0, 3, 1, 4, 2, 5);
    assert_ok(dn_tensor_transpose(&view, 1, 1, &view, &error)); /* with itself, in place */
    assert_tensor(&view, DN_SHAPE(3, 2), 0, 0, 3, 1, 4, 2, 5);
    assert_refused(dn_tensor_transpose(&source, 0, 2, &view, &error), &view, &error,
                   "axis 2 of shape [2, 3]");
    assert_refused(dn_tensor_transpose(&source, -3, 0, &view, &error), &view, &error, "axis -3");
    const dn_tensor scalar = all_as(DN_SCALAR);
    assert_refused(dn_tensor_transpose(&scalar, 0, 0, &view, &error), &view, &error, "axis 0 of shape []");
}

static void slice_takes_every_step_th_index(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(4, 6));
    dn_tensor view;
    assert_ok(dn_tensor_slice(&source, 1, 1, 6, 2, &view, &error));
    assert_views(&view, 1);
    assert_tensor(&view, DN_SHAPE(4, 3), 0, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23);
    assert_ok(dn_tensor_slice(&view, -2, 1, 4, 2, &view, &error));
    assert_views(&view, 7);
    assert_tensor(&view, DN_SHAPE(2, 3), 0, 7, 9, 11, 19, 21, 23);
    assert_ok(dn_tensor_slice(&source, 0, 3, 4, SIZE_MAX, &view, &error));
    assert_views(&view, 18);
    assert_true(dn_shape_equal(view.shape, DN_SHAPE(1, 6)));
    assert_ok(dn_tensor_slice(&source, 0, 4, 4, 1, &view, &error));
    assert_int_equal(dn_tensor_count(&view), 0);
}

static void slice_refuses_what_is_outside(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(4, 6));
    dn_tensor view;
    assert_refused(dn_tensor_slice(&source, 1, 0, 7, 1, &view, &error), &view, &error,
                   "slice 0 to 7 by 1 in axis 1 of shape [4, 6]");
    assert_refused(dn_tensor_slice(&source, 0, 3, 2, 1, &view, &error), &view, &error, "3 to 2");
    assert_refused(dn_tensor_slice(&source, 0, 0, 2, 0, &view, &error), &view, &error, "by 0");
    assert_refused(dn_tensor_slice(&source, 2, 0, 0, 1, &view, &error), &view, &error, "axis 2");
}

static void select_drops_the_axis(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor source = all_as(DN_SHAPE(2, 3, 4));
    dn_tensor view;
    assert_ok(dn_tensor_select(&source, 1, 2, &view, &error));
    assert_views(&view, 8);
    assert_tensor(&view, DN_SHAPE(2, 4), 0, 8, 9, 10, 11, 20, 21, 22, 23);
    assert_ok(dn_tensor_select(&view, -1, 3, &view, &error));
    assert_tensor(&view, DN_SHAPE(2), 0, 11, 23);
    assert_ok(dn_tensor_select(&view, 0, 1, &view, &error));
    assert_views(&view, 23);
    assert_tensor(&view, DN_SCALAR, 0, 23);
    assert_refused(dn_tensor_select(&source, 0, 2, &view, &error), &view, &error,
                   "index 2 in axis 0 of shape [2, 3, 4]");
    assert_refused(dn_tensor_select(&source, 3, 0, &view, &error), &view, &error, "axis 3");
}

static void expand_repeats_by_strides_of_zero(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor column = dn_tensor_borrow(numbers, DN_SHAPE(2, 1));
    dn_tensor view;
    assert_ok(dn_tensor_expand(&column, DN_SHAPE(2, 2, 3), &view, &error));
    assert_views(&view, 0);
    assert_tensor(&view, DN_SHAPE(2, 2, 3), 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1);
    const dn_tensor scalar = dn_tensor_borrow(numbers + 3, DN_SCALAR);
    assert_ok(dn_tensor_expand(&scalar, DN_SHAPE(1, 2), &view, &error));
    assert_tensor(&view, DN_SHAPE(1, 2), 0, 3, 3);
    assert_ok(dn_tensor_expand(&column, DN_SHAPE(2, 0), &view, &error));
    assert_int_equal(dn_tensor_count(&view), 0);
}

static void expand_refuses_what_does_not_broadcast(void **state)
{
    (void)state;
    dn_error error;
    const dn_tensor column = dn_tensor_borrow(numbers, DN_SHAPE(2, 1));
    const dn_shape deep = {5, {1, 1, 1, 2}};
    dn_tensor view;
    assert_refused(dn_tensor_expand(&column, DN_SHAPE(3, 3), &view, &error), &view, &error,
                   "shape [2, 1] does not broadcast to [3, 3]");
    assert_refused(dn_tensor_expand(&column, DN_SHAPE(2), &view, &error), &view, &error, "[2]");
    assert_refused(dn_tensor_expand(&column, deep, &view, &error), &view, &error, "rank 5");
    assert_refused(dn_tensor_expand(&column, DN_SHAPE(SIZE_MAX / 4, 2, 9), &view, &error), &view, &error,
                   "does not broadcast");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(view_changes_the_shape_not_the_contents),
        cmocka_unit_test(view_infers_one_extent),
        cmocka_unit_test(view_refuses_another_number_of_elements),
        cmocka_unit_test(scalars_and_ones_view_each_other),
        cmocka_unit_test(nothing_views_as_nothing),
        cmocka_unit_test(strided_tensors_view_where_axes_join),
        cmocka_unit_test(transposed_tensors_view_where_axes_join),
        cmocka_unit_test(expanded_tensors_view_where_axes_join),
        cmocka_unit_test(axes_of_one_do_not_stand_in_the_way),
        cmocka_unit_test(reshape_views_where_it_can_and_copies_where_it_must),
        cmocka_unit_test(transpose_swaps_two_axes),
        cmocka_unit_test(slice_takes_every_step_th_index),
        cmocka_unit_test(slice_refuses_what_is_outside),
        cmocka_unit_test(select_drops_the_axis),
        cmocka_unit_test(expand_repeats_by_strides_of_zero),
        cmocka_unit_test(expand_refuses_what_does_not_broadcast),
    };
    return cmocka_run_group_tests(tests, fill_numbers, NULL);
}
