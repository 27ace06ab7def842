#include "core/convert.h"
#include "core/fail.h"
#include "picture/ink.h"
#include "picture/resample.h"

#include "digitnet/picture.h"

#include <math.h>
#include <string.h>

#define FULL_INK 255
/** MNIST's centre of mass, in pixels counted from 0. */
#define CENTRE 14.0
/** Look closer when the ink box is below this part of what is looked at, and leave this part of it around. */
#define CLOSER_SHARE 0.5
#define CLOSER_MARGIN 0.5
#define MOST_LOOKS 3
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

dn_status dn_prepare_nothing(const dn_tensor *grey, uint8_t pixels[DN_DIGIT_PIXELS], dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (!dn_shape_equal(grey->shape, DN_SHAPE(DN_DIGIT_SIDE, DN_DIGIT_SIDE)))
        return dn_fail(error, DN_ERR_SHAPE, "let it be prepared, or give 28 x 28 pixels",
                       "shape %s, [%d, %d] expected", dn_shape_text(grey->shape, text), DN_DIGIT_SIDE,
                       DN_DIGIT_SIDE);
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        const ptrdiff_t y = (ptrdiff_t)(i / DN_DIGIT_SIDE);
        const ptrdiff_t x = (ptrdiff_t)(i % DN_DIGIT_SIDE);
        pixels[i] = dn_byte_from(grey->data[y * grey->stride[0] + x * grey->stride[1]]);
    }
    return DN_OK;
}

/* ---- Finding the ink, as close as need be ---- */

/** Along one axis: the part of extent pixels that holds a box of the map, with margin pixels around. */
static void widen(size_t begin, size_t end, double cell, double margin, size_t extent, size_t *first,
                  size_t *last)
{
    const double lower = floor((double)begin * cell - margin);
    const double upper = ceil((double)end * cell + margin);
    *first = dn_size_from(lower, extent);
    *last = dn_size_from(upper, extent);
}

/** The part of grey around the ink, if that is worth a closer look. *top and *left move on to where it begins. */
static bool look_closer(dn_tensor *grey, const dn_ink *ink, size_t *top, size_t *left)
{
    const size_t height = grey->shape.extent[0];
    const size_t width = grey->shape.extent[1];
    const double cell_height = (double)height / (double)ink->map.shape.extent[0];
    const double cell_width = (double)width / (double)ink->map.shape.extent[1];
    const double tall = (double)(ink->box.bottom - ink->box.top) * cell_height;
    const double wide = (double)(ink->box.right - ink->box.left) * cell_width;
    const double longer = tall > wide ? tall : wide;
    if (!ink->softened || longer >= CLOSER_SHARE * (double)(height < width ? height : width))
        return false;
    size_t first_row;
    size_t last_row;
    size_t first_column;
    size_t last_column;
    widen(ink->box.top, ink->box.bottom, cell_height, CLOSER_MARGIN * longer, height, &first_row, &last_row);
    widen(ink->box.left, ink->box.right, cell_width, CLOSER_MARGIN * longer, width, &first_column,
          &last_column);
    grey->data += (ptrdiff_t)first_row * grey->stride[0] + (ptrdiff_t)first_column * grey->stride[1];
    grey->shape = DN_SHAPE(last_row - first_row, last_column - first_column);
    *top += first_row;
    *left += first_column;
    return true;
}

/** Note the box in pixels of the whole picture; view is the part of it, at top and left, in which ink was found. */
static void describe(const dn_ink *ink, const dn_tensor *view, size_t top, size_t left,
                     dn_preparation *preparation)
{
    size_t first;
    size_t last;
    widen(ink->box.top, ink->box.bottom, (double)view->shape.extent[0] / (double)ink->map.shape.extent[0],
          0.0, view->shape.extent[0], &first, &last);
    preparation->top = top + first;
    preparation->height = last - first;
    widen(ink->box.left, ink->box.right, (double)view->shape.extent[1] / (double)ink->map.shape.extent[1],
          0.0, view->shape.extent[1], &first, &last);
    preparation->left = left + first;
    preparation->width = last - first;
    preparation->inverted = ink->dark;
    preparation->parts = ink->parts;
}

/**
 * Look at a part of the picture: *ink becomes what is found there, and *found true, if that is ink of the same polarity.
 * Else *ink stays as it is.
 */
static dn_status look_again(const dn_tensor *view, dn_ink *ink, bool *found, dn_error *error)
{
    dn_ink closer;
    const dn_status status = dn_ink_find(view, &closer, error);
    *found = status == DN_OK && closer.dark == ink->dark;
    dn_ink_free(*found ? ink : &closer);
    if (*found)
        *ink = closer;
    return status == DN_ERR_FORMAT ? DN_OK : status;
}

