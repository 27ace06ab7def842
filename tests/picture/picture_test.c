#include "picture.h"

#include "picture/resample.h"

#include "digitnet/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BACKGROUND 0.0F
#define INK 1.0F

static dn_error error;
static uint8_t pixels[DN_DIGIT_PIXELS];
static dn_preparation preparation;

/** Prepare a picture made by hand. */
static dn_status prepare(const dn_tensor *shades, uint8_t out[DN_DIGIT_PIXELS])
{
    dn_picture picture = picture_of(shades);
    const dn_status status = dn_prepare_digit(&picture, out, &preparation, &error);
    dn_picture_free(&picture);
    return status;
}

/** What a 7 becomes however large, dark or far off it is: drawn on black, 160 high. */
static void reference(uint8_t out[DN_DIGIT_PIXELS])
{
    dn_tensor picture = blank_picture(240, 240, BACKGROUND);
    paint_seven(&picture, 40, 80, 160, INK);
    assert_ok(prepare(&picture, out));
    dn_tensor_free(&picture);
}

/** The mean difference of two prepared digits, in levels. */
static double difference(const uint8_t a[DN_DIGIT_PIXELS], const uint8_t b[DN_DIGIT_PIXELS])
{
    double sum = 0.0;
    for (int i = 0; i < DN_DIGIT_PIXELS; i++)
        sum += fabs((double)a[i] - (double)b[i]);
    return sum / DN_DIGIT_PIXELS;
}

/** The picture becomes the reference digit, but for a mean difference of levels. Frees the picture. */
static void assert_becomes_seven(dn_tensor *picture, bool inverted, double levels)
{
    uint8_t expected[DN_DIGIT_PIXELS];
    reference(expected);
    assert_ok(prepare(picture, pixels));
    assert_int_equal(preparation.inverted, inverted);
    assert_int_equal(preparation.digits, 1);
    if (difference(pixels, expected) > levels)
        fail_msg("differs by %.2f levels from the 7", difference(pixels, expected));
    dn_tensor_free(picture);
}

static void assert_no_ink(dn_tensor *picture)
{
    assert_int_equal(prepare(picture, pixels), DN_ERR_FORMAT);
    assert_contains(error.problem, "no ink");
    assert_true(error.remedy[0] != '\0');
    dn_tensor_free(picture);
}

static void the_box_is_20_high_and_the_centre_of_mass_in_the_middle(void **state)
{
    (void)state;
    reference(pixels);
    double mass = 0, moment_y = 0, moment_x = 0;
    size_t top = DN_DIGIT_SIDE, bottom = 0, left = DN_DIGIT_SIDE, right = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        const size_t y = i / DN_DIGIT_SIDE;
        const size_t x = i % DN_DIGIT_SIDE;
        mass += pixels[i];
        moment_y += (double)pixels[i] * (double)y;
        moment_x += (double)pixels[i] * (double)x;
        if (pixels[i] < 128)
            continue;
        top = y < top ? y : top;
        bottom = y > bottom ? y : bottom;
        left = x < left ? x : left;
        right = x > right ? x : right;
    }
    assert_int_equal(bottom - top + 1, DN_DIGIT_BOX);
    assert_int_equal(right - left + 1, DN_DIGIT_BOX / 2);
    assert_true(fabs(moment_y / mass - 14.0) <= 0.5);
    assert_true(fabs(moment_x / mass - 14.0) <= 0.5);
}

static void dark_ink_on_light_paper_is_found_out(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(240, 240, 0.9F);
    paint_seven(&picture, 40, 80, 160, 0.1F);
    assert_becomes_seven(&picture, true, 0.5);
    assert_in_range(preparation.box.y, 36, 40);
    assert_in_range(preparation.box.x, 76, 80);
    assert_in_range(preparation.box.height, 160, 168);
    assert_in_range(preparation.box.width, 80, 88);
}

static void size_place_and_extents_do_not_matter(void **state)
{
    (void)state;
    dn_tensor small = blank_picture(40, 40, BACKGROUND);
    paint_seven(&small, 3, 20, 32, INK);
    assert_becomes_seven(&small, false, 3);
    dn_tensor wide = blank_picture(200, 900, BACKGROUND);
    paint_seven(&wide, 20, 760, 160, INK);
    assert_becomes_seven(&wide, false, 2);
    dn_tensor page = blank_picture(1500, 1100, 0.95F);
    paint_seven(&page, 900, 700, 80, 0.3F);
    assert_becomes_seven(&page, true, 3);
    assert_in_range(preparation.box.y, 895, 900);
    assert_in_range(preparation.box.x, 695, 700);
    dn_tensor large = blank_picture(2000, 2000, BACKGROUND);
    paint_seven(&large, 200, 500, 1600, INK);
    assert_becomes_seven(&large, false, 2);
}

