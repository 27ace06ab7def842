#include "digits.h"

#include "support.h"

#include "data/dataset.h"

#include "digitnet/data.h"

#include <stdlib.h>
#include <string.h>

static dn_error doubts[DN_MAX_DOUBTS];

/** The pixels of a dataset that owns its memory, to be changed. */
static uint8_t *pixels_of(const dn_dataset *dataset)
{
    return (uint8_t *)dataset->image_storage + (dataset->images - (uint8_t *)dataset->image_storage);
}

static uint8_t *labels_of(const dn_dataset *dataset)
{
    return (uint8_t *)dataset->label_storage + (dataset->labels - (uint8_t *)dataset->label_storage);
}

/** The bundled digits, each pixel through a function that also has its place in the image. */
static dn_dataset changed_digits(uint8_t change(uint8_t pixel, size_t place))
{
    dn_dataset dataset = load_digits(DN_DATA_TEST);
    uint8_t *pixels = pixels_of(&dataset);
    for (size_t i = 0; i < dataset.count * DN_DIGIT_PIXELS; i++)
        pixels[i] = change(pixels[i], i % DN_DIGIT_PIXELS);
    return dataset;
}

static uint8_t same(uint8_t pixel, size_t place)
{
    (void)place;
    return pixel;
}

static uint8_t bit(uint8_t pixel, size_t place)
{
    (void)place;
    return pixel > 127;
}

static uint8_t sixteenth(uint8_t pixel, size_t place)
{
    (void)place;
    return (uint8_t)(pixel / 16);
}

static uint8_t inverted(uint8_t pixel, size_t place)
{
    (void)place;
    return (uint8_t)(255 - pixel);
}

static uint8_t inverted_bit(uint8_t pixel, size_t place)
{
    (void)place;
    return pixel <= 127;
}

/** A grey paper, darker to one side, and ink that is not black. */
static uint8_t photographed(uint8_t pixel, size_t place)
{
    return (uint8_t)((160 - pixel / 2) * (int)(DN_DIGIT_SIDE + place % DN_DIGIT_SIDE / 4) / DN_DIGIT_SIDE);
}

static uint8_t black(uint8_t pixel, size_t place)
{
    (void)pixel;
    (void)place;
    return 0;
}

static uint8_t white(uint8_t pixel, size_t place)
{
    (void)pixel;
    (void)place;
    return 255;
}

static uint8_t noise(uint8_t pixel, size_t place)
{
    static uint32_t random = 1;
    (void)pixel;
    (void)place;
    random = random * 1664525U + 1013904223U;
    return (uint8_t)(random >> 24);
}

/** Bright ink on a dark grey ground that is not even. */
static uint8_t grounded(uint8_t pixel, size_t place)
{
    const size_t ground = 40 + place % DN_DIGIT_SIDE;
    return pixel > ground ? pixel : (uint8_t)ground;
}

static uint8_t bold(uint8_t pixel, size_t place)
{
    (void)place;
    return pixel > 8 ? 255 : 0;
}

/** Does each of the words stand in the doubt of its place, and is there no other? */
static void assert_doubts(const dn_dataset *dataset, const char *first, const char *second)
{
    const char *const expected[] = {first, second};
    const size_t count = (first ? 1U : 0U) + (second ? 1U : 0U);
    const size_t found = dn_dataset_doubts(dataset, true, doubts);
    for (size_t i = 0; i < found && i < count; i++) {
        assert_contains(doubts[i].problem, expected[i]);
        assert_int_not_equal(doubts[i].remedy[0], '\0');
    }
    assert_int_equal(found, count);
}

static void an_odd_set_is_named(void **state)
{
    (void)state;
    static const struct {
        uint8_t (*change)(uint8_t, size_t);
        const char *first, *second;
    } cases[] = {
        {bit, "brightest pixel is 1 of 255", NULL},
        {sixteenth, "brightest pixel is 15 of 255", NULL},
        {inverted, "359 of 359 are dark ink on light paper", NULL},
        {photographed, "359 of 359 are dark ink on light paper", NULL},
        {inverted_bit, "brightest pixel is 1 of 255", "359 of 359 are dark ink on light paper"},
        {black, "359 of 359 are blank", NULL},
        {white, "359 of 359 are blank", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dn_dataset dataset = changed_digits(cases[i].change);
        assert_doubts(&dataset, cases[i].first, cases[i].second);
        for (size_t count = 1; count < 30; count++) { /* of few images, too */
            const dn_dataset few = dn_dataset_first(&dataset, count);
            assert_int_equal(dn_dataset_doubts(&few, true, doubts), cases[i].second ? 2 : 1);
        }
        dn_dataset_free(&dataset);
    }
}

static void nothing_is_said_of_sets_that_are_as_they_should_be(void **state)
{
    (void)state;
    uint8_t (*const changes[])(uint8_t, size_t) = {same, bold, grounded, noise};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        dn_dataset dataset = changed_digits(changes[i]);
        assert_doubts(&dataset, NULL, NULL);
        for (size_t count = 0; count < dataset.count; count++) {
            const dn_dataset few = dn_dataset_first(&dataset, count);
            assert_doubts(&few, NULL, NULL);
        }
        dn_dataset_free(&dataset);
    }
    dn_dataset dataset = load_digits(DN_DATA_TRAIN);
    assert_doubts(&dataset, NULL, NULL);
    dn_dataset_free(&dataset);
}

