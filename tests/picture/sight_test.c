#include "picture/sight.h"

#include "picture.h"
#include "support.h"

#include "core/random.h"

#define COLOURS 3

static dn_error error;

static const dn_mix luminance = {{0.299F, 0.587F, 0.114F}};

/** [1, H, W] of one shade. */
static dn_tensor grey_picture(size_t height, size_t width, float shade)
{
    dn_tensor picture;
    assert_ok(dn_tensor_zeros(&picture, DN_SHAPE(1, height, width), &error));
    for (size_t i = 0; i < height * width; i++)
        picture.data[i] = shade;
    return picture;
}

static dn_region whole(const dn_tensor *picture)
{
    return (dn_region){.height = (double)picture->shape.extent[1], .width = (double)picture->shape.extent[2]};
}

static dn_sight take_mixed(const dn_tensor *made, dn_mix mix, dn_region region)
{
    dn_sight sight;
    dn_picture picture = picture_of(made);
    assert_ok(dn_sight_take(&picture, mix, region, &sight, &error));
    dn_picture_free(&picture);
    return sight;
}

static dn_sight take(const dn_tensor *made, dn_region region)
{
    return take_mixed(made, luminance, region);
}

static dn_mix choose(const dn_tensor *made)
{
    dn_mix mix;
    dn_picture picture = picture_of(made);
    assert_ok(dn_mix_choose(&picture, &mix, &error));
    dn_picture_free(&picture);
    return mix;
}

static void pictures_of_any_size_become_about_300_pixels(void **state)
{
    (void)state;
    static const struct {
        size_t height, width; /* of the picture */
        size_t seen_height, seen_width;
        bool small;
    } cases[] = {
        {1, 1, 1, 1, true},           {64, 64, 64, 64, true},        {16, 28, 16, 28, true},
        {65, 64, 98, 96, false},      {48, 70, 96, 140, false},      {96, 96, 96, 96, false},
        {200, 290, 200, 290, false},  {300, 400, 300, 400, false},   {600, 800, 300, 400, false},
        {1200, 900, 400, 300, false}, {300, 2400, 150, 1200, false}, {2, 5000, 1, 1200, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dn_tensor picture = grey_picture(cases[i].height, cases[i].width, 0.4F);
        dn_sight sight = take(&picture, whole(&picture));
        assert_int_equal(sight.shades.height, cases[i].seen_height);
        assert_int_equal(sight.shades.width, cases[i].seen_width);
        assert_int_equal(sight.small, cases[i].small);
        for (size_t k = 0; k < sight.shades.height * sight.shades.width; k++)
            assert_in_range(sight.shades.data[k], 101, 103); /* one shade stays one: 0.4 * 255 */
        dn_plane_free(&sight.shades);
        dn_tensor_free(&picture);
    }
}

static void a_region_is_seen_alone(void **state)
{
    (void)state;
    dn_tensor picture = grey_picture(400, 400, 0.0F);
    for (size_t y = 100; y < 300; y++)
        for (size_t x = 200; x < 400; x++)
            picture.data[y * 400 + x] = 1.0F;
    dn_sight sight = take(&picture, (dn_region){.top = 100, .left = 200, .height = 200, .width = 200});
    assert_int_equal(sight.shades.height, 200);
    for (size_t k = 0; k < (size_t)200 * 200; k++)
        assert_int_equal(sight.shades.data[k], UINT8_MAX);
    dn_plane_free(&sight.shades);
    dn_tensor_free(&picture);
}

static void a_bitmap_is_seen_as_it_is_and_more_is_smoothed(void **state)
{
    (void)state;
    for (size_t side = 32; side <= 100; side += 68) {
        dn_tensor picture = grey_picture(side, side, 0.0F);
        picture.data[10 * side + 10] = 1.0F;
        dn_sight sight = take(&picture, whole(&picture));
        const uint8_t *row = sight.shades.data + 10 * side;
        /* The binomial 1 2 1 along both axes: a quarter of the pixel stays. */
        assert_int_equal(row[10], sight.small ? UINT8_MAX : 64);
        assert_int_equal(row[9], sight.small ? 0 : 32);
        assert_int_equal(row[11], sight.small ? 0 : 32);
        assert_int_equal(row[12], 0);
        dn_plane_free(&sight.shades);
        dn_tensor_free(&picture);
    }
}

/** Paper and a bar of ink, in red, green and blue. */
static dn_tensor coloured(const float paper[COLOURS], const float ink[COLOURS])
{
    enum { SIDE = 120 };
    dn_tensor picture;
    dn_random random = dn_random_stream(1, DN_PURPOSE_TENSOR, 0, 0);
    assert_ok(dn_tensor_zeros(&picture, DN_SHAPE(COLOURS, SIDE, SIDE), &error));
    for (size_t c = 0; c < COLOURS; c++)
        for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
            const bool inked = i / SIDE >= 30 && i / SIDE < 90 && i % SIDE >= 55 && i % SIDE < 65;
            picture.data[c * SIDE * SIDE + i] =
                (inked ? ink[c] : paper[c]) + 0.01F * dn_random_uniform(&random);
        }
    return picture;
}

