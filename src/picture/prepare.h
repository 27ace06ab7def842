/**
 * From ink to the form in which MNIST's digits were made.
 */
#ifndef DN_PICTURE_PREPARE_H
#define DN_PICTURE_PREPARE_H

#include "picture/plane.h"

#include "digitnet/data.h"

/**
 * Scale the ink box into 20 x 20 by area averaging with the aspect ratio kept, and place it in 28 x 28 with the centre of mass
 * at the centre.
 *
 * Shapes  ink [h, w], 0 none to 255 full; the box lies inside.
 * Errors  DN_ERR_FORMAT when nothing is left at that size; DN_ERR_MEMORY.
 * Source  LeCun, Bottou, Bengio and Haffner 1998, section III.A.
 */
DN_NODISCARD dn_status dn_prepare_ink(const dn_plane *ink, dn_box box, uint8_t pixels[DN_DIGIT_PIXELS],
                                      dn_error *error);

/** Is an image what preparation would make of it: a box of MNIST's size with the centre of mass at the centre? */
bool dn_is_prepared(const uint8_t pixels[DN_DIGIT_PIXELS]);

/** The box of the ink [h, w]; false where there is none. */
bool dn_ink_box(const uint8_t *ink, size_t height, size_t width, dn_box *box);

#endif
