#include "digits.h"

#include "data/augment.h"
#include "data/dataset.h"
#include "data/stroke.h"
#include "io/sha256.h"

#include "digitnet/data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEED 7
#define EPOCH 3
#define DIGIT DN_NO_DIGIT
#define PIXELS DN_DIGIT_PIXELS

static dn_error error;

static dn_augment named(const char *name)
{
    dn_augment augment;
    assert_ok(dn_augment_named(name, &augment, &error));
    return augment;
}

static dn_augment_plan *new_plan(dn_augment augment)
{
    dn_augment_plan *plan;
    assert_ok(dn_augment_plan_new(&plan, &augment, &error));
    return plan;
}

/** Mass of ink, and its centre. */
typedef struct ink {
    double mass, x, y;
} ink;

static ink weigh(const uint8_t *image)
{
    ink found = {0};
    for (size_t i = 0; i < PIXELS; i++) {
        found.mass += image[i];
        found.x += image[i] * (double)(i % DN_DIGIT_SIDE);
        found.y += image[i] * (double)(i / DN_DIGIT_SIDE);
    }
    found.x /= found.mass;
    found.y /= found.mass;
    return found;
}

/** A round spot in the middle, far from the edges. */
static void draw_spot(uint8_t *out)
{
    for (size_t i = 0; i < PIXELS; i++) {
        const double x = (double)(i % DN_DIGIT_SIDE) - 13.5;
        const double y = (double)(i / DN_DIGIT_SIDE) - 13.5;
        out[i] = (uint8_t)(250 * exp(-(x * x + y * y) / 8) + 0.5);
    }
}

static void without_bounds_every_byte_stays(void **state)
{
    (void)state;
    dn_augment_plan *plan = new_plan((dn_augment){.elastic_sigma = 4.5F});
    uint8_t out[PIXELS];
    for (size_t i = 0; i < 50; i++) {
        const uint8_t *in = dn_dataset_image(training_digits(), i);
        dn_augment_image(plan, SEED, i, i, DIGIT, in, out);
        assert_memory_equal(out, in, PIXELS);
    }
    dn_augment_plan_free(plan);
    dn_augment_plan_free(NULL);
}

static void a_shift_moves_at_most_to_its_bound_evenly_both_ways(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    uint8_t in[PIXELS];
    uint8_t out[PIXELS];
    ink sum = {0};
    ink squares = {0};
    double product = 0;
    draw_spot(in);
    dn_augment_plan *plan = new_plan(named("shift"));
    for (uint64_t i = 0; i < COUNT; i++) {
        dn_augment_image(plan, SEED, EPOCH, i, DIGIT, in, out);
        const ink found = weigh(out);
        const double x = found.x - 13.5;
        const double y = found.y - 13.5;
        assert_true(fabs(x) < 2.05 && fabs(y) < 2.05);
        assert_true(fabs(found.mass / weigh(in).mass - 1) < 0.02);
        sum.x += x / COUNT;
        sum.y += y / COUNT;
        squares.x += x * x / COUNT;
        squares.y += y * y / COUNT;
        product += x * y / COUNT;
    }
    dn_augment_plan_free(plan);
    /* The variance of an even spread over -2 to 2 is 4/3; the mean of 2,000 is known to 0.026. */
    assert_true(fabs(sum.x) < 0.1 && fabs(sum.y) < 0.1 && fabs(product) < 0.12);
    assert_true(fabs(squares.x - 4.0 / 3) < 0.11 && fabs(squares.y - 4.0 / 3) < 0.11);
}

