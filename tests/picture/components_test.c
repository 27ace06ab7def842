#include "picture/components.h"

#include "picture/frames.h"
#include "picture/groups.h"
#include "support.h"

#include <string.h>

#define SIDE 60

static dn_error error;
static uint8_t pixels[SIDE * SIDE];
static const dn_plane plane = {SIDE, SIDE, pixels};

static void clear(void **state)
{
    (void)state;
    memset(pixels, 0, sizeof pixels);
}

static void fill(size_t top, size_t left, size_t height, size_t width, uint8_t value)
{
    for (size_t y = top; y < top + height; y++)
        memset(pixels + y * SIDE + left, value, width);
}

/** The outline of a rectangle, two pixels thick. */
static void frame(size_t top, size_t left, size_t height, size_t width)
{
    fill(top, left, 2, width, 255);
    fill(top + height - 2, left, 2, width, 255);
    fill(top, left, height, 2, 255);
    fill(top, left + width - 2, height, 2, 255);
}

static dn_components find(void)
{
    dn_components found;
    assert_ok(dn_components_find(&plane, 100, 150, &found, &error));
    return found;
}

static void corners_connect_and_each_component_reaches_the_strong_level(void **state)
{
    clear(state);
    fill(5, 5, 3, 3, 200);
    fill(8, 8, 3, 3, 120);
    fill(30, 30, 4, 4, 149);
    fill(59, 50, 1, 10, 160);
    dn_components found = find();
    assert_int_equal(found.count, 2);
    assert_int_equal(found.items[0].pixels, 18);
    assert_int_equal(found.items[0].box.bottom, 11);
    assert_int_equal(found.items[0].border, 0);
    assert_int_equal(found.items[1].border, 10);
    assert_int_equal(found.labels[30 * SIDE + 30], 0);
    dn_components_free(&found);
}

static void a_box_goes_and_a_ring_stays_unless_it_encloses_something(void **state)
{
    clear(state);
    frame(5, 5, 40, 30);
    dn_components found = find();
    dn_frames_drop(&found, SIDE, SIDE);
    assert_true(found.items[0].dropped);
    dn_components_free(&found);
    memset(pixels, 0, sizeof pixels);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        const int y = (int)(i / SIDE) - 30;
        const int x = (int)(i % SIDE) - 30;
        pixels[i] = x * x + y * y < 22 * 22 && x * x + y * y > 19 * 19 ? 255 : 0;
    }
    found = find();
    dn_frames_drop(&found, SIDE, SIDE);
    assert_false(found.items[0].dropped);
    dn_components_free(&found);
    fill(22, 28, 16, 4, 255);
    found = find();
    dn_frames_drop(&found, SIDE, SIDE);
    assert_int_equal(found.count, 2);
    assert_true(found.items[0].dropped);
    assert_false(found.items[1].dropped);
    dn_components_free(&found);
}

/** The corner of a frame around a digit that the picture cuts off with it; slant: as a photograph shows it. */
static void paint_corner(size_t slant)
{
    for (size_t y = 0; y < 50; y++)
        fill(y, 2 + slant * y / 50, 1, 2, 255);
    for (size_t x = 2 + slant; x < SIDE; x++)
        fill(50 + slant * x / SIDE, x, 2, 1, 255);
}

static void a_corner_of_a_frame_goes_where_a_digit_stands_in_it(void **state)
{
    for (size_t slant = 0; slant <= 6; slant += 3) {
        clear(state);
        paint_corner(slant);
        fill(0, 20, 30, 6, 255); /* a digit that is cut off, too */
        dn_components found = find();
        dn_frames_drop(&found, SIDE, SIDE);
        assert_int_equal(found.count, 2);
        assert_true(found.items[0].dropped);
        assert_false(found.items[1].dropped);
        dn_components_free(&found);
    }
}

/** The stroke of a 6 that is cut off below, and its hook in it: that leaves the picture on one side, not on two. */
static void a_digit_that_is_cut_off_is_no_corner(void **state)
{
    clear(state);
    fill(10, 15, 50, 4, 255);
    fill(10, 15, 4, 30, 255);
    fill(45, 28, 15, 6, 255);
    dn_components found = find();
    dn_frames_drop(&found, SIDE, SIDE);
    assert_int_equal(found.count, 2);
    assert_false(found.items[0].dropped);
    assert_false(found.items[1].dropped);
    dn_components_free(&found);
}

static void what_lies_along_an_edge_goes_unless_it_is_all(void **state)
{
    clear(state);
    fill(0, 0, 5, SIDE, 255);
    dn_components found = find();
    dn_edges_drop(&found, SIDE, SIDE);
    assert_false(found.items[0].dropped);
    dn_components_free(&found);
    fill(20, 20, 25, 5, 255);
    found = find();
    dn_edges_drop(&found, SIDE, SIDE);
    assert_true(found.items[0].dropped);
    assert_false(found.items[1].dropped);
    dn_components_free(&found);
}

static size_t count_groups(void)
{
    dn_groups groups;
    dn_components found = find();
    assert_ok(dn_groups_make(&found, &groups, &error));
    const size_t count = groups.count;
    dn_groups_free(&groups);
    dn_components_free(&found);
    return count;
}

static void tall_components_side_by_side_are_two_digits(void **state)
{
    clear(state);
    fill(10, 10, 30, 6, 255);
    fill(10, 19, 30, 6, 255);
    assert_int_equal(count_groups(), 2);
}

static void a_small_component_near_a_large_one_belongs_to_it(void **state)
{
    clear(state);
    fill(15, 10, 30, 6, 255);
    fill(10, 12, 4, 12, 255);
    assert_int_equal(count_groups(), 1);
}

/** The bar of a 5 or a 7 stands off its digit, and is wider than it. */
static void a_bar_above_belongs_to_the_digit(void **state)
{
    dn_groups groups;
    clear(state);
    fill(20, 20, 30, 6, 255);
    fill(14, 20, 3, 18, 255);
    dn_components found = find();
    assert_ok(dn_groups_make(&found, &groups, &error));
    assert_int_equal(groups.count, 1);
    assert_int_equal(groups.items[0].box.top, 14);
    assert_int_equal(groups.items[0].box.right, 38);
    dn_groups_free(&groups);
    dn_components_free(&found);
}

static void a_minus_and_an_underline_belong_to_nothing(void **state)
{
    clear(state);
    fill(10, 30, 30, 6, 255);
    fill(24, 14, 3, 12, 255);
    fill(46, 20, 3, 30, 255);
    assert_int_equal(count_groups(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corners_connect_and_each_component_reaches_the_strong_level),
        cmocka_unit_test(a_box_goes_and_a_ring_stays_unless_it_encloses_something),
        cmocka_unit_test(a_corner_of_a_frame_goes_where_a_digit_stands_in_it),
        cmocka_unit_test(a_digit_that_is_cut_off_is_no_corner),
        cmocka_unit_test(what_lies_along_an_edge_goes_unless_it_is_all),
        cmocka_unit_test(tall_components_side_by_side_are_two_digits),
        cmocka_unit_test(a_small_component_near_a_large_one_belongs_to_it),
        cmocka_unit_test(a_bar_above_belongs_to_the_digit),
        cmocka_unit_test(a_minus_and_an_underline_belong_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
