#include "picture.h"

#include "picture/paper.h"

#include <math.h>

static dn_error error;

/** Subtract the paper; say on which side the ink is. */
static bool subtract(dn_tensor *picture)
{
    bool dark;
    assert_ok(dn_paper_subtract(picture, &dark, &error));
    return dark;
}

static void assert_pixel(const dn_tensor *picture, size_t row, size_t column, float expected, float tolerance)
{
    const float found = pixel_at(picture, row, column);
    if (!(fabsf(found - expected) <= tolerance))
        fail_msg("row %zu, column %zu: %.4f, expected %.4f", row, column, (double)found, (double)expected);
}

static void ink_becomes_its_distance_from_the_paper(void **state)
{
    (void)state;
    dn_tensor dark = blank_picture(80, 80, 0.9F);
    paint_seven(&dark, 8, 24, 64, 0.2F);
    assert_true(subtract(&dark));
    assert_pixel(&dark, 10, 30, 0.7F, 1e-5F);
    assert_pixel(&dark, 60, 50, 0.7F, 1e-5F);
    assert_pixel(&dark, 40, 20, 0.0F, 1e-5F);
    dn_tensor bright = blank_picture(80, 80, 0.1F);
    paint_seven(&bright, 8, 24, 64, 0.6F);
    assert_false(subtract(&bright));
    assert_pixel(&bright, 10, 30, 0.5F, 1e-5F);
    assert_pixel(&bright, 40, 20, 0.0F, 1e-5F);
    dn_tensor_free(&dark);
    dn_tensor_free(&bright);
}

static void a_thick_digit_that_fills_most_of_the_picture_is_still_the_ink(void **state)
{
    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        const float paper = dark ? 0.95F : 0.05F;
        const float ink = dark ? 0.1F : 0.9F;
        /* An 8 of 92 x 70 in 100 x 80, strokes 20 thick: ink is the larger part. */
        dn_tensor picture = blank_picture(100, 80, paper);
        paint(&picture, 4, 5, 92, 70, ink);
        paint(&picture, 24, 25, 16, 30, paper);
        paint(&picture, 60, 25, 16, 30, paper);
        assert_int_equal(subtract(&picture), dark);
        dn_tensor_free(&picture);
    }
}

static void a_frame_close_around_a_digit_is_ink_and_not_paper(void **state)
{
    (void)state;
    static const size_t frames[][2] = {{4, 4}, {0, 3}}; /* from the border, thick */
    for (int i = 0; i < 4; i++) {
        const bool dark = i % 2 == 0;
        const float paper = dark ? 0.95F : 0.05F;
        const float ink = dark ? 0.15F : 0.85F;
        const size_t outer = frames[i / 2][0];
        const size_t inner = outer + frames[i / 2][1];
        dn_tensor picture = blank_picture(112, 112, paper);
        paint(&picture, outer, outer, 112 - 2 * outer, 112 - 2 * outer, ink);
        paint(&picture, inner, inner, 112 - 2 * inner, 112 - 2 * inner, paper);
        paint(&picture, 18, 30, 76, 52, ink);
        paint(&picture, 26, 38, 60, 36, paper);
        assert_int_equal(subtract(&picture), dark);
        assert_pixel(&picture, 12, 12, 0.0F, 0.02F);
        assert_pixel(&picture, 60, 56, 0.0F, 0.02F);
        dn_tensor_free(&picture);
    }
}

static void ink_that_touches_the_border_is_still_the_ink(void **state)
{
    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        dn_tensor picture = blank_picture(64, 40, dark ? 0.9F : 0.1F);
        paint_seven(&picture, 0, 4, 64, dark ? 0.2F : 0.8F);
        assert_int_equal(subtract(&picture), dark);
        assert_pixel(&picture, 40, 32, 0.6F, 0.1F);
        dn_tensor_free(&picture);
    }
}

static void a_gradient_of_light_goes_with_the_paper(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(120, 120, 0.9F);
    paint_seven(&picture, 20, 40, 80, 0.3F);
    for (size_t i = 0; i < 120 * 120; i++)
        picture.data[i] -= 0.3F * (float)(i % 120) / 120.0F + 0.2F * (float)(i / 120) / 120.0F;
    assert_true(subtract(&picture));
    for (size_t row = 0; row < 120; row += 7) {
        assert_pixel(&picture, row, 5, 0.0F, 0.06F);
        assert_pixel(&picture, row, 115, 0.0F, 0.06F);
    }
    assert_pixel(&picture, 25, 50, 0.6F, 0.06F);
    assert_pixel(&picture, 80, 75, 0.6F, 0.06F);
    dn_tensor_free(&picture);
}

static void noise_goes_both_ways(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(200, 200, 0.8F);
    paint_seven(&picture, 20, 50, 160, 0.3F);
    add_noise(&picture, 0.05F, 1);
    assert_true(subtract(&picture));
    size_t below = 0;
    for (size_t i = 0; i < 200 * 40; i++)
        below += picture.data[i] < 0.0F;
    assert_true(below > 0);
    dn_tensor_free(&picture);
}

static void one_shade_leaves_nothing(void **state)
{
    (void)state;
    static const size_t extents[][2] = {{1, 1}, {1, 70}, {70, 1}, {28, 28}, {130, 90}};
    for (int i = 0; i < 5; i++) {
        dn_tensor picture = blank_picture(extents[i][0], extents[i][1], 0.4F);
        (void)subtract(&picture);
        for (size_t j = 0; j < dn_tensor_count(&picture); j++)
            assert_float_equal(picture.data[j], 0.0F, 1e-6F);
        dn_tensor_free(&picture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ink_becomes_its_distance_from_the_paper),
        cmocka_unit_test(a_thick_digit_that_fills_most_of_the_picture_is_still_the_ink),
        cmocka_unit_test(a_frame_close_around_a_digit_is_ink_and_not_paper),
        cmocka_unit_test(ink_that_touches_the_border_is_still_the_ink),
        cmocka_unit_test(a_gradient_of_light_goes_with_the_paper),
        cmocka_unit_test(noise_goes_both_ways),
        cmocka_unit_test(one_shade_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