/** The ink of the picture, and what there is to say of it. */
static dn_status find_ink(const dn_tensor *grey, dn_ink *ink, dn_preparation *preparation, dn_error *error)
{
    dn_tensor view = *grey;
    size_t top = 0;
    size_t left = 0;
    view.storage = NULL;
    DN_TRY(dn_ink_find(&view, ink, error));
    describe(ink, &view, top, left, preparation);
    for (int looks = 1; looks < MOST_LOOKS && look_closer(&view, ink, &top, &left); looks++) {
        bool found;
        const dn_status status = look_again(&view, ink, &found, error);
        if (status != DN_OK)
            dn_ink_free(ink);
        if (!found)
            return status;
        describe(ink, &view, top, left, preparation);
    }
    return DN_OK;
}

/* ---- From the ink to MNIST's form ---- */

/** The nearest whole extent in the box of MNIST's digits, at least 1. */
static size_t nearest_extent(double extent)
{
    return extent < 1.0 ? 1 : dn_size_from(extent + 0.5, DN_DIGIT_BOX);
}

/** Scale the ink box into the box of MNIST's digits; the aspect ratio is kept, the shorter side cut or padded to whole pixels. */
static dn_status scale(const dn_ink *ink, small_digit *digit, dn_error *error)
{
    const double height = (double)(ink->box.bottom - ink->box.top);
    const double width = (double)(ink->box.right - ink->box.left);
    const double step = (height > width ? height : width) / DN_DIGIT_BOX;
    digit->height = nearest_extent(height / step);
    digit->width = nearest_extent(width / step);
    dn_region region = {.height = (double)digit->height * step, .width = (double)digit->width * step};
    region.top = (double)ink->box.top - (region.height - height) / 2.0;
    region.left = (double)ink->box.left - (region.width - width) / 2.0;
    dn_tensor out = dn_tensor_borrow(digit->pixels, DN_SHAPE(digit->height, digit->width));
    return dn_resample(&ink->map, region, DN_BEYOND_EMPTY, &out, error);
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

/** Is this what preparation would make of it: a box of MNIST's size with the centre of mass at the centre? */
static bool is_prepared(const uint8_t pixels[DN_DIGIT_PIXELS])
{
    size_t top = DN_DIGIT_SIDE;
    size_t left = DN_DIGIT_SIDE;
    size_t bottom = 0;
    size_t right = 0;
    double centre_y;
    double centre_x;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        const size_t y = i / DN_DIGIT_SIDE;
        const size_t x = i % DN_DIGIT_SIDE;
        if (pixels[i] == 0)
            continue;
        top = y < top ? y : top;
        left = x < left ? x : left;
        bottom = y >= bottom ? y + 1 : bottom;
        right = x >= right ? x + 1 : right;
    }
    if (!centre_of_mass(pixels, DN_DIGIT_SIDE, DN_DIGIT_SIDE, &centre_y, &centre_x))
        return false;
    const size_t longer = bottom - top > right - left ? bottom - top : right - left;
    return longer == DN_DIGIT_BOX && fabs(centre_y - CENTRE) <= 0.5 + ROUNDING &&
           fabs(centre_x - CENTRE) <= 0.5 + ROUNDING;
}

/** Scale and centre the ink. Dots far apart in a long picture can be too small for any pixel of the small one. */
static dn_status bring_into_form(const dn_ink *ink, uint8_t pixels[DN_DIGIT_PIXELS], dn_error *error)
{
    small_digit digit;
    DN_TRY(scale(ink, &digit, error));
    stretch(&digit);
    if (place(&digit, pixels))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "give a picture of one digit that fills it",
                   "there is no ink left in it at %d x %d pixels", DN_DIGIT_BOX, DN_DIGIT_BOX);
}

/** Where grey is what preparation would make of it, in bright or in dark ink, take it as it is. */
static bool take_prepared(const dn_tensor *grey, bool dark, uint8_t pixels[DN_DIGIT_PIXELS])
{
    if (dn_prepare_nothing(grey, pixels, NULL) != DN_OK)
        return false;
    for (size_t i = 0; i < DN_DIGIT_PIXELS && dark; i++)
        pixels[i] = (uint8_t)(FULL_INK - pixels[i]);
    return is_prepared(pixels);
}

dn_status dn_prepare_digit(const dn_tensor *grey, uint8_t pixels[DN_DIGIT_PIXELS],
                           dn_preparation *preparation, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    dn_ink ink;
    *preparation = (dn_preparation){0};
    if (grey->shape.rank != 2 || dn_tensor_count(grey) == 0)
        return dn_fail(error, DN_ERR_SHAPE, "give a grey picture of at least one pixel",
                       "shape %s, [H, W] expected", dn_shape_text(grey->shape, text));
    DN_TRY(find_ink(grey, &ink, preparation, error));
    dn_status status = DN_OK;
    if (!take_prepared(grey, ink.dark, pixels))
        status = bring_into_form(&ink, pixels, error);
    dn_ink_free(&ink);
    return status;
}
