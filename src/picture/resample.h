/**
 * Pictures in another size, by exact area averaging.
 */
#ifndef DN_PICTURE_RESAMPLE_H
#define DN_PICTURE_RESAMPLE_H

#include "picture/plane.h"

#include "digitnet/io.h"
#include "digitnet/tensor.h"

/** What a picture is beyond its edges: nothing (0), or not asked: the part inside counts alone. */
typedef enum dn_beyond { DN_BEYOND_EMPTY, DN_BEYOND_IGNORED } dn_beyond;

/** A rectangle in a picture, in pixels; it may begin and end inside a pixel, and reach beyond the edges. */
typedef struct dn_region {
    double top, left;
    double height, width;
} dn_region;

/** The region that is the whole of a picture [H, W]. */
dn_region dn_region_whole(const dn_tensor *picture);

/**
 * Resample a region of a picture onto a grid: each pixel of out is the mean of the area that it covers.
 *
 * Where out is finer than the picture the area is still one pixel of the picture wide, around the same
 * centre: enlarging becomes linear interpolation. At equal size and whole offsets pixels are copied exactly.
 *
 * Shapes  source [H, W], out [h, w], any strides, all extents at least 1.
 * Effect  Overwrites out, which must not share elements with source.
 * Errors  DN_ERR_SHAPE; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_resample(const dn_tensor *source, dn_region region, dn_beyond beyond,
                                   dn_tensor *out, dn_error *error);

/**
 * Resample all channels of a region of a picture; beyond the edges is ignored.
 *
 * Shapes  out [channels, h, w].
 * Units   0 black to 1 white.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_resample_picture(const dn_picture *picture, dn_region region, dn_tensor *out,
                                           dn_error *error);

/** Resample a region of a plane; beyond the edges is 0. Shapes: out [h, w]. Units: 0 to 1. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_resample_plane(const dn_plane *plane, dn_region region, dn_tensor *out,
                                         dn_error *error);

#endif