static void the_channel_that_shows_the_ink_is_taken(void **state)
{
    (void)state;
    static const struct {
        float paper[COLOURS], ink[COLOURS];
        dn_mix mix;
    } cases[] = {
        /* black, then white on grey: luminance shows it as clearly as any channel */
        {{0.9F, 0.9F, 0.9F}, {0.1F, 0.1F, 0.1F}, {{0.299F, 0.587F, 0.114F}}},
        {{0.3F, 0.3F, 0.3F}, {0.9F, 0.9F, 0.9F}, {{0.299F, 0.587F, 0.114F}}},
        /* red ink on teal paper of the same luminance */
        {{0.3F, 0.55F, 0.55F}, {0.85F, 0.3F, 0.4F}, {{1, 0, 0}}},
        /* ink that blue alone shows */
        {{0.8F, 0.8F, 0.8F}, {0.8F, 0.8F, 0.1F}, {{0, 0, 1}}},
        /* ink that green alone shows */
        {{0.6F, 0.4F, 0.2F}, {0.65F, 0.15F, 0.2F}, {{0, 1, 0}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dn_tensor picture = coloured(cases[i].paper, cases[i].ink);
        const dn_mix mix = choose(&picture);
        for (size_t c = 0; c < COLOURS; c++)
            assert_float_equal(mix.weight[c], cases[i].mix.weight[c], 0.0F);
        dn_tensor_free(&picture);
    }
}

static void a_mix_of_one_channel_is_that_channel(void **state)
{
    (void)state;
    static const float paper[COLOURS] = {0.2F, 0.4F, 0.8F};
    dn_tensor picture = coloured(paper, paper);
    static const dn_mix mixes[] = {{{1, 0, 0}}, {{0, 1, 0}}, {{0, 0, 1}}, {{0.299F, 0.587F, 0.114F}}};
    static const uint8_t shades[] = {52, 103, 205, 100}; /* with half of the noise */
    for (size_t i = 0; i < sizeof mixes / sizeof mixes[0]; i++) {
        dn_sight sight = take_mixed(&picture, mixes[i], whole(&picture));
        assert_in_range(sight.shades.data[5000], shades[i] - 2, shades[i] + 2);
        dn_plane_free(&sight.shades);
    }
    dn_tensor_free(&picture);
}

static void a_grey_picture_has_nothing_to_choose(void **state)
{
    (void)state;
    dn_tensor picture = grey_picture(80, 80, 0.5F);
    const dn_mix mix = choose(&picture);
    for (size_t c = 0; c < COLOURS; c++)
        assert_float_equal(mix.weight[c], luminance.weight[c], 0.0F);
    dn_tensor_free(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_of_any_size_become_about_300_pixels),
        cmocka_unit_test(a_region_is_seen_alone),
        cmocka_unit_test(a_bitmap_is_seen_as_it_is_and_more_is_smoothed),
        cmocka_unit_test(the_channel_that_shows_the_ink_is_taken),
        cmocka_unit_test(a_mix_of_one_channel_is_that_channel),
        cmocka_unit_test(a_grey_picture_has_nothing_to_choose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
