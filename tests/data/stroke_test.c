#include "support.h"

#include "data/stroke.h"

#include <math.h>
#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define PIXELS DN_DIGIT_PIXELS

/** Strokes along every direction, all of them inside the image when they are 7 pixels wide. */
#define DIRECTIONS 12

static void draw_direction(size_t direction, float width, uint8_t *image)
{
    const float angle = 3.14159265F * (float)direction / DIRECTIONS;
    const float x = 9.0F * cosf(angle);
    const float y = 9.0F * sinf(angle);
    const dn_stroke stroke = {13.5F - x, 13.5F - y, 13.5F + x, 13.5F + y, width / 2.0F};
    memset(image, 0, PIXELS);
    dn_stroke_draw(&stroke, image);
}

static double mass(const uint8_t *image)
{
    double sum = 0;
    for (size_t i = 0; i < PIXELS; i++)
        sum += image[i] / 255.0;
    return sum;
}

static void a_stroke_covers_its_length_and_its_round_ends(void **state)
{
    (void)state;
    uint8_t image[PIXELS];
    for (size_t direction = 0; direction < DIRECTIONS; direction++) {
        for (float width = 1.0F; width < 7.5F; width += 0.5F) {
            draw_direction(direction, width, image);
            const double radius = (double)width / 2;
            const double expected = 18.0 * (double)width + 3.14159265 * radius * radius;
            assert_true(fabs(mass(image) / expected - 1) <
                        0.15); /* 0.13 for one pixel, exactly on the diagonal */
        }
    }
}

static void a_stroke_lies_where_it_was_put(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    dn_stroke_draw(&(dn_stroke){5, 3, 5, 20, 1.0F}, image);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            if (x == 5 && y >= 3 && y <= 20)
                assert_int_equal(image[y * SIDE + x], 255);
            else if ((x == 4 || x == 6) && y >= 3 && y <= 20)
                assert_int_equal(image[y * SIDE + x],
                                 128); /* the edge goes through the middle of the pixel */
            else if (x < 4 || x > 6 || y < 2 || y > 21)
                assert_int_equal(image[y * SIDE + x], 0);
        }
    }
}

static void a_stroke_without_length_is_a_dot_and_one_outside_is_cut(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    dn_stroke_draw(&(dn_stroke){10, 12, 10, 12, 3.0F}, image);
    assert_true(fabs(mass(image) - 9 * 3.14159265) < 0.5);
    assert_int_equal(image[12 * SIDE + 13], 128);
    memset(image, 0, sizeof image);
    dn_stroke_draw(&(dn_stroke){-40, -40, -20, 70, 5.0F}, image);
    assert_true(mass(image) == 0.0);
    dn_stroke_draw(&(dn_stroke){-40, 10, 70, 10, 0.5F}, image);
    assert_true(mass(image) == SIDE);
}

static void strokes_never_take_ink_away(void **state)
{
    (void)state;
    uint8_t image[PIXELS];
    memset(image, 200, sizeof image);
    dn_stroke_draw(&(dn_stroke){3, 3, 20, 9, 1.3F}, image);
    for (size_t i = 0; i < PIXELS; i++)
        assert_true(image[i] >= 200);
}

/** The ends of a short stroke count as edge, so it looks a little narrower than it is. */
static void the_width_of_strokes_is_found_in_every_direction(void **state)
{
    (void)state;
    uint8_t image[PIXELS];
    for (size_t direction = 0; direction < DIRECTIONS; direction++) {
        for (float width = 2.0F; width < 6.5F; width += 0.5F) {
            draw_direction(direction, width, image);
            const float found = dn_stroke_width(image);
            assert_true(found > 0.75F * width && found < 1.2F * width);
        }
    }
}

static void an_image_without_ink_has_no_width(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    assert_true(dn_stroke_width(image) == 0.0F);
    memset(image, 255, sizeof image); /* no edge at all */
    assert_true(dn_stroke_width(image) == 0.0F);
}

