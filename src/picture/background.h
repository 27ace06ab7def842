/**
 * The background: the shade of the paper everywhere, also under the ink.
 */
#ifndef DN_PICTURE_BACKGROUND_H
#define DN_PICTURE_BACKGROUND_H

#include "picture/plane.h"

/**
 * Replace shades by how much darker each pixel is than the paper: 255 (1 - shade / paper).
 *
 * The paper is the grey closing with a square of 0.34 sqrt(H W): what is dark and narrower than the square (ink) is filled,
 * whatever is wider (a desk, a shadow, its hard edge) stays and so vanishes from the result. With desks, a narrow strip of a desk
 * vanishes, too: each pixel's brightest shade from a side of the picture inwards is closed with a line along half of that side
 * (0.15 of it from a corner on); where that is much darker than the paper, and somewhere 0.12 of the picture deep, nothing is ink.
 * Paper seen between rules is no desk: without desks where ink is bright.
 *
 * Effect  *unevenness: the mean distance of the closing's shades from their mean, 0 to 1 of the mean.
 * Errors  DN_ERR_MEMORY.
 * Source  Gonzalez and Woods, Digital Image Processing, section 9.6: the black top-hat (bottom-hat) transformation.
 */
DN_NODISCARD dn_status dn_background_remove(dn_plane *shades, bool desks, float *unevenness, dn_error *error);

#endif
