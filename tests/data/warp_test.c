#include "support.h"

#include "data/warp.h"

#include <math.h>
#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define CENTRE 13.5
#define QUARTER_TURN 1.57079633F

typedef uint8_t image[SIDE][SIDE];

static const dn_motion at_rest;

/** A pattern without any symmetry, every byte from 0 to 255 in it. */
static void draw_pattern(image out)
{
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++)
            out[y][x] = (uint8_t)(37 * x + 101 * y + x * y);
    }
}

/** A round spot of ink about that place, from the centre. */
static void draw_spot(image out, double across, double down)
{
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            const double dx = (double)x - CENTRE - across;
            const double dy = (double)y - CENTRE - down;
            out[y][x] = (uint8_t)(250 * exp(-(dx * dx + dy * dy) / 5) + 0.5);
        }
    }
}

static void move(dn_motion motion, image in, image out)
{
    static dn_elastic none;
    static dn_elastic_field field;
    const dn_affine affine = dn_affine_undoing(&motion);
    dn_elastic_prepare(&none, 0, 0);
    dn_warp(&affine, &none, &field, in[0], out[0]);
}

/** The centre of mass, from the image's centre. */
static void find_centre(image in, double *across, double *down)
{
    double mass = 0;
    *across = *down = 0;
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            mass += in[y][x];
            *across += in[y][x] * ((double)x - CENTRE);
            *down += in[y][x] * ((double)y - CENTRE);
        }
    }
    *across /= mass;
    *down /= mass;
}

static void at_rest_every_byte_stays(void **state)
{
    (void)state;
    image in;
    image out;
    draw_pattern(in);
    move(at_rest, in, out);
    assert_memory_equal(out, in, sizeof in);
}

static void a_whole_shift_moves_and_nothing_else(void **state)
{
    (void)state;
    static const int shifts[][2] = {{3, -2}, {-1, 0}, {0, 1}, {27, -27}, {-28, 0}, {0, 28}};
    image in;
    image out;
    draw_pattern(in);
    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        const int right = shifts[i][0];
        const int down = shifts[i][1];
        move((dn_motion){.shift_x = (float)right, .shift_y = (float)down}, in, out);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                const int from_x = x - right;
                const int from_y = y - down;
                const bool inside = from_x >= 0 && from_x < SIDE && from_y >= 0 && from_y < SIDE;
                assert_int_equal(out[y][x], inside ? in[from_y][from_x] : 0);
            }
        }
    }
}

static void between_pixels_is_their_weighted_mean_rounded_to_nearest(void **state)
{
    (void)state;
    image in = {{0}};
    image out;
    in[10][10] = 100;
    in[10][11] = 201;
    in[11][10] = 50;
    move((dn_motion){.shift_x = 0.25F, .shift_y = 0.5F}, in, out);
    /* A pixel's old place is a quarter to the left and half a pixel up. */
    assert_int_equal(out[10][10], 38); /* 100 * 3/4 * 1/2 = 37.5 */
    assert_int_equal(out[10][11], 88); /* (201 * 3/4 + 100 * 1/4) / 2 = 87.9 */
    assert_int_equal(out[10][12], 25); /* 201 * 1/4 * 1/2 = 25.1 */
    assert_int_equal(out[11][10], 56); /* (100 + 50) * 3/4 * 1/2 = 56.25 */
    assert_int_equal(out[12][10], 19); /* 50 * 3/4 * 1/2 = 18.75 */
    assert_int_equal(out[9][10], 0);
    assert_int_equal(out[10][9], 0);
}

static void ink_at_the_edges_fades_into_nothing(void **state)
{
    (void)state;
    image in;
    image out;
    memset(in, 200, sizeof in);
    move((dn_motion){.shift_x = 0.5F, .shift_y = -0.5F}, in, out);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            const int left = x == 0 ? 2 : 1; /* half of what is looked at lies outside */
            const int bottom = y == SIDE - 1 ? 2 : 1;
            assert_int_equal(out[y][x], 200 / left / bottom);
        }
    }
}

static void quarter_turns_are_exact_and_clockwise(void **state)
{
    (void)state;
    image in;
    image once;
    image twice;
    draw_pattern(in);
    move((dn_motion){.rotation = QUARTER_TURN}, in, once);
    move((dn_motion){.rotation = -2 * QUARTER_TURN}, in, twice);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            assert_int_equal(once[x][SIDE - 1 - y], in[y][x]); /* the top comes to the right */
            assert_int_equal(twice[SIDE - 1 - y][SIDE - 1 - x], in[y][x]);
        }
    }
}

