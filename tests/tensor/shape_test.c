#include "support.h"

#include "tensor/shape.h"

#include <stdio.h>

static void a_shape_counts_its_elements(void **state)
{
    (void)state;
    size_t count;
    assert_true(dn_shape_count(DN_SCALAR, &count));
    assert_int_equal(count, 1);
    assert_true(dn_shape_count(DN_SHAPE(2, 3, 4, 5), &count));
    assert_int_equal(count, 120);
    assert_true(dn_shape_count(DN_SHAPE(7, 0, 3), &count));
    assert_int_equal(count, 0);
    assert_true(dn_shape_count(DN_SHAPE(PTRDIFF_MAX, 1), &count));
    assert_true(count == PTRDIFF_MAX);
}

static void a_count_that_overflows_is_refused_also_beside_a_zero(void **state)
{
    (void)state;
    size_t count = 5;
    assert_false(dn_shape_count(DN_SHAPE((size_t)PTRDIFF_MAX + 1), &count));
    assert_false(dn_shape_count(DN_SHAPE(SIZE_MAX / 2, 3), &count));
    assert_false(dn_shape_count(DN_SHAPE(SIZE_MAX / 2, 4, 0), &count));
    assert_false(dn_shape_count(DN_SHAPE(0, SIZE_MAX / 2, 4), &count));
    assert_int_equal(count, 5);
}

static void equal_shapes_have_equal_rank_and_extents(void **state)
{
    (void)state;
    assert_true(dn_shape_equal(DN_SCALAR, DN_SCALAR));
    assert_true(dn_shape_equal(DN_SHAPE(2, 3), DN_SHAPE(2, 3)));
    assert_false(dn_shape_equal(DN_SHAPE(2, 3), DN_SHAPE(3, 2)));
    assert_false(dn_shape_equal(DN_SHAPE(2, 3), DN_SHAPE(2, 4)));
    assert_false(dn_shape_equal(DN_SHAPE(2, 3), DN_SHAPE(4, 3)));
    assert_false(dn_shape_equal(DN_SHAPE(2), DN_SHAPE(2, 1)));
    assert_false(dn_shape_equal(DN_SHAPE(1), DN_SCALAR));
    const dn_shape leftovers = {1, {2, 9, 9, 9}};
    assert_true(dn_shape_equal(leftovers, DN_SHAPE(2)));
}

static void shapes_read_as_lists(void **state)
{
    (void)state;
    char text[DN_SHAPE_TEXT_SIZE];
    assert_string_equal(dn_shape_text(DN_SCALAR, text), "[]");
    assert_string_equal(dn_shape_text(DN_SHAPE(784), text), "[784]");
    assert_string_equal(dn_shape_text(DN_SHAPE(64, 1, 0, 3), text), "[64, 1, 0, 3]");
    assert_string_equal(dn_shape_text(DN_SHAPE(DN_INFER, 28), text), "[-1, 28]");
}

static void the_longest_shape_fits_its_text(void **state)
{
    (void)state;
    char text[DN_SHAPE_TEXT_SIZE];
    char expected[2 * DN_SHAPE_TEXT_SIZE];
    const size_t big = SIZE_MAX - 1;
    snprintf(expected, sizeof expected, "[%zu, %zu, %zu, %zu]", big, big, big, big);
    assert_string_equal(dn_shape_text(DN_SHAPE(big, big, big, big), text), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shape_counts_its_elements),
        cmocka_unit_test(a_count_that_overflows_is_refused_also_beside_a_zero),
        cmocka_unit_test(equal_shapes_have_equal_rank_and_extents),
        cmocka_unit_test(shapes_read_as_lists),
        cmocka_unit_test(the_longest_shape_fits_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
