/**
 * Pictures of any size, and how they become the 28 x 28 bytes that a net takes.
 */
#ifndef DIGITNET_PICTURE_H
#define DIGITNET_PICTURE_H

#include "digitnet/data.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Any picture of a digit, brought into the form in which MNIST's were made.
 *
 * Polarity from the border, ink box, scaled into 20 x 20 by area averaging with the aspect ratio kept, placed in 28 x 28
 * with the centre of mass at the centre.
 *
 * Source  LeCun, Bottou, Bengio and Haffner 1998, section III.A.
 */

/** What dn_prepare_digit found and did. */
typedef struct dn_preparation {
    bool inverted;        /**< the picture had dark ink on light paper */
    size_t top, left;     /**< the ink box in the picture */
    size_t height, width; /**< its extents */
    size_t parts;         /**< separate large pieces of ink side by side: more than 1 may be several digits */
} dn_preparation;

/**
 * Prepare one picture.
 *
 * Shapes  grey [H, W], any extents from 1; pixels gets 28 x 28 row by row.
 * Units   grey 0 black to 1 white; pixels 0 background to 255 ink.
 * Effect  Writes pixels and *preparation.
 * Errors  DN_ERR_FORMAT when the picture has no ink (all one shade, or nothing stands out from the paper);
 *         DN_ERR_SHAPE; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_prepare_digit(const dn_tensor *grey, uint8_t pixels[DN_DIGIT_PIXELS],
                                               dn_preparation *preparation, dn_error *error);

/**
 * Take a 28 x 28 picture as it is, bright ink on dark.
 *
 * Errors  DN_ERR_SHAPE when grey is not [28, 28].
 */
DN_API DN_NODISCARD dn_status dn_prepare_nothing(const dn_tensor *grey, uint8_t pixels[DN_DIGIT_PIXELS],
                                                 dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
