#include "picture/plane.h"

#include "core/memory.h"

/** A square of this side, read by rows and written by columns, stays in the cache. */
#define TILE 32

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

static void transpose_tile(const dn_plane *in, dn_plane *out, size_t top, size_t left)
{
    const size_t bottom = dn_smaller(top + TILE, in->height);
    const size_t right = dn_smaller(left + TILE, in->width);
    for (size_t y = top; y < bottom; y++) {
        for (size_t x = left; x < right; x++)
            out->data[x * out->width + y] = in->data[y * in->width + x];
    }
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