/** Any motion moves a spot to where the four steps, in their order, move its middle. */
static void spots_go_where_scale_shear_rotation_and_shift_send_them(void **state)
{
    (void)state;
    static const dn_motion motions[] = {
        {.rotation = 0.4F},
        {.scale_x = 0.25F},
        {.scale_y = -0.2F},
        {.shear = 0.3F},
        {.scale_x = 0.2F, .shear = -0.4F},
        {.scale_y = 0.3F, .shear = 0.4F, .rotation = -0.7F},
        {.scale_x = -0.1F,
         .scale_y = 0.15F,
         .shear = 0.2F,
         .rotation = 0.3F,
         .shift_x = 1.3F,
         .shift_y = -2.2F},
    };
    for (size_t i = 0; i < sizeof motions / sizeof motions[0]; i++) {
        const dn_motion *m = &motions[i];
        image in;
        image out;
        double x;
        double y;
        draw_spot(in, 5, -4);
        move(*m, in, out);
        find_centre(out, &x, &y);
        const double wide = 5 * (1 + (double)m->scale_x);
        const double high = -4 * (1 + (double)m->scale_y);
        const double slanted = wide + (double)m->shear * high;
        const double c = cos((double)m->rotation);
        const double s = sin((double)m->rotation);
        assert_true(fabs(x - (c * slanted - s * high + (double)m->shift_x)) < 0.05);
        assert_true(fabs(y - (s * slanted + c * high + (double)m->shift_y)) < 0.05);
    }
}

/** Under a shift of 1, a field that is (2, -y) in row y: all rows show row 0, from one pixel further right. */
static void displacements_are_added_to_the_old_places(void **state)
{
    (void)state;
    static dn_elastic elastic;
    static dn_elastic_field field;
    const dn_affine affine = dn_affine_undoing(&(dn_motion){.shift_x = 1.0F});
    image in;
    image out;
    draw_pattern(in);
    elastic.knots = 2;
    for (size_t i = 0; i < SIDE; i++) {
        elastic.weight[0][i] = 1.0F;
        elastic.weight[1][i] = (float)i;
    }
    field.number[0][0] = 2.0F;
    field.number[1][1 * 2 + 0] = -1.0F;
    dn_warp(&affine, &elastic, &field, in[0], out[0]);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++)
            assert_int_equal(out[y][x], x + 1 < SIDE ? in[0][x + 1] : 0);
    }
}

static void an_image_may_be_drawn_over_itself(void **state)
{
    (void)state;
    const dn_motion motion = {.scale_x = 0.1F, .rotation = 0.3F, .shift_y = -3.0F};
    image in;
    image out;
    draw_pattern(in);
    move(motion, in, out);
    move(motion, in, in);
    assert_memory_equal(in, out, sizeof out);
}

static void every_instruction_set_draws_the_same_image(void **state)
{
    (void)state;
#ifdef DN_X86
    dn_warp_function *const sets[] = {dn_warp_avx2, dn_warp_avx512};
    const bool can_run[] = {dn_x86_has_avx2(), dn_x86_has_avx512()};
    dn_random random = dn_random_stream(3, DN_PURPOSE_AUGMENT, 0, 0);
    dn_elastic elastic;
    dn_elastic_field field;
    image in;
    draw_pattern(in);
    for (size_t trial = 0; trial < 300; trial++) {
        const float far = trial % 3 == 0 ? 20.0F : 1.0F;
        const dn_motion motion = {.scale_x = 0.3F * dn_random_uniform(&random),
                                  .shear = dn_random_uniform(&random) - 0.5F,
                                  .rotation = 6.0F * dn_random_uniform(&random),
                                  .shift_x = far * (dn_random_uniform(&random) - 0.5F),
                                  .shift_y = far * dn_random_uniform(&random)};
        const dn_affine affine = dn_affine_undoing(&motion);
        image expected;
        dn_elastic_prepare(&elastic, trial % 4 == 0 ? 0.0F : far * 20.0F, 1.0F + (float)(trial % 7));
        dn_elastic_draw(&elastic, &random, &field);
        dn_warp_portable(&affine, &elastic, &field, in[0], expected[0]);
        for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
            image out;
            if (!can_run[i])
                continue;
            sets[i](&affine, &elastic, &field, in[0], out[0]);
            assert_memory_equal(out, expected, sizeof out);
        }
    }
#else
    print_message("SKIPPED: there is one set of instructions here\n");
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_rest_every_byte_stays),
        cmocka_unit_test(a_whole_shift_moves_and_nothing_else),
        cmocka_unit_test(between_pixels_is_their_weighted_mean_rounded_to_nearest),
        cmocka_unit_test(ink_at_the_edges_fades_into_nothing),
        cmocka_unit_test(quarter_turns_are_exact_and_clockwise),
        cmocka_unit_test(spots_go_where_scale_shear_rotation_and_shift_send_them),
        cmocka_unit_test(displacements_are_added_to_the_old_places),
        cmocka_unit_test(an_image_may_be_drawn_over_itself),
        cmocka_unit_test(every_instruction_set_draws_the_same_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
