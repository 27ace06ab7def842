#include "picture.h"

#include "picture/light.h"

#include <math.h>

static dn_error error;

/** Light over a picture whose sides' margins have their middles at -1 and 1. */
static void shine(dn_tensor *picture, double across, double down, double corners)
{
    dn_light_subtract(picture, (dn_light){-across, -down, -corners});
}

static void assert_light(const dn_tensor *picture, double across, double down, double corners,
                         double tolerance)
{
    dn_light light;
    assert_ok(dn_light_estimate(picture, &light, &error));
    if (fabs(light.across - across) > tolerance || fabs(light.down - down) > tolerance ||
        fabs(light.corners - corners) > tolerance)
        fail_msg("%.4f, %.4f, %.4f, expected %.4f, %.4f, %.4f", light.across, light.down, light.corners,
                 across, down, corners);
}

static void even_light_is_exactly_none(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(60, 40, 0.7F);
    paint_seven(&picture, 10, 10, 40, 0.1F);
    assert_light(&picture, 0.0, 0.0, 0.0, 0.0);
    dn_tensor_free(&picture);
}

static void slopes_and_corners_are_found(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(64, 96, 0.6F);
    shine(&picture, 0.1, -0.2, 0.0);
    assert_light(&picture, 0.1, -0.2, 0.0, 0.002);
    shine(&picture, 0.0, 0.0, -0.05);
    assert_light(&picture, 0.1, -0.2, -0.05, 0.02);
    dn_tensor_free(&picture);
}

static void a_stroke_into_the_margin_does_no_harm(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(64, 64, 0.8F);
    paint(&picture, 0, 28, 64, 8, 0.1F);
    assert_light(&picture, 0.0, 0.0, 0.0, 0.0);
    shine(&picture, 0.1, 0.0, 0.0);
    assert_light(&picture, 0.1, 0.0, 0.0, 0.01);
    shine(&picture, 0.0, 0.0, -0.1);
    assert_light(&picture, 0.1, 0.0, -0.1, 0.02);
    dn_tensor_free(&picture);
}

static void ink_that_fills_margins_is_no_light(void **state)
{
    (void)state;
    dn_tensor eight = blank_picture(60, 48, 0.9F);
    paint(&eight, 2, 3, 56, 42, 0.1F);
    assert_light(&eight, 0.0, 0.0, 0.0, 0.0);
    dn_tensor seven = blank_picture(64, 32, 0.9F);
    paint_seven(&seven, 0, 0, 64, 0.1F);
    assert_light(&seven, 0.0, 0.0, 0.0, 0.0);
    dn_tensor_free(&eight);
    dn_tensor_free(&seven);
}

static void noise_does_little(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(64, 64, 0.8F);
    shine(&picture, -0.1, 0.1, 0.0);
    add_noise(&picture, 0.03F, 1);
    assert_light(&picture, -0.1, 0.1, 0.0, 0.02);
    dn_tensor_free(&picture);
}

static void what_is_subtracted_is_what_was_found(void **state)
{
    (void)state;
    dn_light light;
    dn_tensor picture = blank_picture(48, 48, 0.5F);
    dn_tensor large = blank_picture(200, 200, 0.5F);
    shine(&picture, 0.2, 0.1, 0.0);
    shine(&large, 0.2, 0.1, 0.0);
    assert_ok(dn_light_estimate(&picture, &light, &error));
    dn_light_subtract(&large, light);
    for (size_t i = 0; i < 200 * 200; i++)
        assert_float_equal(large.data[i], 0.5F, 0.002F);
    dn_tensor_free(&picture);
    dn_tensor_free(&large);
}

static void pictures_of_a_pixel_or_a_line_are_taken(void **state)
{
    (void)state;
    static const size_t extents[][2] = {{1, 1}, {1, 50}, {50, 1}, {2, 3}};
    for (int i = 0; i < 4; i++) {
        dn_tensor picture = blank_picture(extents[i][0], extents[i][1], 0.3F);
        assert_light(&picture, 0.0, 0.0, 0.0, 0.0);
        dn_light_subtract(&picture, (dn_light){0.1, 0.1, 0.1});
        for (size_t j = 0; j < dn_tensor_count(&picture); j++)
            assert_true(isfinite(picture.data[j]));
        dn_tensor_free(&picture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(even_light_is_exactly_none),
        cmocka_unit_test(slopes_and_corners_are_found),
        cmocka_unit_test(a_stroke_into_the_margin_does_no_harm),
        cmocka_unit_test(ink_that_fills_margins_is_no_light),
        cmocka_unit_test(noise_does_little),
        cmocka_unit_test(what_is_subtracted_is_what_was_found),
        cmocka_unit_test(pictures_of_a_pixel_or_a_line_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
