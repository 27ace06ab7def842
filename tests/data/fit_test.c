#include "digits.h"

#include "data/dataset.h"
#include "data/fit.h"
#include "data/stroke.h"

#include <math.h>
#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define PIXELS DN_DIGIT_PIXELS

static const dn_motion motions[] = {
    {0},
    {.scale_x = 0.4F, .scale_y = -0.3F},
    {.scale_x = -0.3F, .scale_y = 0.4F},
    {.shear = 0.47F},
    {.shear = -0.47F, .rotation = 0.2F, .shift_x = 5, .shift_y = -7},
    {.rotation = 1.5F, .scale_x = -0.5F, .scale_y = -0.5F},
};
#define MOTIONS (sizeof motions / sizeof motions[0])

static void warp(const dn_affine *affine, const uint8_t *in, uint8_t *out)
{
    static dn_elastic none;
    static dn_elastic_field field;
    dn_elastic_prepare(&none, 0, 0);
    dn_warp(affine, &none, &field, in, out);
}

/** The longer side of the box around ink of at least that level. */
static size_t box_side(const uint8_t *image, uint8_t level)
{
    size_t least[2] = {SIDE, SIDE};
    size_t most[2] = {0, 0};
    for (size_t i = 0; i < PIXELS; i++) {
        const size_t place[2] = {i % SIDE, i / SIDE};
        for (size_t axis = 0; axis < 2 && image[i] >= level; axis++) {
            least[axis] = place[axis] < least[axis] ? place[axis] : least[axis];
            most[axis] = place[axis] > most[axis] ? place[axis] : most[axis];
        }
    }
    const size_t width = most[0] + 1 - least[0];
    const size_t height = most[1] + 1 - least[1];
    return width > height ? width : height;
}

/** Whatever the motion, its shift included. */
static void the_box_has_its_size_and_the_centre_of_mass_its_place(void **state)
{
    (void)state;
    for (size_t size = 14; size <= 20; size += 6) {
        for (size_t i = 0; i < 100 * MOTIONS; i++) {
            uint8_t out[PIXELS];
            double mass = 0;
            double x = 0;
            double y = 0;
            dn_affine affine = dn_affine_undoing(&motions[i % MOTIONS]);
            dn_affine_fit(&affine, dn_dataset_image(training_digits(), i), (float)size);
            warp(&affine, dn_dataset_image(training_digits(), i), out);
            for (size_t pixel = 0; pixel < PIXELS; pixel++) {
                mass += out[pixel];
                x += out[pixel] * (double)(pixel % SIDE);
                y += out[pixel] * (double)(pixel / SIDE);
            }
            assert_true(fabs(x / mass - 14) < 0.3 && fabs(y / mass - 14) < 0.3);
            const size_t side = box_side(out, 64);
            assert_true(side + 3 >= size && side <= size + 2);
        }
    }
}

static void directions_stay_and_all_are_scaled_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < MOTIONS; i++) {
        const dn_affine before = dn_affine_undoing(&motions[i]);
        dn_affine after = before;
        dn_affine_fit(&after, dn_dataset_image(training_digits(), i), 20.0F);
        const float factor = after.xx / before.xx;
        assert_true(factor > 0.0F);
        assert_true(fabsf(after.xy - factor * before.xy) < 1e-5F);
        assert_true(fabsf(after.yx - factor * before.yx) < 1e-5F);
        assert_true(fabsf(after.yy - factor * before.yy) < 1e-5F);
    }
}

static void a_shift_that_was_asked_for_does_not_count(void **state)
{
    (void)state;
    const dn_motion moved = {.shear = 0.2F, .shift_x = 3, .shift_y = 4};
    const dn_motion at_rest = {.shear = 0.2F};
    dn_affine a = dn_affine_undoing(&moved);
    dn_affine b = dn_affine_undoing(&at_rest);
    dn_affine_fit(&a, dn_dataset_image(training_digits(), 0), 20.0F);
    dn_affine_fit(&b, dn_dataset_image(training_digits(), 0), 20.0F);
    assert_memory_equal(&a, &b, sizeof a);
}

static void without_ink_nothing_changes(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    const dn_affine before = dn_affine_undoing(&motions[4]);
    dn_affine after = before;
    dn_affine_fit(&after, image, 20.0F);
    assert_memory_equal(&after, &before, sizeof after);
    memset(image, 63, sizeof image); /* too faint for a box */
    dn_affine_fit(&after, image, 20.0F);
    assert_memory_equal(&after, &before, sizeof after);
}

static void one_pixel_is_enough(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    dn_affine affine = dn_affine_undoing(&motions[0]);
    image[3 * SIDE + 25] = 64;
    dn_affine_fit(&affine, image, 20.0F);
    assert_true(fabsf(affine.xx - 0.05F) < 1e-6F && fabsf(affine.yy - 0.05F) < 1e-6F);
    /* The place where the centre of mass comes to lie, half a pixel from the middle, looks up that pixel. */
    assert_true(fabsf(affine.x0 + 0.5F * affine.xx - 11.5F) < 1e-5F);
    assert_true(fabsf(affine.y0 + 0.5F * affine.yy + 10.5F) < 1e-5F);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_box_has_its_size_and_the_centre_of_mass_its_place),
        cmocka_unit_test(directions_stay_and_all_are_scaled_alike),
        cmocka_unit_test(a_shift_that_was_asked_for_does_not_count),
        cmocka_unit_test(without_ink_nothing_changes),
        cmocka_unit_test(one_pixel_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
