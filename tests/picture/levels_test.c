#include "picture.h"

#include "picture/levels.h"

#include <math.h>

static void assert_near(float found, float expected, float tolerance)
{
    if (!(fabsf(found - expected) <= tolerance))
        fail_msg("%.4f, expected %.4f", (double)found, (double)expected);
}

static void paper_and_ink_of_a_clean_picture_are_found(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(100, 100, 0.0F);
    paint_seven(&picture, 10, 20, 80, 0.7F);
    const dn_levels levels = dn_levels_find(&picture);
    assert_near(levels.paper, 0.0F, 0.002F);
    assert_near(levels.noise, 0.0F, 0.002F);
    assert_near(levels.ink, 0.7F, 0.002F);
    assert_in_range((int)(levels.split * 100), 20, 45);
    dn_tensor_free(&picture);
}

static void noise_is_measured_in_standard_deviations(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(200, 200, 0.05F);
    paint_seven(&picture, 20, 40, 160, 0.8F);
    add_noise(&picture, 0.04F, 1);
    const dn_levels levels = dn_levels_find(&picture);
    assert_near(levels.paper, 0.05F, 0.004F);
    assert_near(levels.noise, 0.04F, 0.004F);
    assert_near(levels.ink, 0.84F, 0.02F);
    assert_true(levels.split > 0.2F && levels.split < 0.65F);
    dn_tensor_free(&picture);
}

static void little_ink_is_found_too(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(200, 200, 0.0F);
    paint(&picture, 90, 90, 20, 4, 0.5F);
    const dn_levels levels = dn_levels_find(&picture);
    assert_near(levels.paper, 0.0F, 0.002F);
    assert_near(levels.ink, 0.5F, 0.002F);
    dn_tensor_free(&picture);
}

static void single_bright_specks_do_not_lift_the_split_above_the_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(100, 100, 0.0F);
    paint_seven(&picture, 10, 20, 80, 0.62F);
    picture.data[5] = 1.0F;
    const dn_levels levels = dn_levels_find(&picture);
    assert_true(levels.split < 0.62F);
    assert_near(levels.ink, 0.62F, 0.002F);
    dn_tensor_free(&picture);
}

static void levels_below_zero_are_levels(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(50, 50, -0.3F);
    paint(&picture, 10, 10, 30, 8, -0.1F);
    const dn_levels levels = dn_levels_find(&picture);
    assert_near(levels.paper, -0.3F, 0.001F);
    assert_near(levels.ink, -0.1F, 0.001F);
    dn_tensor_free(&picture);
}

static void one_level_is_paper_alone(void **state)
{
    (void)state;
    static const float shades[] = {0.0F, 0.7F, -1.0F};
    for (int i = 0; i < 3; i++) {
        dn_tensor picture = blank_picture(7, 9, shades[i]);
        const dn_levels levels = dn_levels_find(&picture);
        assert_near(levels.paper, shades[i], 0.0F);
        assert_near(levels.ink, shades[i], 0.0F);
        assert_near(levels.split, shades[i], 0.0F);
        assert_near(levels.noise, 0.0F, 0.0F);
        dn_tensor_free(&picture);
    }
}

static void two_pixels_are_paper_and_ink(void **state)
{
    (void)state;
    const dn_tensor picture = dn_tensor_borrow((float[]){1, 0}, DN_SHAPE(1, 2));
    const dn_levels levels = dn_levels_find(&picture);
    assert_near(levels.paper, 0.0F, 0.001F);
    assert_near(levels.ink, 1.0F, 0.001F);
    assert_true(levels.split > levels.paper && levels.split < levels.ink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paper_and_ink_of_a_clean_picture_are_found),
        cmocka_unit_test(noise_is_measured_in_standard_deviations),
        cmocka_unit_test(little_ink_is_found_too),
        cmocka_unit_test(single_bright_specks_do_not_lift_the_split_above_the_ink),
        cmocka_unit_test(levels_below_zero_are_levels),
        cmocka_unit_test(one_level_is_paper_alone),
        cmocka_unit_test(two_pixels_are_paper_and_ink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
