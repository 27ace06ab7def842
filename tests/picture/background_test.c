#include "picture/background.h"

#include "support.h"

#include <string.h>

/** The square that closes a picture of this side is 35 pixels wide. */
#define SIDE 100
#define PAPER 200
#define DARK 50
/** 255 (1 - 50 / (200 + 12)), with the paper 200 under the ink. */
#define INK (UINT8_MAX * (PAPER - DARK) / (PAPER + 12))

static dn_error error;
static uint8_t pixels[SIDE * SIDE];

/** Dark pixels that are seen from one of the four sides: so deep below it, and along it. */
static void darken(int side, size_t depth, size_t deeper, size_t at, size_t length)
{
    for (size_t i = depth; i < depth + deeper; i++) {
        for (size_t k = at; k < at + length; k++) {
            const size_t inwards = side % 2 ? SIDE - 1 - i : i;
            pixels[side < 2 ? inwards * SIDE + k : k * SIDE + inwards] = DARK;
        }
    }
}

static void remove_background(void)
{
    float unevenness;
    dn_plane shades;
    assert_ok(dn_plane_new(&shades, SIDE, SIDE, &error));
    memcpy(shades.data, pixels, sizeof pixels);
    assert_ok(dn_background_remove(&shades, true, &unevenness, &error));
    memcpy(pixels, shades.data, sizeof pixels);
    dn_plane_free(&shades);
}

/** How many pixels are ink; each is ink or paper. */
static size_t count_ink(void)
{
    size_t count = 0;
    remove_background();
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        assert_true(pixels[i] == 0 || pixels[i] == INK);
        count += pixels[i] != 0;
    }
    return count;
}

static void a_stroke_is_ink_and_a_wide_area_is_paper(void **state)
{
    (void)state;
    memset(pixels, PAPER, sizeof pixels);
    darken(0, 30, 40, 20, 6);
    darken(0, 30, 40, 50, 40);
    assert_int_equal(count_ink(), 40 * 6);
}

static void a_strip_along_half_of_a_side_is_paper(void **state)
{
    (void)state;
    for (int side = 0; side < 4; side++) {
        memset(pixels, PAPER, sizeof pixels);
        darken(side, 0, 12, 25, 51);
        assert_int_equal(count_ink(), 0);
        memset(pixels, PAPER, sizeof pixels);
        darken(side, 0, 12, 25, 50);
        assert_int_equal(count_ink(), 12 * 50);
    }
}

static void from_a_corner_on_less_of_a_side_is_enough(void **state)
{
    (void)state;
    for (int side = 0; side < 4; side++) {
        for (size_t end = 0; end < 2; end++) {
            memset(pixels, PAPER, sizeof pixels);
            darken(side, 0, 12, end ? SIDE - 16 : 0, 16);
            assert_int_equal(count_ink(), 0);
            memset(pixels, PAPER, sizeof pixels);
            darken(side, 0, 12, end ? SIDE - 15 : 0, 15);
            assert_int_equal(count_ink(), 12 * 15);
        }
    }
}

/** A digit that stands on a desk which is turned a little loses what lies on it, and nothing more. */
static void a_stroke_on_a_slanted_strip_stays(void **state)
{
    (void)state;
    for (int side = 0; side < 4; side++) {
        memset(pixels, PAPER, sizeof pixels);
        for (size_t at = 0; at < SIDE; at++)
            darken(side, 0, 8 + at / 20, at, 1);
        darken(side, 8, 40, 60, 6);
        assert_int_equal(count_ink(), 6 * 37);
    }
}

static void a_line_along_a_side_is_ink(void **state)
{
    (void)state;
    for (int side = 0; side < 4; side++) {
        memset(pixels, PAPER, sizeof pixels);
        darken(side, 0, 11, 0, SIDE);
        assert_int_equal(count_ink(), 11 * SIDE);
    }
}

static void a_line_off_the_side_is_ink(void **state)
{
    (void)state;
    memset(pixels, PAPER, sizeof pixels);
    darken(1, 1, 4, 0, SIDE);
    assert_int_equal(count_ink(), 4 * SIDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stroke_is_ink_and_a_wide_area_is_paper),
        cmocka_unit_test(a_strip_along_half_of_a_side_is_paper),
        cmocka_unit_test(from_a_corner_on_less_of_a_side_is_enough),
        cmocka_unit_test(a_stroke_on_a_slanted_strip_stays),
        cmocka_unit_test(a_line_along_a_side_is_ink),
        cmocka_unit_test(a_line_off_the_side_is_ink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
