#include "difficult.h"

#include "picture.h"

#include "core/convert.h"
#include "core/memory.h"
#include "core/random.h"

#include "digitnet/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define PI 3.14159265358979
#define DEEP_MAXVAL 40000

static dn_error error;

const char *const difficult_names[DIFFICULT_KINDS] = {
    "inverted", "large", "thick", "thin", "noisy", "uneven light", "off centre", "rotated",
    "oblong",   "faint", "deep",  "text", "tight", "framed",       "ruled",      "photo",
};

/* ---- Drawing ---- */

/** Where in the digit a point of the picture lies: (xx x + xy y + x0, yx x + yy y + y0). */
typedef struct placement {
    float xx, xy, x0;
    float yx, yy, y0;
} placement;

/** The digit enlarged, its corner at (left, top). */
static placement at_corner(float factor, float left, float top)
{
    return (placement){.xx = 1.0F / factor, .x0 = -left / factor, .yy = 1.0F / factor, .y0 = -top / factor};
}

static float ink_at(const uint8_t *digit, float x, float y)
{
    if (!(x >= 0.0F && x < (float)SIDE && y >= 0.0F && y < (float)SIDE))
        return 0.0F;
    return dn_pixel_value(digit[(size_t)y * SIDE + (size_t)x]);
}

/** Bilinear; pixels have their middles at 0.5. */
static float ink_between(const uint8_t *digit, float x, float y)
{
    const float left = floorf(x - 0.5F);
    const float top = floorf(y - 0.5F);
    const float right = x - 0.5F - left;
    const float low = y - 0.5F - top;
    const float above = ink_at(digit, left, top) * (1 - right) + ink_at(digit, left + 1, top) * right;
    const float below = ink_at(digit, left, top + 1) * (1 - right) + ink_at(digit, left + 1, top + 1) * right;
    return above * (1 - low) + below * low;
}

/** A picture of ink, 0 to 1. */
static dn_tensor draw(const uint8_t *digit, size_t height, size_t width, placement place)
{
    dn_tensor picture = blank_picture(height, width, 0.0F);
    for (size_t i = 0; i < height * width; i++) {
        const float x = (float)(i % width) + 0.5F;
        const float y = (float)(i / width) + 0.5F;
        picture.data[i] = ink_between(digit, place.xx * x + place.xy * y + place.x0,
                                      place.yx * x + place.yy * y + place.y0);
    }
    return picture;
}

static dn_tensor enlarge(const uint8_t *digit, size_t factor)
{
    return draw(digit, SIDE * factor, SIDE * factor, at_corner((float)factor, 0, 0));
}

/** From ink to shades. */
static void shade(dn_tensor *picture, float paper, float pen)
{
    const size_t count = dn_tensor_count(picture);
    for (size_t i = 0; i < count; i++)
        picture->data[i] = paper + (pen - paper) * picture->data[i];
}

/** The picture after shade(). */
static dn_tensor shaded(dn_tensor picture, float paper, float pen)
{
    shade(&picture, paper, pen);
    return picture;
}

/** Light that falls off towards one side. */
static void fall_off(dn_tensor *picture, float across, float down)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    for (size_t i = 0; i < height * width; i++)
        picture->data[i] *=
            1 - across * (float)(i % width) / (float)width - down * (float)(i / width) / (float)height;
}

static float between(dn_random *random, float low, float high)
{
    return low + (high - low) * dn_random_uniform(random);
}

/** A whole number, low to high. */
static size_t one_of(dn_random *random, size_t low, size_t high)
{
    return low + (size_t)dn_random_below(random, high - low + 1);
}

static bool toss(dn_random *random)
{
    return dn_random_below(random, 2) == 1;
}

/** The largest (or smallest) ink in a disk around a pixel; the picture's border goes on outside it. */
static float extreme_around(const dn_tensor *picture, int row, int column, int radius, bool largest)
{
    const int last_row = (int)picture->shape.extent[0] - 1;
    const int last_column = (int)picture->shape.extent[1] - 1;
    float best = pixel_at(picture, (size_t)row, (size_t)column);
    for (int y = row - radius; y <= row + radius; y++) {
        for (int x = column - radius; x <= column + radius; x++) {
            if ((y - row) * (y - row) + (x - column) * (x - column) > radius * radius)
                continue;
            const int inside_y = y < 0 ? 0 : y > last_row ? last_row : y;
            const int inside_x = x < 0 ? 0 : x > last_column ? last_column : x;
            const float value = pixel_at(picture, (size_t)inside_y, (size_t)inside_x);
            best = (value > best) == largest ? value : best;
        }
    }
    return best;
}