static void low_contrast_is_stretched(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(240, 240, 0.5F);
    paint_seven(&picture, 40, 80, 160, 0.44F);
    assert_becomes_seven(&picture, true, 0.5);
}

static void uneven_light_is_taken_out(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(240, 240, 0.9F);
    paint_seven(&picture, 40, 80, 160, 0.45F);
    for (size_t i = 0; i < 240 * 240; i++)
        picture.data[i] *= 0.5F + 0.5F * (float)(i % 240) / 240.0F;
    assert_becomes_seven(&picture, true, 8);
}

static void noise_and_specks_are_dropped(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(240, 240, 0.8F);
    paint_seven(&picture, 40, 80, 160, 0.3F);
    paint(&picture, 5, 5, 6, 6, 0.2F);
    paint(&picture, 230, 200, 6, 6, 0.2F);
    add_noise(&picture, 0.08F, 1);
    assert_becomes_seven(&picture, true, 6);
}

static void a_frame_around_the_picture_is_dropped(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(280, 280, 0.1F);
    paint(&picture, 6, 6, 268, 268, 0.9F);
    paint_seven(&picture, 60, 100, 160, 0.1F);
    assert_becomes_seven(&picture, true, 2);
}

static void thin_lines_become_full_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(280, 280, 1.0F);
    paint(&picture, 40, 140, 200, 3, 0.2F);
    assert_ok(prepare(&picture, pixels));
    uint8_t brightest = 0;
    for (int i = 0; i < DN_DIGIT_PIXELS; i++)
        brightest = pixels[i] > brightest ? pixels[i] : brightest;
    assert_int_equal(brightest, 255);
    dn_tensor_free(&picture);
}

static void soft_edges_stay_soft(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(28, 28, 0.0F);
    for (size_t i = 0; i < 8; i++)
        paint(&picture, 5, 8 + i, 18, 1, i < 4 ? 0.25F * (float)(i + 1) : 0.25F * (float)(8 - i));
    assert_ok(prepare(&picture, pixels));
    const uint8_t *row = pixels + (size_t)14 * DN_DIGIT_SIDE;
    size_t inked = 0;
    size_t soft = 0;
    for (int i = 0; i < DN_DIGIT_SIDE; i++) {
        inked += row[i] > 0;
        soft += row[i] > 0 && row[i] < 230;
    }
    assert_in_range(inked, 8, 10);
    assert_in_range(soft, 4, 8);
    dn_tensor_free(&picture);
}

static void digits_side_by_side_are_counted(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(240, 480, 0.9F);
    paint_seven(&picture, 40, 80, 160, 0.1F);
    paint_seven(&picture, 40, 300, 160, 0.1F);
    assert_ok(prepare(&picture, pixels));
    assert_int_equal(preparation.digits, 2);
    dn_tensor_free(&picture);
}

static void pieces_above_each_other_or_low_ones_are_one_digit(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(240, 240, 0.9F);
    paint(&picture, 40, 80, 20, 80, 0.1F);
    paint(&picture, 80, 80, 120, 20, 0.1F);
    paint(&picture, 100, 130, 30, 30, 0.1F);
    assert_ok(prepare(&picture, pixels));
    assert_int_equal(preparation.digits, 1);
    dn_tensor_free(&picture);
}

static void pictures_without_ink_are_refused(void **state)
{
    (void)state;
    static const size_t extents[][2] = {{1, 1}, {1, 300}, {28, 28}, {300, 400}};
    for (size_t i = 0; i < sizeof extents / sizeof extents[0]; i++) {
        dn_tensor black = blank_picture(extents[i][0], extents[i][1], 0.0F);
        assert_no_ink(&black);
        dn_tensor grey = blank_picture(extents[i][0], extents[i][1], 0.7F);
        assert_no_ink(&grey);
    }
    dn_tensor faint = blank_picture(240, 240, 0.7F);
    paint_seven(&faint, 40, 80, 160, 0.69F);
    assert_no_ink(&faint);
}

static void noise_alone_is_no_ink(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(300, 300, 0.7F);
    add_noise(&picture, 0.05F, 2);
    assert_no_ink(&picture);
}

/** A dot is no digit. */
static void pictures_of_a_few_pixels_are_refused(void **state)
{
    (void)state;
    static const size_t extents[][2] = {{1, 2}, {2, 1}, {3, 3}, {8, 8}, {1, 65536}, {65536, 2}};
    for (size_t i = 0; i < sizeof extents / sizeof extents[0]; i++) {
        dn_tensor picture = blank_picture(extents[i][0], extents[i][1], 0.0F);
        picture.data[dn_tensor_count(&picture) / 2] = 1.0F;
        assert_no_ink(&picture);
    }
}

