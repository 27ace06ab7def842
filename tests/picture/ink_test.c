#include "picture.h"

#include "picture/ink.h"

#include <math.h>

static dn_error error;
static dn_ink ink;

static void find(const dn_tensor *picture)
{
    assert_ok(dn_ink_find(picture, &ink, &error));
}

/** The box in pixels of the picture; edges may be off by so many pixels. */
static void assert_box(const dn_tensor *picture, size_t top, size_t left, size_t bottom, size_t right,
                       double tolerance)
{
    const double tall = (double)picture->shape.extent[0] / (double)ink.map.shape.extent[0];
    const double wide = (double)picture->shape.extent[1] / (double)ink.map.shape.extent[1];
    const double found[] = {(double)ink.box.top * tall, (double)ink.box.left * wide,
                            (double)ink.box.bottom * tall, (double)ink.box.right * wide};
    const double expected[] = {(double)top, (double)left, (double)bottom, (double)right};
    for (int i = 0; i < 4; i++) {
        if (fabs(found[i] - expected[i]) > tolerance)
            fail_msg("edge %d at %.1f, expected %.1f", i, found[i], expected[i]);
    }
}

static void assert_none(dn_tensor *picture)
{
    assert_int_equal(dn_ink_find(picture, &ink, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "no ink");
    assert_null(ink.map.data);
    dn_tensor_free(picture);
}

/** Dark or bright ink, noise, and what else a test adds come to the same box of one 7. */
static void assert_seven(dn_tensor *picture, bool dark, size_t top, size_t left, size_t height,
                         double tolerance)
{
    find(picture);
    assert_int_equal(ink.dark, dark);
    assert_int_equal(ink.parts, 1);
    assert_box(picture, top, left, top + height, left + height / 2, tolerance);
    dn_ink_free(&ink);
    dn_tensor_free(picture);
}

static void a_small_picture_keeps_its_pixels(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(40, 30, 0.0F);
    paint_seven(&picture, 4, 6, 32, 0.8F);
    find(&picture);
    assert_true(dn_shape_equal(ink.map.shape, DN_SHAPE(40, 30)));
    assert_false(ink.softened);
    assert_float_equal(pixel_at(&ink.map, 5, 10), 1.0F, 0.01F);
    assert_float_equal(pixel_at(&ink.map, 30, 19), 1.0F, 0.01F);
    assert_float_equal(pixel_at(&ink.map, 30, 10), 0.0F, 0.0F);
    assert_box(&picture, 4, 6, 36, 22, 0);
    dn_ink_free(&ink);
    assert_null(ink.map.data);
    dn_tensor_free(&picture);
}

static void a_large_picture_is_looked_at_smaller(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(2000, 3000, 0.9F);
    paint_seven(&picture, 400, 1000, 1200, 0.1F);
    find(&picture);
    assert_true(ink.softened);
    assert_true(ink.map.shape.extent[0] <= 256);
    assert_box(&picture, 400, 1000, 1600, 1600, 16);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

static void ink_may_touch_the_border(void **state)
{
    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        dn_tensor picture = blank_picture(64, 40, dark ? 1.0F : 0.0F);
        paint_seven(&picture, 0, 8, 64, dark ? 0.0F : 1.0F);
        assert_seven(&picture, dark, 0, 8, 64, 0);
        dn_tensor tight = blank_picture(64, 32, dark ? 1.0F : 0.0F);
        paint_seven(&tight, 0, 0, 64, dark ? 0.0F : 1.0F);
        assert_seven(&tight, dark, 0, 0, 64, 0);
    }
}

static void one_pixel_is_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(28, 28, 1.0F);
    paint(&picture, 10, 17, 1, 1, 0.0F);
    find(&picture);
    assert_true(ink.dark);
    assert_box(&picture, 10, 17, 11, 18, 0);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

static void a_line_of_pixels_is_a_picture_too(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(1, 300, 0.2F);
    paint(&picture, 0, 100, 1, 1, 0.9F);
    find(&picture);
    assert_false(ink.dark);
    assert_box(&picture, 0, 100, 1, 101, 0);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

static void noisy_paper_is_no_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(220, 200, 0.75F);
    paint_seven(&picture, 30, 60, 160, 0.25F);
    add_noise(&picture, 0.08F, 1);
    assert_seven(&picture, true, 30, 60, 160, 4);
    dn_tensor alone = blank_picture(220, 200, 0.75F);
    add_noise(&alone, 0.08F, 2);
    assert_none(&alone);
}

static void blocks_such_as_jpeg_leaves_are_no_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(200, 160, 0.9F);
    paint_seven(&picture, 20, 40, 160, 0.15F);
    dn_tensor noise = blank_picture(25, 20, 0.0F);
    add_noise(&noise, 0.02F, 3);
    for (size_t i = 0; i < 200 * 160; i++) {
        const size_t y = i / 160;
        const size_t x = i % 160;
        const float ripple = (x + y) % 8 < 4 ? 0.02F : -0.02F;
        picture.data[i] += pixel_at(&noise, y / 8, x / 8) + ripple;
    }
    dn_tensor_free(&noise);
    assert_seven(&picture, true, 20, 40, 160, 3);
}

