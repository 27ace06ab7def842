#include "picture.h"

#include "core/random.h"

#include "digitnet/core.h"
#include "digitnet/picture.h"

/* Pictures of any extents, with next to nothing in them: each gives a digit that has ink, or is said to have none. */

#define MOST_DOTS 3
#define POLARITIES 2
#define SMALL_SIDE 40
#define LONG_SIDE 65536
#define MOST_WIDE 3
#define BAR 6 /* a margin, and a thickness, of the side */

static dn_error error;
static size_t digits;
static size_t refused;

static void assert_digit(const dn_preparation *preparation, const uint8_t pixels[DN_DIGIT_PIXELS],
                         size_t height, size_t width)
{
    unsigned ink = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        ink += pixels[i];
    assert_true(ink > 0);
    assert_in_range(preparation->digits, 1, MOST_DOTS + 1);
    assert_in_range(preparation->box.height, 1, height - preparation->box.y);
    assert_in_range(preparation->box.width, 1, width - preparation->box.x);
}

static void try_picture(const dn_tensor *picture, size_t height, size_t width)
{
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    dn_picture shown = picture_of(picture);
    const dn_status status = dn_prepare_digit(&shown, pixels, &preparation, &error);
    dn_picture_free(&shown);
    if (status == DN_OK) {
        digits++;
        assert_digit(&preparation, pixels, height, width);
        return;
    }
    refused++;
    assert_int_equal(status, DN_ERR_FORMAT);
    assert_contains(error.problem, "no ink");
    assert_true(error.remedy[0] != '\0');
}

/** One to three dots, the first two at the ends, where an ink box is largest, and a bar; dark on bright and bright on dark. */
static void try_dots(size_t height, size_t width)
{
    const size_t count = height * width;
    dn_random random = dn_random_stream(1, DN_PURPOSE_TENSOR, height, width);
    const size_t place[MOST_DOTS] = {0, count - 1, (size_t)dn_random_below(&random, count)};
    for (int polarity = 0; polarity < POLARITIES; polarity++) {
        dn_tensor picture = blank_picture(height, width, (float)polarity);
        for (size_t dots = 0; dots < MOST_DOTS; dots++) {
            picture.data[place[dots]] = 1.0F - (float)polarity;
            try_picture(&picture, height, width);
        }
        if (height >= BAR && width >= BAR) {
            paint(&picture, height / BAR, width / 2, height - 2 * (height / BAR),
                  (width < height ? width : height) / BAR, 1.0F - (float)polarity);
            try_picture(&picture, height, width);
        }
        dn_tensor_free(&picture);
    }
}

static void begin(void)
{
    digits = 0;
    refused = 0;
}

static void small_pictures_of_all_extents_are_taken(void **state)
{
    (void)state;
    begin();
    for (size_t height = 1; height <= SMALL_SIDE; height++) {
        for (size_t width = 1; width <= SMALL_SIDE; width++)
            try_dots(height, width);
    }
    print_message("%zu digits, %zu without ink\n", digits, refused);
    assert_true(digits > 0 && refused > 0);
}

static void long_pictures_lying_and_standing_are_taken(void **state)
{
    (void)state;
    begin();
    for (size_t length = 1; length <= LONG_SIDE; length *= 2) {
        for (size_t wide = 1; wide <= MOST_WIDE; wide++) {
            try_dots(wide, length);
            try_dots(length, wide);
        }
    }
    print_message("%zu digits, %zu without ink\n", digits, refused);
    assert_true(refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_pictures_of_all_extents_are_taken),
        cmocka_unit_test(long_pictures_lying_and_standing_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