/** Each bound alone changes the image, and what it draws does not depend on the others. */
static void every_bound_is_drawn_by_itself(void **state)
{
    (void)state;
    enum { BOUNDS = 8 };
    static const dn_augment alone[BOUNDS] = {
        {.shift = 2},
        {.rotation = 0.3F},
        {.scale = 0.2F},
        {.shear = 0.2F},
        {.elastic_alpha = 30, .elastic_sigma = 4},
        {.pen = 1},
        {.marks = 1},
        {.fit = true},
    };
    const uint8_t *in = dn_dataset_image(training_digits(), 3);
    uint8_t out[BOUNDS][PIXELS];
    for (size_t i = 0; i < BOUNDS; i++) {
        dn_augment_plan *plan = new_plan(alone[i]);
        dn_augment_image(plan, SEED, EPOCH, 3, 7, in, out[i]);
        dn_augment_plan_free(plan);
        assert_memory_not_equal(out[i], in, PIXELS);
        for (size_t other = 0; other < i; other++)
            assert_memory_not_equal(out[i], out[other], PIXELS);
    }
    /* The same shift again, with a turn so small that no byte changes. */
    dn_augment_plan *plan = new_plan((dn_augment){.shift = 2, .rotation = 1e-9F});
    uint8_t both[PIXELS];
    dn_augment_image(plan, SEED, EPOCH, 3, DIGIT, in, both);
    dn_augment_plan_free(plan);
    assert_memory_equal(both, out[0], PIXELS);
}

static void digits_keep_their_ink_and_their_place_roughly(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    uint8_t out[PIXELS];
    double ratio = 0;
    dn_augment_plan *plan = new_plan(named("elastic"));
    for (size_t i = 0; i < COUNT; i++) {
        const uint8_t *in = dn_dataset_image(training_digits(), i);
        dn_augment_image(plan, SEED, EPOCH, i, DIGIT, in, out);
        const ink before = weigh(in);
        const ink after = weigh(out);
        assert_true(after.mass > 0.5 * before.mass && after.mass < 1.8 * before.mass);
        assert_true(fabs(after.x - before.x) < 4 && fabs(after.y - before.y) < 4);
        ratio += after.mass / before.mass / COUNT;
    }
    dn_augment_plan_free(plan);
    assert_true(ratio > 0.95 && ratio < 1.06);
}

static void a_label_adds_marks_to_ones_and_sevens_alone(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    size_t marked = 0;
    size_t could = 0;
    dn_augment_plan *plan = new_plan(named("hands"));
    for (size_t i = 0; i < COUNT; i++) {
        uint8_t with[PIXELS];
        uint8_t without[PIXELS];
        const int digit = training_digits()->labels[i];
        dn_augment_image(plan, SEED, EPOCH, i, digit, dn_dataset_image(training_digits(), i), with);
        dn_augment_image(plan, SEED, EPOCH, i, DIGIT, dn_dataset_image(training_digits(), i), without);
        const bool differ = memcmp(with, without, PIXELS) != 0;
        assert_true(!differ || digit == 1 || digit == 7);
        could += digit == 1 || digit == 7;
        marked += differ;
    }
    dn_augment_plan_free(plan);
    assert_true(marked > could * 35 / 100 && marked < could * 65 / 100);
}

/** Slants, widths and pens are as the net shall read them; the box of the ink stays as it is in every picture that is prepared. */
static void hands_change_the_pen_and_keep_the_box(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    uint8_t out[PIXELS];
    size_t thin = 0;
    size_t thick = 0;
    dn_augment_plan *plan = new_plan(named("hands"));
    for (size_t i = 0; i < COUNT; i++) {
        dn_augment_image(plan, SEED, EPOCH, i, training_digits()->labels[i],
                         dn_dataset_image(training_digits(), i), out);
        const ink found = weigh(out);
        assert_true(fabs(found.x - 14) < 4 && fabs(found.y - 14) < 4);
        const float width = dn_stroke_width(out);
        assert_true(width > 0.8F);
        thin += width < 2.5F;
        thick += width > 3.5F;
    }
    dn_augment_plan_free(plan);
    assert_true(thin > COUNT / 20 && thick > COUNT / 20);
}

