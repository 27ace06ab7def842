#include "picture/background.h"

#include "core/convert.h"
#include "core/fail.h"
#include "picture/morphology.h"

#include <math.h>
#include <string.h>

/** The square's side, of the geometric mean of the picture's: wider than a stroke, narrower than a shadow. */
#define SQUARE 0.34
/** The closing is lifted by so many levels before a shade is divided by it: noise in the dark stays small. */
#define DARK_OFFSET 12
/** A desk is dark from the picture's side inwards, along so much of the side, in hundredths, or so much from a corner on. */
#define DESK_LENGTH 50
#define DESK_CORNER 15
/** Somewhere it reaches so far into the picture, in hundredths; a line does not. */
#define DESK_DEPTH 12
/** It is at most this bright, in hundredths of the paper. Nothing on it is ink. */
#define DESK_DARK 75
#define HUNDRED 100

static float measure_unevenness(const dn_plane *paper)
{
    const size_t count = paper->height * paper->width;
    uint32_t sum = 0; /* a plane has at most 1,200 x 300 bytes */
    uint32_t distance = 0;
    const uint8_t *bright = paper->data;
    for (size_t i = 0; i < count; i++)
        sum += bright[i];
    const int32_t mean = count != 0 ? (int32_t)(sum / count) : 0;
    for (size_t i = 0; i < count; i++)
        distance += (uint32_t)(bright[i] > mean ? bright[i] - mean : mean - bright[i]);
    return (float)((double)distance / ((double)sum + 1.0));
}

/** How much darker than the paper each shade is. Whole parts of quotients of such numbers are exact in float, a vector instruction. */
static void divide(const dn_plane *paper, dn_plane *shades)
{
    const size_t count = shades->height * shades->width;
    const uint8_t *restrict bright = paper->data;
    uint8_t *restrict shade = shades->data;
    for (size_t i = 0; i < count; i++) {
        const float darker = (float)(UINT8_MAX * (bright[i] - shade[i]));
        shade[i] = (uint8_t)(int32_t)(darker / (float)(bright[i] + DARK_OFFSET));
    }
}

/** A side of a plane: its extents, the place of its first pixel, and the steps along it and inwards. */
typedef struct plane_side {
    size_t length, depth, first;
    ptrdiff_t along, inwards;
} plane_side;

static size_t place_of(const plane_side *side, size_t depth, size_t at)
{
    return (size_t)((ptrdiff_t)side->first + (ptrdiff_t)depth * side->inwards + (ptrdiff_t)at * side->along);
}

/** The brightest shade from the side up to each pixel: a row of `bright`, behind its margin, for each depth. */
static void look_inwards(const dn_plane *shades, const plane_side *side, size_t margin, dn_plane *bright)
{
    for (size_t depth = 0; depth < side->depth; depth++) {
        uint8_t *row = bright->data + depth * bright->width + margin;
        const uint8_t *before = depth > 0 ? row - bright->width : row;
        for (size_t at = 0; at < side->length; at++) {
            const uint8_t shade = shades->data[place_of(side, depth, at)];
            row[at] = before[at] > shade ? before[at] : shade;
        }
    }
}

/** Is the closing of the brightest shades, at `row`, much darker than the paper there? */
static bool is_desk(const uint8_t *row, const plane_side *side, size_t depth, size_t at,
                    const dn_plane *paper)
{
    return HUNDRED * row[at] < DESK_DARK * paper->data[place_of(side, depth, at)];
}

/** Is a place as dark as a desk as far inwards as one reaches? `dark` has a row for each depth, `step` apart. */
static bool reaches_in(const uint8_t *dark, size_t step, const plane_side *side, const dn_plane *paper)
{
    for (size_t depth = dn_divide_up(DESK_DEPTH * side->depth, HUNDRED) - 1; depth < side->depth; depth++) {
        for (size_t at = 0; at < side->length; at++) {
            if (is_desk(dark + depth * step, side, depth, at, paper))
                return true;
        }
    }
    return false;
}

/** paper = shades on the desk along a side. */
static void take_desk(const uint8_t *dark, size_t step, const plane_side *side, const dn_plane *shades,
                      dn_plane *paper)
{
    for (size_t depth = 0; depth < side->depth; depth++) {
        for (size_t at = 0; at < side->length; at++) {
            const size_t place = place_of(side, depth, at);
            if (is_desk(dark + depth * step, side, depth, at, paper))
                paper->data[place] = shades->data[place];
        }
    }
}

/**
 * A desk is where the closing, along a side, of the brightest shades from that side inwards is much darker than the paper. Closing
 * makes no shade darker: it is left out where none is dark enough before.
 */
static dn_status add_desk(const dn_plane *shades, const plane_side *side, dn_plane *paper, dn_error *error)
{
    const size_t length = DESK_LENGTH * side->length / HUNDRED + 1;
    const size_t margin = length / 2 - dn_smaller(DESK_CORNER * side->length / HUNDRED, length / 2);
    dn_plane bright;
    DN_TRY(dn_plane_new(&bright, side->depth, side->length + 2 * margin, error));
    const uint8_t *rows = bright.data + margin;
    dn_status status = DN_OK;
    look_inwards(shades, side, margin, &bright);
    if (reaches_in(rows, bright.width, side, paper))
        status = dn_close(&bright, DN_ALONG_ROWS, length, error);
    if (status == DN_OK && reaches_in(rows, bright.width, side, paper))
        take_desk(rows, bright.width, side, shades, paper);
    dn_plane_free(&bright);
    return status;
}

/** Find the desk along each side of the picture, however narrow. */
static dn_status add_desks(const dn_plane *shades, dn_plane *paper, dn_error *error)
{
    const size_t height = shades->height;
    const size_t width = shades->width;
    const ptrdiff_t down = (ptrdiff_t)width;
    const plane_side sides[] = {
        {.length = width, .depth = height, .first = 0, .along = 1, .inwards = down},
        {.length = width, .depth = height, .first = (height - 1) * width, .along = 1, .inwards = -down},
        {.length = height, .depth = width, .first = 0, .along = down, .inwards = 1},
        {.length = height, .depth = width, .first = width - 1, .along = down, .inwards = -1},
    };
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        DN_TRY(add_desk(shades, &sides[i], paper, error));
    return DN_OK;
}

dn_status dn_background_remove(dn_plane *shades, bool desks, float *unevenness, dn_error *error)
{
    const size_t count = shades->height * shades->width;
    const double side = SQUARE * sqrt((double)shades->height * (double)shades->width);
    dn_plane paper;
    DN_TRY(dn_plane_new(&paper, shades->height, shades->width, error));
    memcpy(paper.data, shades->data, count);
    dn_status status = dn_close_square(&paper, dn_size_from(side, count) | 1, error);
    if (status == DN_OK) {
        *unevenness = measure_unevenness(&paper);
        status = desks ? add_desks(shades, &paper, error) : DN_OK;
    }
    if (status == DN_OK)
        divide(&paper, shades);
    dn_plane_free(&paper);
    return status;
}
