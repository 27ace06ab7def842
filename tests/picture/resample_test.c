#include "support.h"

#include "picture/resample.h"

static dn_error error;

static void equal_size_copies_exactly(void **state)
{
    (void)state;
    const dn_tensor source = dn_tensor_borrow((float[]){0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F}, DN_SHAPE(2, 3));
    dn_tensor out = dn_tensor_borrow((float[6]){0}, DN_SHAPE(2, 3));
    assert_ok(dn_resample(&source, dn_region_whole(&source), DN_BEYOND_EMPTY, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 3), 0, 0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F);
}

static void shrinking_averages_areas_with_their_fractions(void **state)
{
    (void)state;
    const dn_tensor source = dn_tensor_borrow((float[]){3, 6, 9, 3, 6, 9}, DN_SHAPE(2, 3));
    dn_tensor out = dn_tensor_borrow((float[2]){0}, DN_SHAPE(1, 2));
    assert_ok(dn_resample(&source, dn_region_whole(&source), DN_BEYOND_EMPTY, &out, &error));
    assert_tensor(&out, DN_SHAPE(1, 2), 0, 4, 8);
}

static void enlarging_interpolates(void **state)
{
    (void)state;
    const dn_tensor source = dn_tensor_borrow((float[]){0, 8}, DN_SHAPE(1, 2));
    dn_tensor out = dn_tensor_borrow((float[4]){0}, DN_SHAPE(1, 4));
    assert_ok(dn_resample(&source, dn_region_whole(&source), DN_BEYOND_IGNORED, &out, &error));
    assert_tensor(&out, DN_SHAPE(1, 4), 0, 0, 2, 6, 8);
}

static void beyond_the_edges_there_is_nothing_or_it_is_ignored(void **state)
{
    (void)state;
    const dn_tensor source = dn_tensor_borrow((float[]){4, 4}, DN_SHAPE(1, 2));
    const dn_region region = {.top = 0, .left = -1, .height = 1, .width = 6};
    dn_tensor out = dn_tensor_borrow((float[3]){0}, DN_SHAPE(1, 3));
    assert_ok(dn_resample(&source, region, DN_BEYOND_EMPTY, &out, &error));
    assert_tensor(&out, DN_SHAPE(1, 3), 0, 2, 2, 0);
    assert_ok(dn_resample(&source, region, DN_BEYOND_IGNORED, &out, &error));
    assert_tensor(&out, DN_SHAPE(1, 3), 0, 4, 4, 0);
}

static void pictures_of_any_strides_are_read_and_written(void **state)
{
    (void)state;
    const dn_tensor source = dn_tensor_borrow((float[]){1, 2, 3, 4}, DN_SHAPE(2, 2));
    const dn_tensor target = dn_tensor_borrow((float[4]){0}, DN_SHAPE(2, 2));
    dn_tensor from;
    dn_tensor to;
    assert_ok(dn_tensor_transpose(&source, 0, 1, &from, &error));
    assert_ok(dn_tensor_transpose(&target, 0, 1, &to, &error));
    assert_ok(dn_resample(&from, dn_region_whole(&from), DN_BEYOND_EMPTY, &to, &error));
    assert_tensor(&target, DN_SHAPE(2, 2), 0, 1, 2, 3, 4);
}

static void pictures_of_nothing_are_refused(void **state)
{
    (void)state;
    const dn_tensor source = dn_tensor_borrow((float[1]){0}, DN_SHAPE(0, 2));
    dn_tensor out = dn_tensor_borrow((float[1]){0}, DN_SHAPE(1, 1));
    assert_int_equal(dn_resample(&source, dn_region_whole(&out), DN_BEYOND_EMPTY, &out, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "[0, 2] to [1, 1]");
    const dn_tensor flat = dn_tensor_borrow((float[1]){0}, DN_SHAPE(1));
    dn_tensor nothing = dn_tensor_borrow((float[1]){0}, DN_SHAPE(1, 0));
    dn_tensor flat_out = flat;
    const dn_region whole = dn_region_whole(&out);
    assert_int_equal(dn_resample(&flat, whole, DN_BEYOND_EMPTY, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[1] to [1, 1]");
    assert_int_equal(dn_resample(&out, whole, DN_BEYOND_EMPTY, &flat_out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[1, 1] to [1]");
    assert_int_equal(dn_resample(&out, whole, DN_BEYOND_EMPTY, &nothing, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[1, 1] to [1, 0]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_size_copies_exactly),
        cmocka_unit_test(shrinking_averages_areas_with_their_fractions),
        cmocka_unit_test(enlarging_interpolates),
        cmocka_unit_test(beyond_the_edges_there_is_nothing_or_it_is_ignored),
        cmocka_unit_test(pictures_of_any_strides_are_read_and_written),
        cmocka_unit_test(pictures_of_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
