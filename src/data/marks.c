#include "data/marks.h"

#include "data/stroke.h"

#define SIDE DN_DIGIT_SIDE
#define INK 128

/** Where a digit's ink begins and ends, and how wide its strokes are. */
typedef struct extent {
    float top, bottom;
    float x_top, x_bottom; /**< the middle of the ink there */
    float width;
} extent;

/** The middle of a row's ink; the image's, where the row has none. */
static float middle(const uint8_t *image, size_t y)
{
    int32_t mass = 0;
    int32_t moment = 0;
    for (int32_t x = 0; x < SIDE; x++) {
        mass += image[y * SIDE + (size_t)x];
        moment += image[y * SIDE + (size_t)x] * x;
    }
    return mass == 0 ? (float)SIDE / 2.0F : (float)moment / (float)mass;
}

/** False where there is too little ink. */
static bool measure(const uint8_t *image, extent *found)
{
    size_t first = DN_DIGIT_PIXELS;
    size_t last = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        if (image[i] < INK)
            continue;
        if (first == DN_DIGIT_PIXELS)
            first = i;
        last = i;
    }
    if (first >= last)
        return false;
    const size_t top = first / SIDE;
    const size_t bottom = last / SIDE;
    *found = (extent){.top = (float)top,
                      .bottom = (float)bottom,
                      .x_top = middle(image, top),
                      .x_bottom = middle(image, bottom),
                      .width = dn_stroke_width(image)};
    return true;
}

static float between(dn_random *random, float low, float high)
{
    return low + (high - low) * dn_random_uniform(random);
}

/** A flag that falls to the left from the top. It slants as the 1 does, and falls steeper than the upper stroke of a 7. */
static void draw_flag(const extent *one, dn_random *random, uint8_t *image)
{
    const float height = one->bottom - one->top;
    const float reach = height * between(random, 0.12F, 0.45F);
    const float fall = reach * between(random, 0.6F, 1.8F);
    const float slant = (one->x_bottom - one->x_top) / (height + 1.0F);
    const dn_stroke flag = {.x0 = one->x_top,
                            .y0 = one->top + 1.0F,
                            .x1 = one->x_top - reach + slant * fall,
                            .y1 = one->top + 1.0F + fall,
                            .radius = one->width * between(random, 0.35F, 0.55F)};
    dn_stroke_draw(&flag, image);
}

/** A bar to both sides of (x, y). It may rise or fall a little. */
static void draw_bar(float x, float y, const extent *digit, dn_random *random, uint8_t *image)
{
    const float height = digit->bottom - digit->top;
    const float left = height * between(random, 0.12F, 0.34F);
    const float right = height * between(random, 0.12F, 0.34F);
    const float rise = between(random, -0.12F, 0.25F);
    const dn_stroke bar = {.x0 = x - left,
                           .y0 = y + rise * left,
                           .x1 = x + right,
                           .y1 = y - rise * right,
                           .radius = digit->width * between(random, 0.35F, 0.55F)};
    dn_stroke_draw(&bar, image);
}

void dn_marks_draw(float probability, int digit, dn_random *random, uint8_t *image)
{
    extent found;
    if ((digit != 1 && digit != 7) || dn_random_uniform(random) >= probability || !measure(image, &found))
        return;
    if (digit == 7) {
        const float y = found.top + (found.bottom - found.top) * between(random, 0.42F, 0.65F);
        draw_bar(middle(image, (size_t)y), y, &found, random, image);
        return;
    }
    draw_flag(&found, random, image);
    if (dn_random_uniform(random) < 0.5F)
        draw_bar(found.x_bottom, found.bottom - 1.0F, &found, random, image);
}