/** Two dots so far apart that 20 x 20 pixels have no room for either: no centre of mass, and no digit. */
static void ink_that_averages_to_nothing_is_no_ink(void **state)
{
    (void)state;
    static const size_t extents[][2] = {{1, 600}, {600, 1}, {28, 2000}, {3, 30000}};
    for (size_t i = 0; i < sizeof extents / sizeof extents[0]; i++) {
        dn_tensor picture = blank_picture(extents[i][0], extents[i][1], 0.0F);
        picture.data[0] = 1.0F;
        picture.data[dn_tensor_count(&picture) - 1] = 1.0F;
        assert_no_ink(&picture);
    }
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    uint16_t samples[2] = {0};
    const dn_picture empty = {.height = 0, .width = 28, .channels = 1, .samples = samples};
    const dn_picture two = {.height = 1, .width = 1, .channels = 2, .samples = samples};
    assert_int_equal(dn_prepare_digit(&empty, pixels, &preparation, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_prepare_digit(&two, pixels, &preparation, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[1, 1, 2]");
}

static void nothing_is_prepared_on_request(void **state)
{
    (void)state;
    uint16_t samples[3 * DN_DIGIT_PIXELS];
    for (size_t i = 0; i < 3 * DN_DIGIT_PIXELS; i++)
        samples[i] = (uint16_t)(i / 3 % 256 * 257);
    const dn_picture grey_colours = {.height = 28, .width = 28, .channels = 3, .samples = samples};
    assert_ok(dn_prepare_nothing(&grey_colours, pixels, &error));
    for (int i = 0; i < DN_DIGIT_PIXELS; i++)
        assert_int_equal(pixels[i], i % 256);
    const dn_picture other = {.height = 28, .width = 27, .channels = 1, .samples = samples};
    assert_int_equal(dn_prepare_nothing(&other, pixels, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[28, 27], [28, 28] expected");
}

static void a_prepared_digit_stays_as_it_is_in_bright_and_dark_ink(void **state)
{
    (void)state;
    uint8_t once[DN_DIGIT_PIXELS];
    float values[DN_DIGIT_PIXELS];
    reference(once);
    for (int i = 0; i < DN_DIGIT_PIXELS; i++)
        values[i] = (float)once[i] / 255.0F;
    const dn_tensor grey = dn_tensor_borrow(values, DN_SHAPE(DN_DIGIT_SIDE, DN_DIGIT_SIDE));
    assert_ok(prepare(&grey, pixels));
    assert_memory_equal(pixels, once, sizeof once);
    for (int i = 0; i < DN_DIGIT_PIXELS; i++)
        values[i] = (float)(255 - once[i]) / 255.0F;
    assert_ok(prepare(&grey, pixels));
    assert_true(preparation.inverted);
    assert_memory_equal(pixels, once, sizeof once);
}

static void a_digit_of_the_right_size_in_the_wrong_place_is_moved(void **state)
{
    (void)state;
    enum { ASIDE = 3 };
    uint8_t once[DN_DIGIT_PIXELS];
    float values[DN_DIGIT_PIXELS] = {0};
    reference(once);
    for (size_t i = ASIDE; i < DN_DIGIT_PIXELS; i++)
        values[i] = (float)once[i - ASIDE] / 255.0F;
    const dn_tensor grey = dn_tensor_borrow(values, DN_SHAPE(DN_DIGIT_SIDE, DN_DIGIT_SIDE));
    assert_ok(prepare(&grey, pixels));
    assert_true(difference(pixels, once) <= 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_box_is_20_high_and_the_centre_of_mass_in_the_middle),
        cmocka_unit_test(dark_ink_on_light_paper_is_found_out),
        cmocka_unit_test(size_place_and_extents_do_not_matter),
        cmocka_unit_test(low_contrast_is_stretched),
        cmocka_unit_test(uneven_light_is_taken_out),
        cmocka_unit_test(noise_and_specks_are_dropped),
        cmocka_unit_test(a_frame_around_the_picture_is_dropped),
        cmocka_unit_test(thin_lines_become_full_ink),
        cmocka_unit_test(soft_edges_stay_soft),
        cmocka_unit_test(digits_side_by_side_are_counted),
        cmocka_unit_test(pieces_above_each_other_or_low_ones_are_one_digit),
        cmocka_unit_test(pictures_without_ink_are_refused),
        cmocka_unit_test(noise_alone_is_no_ink),
        cmocka_unit_test(pictures_of_a_few_pixels_are_refused),
        cmocka_unit_test(ink_that_averages_to_nothing_is_no_ink),
        cmocka_unit_test(other_shapes_are_refused),
        cmocka_unit_test(nothing_is_prepared_on_request),
        cmocka_unit_test(a_prepared_digit_stays_as_it_is_in_bright_and_dark_ink),
        cmocka_unit_test(a_digit_of_the_right_size_in_the_wrong_place_is_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
