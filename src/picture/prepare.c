#include "picture/prepare.h"

#include "core/convert.h"
#include "core/fail.h"
#include "picture/resample.h"

#include <math.h>
#include <string.h>

#define FULL_INK DN_DIGIT_WHITE
/** MNIST's centre of mass, in pixels counted from 0. */
#define CENTRE 14.0
/** The lines of a thin pen are grey once they are small: this share of a digit's ink pixels is brought to full ink (most of MNIST's have a third). */
#define FULL_SHARE 0.3
/** Smaller differences of an extent are rounding errors. */
#define ROUNDING 1e-9

/** A digit that has MNIST's size: grey pixels in the upper left of a box. */
typedef struct small_digit {
    float pixels[DN_DIGIT_BOX * DN_DIGIT_BOX];
    size_t height;
    size_t width;
} small_digit;

/** The nearest whole extent in the box of MNIST's digits, at least 1. */
static size_t nearest_extent(double extent)
{
    return extent < 1.0 ? 1 : dn_size_from(extent + 0.5, DN_DIGIT_BOX);
}

/** Scale the ink box into the box of MNIST's digits; the aspect ratio is kept, the shorter side cut or padded to whole pixels. */
static dn_status scale(const dn_plane *ink, dn_box box, small_digit *digit, dn_error *error)
{
    const double height = (double)dn_box_height(box);
    const double width = (double)dn_box_width(box);
    const double step = (height > width ? height : width) / DN_DIGIT_BOX;
    digit->height = nearest_extent(height / step);
    digit->width = nearest_extent(width / step);
    dn_region region = {.height = (double)digit->height * step, .width = (double)digit->width * step};
    region.top = (double)box.top - (region.height - height) / 2.0;
    region.left = (double)box.left - (region.width - width) / 2.0;
    dn_tensor out = dn_tensor_borrow(digit->pixels, DN_SHAPE(digit->height, digit->width));
    return dn_resample_plane(ink, region, &out, error);
}

/** The level that a share of the ink pixels reaches. */
static float level_reached(const small_digit *digit, double share)
{
    size_t count[FULL_INK + 1] = {0};
    size_t inked = 0;
    for (size_t i = 0; i < digit->height * digit->width; i++) {
        count[dn_byte_from(digit->pixels[i])]++;
        inked += dn_byte_from(digit->pixels[i]) > 0;
    }
    const double wanted = share * (double)inked;
    double reached = 0.0;
    for (size_t level = FULL_INK; level > 0; level--) {
        reached += (double)count[level];
        if (reached >= wanted && reached > 0.0)
            return (float)level / (float)FULL_INK;
    }
    return 1.0F;
}

/** Bring a thin pen's grey lines to full ink. */
static void stretch(small_digit *digit)
{
    const float level = level_reached(digit, FULL_SHARE);
    for (size_t i = 0; i < digit->height * digit->width; i++)
        digit->pixels[i] /= level;
}

/** Where the ink of a picture [height, width] has its centre, in pixels; false where there is no ink, and so no centre. */
static bool centre_of_mass(const uint8_t *pixels, size_t height, size_t width, double *centre_y,
                           double *centre_x)
{
    double mass = 0.0;
    double moment_y = 0.0;
    double moment_x = 0.0;
    for (size_t i = 0; i < height * width; i++) {
        const size_t y = i / width;
        const size_t x = i % width;
        const double ink = (double)pixels[i];
        mass += ink;
        moment_y += ink * (double)y;
        moment_x += ink * (double)x;
    }
    if (!(mass > 0.0))
        return false;
    *centre_y = moment_y / mass;
    *centre_x = moment_x / mass;
    return true;
}

/** How far along an axis the digit begins, for its centre of mass to be at the centre; it stays inside. */
static size_t find_offset(double centre, size_t extent)
{
    return dn_size_from(floor(CENTRE - centre + 0.5), DN_DIGIT_SIDE - extent);
}

/** Put the digit into its place; false where it has no ink. */
static bool place(const small_digit *digit, uint8_t pixels[DN_DIGIT_PIXELS])
{
    uint8_t levels[DN_DIGIT_BOX * DN_DIGIT_BOX];
    double centre_y;
    double centre_x;
    for (size_t i = 0; i < digit->height * digit->width; i++)
        levels[i] = dn_byte_from(digit->pixels[i]);
    if (!centre_of_mass(levels, digit->height, digit->width, &centre_y, &centre_x))
        return false;
    const size_t top = find_offset(centre_y, digit->height);
    const size_t left = find_offset(centre_x, digit->width);
    memset(pixels, 0, DN_DIGIT_PIXELS);
    for (size_t y = 0; y < digit->height; y++)
        memcpy(pixels + (top + y) * DN_DIGIT_SIDE + left, levels + y * digit->width, digit->width);
    return true;
}

/** The pixels without ink at the beginning of a row, a word of them at a time. */
static size_t count_blank(const uint8_t *row, size_t width)
{
    size_t blank = 0;
    uint64_t word = 0;
    for (; blank + sizeof word <= width; blank += sizeof word) {
        memcpy(&word, row + blank, sizeof word);
        if (word != 0)
            break;
    }
    while (blank < width && row[blank] == 0)
        blank++;
    return blank;
}

bool dn_ink_box(const uint8_t *ink, size_t height, size_t width, dn_box *box)
{
    *box = (dn_box){.top = height, .left = width};
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = ink + y * width;
        const size_t first = count_blank(row, width);
        size_t last = width;
        if (first == width)
            continue;
        while (row[last - 1] == 0)
            last--;
        *box = dn_box_join(*box, (dn_box){y, first, y + 1, last});
    }
    return box->bottom > 0;
}

bool dn_is_prepared(const uint8_t pixels[DN_DIGIT_PIXELS])
{
    dn_box box;
    double centre_y;
    double centre_x;
    return dn_ink_box(pixels, DN_DIGIT_SIDE, DN_DIGIT_SIDE, &box) && dn_box_side(box) == DN_DIGIT_BOX &&
           centre_of_mass(pixels, DN_DIGIT_SIDE, DN_DIGIT_SIDE, &centre_y, &centre_x) &&
           fabs(centre_y - CENTRE) <= 0.5 + ROUNDING && fabs(centre_x - CENTRE) <= 0.5 + ROUNDING;
}

dn_status dn_prepare_ink(const dn_plane *ink, dn_box box, uint8_t pixels[DN_DIGIT_PIXELS], dn_error *error)
{
    small_digit digit;
    DN_TRY(scale(ink, box, &digit, error));
    stretch(&digit);
    if (place(&digit, pixels))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "give a picture of one digit that fills it",
                   "there is no ink left in it at %d x %d pixels", DN_DIGIT_BOX, DN_DIGIT_BOX);
}
