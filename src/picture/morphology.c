#include "picture/morphology.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"

#include <string.h>

/* ---- Windows along an axis ---- */

/** out[i] = the extreme of a[i] and a[i + step]. Two loops, so that each is a vector instruction. */
static void merge(const uint8_t *restrict a, size_t step, size_t count, dn_extreme extreme,
                  uint8_t *restrict out)
{
    if (extreme == DN_LARGEST)
        for (size_t i = 0; i < count; i++)
            out[i] = a[i] > a[i + step] ? a[i] : a[i + step];
    else
        for (size_t i = 0; i < count; i++)
            out[i] = a[i] < a[i + step] ? a[i] : a[i + step];
}

/**
 * out[i] = the extreme of `length` bytes of in, `step` apart, from in[i] on.
 *
 * Shapes  in and spare [count + (length - 1) * step]: both are overwritten; out [count].
 */
static void find_extremes(uint8_t *in, uint8_t *spare, size_t count, size_t step, size_t length,
                          dn_extreme extreme, uint8_t *out)
{
    size_t covered = 1; /* by the windows so far */
    for (; 2 * covered <= length; covered *= 2) {
        merge(in, covered * step, count + (length - 2 * covered) * step, extreme, spare);
        uint8_t *swapped = in;
        in = spare;
        spare = swapped;
    }
    merge(in, (length - covered) * step, count, extreme, out);
}

static void slide_columns(dn_plane *plane, size_t before, size_t after, dn_extreme extreme, uint8_t outside,
                          uint8_t *room, uint8_t *spare)
{
    const size_t count = plane->height * plane->width;
    memset(room, outside, before * plane->width);
    memcpy(room + before * plane->width, plane->data, count);
    memset(room + before * plane->width + count, outside, after * plane->width);
    find_extremes(room, spare, count, plane->width, before + after + 1, extreme, plane->data);
}

static void slide_rows(dn_plane *plane, size_t before, size_t after, dn_extreme extreme, uint8_t outside,
                       uint8_t *room, uint8_t *spare)
{
    const size_t width = plane->width;
    for (size_t y = 0; y < plane->height; y++) {
        uint8_t *row = plane->data + y * width;
        memset(room, outside, before);
        memcpy(room + before, row, width);
        memset(room + before + width, outside, after);
        find_extremes(room, spare, width, 1, before + after + 1, extreme, row);
    }
}

dn_status dn_slide(dn_plane *plane, dn_axis axis, size_t before, size_t after, dn_extreme extreme,
                   uint8_t outside, dn_error *error)
{
    const bool down = axis == DN_DOWN_COLUMNS;
    const size_t places = before + after + (down ? plane->height : plane->width);
    const size_t step = down ? plane->width : 1;
    uint8_t *room = dn_allocate(places, step, error);
    uint8_t *spare = dn_allocate(places, step, error);
    const dn_status status = room && spare ? DN_OK : DN_ERR_MEMORY;
    if (status == DN_OK)
        (down ? slide_columns : slide_rows)(plane, before, after, extreme, outside, room, spare);
    dn_release(room);
    dn_release(spare);
    return status;
}

dn_status dn_close(dn_plane *plane, dn_axis axis, size_t length, dn_error *error)
{
    const size_t before = length / 2;
    const size_t after = length - 1 - before;
    DN_TRY(dn_slide(plane, axis, before, after, DN_LARGEST, 0, error));
    return dn_slide(plane, axis, after, before, DN_SMALLEST, UINT8_MAX, error);
}

dn_status dn_open(dn_plane *plane, dn_axis axis, size_t length, dn_error *error)
{
    const size_t before = length / 2;
    const size_t after = length - 1 - before;
    DN_TRY(dn_slide(plane, axis, before, after, DN_SMALLEST, 0, error));
    return dn_slide(plane, axis, after, before, DN_LARGEST, 0, error);
}

dn_status dn_close_square(dn_plane *plane, size_t side, dn_error *error)
{
    const size_t before = side / 2;
    const size_t after = side - 1 - before;
    DN_TRY(dn_slide(plane, DN_DOWN_COLUMNS, before, after, DN_LARGEST, 0, error));
    DN_TRY(dn_slide(plane, DN_ALONG_ROWS, before, after, DN_LARGEST, 0, error));
    DN_TRY(dn_slide(plane, DN_DOWN_COLUMNS, after, before, DN_SMALLEST, UINT8_MAX, error));
    return dn_slide(plane, DN_ALONG_ROWS, after, before, DN_SMALLEST, UINT8_MAX, error);
}

/* ---- Openings along slanted lines ---- */