/** Strokes become thicker, or thinner, by so much on each side. */
static dn_tensor spread(dn_tensor picture, int radius, bool thicker)
{
    const size_t height = picture.shape.extent[0];
    const size_t width = picture.shape.extent[1];
    dn_tensor out = blank_picture(height, width, 0.0F);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++)
            out.data[y * width + x] = extreme_around(&picture, (int)y, (int)x, radius, thicker);
    }
    dn_tensor_free(&picture);
    return out;
}

/* ---- Each kind ---- */

static dn_tensor noisy(const uint8_t *digit, dn_random *random)
{
    dn_tensor picture = shaded(enlarge(digit, 4), 0.8F, 0.25F);
    add_noise(&picture, 0.07F, dn_random_bits(random));
    return picture;
}

static dn_tensor uneven_light(const uint8_t *digit, dn_random *random)
{
    dn_tensor picture = shaded(enlarge(digit, 4), 0.95F, 0.3F);
    const float across = between(random, 0.2F, 0.5F);
    fall_off(&picture, across, between(random, 0, 0.3F));
    return picture;
}

static dn_tensor off_centre(const uint8_t *digit, dn_random *random)
{
    const size_t digit_side = SIDE * one_of(random, 2, 3);
    const size_t side = digit_side * 5 / 2;
    const float left = between(random, 0, (float)digit_side * 1.5F);
    const float top = between(random, 0, (float)digit_side * 1.5F);
    const float factor = (float)digit_side / (float)SIDE;
    return shaded(draw(digit, side, side, at_corner(factor, left, top)), 0.9F, 0.2F);
}

static dn_tensor rotated(const uint8_t *digit, dn_random *random)
{
    enum { FACTOR = 4 };
    const float angle = between(random, -15, 15) * (float)PI / 180;
    const float c = cosf(angle) / FACTOR;
    const float s = sinf(angle) / FACTOR;
    const float half = (float)SIDE / 2;
    const float middle = half * FACTOR;
    const placement place = {c, -s, half - c * middle + s * middle, s, c, half - s * middle - c * middle};
    return draw(digit, FACTOR * SIDE, FACTOR * SIDE, place);
}

static dn_tensor oblong(const uint8_t *digit, dn_random *random)
{
    static const size_t factors[] = {2, 3, 5};
    const size_t factor = factors[one_of(random, 0, 2)];
    const size_t side = SIDE * factor;
    const size_t longer = (size_t)((float)side * between(random, 1.4F, 2.5F));
    const float along = between(random, 0, (float)(longer - side));
    const bool lying = toss(random);
    const placement place = at_corner((float)factor, lying ? along : 0, lying ? 0 : along);
    return shaded(draw(digit, lying ? side : longer, lying ? longer : side, place), 1, 0);
}

static dn_tensor tight(const uint8_t *digit, dn_random *random)
{
    enum { FACTOR = 4 };
    size_t top = SIDE, left = SIDE, bottom = 0, right = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        if (digit[i] == 0)
            continue;
        const size_t y = i / SIDE;
        const size_t x = i % SIDE;
        top = y < top ? y : top;
        left = x < left ? x : left;
        bottom = y + 1 > bottom ? y + 1 : bottom;
        right = x + 1 > right ? x + 1 : right;
    }
    const placement place = at_corner(FACTOR, -(float)(FACTOR * left), -(float)(FACTOR * top));
    dn_tensor picture = draw(digit, FACTOR * (bottom - top), FACTOR * (right - left), place);
    return toss(random) ? shaded(picture, 0.95F, 0.1F) : shaded(picture, 0.05F, 0.9F);
}

static dn_tensor framed(const uint8_t *digit, dn_random *random)
{
    enum { FACTOR = 4, MARGIN = 20, PAGE = FACTOR * SIDE + 2 * MARGIN };
    dn_tensor picture = draw(digit, PAGE, PAGE, at_corner(FACTOR, MARGIN, MARGIN));
    const size_t thickness = one_of(random, 1, 6);
    const size_t inset = one_of(random, 0, 8);
    const size_t length = PAGE - 2 * inset;
    const size_t far = PAGE - inset - thickness;
    paint(&picture, inset, inset, thickness, length, 1);
    paint(&picture, far, inset, thickness, length, 1);
    paint(&picture, inset, inset, length, thickness, 1);
    paint(&picture, inset, far, length, thickness, 1);
    return shaded(picture, 0.95F, 0.15F);
}

static dn_tensor ruled(const uint8_t *digit, dn_random *random)
{
    dn_tensor picture = shaded(enlarge(digit, 4), 0.95F, 0.15F);
    const size_t width = picture.shape.extent[1];
    const size_t distance = one_of(random, 16, 40);
    for (size_t y = one_of(random, 0, distance - 1); y < picture.shape.extent[0]; y += distance) {
        for (size_t x = 0; x < width; x++)
            picture.data[y * width + x] = fminf(picture.data[y * width + x], 0.75F);
    }
    return picture;
}