/** The area of a long stroke says how wide it is. */
static void a_pen_grows_and_shrinks_strokes_alike_in_every_direction(void **state)
{
    (void)state;
    static const float growths[] = {-1.0F, -0.5F, -0.25F, 0.25F, 0.5F, 1.0F, 1.5F, 2.0F};
    for (size_t direction = 0; direction < DIRECTIONS; direction++) {
        for (size_t i = 0; i < sizeof growths / sizeof growths[0]; i++) {
            uint8_t image[PIXELS];
            const double growth = (double)growths[i];
            draw_direction(direction, 4.0F, image);
            const double before = mass(image);
            dn_stroke_grow(growths[i], image);
            const double edge = 2 * 18.0 + 4.0 * 3.14159265; /* grows by the ends' own growth, too */
            const double added = (mass(image) - before) / edge;
            assert_true(fabs(added - growth) < 0.3 * fabs(growth) + 0.05);
        }
    }
}

static void no_growth_changes_no_byte(void **state)
{
    (void)state;
    uint8_t image[PIXELS];
    uint8_t same[PIXELS];
    for (size_t i = 0; i < PIXELS; i++)
        image[i] = same[i] = (uint8_t)(i * 37);
    dn_stroke_grow(0.0F, image);
    dn_stroke_grow(-0.0F, image);
    assert_memory_equal(image, same, PIXELS);
}

/** Dilation: what is brightest around a pixel; erosion the same of the background; half way there at half a pixel. */
static void one_pixel_becomes_the_mean_of_a_cross_and_a_square(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    uint8_t half[PIXELS] = {0};
    uint8_t eroded[PIXELS];
    image[10 * SIDE + 10] = half[10 * SIDE + 10] = 200;
    memset(eroded, 255, sizeof eroded);
    eroded[10 * SIDE + 10] = 55;
    dn_stroke_grow(1.0F, image);
    dn_stroke_grow(0.5F, half);
    dn_stroke_grow(-1.0F, eroded);
    for (size_t y = 8; y < 13; y++) {
        for (size_t x = 8; x < 13; x++) {
            const size_t away = (x < 10 ? 10 - x : x - 10) + (y < 10 ? 10 - y : y - 10);
            const bool corner = x != 10 && y != 10 && away == 2;
            const int expected = away < 2 ? 200 : corner ? 100 : 0;
            assert_int_equal(image[y * SIDE + x], expected);
            assert_int_equal(half[y * SIDE + x], away == 0 ? 200 : expected / 2);
            assert_int_equal(eroded[y * SIDE + x], 255 - expected);
        }
    }
}

static void ink_at_the_border_grows_inwards_and_wears_off(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    image[0] = image[PIXELS - 1] = 255;
    dn_stroke_grow(1.0F, image);
    assert_int_equal(image[1], 255);
    assert_int_equal(image[SIDE], 255);
    assert_int_equal(image[PIXELS - 2], 255);
    assert_int_equal(image[SIDE - 1], 0);
    memset(image, 255, sizeof image);
    dn_stroke_grow(-1.0F, image); /* beyond the border is no background that could eat the ink */
    assert_true(mass(image) == PIXELS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stroke_covers_its_length_and_its_round_ends),
        cmocka_unit_test(a_stroke_lies_where_it_was_put),
        cmocka_unit_test(a_stroke_without_length_is_a_dot_and_one_outside_is_cut),
        cmocka_unit_test(strokes_never_take_ink_away),
        cmocka_unit_test(the_width_of_strokes_is_found_in_every_direction),
        cmocka_unit_test(an_image_without_ink_has_no_width),
        cmocka_unit_test(a_pen_grows_and_shrinks_strokes_alike_in_every_direction),
        cmocka_unit_test(no_growth_changes_no_byte),
        cmocka_unit_test(one_pixel_becomes_the_mean_of_a_cross_and_a_square),
        cmocka_unit_test(ink_at_the_border_grows_inwards_and_wears_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