/** One dot an image, at every place, of 2 x 2 or of one pixel: the border is met, and most of the set is 0. */
static void nothing_is_said_of_sparse_sets(void **state)
{
    (void)state;
    static uint8_t images[DN_DIGIT_PIXELS * DN_DIGIT_PIXELS];
    static uint8_t labels[DN_DIGIT_PIXELS];
    for (size_t size = 1; size <= 2; size++) {
        memset(images, 0, sizeof images);
        for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
            for (size_t y = 0; y < size && i / DN_DIGIT_SIDE + y < DN_DIGIT_SIDE; y++)
                for (size_t x = 0; x < size && i % DN_DIGIT_SIDE + x < DN_DIGIT_SIDE; x++)
                    images[i * DN_DIGIT_PIXELS + i + y * DN_DIGIT_SIDE + x] = 255;
            labels[i] = (uint8_t)(i % DN_DIGIT_CLASSES);
        }
        const dn_dataset dataset = {.count = DN_DIGIT_PIXELS,
                                    .height = DN_DIGIT_SIDE,
                                    .width = DN_DIGIT_SIDE,
                                    .classes = DN_DIGIT_CLASSES,
                                    .images = images,
                                    .labels = labels};
        assert_doubts(&dataset, NULL, NULL);
    }
}

/** One in ten is let pass; one more is told. */
static void some_odd_images_make_no_odd_set(void **state)
{
    (void)state;
    enum { COUNT = 300, SELDOM = 30 };
    dn_dataset whole = changed_digits(same);
    const dn_dataset dataset = dn_dataset_first(&whole, COUNT);
    uint8_t *pixels = pixels_of(&whole);
    memset(pixels, 0, SELDOM * DN_DIGIT_PIXELS);
    assert_doubts(&dataset, NULL, NULL);
    memset(pixels, 0, (SELDOM + 1) * DN_DIGIT_PIXELS);
    assert_doubts(&dataset, "31 of 300 are blank", NULL);
    pixels[0] = 1;
    assert_doubts(&dataset, NULL, NULL);
    for (size_t i = SELDOM * DN_DIGIT_PIXELS; i < (2 * SELDOM + 1) * DN_DIGIT_PIXELS; i++)
        pixels[i] = (uint8_t)(255 - pixels[i]);
    assert_doubts(&dataset, NULL, NULL); /* one of the inverted ones is blank */
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        pixels[i] = i == (DN_DIGIT_PIXELS + DN_DIGIT_SIDE) / 2 ? 0 : 255;
    assert_doubts(&dataset, "31 of 300 are dark ink", NULL);
    dn_dataset_free(&whole);
}

static void one_label_alone_is_named_and_one_image_is_no_set(void **state)
{
    (void)state;
    dn_dataset whole = changed_digits(same);
    uint8_t *labels = labels_of(&whole);
    memset(labels, 3, whole.count);
    assert_doubts(&whole, "every label is 3", NULL);
    const dn_dataset one = dn_dataset_first(&whole, 1);
    assert_doubts(&one, NULL, NULL);
    labels[whole.count - 1] = 4;
    assert_doubts(&whole, NULL, NULL);
    whole.transposed = true;
    assert_doubts(&whole, "EMNIST stores them transposed", NULL);
    dn_dataset_free(&whole);
}

/** What is odd in every way fits the room that is promised. */
static void all_doubts_have_room(void **state)
{
    (void)state;
    dn_dataset dataset = changed_digits(inverted_bit);
    uint8_t *pixels = pixels_of(&dataset);
    uint8_t *labels = labels_of(&dataset);
    memset(pixels, 0, dataset.count / 2 * DN_DIGIT_PIXELS);
    memset(labels, 0, dataset.count);
    dataset.transposed = true;
    assert_int_equal(dn_dataset_doubts(&dataset, true, doubts), DN_MAX_DOUBTS);
    dn_dataset_free(&dataset);
}

/** Images without an inside, or of one pixel. */
static void images_of_any_extents_are_looked_at(void **state)
{
    (void)state;
    static const uint8_t labels[2] = {0, 1};
    static const uint8_t pixels[2 * 9] = {255, 0, 255, 255, 0, 255, 255, 0, 255, 0, 255, 0, 255, 255, 255};
    for (size_t height = 1; height <= 3; height++)
        for (size_t width = 1; width <= 3; width++) {
            const dn_dataset dataset = {.count = 2,
                                        .height = height,
                                        .width = width,
                                        .classes = 2,
                                        .images = pixels,
                                        .labels = labels};
            assert_true(dn_dataset_doubts(&dataset, true, doubts) <= 1); /* that an image is blank */
        }
}

static void nothing_is_said_of_mnist(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    const char *path = mnist_folder_or_skip();
    for (int part = DN_DATA_TRAIN; part <= DN_DATA_TEST; part++) {
        assert_ok(dn_dataset_load(path, (dn_part_of_data)part, &dataset, &error));
        assert_doubts(&dataset, NULL, NULL);
        for (size_t count = 1; count < 500; count++) {
            const dn_dataset few = dn_dataset_first(&dataset, count);
            assert_doubts(&few, NULL, NULL);
        }
        dn_dataset_free(&dataset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_odd_set_is_named),
        cmocka_unit_test(nothing_is_said_of_sets_that_are_as_they_should_be),
        cmocka_unit_test(nothing_is_said_of_sparse_sets),
        cmocka_unit_test(some_odd_images_make_no_odd_set),
        cmocka_unit_test(one_label_alone_is_named_and_one_image_is_no_set),
        cmocka_unit_test(all_doubts_have_room),
        cmocka_unit_test(images_of_any_extents_are_looked_at),
        cmocka_unit_test(nothing_is_said_of_mnist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
