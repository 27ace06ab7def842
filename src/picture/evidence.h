/**
 * What speaks for a digit, and against it, without knowing which it is.
 */
#ifndef DN_PICTURE_EVIDENCE_H
#define DN_PICTURE_EVIDENCE_H

#include "picture/plane.h"

/** What can be seen of a digit. Fractions, 0 to 1, unless said otherwise. */
typedef struct dn_evidence {
    float contrast; /**< how much darker than the paper the ink is */
    float clarity;  /**< that, in multiples of the noise of the paper */
    float
        edge; /**< the outline, off the border, along which the picture's own shades change as much as they should */
    float flatness; /**< width by height */
    float extent;   /**< the longer side, of the shorter side of the picture */
    float stroke;   /**< the width of the stroke, of the longer side */
    float swelling; /**< the widest place of the stroke, in widths of the stroke: about 1 for even strokes */
    float border;   /**< the outline that lies on the picture's border */
    float taken;    /**< the outline that lies where a rule was taken out */
    float share;    /**< the ink in it and in digits of its size, of all ink in the picture */
    float unevenness; /**< of the background */
} dn_evidence;

/**
 * Measure the shape.
 *
 * A stroke of even width w has a mean distance of w / 4 from its edge.
 *
 * Shapes  ink [h + 2, w + 2]: a digit of extents h x w, at `place` in the picture, with one pixel around it; at least `weak` is ink.
 *         shades (ink is dark) and taken: planes of the whole picture.
 * Effect  Sets stroke, swelling, border, taken, edge and flatness; wants contrast, and leaves the rest as it is.
 * Errors  DN_ERR_MEMORY.
 * Source  Borgefors 1986, Distance transformations in digital images: the 3-4 chamfer distance.
 */
DN_NODISCARD dn_status dn_evidence_measure(const dn_plane *ink, uint8_t weak, dn_box place,
                                           const dn_plane *shades, const dn_plane *taken,
                                           dn_evidence *evidence, dn_error *error);

/** How well the evidence suits a digit: 0 at best, less for each thing that does not; log odds. */
float dn_evidence_score(const dn_evidence *evidence);

#endif