/** No pen is drawn so fine that a stroke vanishes, nor so broad that loops fill, whatever its bound. */
static void pens_have_a_least_and_a_greatest_width(void **state)
{
    (void)state;
    uint8_t in[PIXELS] = {0};
    uint8_t out[PIXELS];
    dn_stroke_draw(&(dn_stroke){5, 14, 22, 14, 1.0F}, in);
    dn_augment_plan *plan = new_plan((dn_augment){.pen = 4});
    for (uint64_t i = 0; i < 200; i++) {
        dn_augment_image(plan, SEED, EPOCH, i, DIGIT, in, out);
        const float width = dn_stroke_width(out);
        assert_true(width > 0.9F && width < 4.8F);
    }
    dn_augment_plan_free(plan);
}

/** Interpolated ink is never darker than 0 nor brighter than the brightest pixel, however wild the motion. */
static void no_ink_is_invented(void **state)
{
    (void)state;
    static const dn_augment wildest = {28, 3.2F, 0.9F, 2, 1000, 1, .pen = 7, .fit = true};
    uint8_t in[PIXELS];
    uint8_t out[PIXELS];
    size_t seen = 0;
    memset(in, 201, sizeof in);
    dn_augment_plan *wild = new_plan(wildest);
    dn_augment_plan *mild = new_plan(named("elastic"));
    for (uint64_t i = 0; i < 200; i++) {
        dn_augment_image(wild, SEED, EPOCH, i, DIGIT, in, out);
        for (size_t pixel = 0; pixel < PIXELS; pixel++)
            assert_true(out[pixel] <= 201);
        dn_augment_image(mild, SEED, EPOCH, i, DIGIT, in, out);
        for (size_t pixel = 0; pixel < PIXELS; pixel++) {
            assert_true(out[pixel] <= 201);
            seen += out[pixel] == 201;
        }
    }
    assert_true(seen > 200 * PIXELS * 3 / 4);
    dn_augment_plan_free(wild);
    dn_augment_plan_free(mild);
}

static void bytes_depend_on_seed_epoch_and_image_alone(void **state)
{
    (void)state;
    const uint8_t *in = dn_dataset_image(training_digits(), 0);
    uint8_t out[5][PIXELS];
    dn_augment_plan *plan = new_plan(named("elastic"));
    dn_augment_image(plan, SEED, EPOCH, 5, DIGIT, in, out[0]);
    dn_augment_image(plan, SEED + 1, EPOCH, 5, DIGIT, in, out[1]);
    dn_augment_image(plan, SEED, EPOCH + 1, 5, DIGIT, in, out[2]);
    dn_augment_image(plan, SEED, EPOCH, 6, DIGIT, in, out[3]);
    dn_augment_plan_free(plan);
    plan = new_plan(named("elastic"));
    dn_augment_image(plan, SEED, EPOCH, 5, DIGIT, in, out[4]);
    dn_augment_plan_free(plan);
    assert_memory_equal(out[0], out[4], PIXELS);
    for (size_t i = 1; i < 4; i++) {
        for (size_t other = 0; other < i; other++)
            assert_memory_not_equal(out[i], out[other], PIXELS);
    }
}

/** What another compiler, machine or set of instructions must reproduce: it is part of what a seed promises. */
static void bytes_are_the_same_everywhere(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *digest;
    } golden[] = {
        {"shift", "9fff447542726926d7f0cc1dcf25a1e7d0cec528aefe4ede01a6829f1569bb33"},
        {"affine", "3e1d0b696a4c8cf2c6989804c7769c05540e1a85d4eee83af0135dc52e82d98e"},
        {"elastic", "eea821e1f6bace50ee434c3eb3107ee980ac695bb2e3ce3ba9089ff4dc4f8c93"},
        {"wide", "e700b47d9ef714b5a9a07b87364936d3a7dc174e258850a39bbae0cd11d9e232"},
        {"hands", "2a0fcdbd77b440b6c8f855197a14c1c3d5518f568dbc9ff295bb6d52f4bce600"},
    };
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
        uint8_t out[PIXELS];
        uint8_t digest[DN_SHA256_SIZE];
        char text[DN_SHA256_TEXT_SIZE];
        dn_sha256 sha;
        dn_augment_plan *plan = new_plan(named(golden[i].name));
        dn_sha256_init(&sha);
        for (size_t image = 0; image < 200; image++) {
            dn_augment_image(plan, SEED, EPOCH, image, training_digits()->labels[image],
                             dn_dataset_image(training_digits(), image), out);
            dn_sha256_update(&sha, out, PIXELS);
        }
        dn_sha256_final(&sha, digest);
        assert_string_equal(dn_sha256_text(digest, text), golden[i].digest);
        dn_augment_plan_free(plan);
    }
}

