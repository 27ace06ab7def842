#include "data/augment.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/random.h"
#include "data/fit.h"
#include "data/marks.h"
#include "data/stroke.h"
#include "data/warp.h"

#include "digitnet/core.h"
#include "digitnet/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct dn_augment_plan {
    dn_augment bound;
    dn_elastic elastic;
};

/* Bounds in the middle of those that have been published for MNIST, and of "wide" the widest: a reader still knows every digit. */
#define MILD_AFFINE .shift = 0.0F, .rotation = 0.13F, .scale = 0.1F, .shear = 0.1F

const char *const dn_augment_names[] = {"none", "shift", "affine", "elastic", "wide", "hands", NULL};

/** In the order of the names. */
static const dn_augment kinds[] = {
    {.shift = 0.0F},
    {.shift = 2.0F},
    {MILD_AFFINE},
    {MILD_AFFINE, .elastic_alpha = 30.0F, .elastic_sigma = 4.5F},
    {.rotation = 0.26F, .scale = 0.2F, .shear = 0.2F, .elastic_alpha = 56.0F, .elastic_sigma = 7.0F},
    {.rotation = 0.15F,
     .scale = 0.2F,
     .shear = 0.45F,
     .elastic_alpha = 30.0F,
     .elastic_sigma = 4.5F,
     .pen = 0.9F,
     .marks = 0.4F,
     .fit = true},
};
#define KINDS (sizeof kinds / sizeof kinds[0])
_Static_assert(sizeof dn_augment_names / sizeof dn_augment_names[0] == KINDS + 1, "every kind has a name");

dn_status dn_augment_named(const char *name, dn_augment *augment, dn_error *error)
{
    size_t place;
    DN_TRY(dn_choose(dn_augment_names, name, "augmentation", &place, error));
    *augment = kinds[place];
    return DN_OK;
}

bool dn_augment_is_none(const dn_augment *augment)
{
    return augment->shift == 0.0F && augment->rotation == 0.0F && augment->scale == 0.0F &&
           augment->shear == 0.0F && augment->elastic_alpha == 0.0F && augment->pen == 0.0F &&
           augment->marks == 0.0F && !augment->fit;
}

/** Is every number in its range? What lies beyond leaves no digit to see; no place may leave the range of whole numbers. */
static dn_status check(const dn_augment *augment, dn_error *error)
{
    const struct {
        const char *name;
        float value, minimum, maximum;
    } numbers[] = {
        {"shift", augment->shift, 0.0F, (float)DN_DIGIT_SIDE},
        {"rotation", augment->rotation, 0.0F, 3.2F},
        {"scale", augment->scale, 0.0F, 0.9F},
        {"shear", augment->shear, 0.0F, 2.0F},
        {"pen", augment->pen, 0.0F, (float)DN_DIGIT_SIDE / 4},
        {"probability of marks", augment->marks, 0.0F, 1.0F},
        {"elastic alpha", augment->elastic_alpha, 0.0F, 1000.0F},
        {"elastic sigma", augment->elastic_sigma,
         augment->elastic_alpha == 0.0F ? 0.0F : DN_ELASTIC_MIN_SIGMA, (float)DN_DIGIT_SIDE},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char remedy[DN_ERROR_TEXT_SIZE];
        if (numbers[i].value >= numbers[i].minimum && numbers[i].value <= numbers[i].maximum)
            continue;
        snprintf(remedy, sizeof remedy, "give a number from %g to %g", (double)numbers[i].minimum,
                 (double)numbers[i].maximum);
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "a %s of %g", numbers[i].name,
                       (double)numbers[i].value);
    }
    return DN_OK;
}

dn_status dn_augment_plan_new(dn_augment_plan **plan, const dn_augment *augment, dn_error *error)
{
    *plan = NULL;
    DN_TRY(check(augment, error));
    dn_augment_plan *made = dn_allocate_zeroed(1, sizeof *made, error);
    if (!made)
        return DN_ERR_MEMORY;
    made->bound = *augment;
    dn_elastic_prepare(&made->elastic, augment->elastic_alpha, augment->elastic_sigma);
    *plan = made;
    return DN_OK;
}

void dn_augment_plan_free(dn_augment_plan *plan)
{
    dn_release(plan);
}

static float draw(dn_random *random, float bound)
{
    return bound * (2.0F * dn_random_uniform(random) - 1.0F);
}

/** Every number is drawn, also where its bound is 0, so that one bound does not change what another one draws. */
static dn_motion draw_motion(const dn_augment *bound, dn_random *random)
{
    dn_motion motion;
    motion.shift_x = draw(random, bound->shift);
    motion.shift_y = draw(random, bound->shift);
    motion.rotation = draw(random, bound->rotation);
    motion.scale_x = draw(random, bound->scale);
    motion.scale_y = draw(random, bound->scale);
    motion.shear = draw(random, bound->shear);
    return motion;
}

/** The finest and the broadest pen, in pixels: less ink leaves nothing to read, and more fills every loop. */
#define THINNEST 1.0F
#define THICKEST 4.2F

/** What a stroke of that image may gain on each side, or lose. */
static float limit_growth(float growth, const uint8_t *image)
{
    if (growth == 0.0F)
        return growth;
    const float width = dn_stroke_width(image);
    const float least = fminf((THINNEST - width) / 2.0F, 0.0F);
    const float most = fmaxf((THICKEST - width) / 2.0F, 0.0F);
    return fminf(fmaxf(growth, least), most);
}

void dn_augment_image(const dn_augment_plan *plan, uint64_t seed, uint64_t epoch, uint64_t image, int digit,
                      const uint8_t *in, uint8_t *out)
{
    dn_random random = dn_random_stream(seed, DN_PURPOSE_AUGMENT, epoch, image);
    dn_random hand = dn_random_stream(seed, DN_PURPOSE_HAND, epoch, image);
    const dn_augment *bound = &plan->bound;
    const dn_motion motion = draw_motion(bound, &random);
    dn_affine affine = dn_affine_undoing(&motion);
    dn_elastic_field field;
    uint8_t drawn[DN_DIGIT_PIXELS];
    float growth = draw(&hand, bound->pen);
    memcpy(drawn, in, sizeof drawn);
    dn_marks_draw(bound->marks, digit, &hand, drawn);
    growth = limit_growth(growth, drawn);
    if (bound->fit)
        dn_affine_fit(&affine, drawn, (float)DN_DIGIT_BOX - 2.0F * growth);
    dn_elastic_draw(&plan->elastic, &random, &field);
    dn_warp(&affine, &plan->elastic, &field, drawn, out);
    /* A narrowed loop is closer to being filled than the width of its strokes said before. */
    dn_stroke_grow(limit_growth(growth, out), out);
}
