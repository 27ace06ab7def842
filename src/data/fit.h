/** A changed digit scaled back to the box that MNIST's digits fill, as the preparation of pictures does. */
#ifndef DN_DATA_FIT_H
#define DN_DATA_FIT_H

#include "data/warp.h"

/**
 * Change the affine parameters so that the ink of an image will fill a box of that size, its centre of mass where MNIST's is.
 *
 * Shapes  image [28, 28].
 * Units   size in pixels: the longer side of the box.
 * Effect  Scales all directions alike, and replaces the shift. An image without ink changes nothing.
 */
void dn_affine_fit(dn_affine *affine, const uint8_t *image, float size);

#endif
