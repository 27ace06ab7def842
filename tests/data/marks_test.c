#include "support.h"

#include "data/augment.h"
#include "data/marks.h"
#include "data/stroke.h"

#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define PIXELS DN_DIGIT_PIXELS
#define MANY 400

static dn_random stream(uint64_t number)
{
    return dn_random_stream(5, DN_PURPOSE_HAND, 1, number);
}

/** A 1: one upright stroke, 3 pixels wide, from row 4 to row 23. */
static void draw_one(float slant, uint8_t *image)
{
    memset(image, 0, PIXELS);
    dn_stroke_draw(&(dn_stroke){14 + slant, 5, 14 - slant, 22, 1.5F}, image);
}

static void draw_seven(uint8_t *image)
{
    memset(image, 0, PIXELS);
    dn_stroke_draw(&(dn_stroke){8, 5, 19, 5, 1.5F}, image);
    dn_stroke_draw(&(dn_stroke){19, 5, 12, 22, 1.5F}, image);
}

/** Ink that was added in columns [left, right) of rows [top, bottom). */
static size_t added(const uint8_t *before, const uint8_t *after, size_t left, size_t right, size_t top,
                    size_t bottom)
{
    size_t count = 0;
    for (size_t y = top; y < bottom; y++) {
        for (size_t x = left; x < right; x++)
            count += after[y * SIDE + x] > before[y * SIDE + x] + 60;
    }
    return count;
}

static void ones_and_sevens_alone_get_marks(void **state)
{
    (void)state;
    for (int digit = DN_NO_DIGIT; digit < DN_DIGIT_CLASSES; digit++) {
        for (uint64_t i = 0; i < 20; i++) {
            uint8_t before[PIXELS];
            uint8_t after[PIXELS];
            dn_random random = stream(i);
            draw_seven(before);
            memcpy(after, before, PIXELS);
            dn_marks_draw(1.0F, digit, &random, after);
            if (digit == 1 || digit == 7)
                assert_memory_not_equal(after, before, PIXELS);
            else
                assert_memory_equal(after, before, PIXELS);
            for (size_t pixel = 0; pixel < PIXELS; pixel++)
                assert_true(after[pixel] >= before[pixel]);
        }
    }
}

static void as_many_get_them_as_the_probability_says(void **state)
{
    (void)state;
    static const double probabilities[] = {0, 0.25, 1};
    for (size_t p = 0; p < 3; p++) {
        size_t marked = 0;
        for (uint64_t i = 0; i < MANY; i++) {
            uint8_t before[PIXELS];
            uint8_t after[PIXELS];
            dn_random random = stream(i);
            draw_one(0, before);
            memcpy(after, before, PIXELS);
            dn_marks_draw((float)probabilities[p], 1, &random, after);
            marked += memcmp(after, before, PIXELS) != 0;
        }
        const double share = (double)marked / MANY;
        assert_true(share >= probabilities[p] - 0.08 && share <= probabilities[p] + 0.08);
        assert_true(p == 1 || share == probabilities[p]);
    }
}

/** A flag begins at the top and falls to the left; about half of the 1s have a foot as well, to both sides. */
static void a_one_has_a_flag_on_the_left_and_perhaps_a_foot(void **state)
{
    (void)state;
    static const float slants[] = {-4.0F, 0.0F, 4.0F};
    for (size_t s = 0; s < 3; s++) {
        size_t feet = 0;
        for (uint64_t i = 0; i < MANY; i++) {
            uint8_t before[PIXELS];
            uint8_t after[PIXELS];
            dn_random random = stream(i);
            draw_one(slants[s], before);
            memcpy(after, before, PIXELS);
            dn_marks_draw(1.0F, 1, &random, after);
            const size_t top = (size_t)(14 + slants[s]);
            const size_t bottom = (size_t)(14 - slants[s]);
            assert_true(added(before, after, 0, top, 3, 20) > 0);
            assert_int_equal(added(before, after, top + 3, SIDE, 0, 14), 0);
            assert_int_equal(added(before, after, 0, SIDE, 0, 3), 0);
            const bool right = added(before, after, bottom + 3, SIDE, 17, SIDE) > 0;
            feet += right;
            assert_true(!right || added(before, after, 0, bottom - 2, 17, SIDE) > 0);
        }
        assert_true(feet > MANY * 4 / 10 && feet < MANY * 6 / 10);
    }
}

static void a_seven_has_a_bar_across_its_middle(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < MANY; i++) {
        uint8_t before[PIXELS];
        uint8_t after[PIXELS];
        dn_random random = stream(i);
        draw_seven(before);
        memcpy(after, before, PIXELS);
        dn_marks_draw(1.0F, 7, &random, after);
        assert_true(added(before, after, 0, 14, 7, 21) > 0);
        assert_true(added(before, after, 16, SIDE, 7, 21) > 0);
        assert_int_equal(added(before, after, 0, SIDE, 0, 6) + added(before, after, 0, SIDE, 21, SIDE), 0);
    }
}

/** The marks of a broad pen are broad. */
static void marks_have_the_pen_of_their_digit(void **state)
{
    (void)state;
    double mass[2] = {0, 0};
    for (uint64_t i = 0; i < MANY; i++) {
        for (size_t broad = 0; broad < 2; broad++) {
            uint8_t before[PIXELS] = {0};
            uint8_t after[PIXELS];
            dn_random random = stream(i);
            dn_stroke_draw(&(dn_stroke){14, 5, 14, 22, broad ? 2.5F : 1.0F}, before);
            memcpy(after, before, PIXELS);
            dn_marks_draw(1.0F, 1, &random, after);
            mass[broad] += (double)added(before, after, 0, 11, 0, SIDE);
        }
    }
    assert_true(mass[1] > 1.3 * mass[0]);
}

static void too_little_ink_gets_none(void **state)
{
    (void)state;
    static const uint8_t blank[PIXELS];
    uint8_t image[PIXELS] = {0};
    for (uint64_t i = 0; i < 20; i++) {
        dn_random random = stream(i);
        dn_marks_draw(1.0F, i % 2 ? 1 : 7, &random, image);
        assert_memory_equal(image, blank, PIXELS);
    }
    for (uint64_t i = 0; i < 20; i++) {
        dn_random random = stream(i);
        memset(image, 0, sizeof image);
        image[300] = 255;
        dn_marks_draw(1.0F, i % 2 ? 1 : 7, &random, image);
        image[300] = 0;
        assert_memory_equal(image, blank, PIXELS);
    }
}

/** One row of ink, and ink everywhere: nothing to measure, but nothing that could go wrong. */
static void odd_images_come_through(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    for (uint64_t i = 0; i < 20; i++) {
        dn_random random = stream(i);
        memset(image, 0, sizeof image);
        memset(image + PIXELS - SIDE, 255, SIDE);
        dn_marks_draw(1.0F, i % 2 ? 1 : 7, &random, image);
        memset(image, 255, sizeof image);
        dn_marks_draw(1.0F, i % 2 ? 1 : 7, &random, image);
        for (size_t pixel = 0; pixel < PIXELS; pixel++)
            assert_int_equal(image[pixel], 255);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ones_and_sevens_alone_get_marks),
        cmocka_unit_test(as_many_get_them_as_the_probability_says),
        cmocka_unit_test(a_one_has_a_flag_on_the_left_and_perhaps_a_foot),
        cmocka_unit_test(a_seven_has_a_bar_across_its_middle),
        cmocka_unit_test(marks_have_the_pen_of_their_digit),
        cmocka_unit_test(too_little_ink_gets_none),
        cmocka_unit_test(odd_images_come_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
