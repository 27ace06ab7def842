#include "picture/rules.h"

#include "picture/background.h"
#include "picture/threshold.h"
#include "support.h"

#include <string.h>

#define SIDE 200

static dn_error error;

static dn_plane new_plane(uint8_t value)
{
    dn_plane plane;
    assert_ok(dn_plane_new(&plane, SIDE, SIDE, &error));
    memset(plane.data, value, (size_t)SIDE * SIDE);
    return plane;
}

static void fill(dn_plane *plane, size_t top, size_t left, size_t height, size_t width, uint8_t value)
{
    for (size_t y = top; y < top + height; y++)
        memset(plane->data + y * SIDE + left, value, width);
}

static uint8_t at(const dn_plane *plane, size_t y, size_t x)
{
    return plane->data[y * SIDE + x];
}

static void a_rule_goes_and_a_darker_stroke_across_it_stays(void **state)
{
    (void)state;
    dn_plane darkness = new_plane(0);
    dn_plane taken = new_plane(0);
    fill(&darkness, 90, 0, 2, SIDE, 60);
    fill(&darkness, 60, 100, 70, 10, 180);
    assert_ok(dn_rules_remove(&darkness, &taken, &error));
    assert_int_equal(at(&darkness, 90, 20), 0);
    assert_int_equal(at(&taken, 90, 20), 1);
    assert_int_equal(at(&darkness, 90, 105), 180);
    assert_int_equal(at(&darkness, 70, 105), 180);
    dn_plane_free(&darkness);
    dn_plane_free(&taken);
}

static void a_stroke_as_dark_as_the_rule_is_filled_again(void **state)
{
    (void)state;
    dn_plane darkness = new_plane(0);
    dn_plane taken = new_plane(0);
    fill(&darkness, 90, 0, 3, SIDE, 180);
    fill(&darkness, 60, 100, 70, 10, 180);
    assert_ok(dn_rules_remove(&darkness, &taken, &error));
    assert_int_equal(at(&darkness, 91, 20), 0);
    assert_int_equal(at(&darkness, 91, 105), 180);
    dn_plane_free(&darkness);
    dn_plane_free(&taken);
}

static void an_upright_line_that_ends_in_the_open_is_a_1(void **state)
{
    (void)state;
    dn_plane darkness = new_plane(0);
    dn_plane taken = new_plane(0);
    fill(&darkness, 30, 100, 140, 3, 180);
    assert_ok(dn_rules_remove(&darkness, &taken, &error));
    assert_int_equal(at(&darkness, 100, 101), 180);
    fill(&darkness, 0, 100, SIDE, 3, 180);
    assert_ok(dn_rules_remove(&darkness, &taken, &error));
    assert_int_equal(at(&darkness, 100, 101), 0);
    dn_plane_free(&darkness);
    dn_plane_free(&taken);
}

static void a_shadow_vanishes_and_ink_in_and_out_of_it_is_as_dark(void **state)
{
    (void)state;
    float unevenness;
    dn_plane shades = new_plane(240);
    fill(&shades, 0, 0, SIDE, 100, 120);
    fill(&shades, 80, 50, 40, 8, 40);
    fill(&shades, 80, 150, 40, 8, 80);
    assert_ok(dn_background_remove(&shades, false, &unevenness, &error));
    assert_int_equal(at(&shades, 20, 20), 0);
    assert_int_equal(at(&shades, 20, 99), 0);
    assert_int_equal(at(&shades, 20, 180), 0);
    assert_in_range(at(&shades, 100, 53), 150, 175);
    assert_in_range(at(&shades, 100, 153), 150, 175);
    assert_true(unevenness > 0.2F);
    dn_plane_free(&shades);
}

static void the_level_of_little_ink_is_found_in_noise(void **state)
{
    (void)state;
    dn_plane darkness = new_plane(0);
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++)
        darkness.data[i] = (uint8_t)(i * 7 % 13);
    fill(&darkness, 80, 50, 10, 4, 120);
    const dn_levels levels = dn_levels_of_darkness(&darkness);
    assert_in_range(levels.paper, 5, 7);
    assert_in_range(levels.noise, 12, 80);
    assert_int_equal(levels.ink, 120);
    assert_int_equal(dn_levels_scale(levels, 130), 255);
    assert_int_equal(dn_levels_scale(levels, levels.paper), 0);
    dn_plane_free(&darkness);
}

static void half_of_a_bitmap_may_be_ink(void **state)
{
    (void)state;
    dn_plane bitmap = new_plane(10);
    fill(&bitmap, 0, 0, 120, SIDE, 200);
    const dn_levels levels = dn_levels_of_bitmap(&bitmap);
    assert_int_equal(levels.paper, 10);
    assert_int_equal(levels.ink, 200);
    dn_plane_free(&bitmap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_goes_and_a_darker_stroke_across_it_stays),
        cmocka_unit_test(a_stroke_as_dark_as_the_rule_is_filled_again),
        cmocka_unit_test(an_upright_line_that_ends_in_the_open_is_a_1),
        cmocka_unit_test(a_shadow_vanishes_and_ink_in_and_out_of_it_is_as_dark),
        cmocka_unit_test(the_level_of_little_ink_is_found_in_noise),
        cmocka_unit_test(half_of_a_bitmap_may_be_ink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
