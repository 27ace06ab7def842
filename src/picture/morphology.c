#include "picture/morphology.h"

#include "core/fail.h"
#include "core/memory.h"

#include <string.h>

/** out = the extreme of a and b, byte by byte. Two loops, so that each is a vector instruction. */
static void merge(const uint8_t *a, const uint8_t *b, size_t count, dn_extreme extreme, uint8_t *out)
{
    if (extreme == DN_LARGEST)
        for (size_t i = 0; i < count; i++)
            out[i] = a[i] > b[i] ? a[i] : b[i];
    else
        for (size_t i = 0; i < count; i++)
            out[i] = a[i] < b[i] ? a[i] : b[i];
}

/*
 * The rows, with rows of `outside` before and behind them, are cut into blocks as long as the window. forward holds the
 * extremes from a block's first row on, backward those up to its last: each window is the end of one block and the beginning
 * of the next.
 */
dn_status dn_slide(dn_plane *plane, size_t before, size_t after, dn_extreme extreme, uint8_t outside,
                   dn_error *error)
{
    const size_t width = plane->width;
    const size_t length = before + after + 1;
    const size_t rows = plane->height + length - 1;
    uint8_t *forward = dn_allocate(rows, width, error);
    uint8_t *backward = dn_allocate(rows, width, error);
    const dn_status status = forward && backward ? DN_OK : DN_ERR_MEMORY;
    if (status == DN_OK) {
        memset(backward, outside, before * width);
        memcpy(backward + before * width, plane->data, plane->height * width);
        memset(backward + (before + plane->height) * width, outside, after * width);
        for (size_t y = 0; y < rows; y++) {
            uint8_t *row = forward + y * width;
            if (y % length == 0)
                memcpy(row, backward + y * width, width);
            else
                merge(row - width, backward + y * width, width, extreme, row);
        }
        for (size_t y = rows - 1; y-- > 0;) {
            uint8_t *row = backward + y * width;
            if (y % length != length - 1)
                merge(row, row + width, width, extreme, row);
        }
        for (size_t y = 0; y < plane->height; y++)
            merge(backward + y * width, forward + (y + length - 1) * width, width, extreme,
                  plane->data + y * width);
    }
    dn_release(forward);
    dn_release(backward);
    return status;
}

dn_status dn_close_columns(dn_plane *plane, size_t length, dn_error *error)
{
    const size_t before = length / 2;
    const size_t after = length - 1 - before;
    DN_TRY(dn_slide(plane, before, after, DN_LARGEST, 0, error));
    return dn_slide(plane, after, before, DN_SMALLEST, UINT8_MAX, error);
}

dn_status dn_open_columns(dn_plane *plane, size_t length, dn_error *error)
{
    const size_t before = length / 2;
    const size_t after = length - 1 - before;
    DN_TRY(dn_slide(plane, before, after, DN_SMALLEST, 0, error));
    return dn_slide(plane, after, before, DN_LARGEST, 0, error);
}

/** One pass of the square: down the columns, then along the rows, which are the columns of the transposed plane. */
static dn_status slide_square(dn_plane *plane, dn_plane *turned, size_t before, size_t after,
                              dn_extreme extreme, uint8_t outside, dn_error *error)
{
    DN_TRY(dn_slide(plane, before, after, extreme, outside, error));
    dn_plane_transpose(plane, turned);
    DN_TRY(dn_slide(turned, before, after, extreme, outside, error));
    dn_plane_transpose(turned, plane);
    return DN_OK;
}

dn_status dn_close_square(dn_plane *plane, size_t side, dn_error *error)
{
    const size_t before = side / 2;
    const size_t after = side - 1 - before;
    dn_plane turned;
    DN_TRY(dn_plane_new(&turned, plane->width, plane->height, error));
    dn_status status = slide_square(plane, &turned, before, after, DN_LARGEST, 0, error);
    if (status == DN_OK)
        status = slide_square(plane, &turned, after, before, DN_SMALLEST, UINT8_MAX, error);
    dn_plane_free(&turned);
    return status;
}