static void kinds_have_names(void **state)
{
    (void)state;
    dn_augment augment = {.shear = 1};
    assert_string_equal(dn_augment_names[0], "none");
    assert_string_equal(dn_augment_names[3], "elastic");
    assert_string_equal(dn_augment_names[4], "wide");
    assert_string_equal(dn_augment_names[5], "hands");
    assert_null(dn_augment_names[6]);
    for (size_t i = 0; dn_augment_names[i]; i++) {
        assert_ok(dn_augment_named(dn_augment_names[i], &augment, &error));
        assert_true(dn_augment_is_none(&augment) == (i == 0));
        dn_augment_plan_free(new_plan(augment));
    }
    assert_false(dn_augment_is_none(&(dn_augment){.rotation = 0.1F}));
    assert_false(dn_augment_is_none(&(dn_augment){.scale = 0.1F}));
    assert_false(dn_augment_is_none(&(dn_augment){.shear = 0.1F}));
    assert_false(dn_augment_is_none(&(dn_augment){.elastic_alpha = 1, .elastic_sigma = 4}));
    assert_false(dn_augment_is_none(&(dn_augment){.pen = 0.5F}));
    assert_false(dn_augment_is_none(&(dn_augment){.marks = 0.5F}));
    assert_false(dn_augment_is_none(&(dn_augment){.fit = true}));
    assert_true(named("shift").shift == 2.0F);
    assert_true(named("affine").elastic_alpha == 0.0F &&
                named("affine").rotation == named("elastic").rotation);
    assert_int_equal(dn_augment_named("Elastic", &augment, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.problem, "there is no augmentation \"Elastic\"");
    assert_string_equal(error.remedy, "give one of none, shift, affine, elastic, wide, hands");
}

static void numbers_out_of_range_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        dn_augment augment;
        const char *problem;
    } cases[] = {
        {{.shift = -1}, "shift"},
        {{.shift = 28.5F}, "shift"},
        {{.rotation = 4}, "rotation"},
        {{.scale = 1}, "scale"},
        {{.shear = INFINITY}, "shear"},
        {{.elastic_alpha = NAN, .elastic_sigma = 4}, "elastic alpha"},
        {{.elastic_alpha = 30}, "elastic sigma"},
        {{.elastic_alpha = 30, .elastic_sigma = 0.9F}, "elastic sigma"},
        {{.elastic_alpha = 30, .elastic_sigma = 29}, "elastic sigma"},
        {{.pen = -0.5F}, "pen"},
        {{.pen = 7.5F}, "pen"},
        {{.marks = 1.5F}, "probability of marks"},
        {{.marks = NAN}, "probability of marks"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dn_augment_plan *plan;
        assert_int_equal(dn_augment_plan_new(&plan, &cases[i].augment, &error), DN_ERR_ARGUMENT);
        assert_contains(error.problem, cases[i].problem);
        assert_null(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_bounds_every_byte_stays),
        cmocka_unit_test(a_shift_moves_at_most_to_its_bound_evenly_both_ways),
        cmocka_unit_test(every_bound_is_drawn_by_itself),
        cmocka_unit_test(digits_keep_their_ink_and_their_place_roughly),
        cmocka_unit_test(a_label_adds_marks_to_ones_and_sevens_alone),
        cmocka_unit_test(hands_change_the_pen_and_keep_the_box),
        cmocka_unit_test(pens_have_a_least_and_a_greatest_width),
        cmocka_unit_test(no_ink_is_invented),
        cmocka_unit_test(bytes_depend_on_seed_epoch_and_image_alone),
        cmocka_unit_test(bytes_are_the_same_everywhere),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(numbers_out_of_range_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