static void light_from_one_side_is_no_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(200, 200, 1.0F);
    paint_seven(&picture, 20, 60, 160, 0.35F);
    for (size_t i = 0; i < 200 * 200; i++)
        picture.data[i] *= 1.0F - 0.6F * (float)(i / 200) / 200.0F;
    assert_seven(&picture, true, 20, 60, 160, 3);
    dn_tensor alone = blank_picture(200, 200, 1.0F);
    for (size_t i = 0; i < 200 * 200; i++)
        alone.data[i] *= 1.0F - 0.6F * (float)(i / 200) / 200.0F;
    assert_none(&alone);
}

static void paint_frame(dn_tensor *picture, size_t inset, size_t thickness, float paper, float pen)
{
    const size_t height = picture->shape.extent[0] - 2 * inset;
    const size_t width = picture->shape.extent[1] - 2 * inset;
    paint(picture, inset, inset, height, width, pen);
    paint(picture, inset + thickness, inset + thickness, height - 2 * thickness, width - 2 * thickness,
          paper);
}

static void a_frame_is_dropped(void **state)
{
    (void)state;
    static const size_t frames[][2] = {{0, 2}, {0, 6}, {4, 4}, {8, 2}, {8, 6}, {12, 3}};
    for (int i = 0; i < 12; i++) {
        const bool dark = i % 2 == 0;
        const float paper = dark ? 0.9F : 0.1F;
        const float pen = dark ? 0.1F : 0.9F;
        dn_tensor picture = blank_picture(160, 140, paper);
        paint_frame(&picture, frames[i / 2][0], frames[i / 2][1], paper, pen);
        paint_seven(&picture, 32, 45, 96, pen);
        assert_seven(&picture, dark, 32, 45, 96, 3);
    }
}

static void a_frame_alone_is_a_nought(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(80, 60, 0.0F);
    paint_frame(&picture, 3, 6, 0.0F, 1.0F);
    find(&picture);
    assert_box(&picture, 3, 3, 77, 57, 0);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

static void a_speck_in_a_frame_does_not_make_it_one(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(80, 60, 1.0F);
    paint_frame(&picture, 3, 4, 1.0F, 0.0F);
    paint(&picture, 40, 30, 2, 2, 0.0F);
    find(&picture);
    assert_box(&picture, 3, 3, 77, 57, 0);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

static void fainter_ruled_lines_are_no_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(240, 200, 0.95F);
    for (size_t y = 15; y < 240; y += 30)
        paint(&picture, y, 0, 2, 200, 0.8F);
    paint_seven(&picture, 40, 60, 160, 0.1F);
    assert_seven(&picture, true, 40, 60, 160, 4);
}

static void two_digits_are_two_parts(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(100, 160, 0.9F);
    paint_seven(&picture, 10, 10, 80, 0.2F);
    paint_seven(&picture, 10, 90, 80, 0.2F);
    find(&picture);
    assert_int_equal(ink.parts, 2);
    assert_box(&picture, 10, 10, 90, 130, 2);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

static void specks_are_dropped_and_a_loose_stroke_is_kept(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(90, 80, 0.0F);
    paint(&picture, 20, 20, 8, 40, 1.0F);
    paint(&picture, 34, 20, 50, 8, 1.0F);
    paint(&picture, 2, 70, 2, 2, 1.0F);
    find(&picture);
    assert_box(&picture, 20, 20, 84, 60, 1);
    assert_float_equal(pixel_at(&ink.map, 2, 70), 0.0F, 0.0F);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

static void one_shade_has_no_ink(void **state)
{
    (void)state;
    static const float shades[] = {0.0F, 0.5F, 1.0F};
    for (int i = 0; i < 3; i++) {
        dn_tensor picture = blank_picture(50, 60, shades[i]);
        assert_none(&picture);
    }
}

static void a_picture_larger_than_the_map_is_looked_at_smaller(void **state)
{
    (void)state;
    enum {
        HEIGHT = 65,
        WIDTH = 65536
    }; /* as wide as a file can be, and a row more than the map has room for */
    dn_tensor picture = blank_picture(HEIGHT, WIDTH, 0.2F);
    paint(&picture, 10, 30000, 40, 20, 0.9F);
    find(&picture);
    assert_int_equal(ink.map.shape.extent[0], 33);
    assert_int_equal(ink.map.shape.extent[1], WIDTH / 2);
    assert_box(&picture, 10, 30000, 50, 30020, 2);
    dn_ink_free(&ink);
    dn_tensor_free(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_picture_keeps_its_pixels),
        cmocka_unit_test(a_large_picture_is_looked_at_smaller),
        cmocka_unit_test(ink_may_touch_the_border),
        cmocka_unit_test(one_pixel_is_ink),
        cmocka_unit_test(a_line_of_pixels_is_a_picture_too),
        cmocka_unit_test(a_picture_larger_than_the_map_is_looked_at_smaller),
        cmocka_unit_test(noisy_paper_is_no_ink),
        cmocka_unit_test(blocks_such_as_jpeg_leaves_are_no_ink),
        cmocka_unit_test(light_from_one_side_is_no_ink),
        cmocka_unit_test(a_frame_is_dropped),
        cmocka_unit_test(a_frame_alone_is_a_nought),
        cmocka_unit_test(a_speck_in_a_frame_does_not_make_it_one),
        cmocka_unit_test(fainter_ruled_lines_are_no_ink),
        cmocka_unit_test(two_digits_are_two_parts),
        cmocka_unit_test(specks_are_dropped_and_a_loose_stroke_is_kept),
        cmocka_unit_test(one_shade_has_no_ink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