/** Rows between two looks whether all of a stripe is faint. */
#define ROWS_A_LOOK 8

/** DN_STRIPE lines side by side. */
typedef struct stripe {
    const dn_plane *in;
    dn_plane *best;
    const size_t *shift;
    size_t column; /**< of the first line in the first row, in the plane */
    size_t length;
    uint8_t faint;
    uint8_t *windows; /**< [length, DN_STRIPE]: the smallest byte of each window of a group */
} stripe;

static void keep_smaller(uint8_t *restrict kept, const uint8_t *restrict row)
{
    for (size_t i = 0; i < DN_STRIPE; i++)
        kept[i] = row[i] < kept[i] ? row[i] : kept[i];
}

static void keep_larger(uint8_t *restrict kept, const uint8_t *restrict row)
{
    for (size_t i = 0; i < DN_STRIPE; i++)
        kept[i] = row[i] > kept[i] ? row[i] : kept[i];
}

static size_t place_of(const stripe *lines, size_t y)
{
    return y * lines->in->width + lines->column - lines->shift[y];
}

static uint8_t *window_of(const stripe *lines, size_t window)
{
    return lines->windows + window % lines->length * DN_STRIPE;
}

/** Is a row that is `distance` from where the looking began all faint? Looks at some rows alone. */
static bool is_faint(const stripe *lines, const uint8_t *row, size_t distance)
{
    unsigned clear = 0;
    if (distance % ROWS_A_LOOK != 0)
        return false;
    for (size_t i = 0; i < DN_STRIPE; i++)
        clear |= row[i] > lines->faint;
    return clear == 0;
}

/**
 * Find the windows that hold the row `anchor`: those that begin at rows *begin to *end - 1 and are not all faint.
 *
 * A window is the end of the rows up to the anchor, whose smallest bytes come first, and the beginning of the rows behind it.
 */
static void find_windows(const stripe *lines, size_t anchor, size_t *begin, size_t *end)
{
    const size_t first = anchor + 1 - lines->length;
    uint8_t smallest[DN_STRIPE];
    memset(smallest, UINT8_MAX, sizeof smallest);
    for (*begin = anchor + 1; *begin > first; --*begin) {
        const size_t y = *begin - 1;
        keep_smaller(smallest, lines->in->data + place_of(lines, y));
        if (is_faint(lines, smallest, anchor - y))
            break;
        memcpy(window_of(lines, y), smallest, sizeof smallest);
    }
    memset(smallest, UINT8_MAX, sizeof smallest);
    const size_t most = dn_smaller(anchor + 1, lines->in->height + 1 - lines->length);
    for (*end = first + 1; *end < most && *begin < most; ++*end) {
        keep_smaller(smallest, lines->in->data + place_of(lines, *end + lines->length - 1));
        if (is_faint(lines, smallest, *end - first - 1))
            break;
        if (*end >= *begin)
            keep_smaller(window_of(lines, *end), smallest);
    }
}

/** Open by the windows that hold the row `anchor`: each row gets the largest of the windows that hold it, too. */
static void open_at(const stripe *lines, size_t anchor)
{
    size_t begin;
    size_t end;
    uint8_t largest[DN_STRIPE] = {0};
    find_windows(lines, anchor, &begin, &end);
    if (begin >= end)
        return;
    for (size_t y = begin; y <= anchor; y++) {
        if (y < end)
            keep_larger(largest, window_of(lines, y));
        keep_larger(lines->best->data + place_of(lines, y), largest);
    }
    memset(largest, 0, sizeof largest);
    for (size_t y = end + lines->length - 2; y > anchor; y--) {
        if (y + 1 >= begin + lines->length)
            keep_larger(largest, window_of(lines, y + 1 - lines->length));
        keep_larger(lines->best->data + place_of(lines, y), largest);
    }
}

dn_status dn_open_sheared(const dn_plane *in, const size_t *shift, size_t margin, size_t columns,
                          size_t length, uint8_t faint, dn_plane *best, dn_error *error)
{
    stripe lines = {.in = in, .best = best, .shift = shift, .length = length, .faint = faint};
    if (length == 0 || length > in->height)
        return DN_OK;
    lines.windows = dn_allocate(length, DN_STRIPE, error);
    if (!lines.windows)
        return DN_ERR_MEMORY;
    for (size_t column = 0; column < columns; column += DN_STRIPE) {
        lines.column = margin + column;
        for (size_t anchor = length - 1; anchor < in->height; anchor += length)
            open_at(&lines, anchor);
    }
    dn_release(lines.windows);
    return DN_OK;
}
