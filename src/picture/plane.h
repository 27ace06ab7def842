/**
 * Planes of bytes: what the search for ink works on. Whole numbers give the same result on every machine.
 */
#ifndef DN_PICTURE_PLANE_H
#define DN_PICTURE_PLANE_H

#include "core/size.h"

#include "digitnet/core.h"
#include "digitnet/picture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Byte (y, x) of a plane [height, width] is data[y * width + x]. */
typedef struct dn_plane {
    size_t height;
    size_t width;
    uint8_t *data;
} dn_plane;

/** A rectangle of whole pixels; bottom and right are the first row and column behind it. */
typedef struct dn_box {
    size_t top, left, bottom, right;
} dn_box;

/** Errors: DN_ERR_MEMORY; *plane is empty then. The caller frees with dn_plane_free. All bytes are 0. */
DN_NODISCARD dn_status dn_plane_new(dn_plane *plane, size_t height, size_t width, dn_error *error);

void dn_plane_free(dn_plane *plane);

/** Black becomes white. Shapes: out is as large as in. */
void dn_plane_invert(const dn_plane *in, dn_plane *out);

/** Is any byte not 0? */
bool dn_plane_has_ink(const dn_plane *plane);

/** Rows become columns. Shapes: in [H, W], out [W, H], which exists. */
void dn_plane_transpose(const dn_plane *in, dn_plane *out);

/** The smallest box that holds both. */
dn_box dn_box_join(dn_box a, dn_box b);

static inline size_t dn_box_height(dn_box box)
{
    return box.bottom - box.top;
}

static inline size_t dn_box_width(dn_box box)
{
    return box.right - box.left;
}

static inline dn_rectangle dn_box_rectangle(dn_box box)
{
    return (dn_rectangle){
        .x = box.left, .y = box.top, .width = dn_box_width(box), .height = dn_box_height(box)};
}

static inline dn_box dn_box_of(dn_rectangle rectangle)
{
    return (dn_box){.top = rectangle.y,
                    .left = rectangle.x,
                    .bottom = rectangle.y + rectangle.height,
                    .right = rectangle.x + rectangle.width};
}

/** The longer side of a box. */
static inline size_t dn_box_side(dn_box box)
{
    return dn_larger(dn_box_height(box), dn_box_width(box));
}

#endif
