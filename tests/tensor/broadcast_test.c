#include "support.h"

#include "tensor/broadcast.h"

#include "digitnet/tensor.h"

static void assert_broadcasts(dn_shape a, dn_shape b, dn_shape expected)
{
    dn_error error;
    dn_shape result;
    assert_ok(dn_broadcast_shape(a, b, &result, &error));
    assert_true(dn_shape_equal(result, expected));
    assert_ok(dn_broadcast_shape(b, a, &result, &error));
    assert_true(dn_shape_equal(result, expected));
}

static void shapes_align_at_the_last_axis(void **state)
{
    (void)state;
    assert_broadcasts(DN_SCALAR, DN_SCALAR, DN_SCALAR);
    assert_broadcasts(DN_SCALAR, DN_SHAPE(2, 3), DN_SHAPE(2, 3));
    assert_broadcasts(DN_SHAPE(2, 3), DN_SHAPE(2, 3), DN_SHAPE(2, 3));
    assert_broadcasts(DN_SHAPE(3), DN_SHAPE(2, 3), DN_SHAPE(2, 3));
    assert_broadcasts(DN_SHAPE(2, 1), DN_SHAPE(1, 3), DN_SHAPE(2, 3));
    assert_broadcasts(DN_SHAPE(8, 1, 6, 1), DN_SHAPE(7, 1, 5), DN_SHAPE(8, 7, 6, 5));
    assert_broadcasts(DN_SHAPE(1), DN_SHAPE(0), DN_SHAPE(0));
    assert_broadcasts(DN_SHAPE(2, 1), DN_SHAPE(0), DN_SHAPE(2, 0));
}

static void shapes_that_do_not_fit_are_both_named(void **state)
{
    (void)state;
    dn_error error;
    dn_shape result;
    assert_int_equal(dn_broadcast_shape(DN_SHAPE(2, 3), DN_SHAPE(2), &result, &error), DN_ERR_SHAPE);
    assert_string_equal(error.problem, "shapes [2, 3] and [2] do not broadcast together");
    assert_contains(error.remedy, "last axis");
    assert_int_equal(dn_broadcast_shape(DN_SHAPE(0), DN_SHAPE(2), &result, &error), DN_ERR_SHAPE);
    assert_string_equal(error.problem, "shapes [0] and [2] do not broadcast together");
    assert_int_equal(dn_broadcast_shape(DN_SHAPE(5, 1, 2, 3), DN_SHAPE(4, 2, 1), &result, &error), DN_OK);
    assert_int_equal(dn_broadcast_shape(DN_SHAPE(5, 3, 2, 3), DN_SHAPE(4, 2, 1), &result, &error),
                     DN_ERR_SHAPE);
}

static void an_output_of_another_shape_is_refused_and_left_alone(void **state)
{
    (void)state;
    dn_error error;
    float numbers[6] = {1, 2, 3, 4, 5, 6};
    float results[6] = {7, 7, 7, 7, 7, 7};
    const dn_tensor matrix = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    const dn_tensor row = dn_tensor_borrow(numbers, DN_SHAPE(3));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(3));
    assert_int_equal(dn_add(&matrix, &row, &out, &error), DN_ERR_SHAPE);
    assert_string_equal(error.problem, "the output has shape [3], the result [2, 3]");
    assert_int_equal(dn_absolute(&matrix, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "the output has shape [3], the result [2, 3]");
    dn_tensor larger = dn_tensor_borrow(results, DN_SHAPE(2, 3));
    assert_int_equal(dn_add(&row, &row, &larger, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "the output has shape [2, 3], the result [3]");
    dn_tensor pair = dn_tensor_borrow(results, DN_SHAPE(2));
    assert_int_equal(dn_copy(&row, &pair, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "shapes [3] and [2] do not broadcast");
    for (size_t i = 0; i < 6; i++)
        assert_true(results[i] == 7.0F);
}

static void an_output_that_repeats_its_elements_is_refused(void **state)
{
    (void)state;
    dn_error error;
    float number = 1.0F;
    const dn_tensor scalar = dn_tensor_borrow(&number, DN_SCALAR);
    dn_tensor out;
    assert_ok(dn_tensor_expand(&scalar, DN_SHAPE(2), &out, &error));
    assert_int_equal(dn_fill(&out, 3.0F, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "the output of shape [2] repeats its elements");
    assert_ok(dn_tensor_expand(&scalar, DN_SHAPE(1, 1), &out, &error)); /* nothing is repeated */
    assert_ok(dn_fill(&out, 3.0F, &error));
    assert_true(number == 3.0F);
    assert_ok(dn_tensor_expand(&scalar, DN_SHAPE(2, 0), &out, &error));
    assert_ok(dn_fill(&out, 4.0F, &error));
    assert_true(number == 3.0F);
}

static size_t rows_walked;
static size_t elements_walked;

static void count_row(const dn_row *row)
{
    rows_walked++;
    elements_walked += row->count;
}

/** Walk out and one operand of its shape; the number of rows says how well axes were joined. */
static size_t rows_of(const dn_tensor *operand, dn_tensor *out)
{
    dn_error error;
    rows_walked = 0;
    elements_walked = 0;
    assert_ok(dn_broadcast(&operand, 1, out, count_row, &error));
    assert_int_equal(elements_walked, dn_tensor_count(out));
    return rows_walked;
}

static void axes_that_lie_like_one_are_walked_as_one(void **state)
{
    (void)state;
    dn_error error;
    float numbers[24];
    float results[24];
    const dn_tensor source = dn_tensor_borrow(numbers, DN_SHAPE(2, 3, 2, 2));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 3, 2, 2));
    dn_tensor view;
    assert_int_equal(rows_of(&source, &out), 1);
    const dn_tensor scalar = dn_tensor_borrow(numbers, DN_SCALAR);
    assert_int_equal(rows_of(&scalar, &out), 1);
    const dn_tensor planes = dn_tensor_borrow(numbers, DN_SHAPE(3, 1, 1));
    assert_int_equal(rows_of(&planes, &out), 6); /* [2, 3, (2 2)] */
    assert_ok(dn_tensor_transpose(&source, 0, 2, &view, &error));
    assert_ok(dn_tensor_transpose(&view, 1, 3, &view, &error));
    dn_tensor turned = dn_tensor_borrow(results, DN_SHAPE(2, 2, 2, 3));
    assert_int_equal(rows_of(&view, &turned), 4); /* [(2 2), (2 3)] */
    dn_tensor one = dn_tensor_borrow(results, DN_SCALAR);
    assert_int_equal(rows_of(&scalar, &one), 1);
    dn_tensor none = dn_tensor_borrow(results, DN_SHAPE(3, 0));
    assert_int_equal(rows_of(&scalar, &none), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_align_at_the_last_axis),
        cmocka_unit_test(shapes_that_do_not_fit_are_both_named),
        cmocka_unit_test(an_output_of_another_shape_is_refused_and_left_alone),
        cmocka_unit_test(an_output_that_repeats_its_elements_is_refused),
        cmocka_unit_test(axes_that_lie_like_one_are_walked_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
