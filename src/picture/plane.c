#include "picture/plane.h"

#include "core/endian.h"
#include "core/memory.h"
#include "core/size.h"

/** Bytes in a word, and so the side of the square that is turned in registers. */
#define SIDE 8
/** A row of this many squares, read by rows and written by columns, stays in the cache. */
#define TILE ((size_t)8 * SIDE)

dn_status dn_plane_new(dn_plane *plane, size_t height, size_t width, dn_error *error)
{
    size_t count;
    *plane = (dn_plane){0};
    if (!dn_size_multiply(height, width, &count))
        count = SIZE_MAX;
    plane->data = dn_allocate_zeroed(count, 1, error);
    if (!plane->data)
        return DN_ERR_MEMORY;
    plane->height = height;
    plane->width = width;
    return DN_OK;
}

void dn_plane_free(dn_plane *plane)
{
    dn_release(plane->data);
    *plane = (dn_plane){0};
}

void dn_plane_invert(const dn_plane *in, dn_plane *out)
{
    const size_t count = in->height * in->width;
    const uint8_t *restrict from = in->data;
    uint8_t *restrict to = out->data;
    for (size_t i = 0; i < count; i++)
        to[i] = (uint8_t)(UINT8_MAX - from[i]);
}

bool dn_plane_has_ink(const dn_plane *plane)
{
    const size_t count = plane->height * plane->width;
    const uint8_t *data = plane->data;
    uint8_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= data[i];
    return any != 0;
}

/** Swap the bits of b under the mask with those of a that lie `shift` higher. */
static void exchange(uint64_t *a, uint64_t *b, unsigned shift, uint64_t mask)
{
    const uint64_t changed = ((*a >> shift) ^ *b) & mask;
    *b ^= changed;
    *a ^= changed << shift;
}

/** Turn a square of SIDE x SIDE bytes: squares of 4 x 4 change places, then those of 2 x 2 in them, then bytes. */
static void transpose_square(const uint8_t *in, size_t in_step, uint8_t *out, size_t out_step)
{
    uint64_t rows[SIDE];
    for (size_t y = 0; y < SIDE; y++)
        rows[y] = dn_load_little64(in + y * in_step);
    for (size_t y = 0; y < 4; y++)
        exchange(&rows[y], &rows[y + 4], 32, 0x00000000ffffffffU);
    for (size_t y = 0; y < SIDE; y += y % 4 == 1 ? 3 : 1)
        exchange(&rows[y], &rows[y + 2], 16, 0x0000ffff0000ffffU);
    for (size_t y = 0; y < SIDE; y += 2)
        exchange(&rows[y], &rows[y + 1], 8, 0x00ff00ff00ff00ffU);
    for (size_t x = 0; x < SIDE; x++) {
        dn_store_little32(out + x * out_step, (uint32_t)rows[x]);
        dn_store_little32(out + x * out_step + 4, (uint32_t)(rows[x] >> 32));
    }
}

static void transpose_bytes(const dn_plane *in, dn_plane *out, dn_box box)
{
    for (size_t y = box.top; y < box.bottom; y++)
        for (size_t x = box.left; x < box.right; x++)
            out->data[x * out->width + y] = in->data[y * in->width + x];
}

static void transpose_tile(const dn_plane *in, dn_plane *out, size_t top, size_t left)
{
    const size_t bottom = dn_smaller(top + TILE, in->height);
    const size_t right = dn_smaller(left + TILE, in->width);
    size_t y = top;
    for (; y + SIDE <= bottom; y += SIDE) {
        size_t x = left;
        for (; x + SIDE <= right; x += SIDE)
            transpose_square(in->data + y * in->width + x, in->width, out->data + x * out->width + y,
                             out->width);
        transpose_bytes(in, out, (dn_box){y, x, y + SIDE, right});
    }
    transpose_bytes(in, out, (dn_box){y, left, bottom, right});
}

void dn_plane_transpose(const dn_plane *in, dn_plane *out)
{
    for (size_t top = 0; top < in->height; top += TILE) {
        for (size_t left = 0; left < in->width; left += TILE)
            transpose_tile(in, out, top, left);
    }
}

dn_box dn_box_join(dn_box a, dn_box b)
{
    return (dn_box){.top = dn_smaller(a.top, b.top),
                    .left = dn_smaller(a.left, b.left),
                    .bottom = dn_larger(a.bottom, b.bottom),
                    .right = dn_larger(a.right, b.right)};
}
