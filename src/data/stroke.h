/** The strokes of an image: their width, a thicker or thinner pen, and strokes that are drawn onto it. */
#ifndef DN_DATA_STROKE_H
#define DN_DATA_STROKE_H

#include "digitnet/data.h"

/**
 * The mean width of the strokes.
 *
 * Shapes  image [28, 28].
 * Units   Pixels; 0 for an image without ink.
 * Source  A long stroke has twice its length of edge, so width = 2 area / edge; the edge's length is pi / 4 of the sum of its
 *         extents along x and along y, over all directions (Cauchy and Crofton).
 */
float dn_stroke_width(const uint8_t *image);

/**
 * Make every stroke thicker (growth > 0) or thinner (growth < 0), by grey dilation or erosion.
 *
 * Shapes  image [28, 28].
 * Units   growth in pixels on each side of a stroke.
 */
void dn_stroke_grow(float growth, uint8_t *image);

/** A straight stroke with round ends. Pixel (0, 0) has its centre at (0, 0). */
typedef struct dn_stroke {
    float x0, y0;
    float x1, y1;
    float radius; /**< half of its width */
} dn_stroke;

/** Draw a stroke of full ink, with smooth edges, over the ink that is there. Shapes image [28, 28]. */
void dn_stroke_draw(const dn_stroke *stroke, uint8_t *image);

#endif