static dn_tensor photo(const uint8_t *digit, dn_random *random)
{
    enum { HEIGHT = 150, WIDTH = 200 };
    const float factor = between(random, 2.5F, 4);
    const float left = between(random, 0, WIDTH - SIDE * factor);
    const float top = between(random, 0, HEIGHT - SIDE * factor);
    dn_tensor page = shaded(draw(digit, HEIGHT, WIDTH, at_corner(factor, left, top)), 0.85F, 0.3F);
    const float across = between(random, -0.3F, 0.3F);
    fall_off(&page, across, between(random, -0.2F, 0.2F));
    const float dark = between(random, 0, 0.3F);
    for (size_t i = 0; i < (size_t)HEIGHT * WIDTH; i++) {
        const float x = (float)(i % WIDTH) / WIDTH - 0.5F;
        const float y = (float)(i / WIDTH) / HEIGHT - 0.5F;
        page.data[i] *= 1 - dark * 2 * (x * x + y * y);
    }
    add_noise(&page, 0.03F, dn_random_bits(random));
    return page;
}

dn_tensor difficult_picture(difficult_kind kind, const uint8_t *digit, dn_random *random)
{
    switch (kind) {
    case DIFFICULT_INVERTED:
        return shaded(enlarge(digit, 1), 1, 0);
    case DIFFICULT_LARGE:
        return enlarge(digit, 10);
    case DIFFICULT_THICK:
        return shaded(spread(enlarge(digit, 4), 3, true), 0.9F, 0.1F);
    case DIFFICULT_THIN:
        return shaded(spread(enlarge(digit, 4), 2, false), 0.95F, 0.1F);
    case DIFFICULT_NOISY:
        return noisy(digit, random);
    case DIFFICULT_UNEVEN_LIGHT:
        return uneven_light(digit, random);
    case DIFFICULT_OFF_CENTRE:
        return off_centre(digit, random);
    case DIFFICULT_ROTATED:
        return rotated(digit, random);
    case DIFFICULT_OBLONG:
        return oblong(digit, random);
    case DIFFICULT_FAINT:
        return shaded(enlarge(digit, 3), 0.62F, 0.5F);
    case DIFFICULT_DEEP:
        return shaded(enlarge(digit, 2), 0.05F, 0.8F);
    case DIFFICULT_TEXT:
        return shaded(enlarge(digit, 2), 1, 0.15F);
    case DIFFICULT_TIGHT:
        return tight(digit, random);
    case DIFFICULT_FRAMED:
        return framed(digit, random);
    case DIFFICULT_RULED:
        return ruled(digit, random);
    case DIFFICULT_PHOTO:
        return photo(digit, random);
    case DIFFICULT_KINDS:
        break;
    }
    fail_msg("there is no kind %d", (int)kind);
    return (dn_tensor){0};
}

/* ---- Files ---- */

/** A sample as text takes five bytes at most, and a blank. */
#define MOST_SAMPLE_BYTES 6
#define HEADER_SIZE 100

static void put_sample(dn_bytes *file, difficult_kind kind, float value)
{
    if (kind == DIFFICULT_TEXT) {
        file->size += (size_t)sprintf((char *)file->data + file->size, "%d ", dn_byte_from(value));
        return;
    }
    if (kind == DIFFICULT_DEEP) {
        const size_t sample = dn_size_from((double)value * DEEP_MAXVAL + 0.5, DEEP_MAXVAL);
        file->data[file->size++] = (uint8_t)(sample >> 8);
        file->data[file->size++] = (uint8_t)sample;
        return;
    }
    file->data[file->size++] = dn_byte_from(value);
}

void difficult_file(difficult_kind kind, const dn_tensor *picture, dn_bytes *file)
{
    const size_t count = dn_tensor_count(picture);
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    file->data = dn_allocate(HEADER_SIZE + count * MOST_SAMPLE_BYTES, 1, &error);
    assert_non_null(file->data);
    file->size = (size_t)sprintf((char *)file->data,
                                 kind == DIFFICULT_TEXT
                                     ? "P2 # text\n# a comment of its own\n%zu # width\n%zu\n#\n%d\n"
                                     : "P5\n%zu %zu\n%d\n",
                                 width, height, kind == DIFFICULT_DEEP ? DEEP_MAXVAL : UINT8_MAX);
    for (size_t i = 0; i < count; i++)
        put_sample(file, kind, picture->data[i]);
}
