/**
 * Pictures of any size, and how they become the 28 x 28 bytes that a net takes.
 */
#ifndef DIGITNET_PICTURE_H
#define DIGITNET_PICTURE_H

#include "digitnet/data.h"
#include "digitnet/io.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Prepares any picture of a digit as MNIST's images were prepared.
 *
 * The background, rules, frames and specks of a photograph are removed; a small bitmap is reduced to two levels. The ink is then scaled
 * into 20 x 20 by area averaging with the aspect ratio kept, and placed in 28 x 28 with the centre of mass at the centre.
 * The shape of the ink alone decides whether ink is dark or bright, and which of several connected components are the digit:
 * dn_answer_picture (train.h) asks a classifier, too.
 *
 * Source  LeCun, Bottou, Bengio and Haffner 1998, section III.A.
 */

/** A rectangle in a picture, in pixels. */
typedef struct dn_rectangle {
    size_t x, y; /**< the column and the row of its upper left pixel, from 0 */
    size_t width, height;
} dn_rectangle;

/** The findings of dn_prepare_digit. */
typedef struct dn_preparation {
    bool inverted;    /**< the picture has dark ink on light paper */
    dn_rectangle box; /**< around the digit, inside the picture */
    size_t digits;    /**< the digits that the picture seems to hold, at least 1 */
} dn_preparation;

/**
 * Prepare one picture.
 *
 * Shapes  picture of any extents from 1, its colours are mixed for the most contrast; pixels gets 28 x 28 row by row.
 * Units   pixels 0 background to 255 ink.
 * Effect  Writes pixels and *preparation.
 * Errors  DN_ERR_FORMAT when the picture has no ink (all one shade, or nothing stands out from the paper);
 *         DN_ERR_SHAPE when it has no pixel, or not 1 or 3 channels; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_prepare_digit(const dn_picture *picture, uint8_t pixels[DN_DIGIT_PIXELS],
                                               dn_preparation *preparation, dn_error *error);

/**
 * Take a 28 x 28 picture as it is, with bright ink on dark; of colours the luminance is taken.
 *
 * Errors  DN_ERR_SHAPE for other extents; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_prepare_nothing(const dn_picture *picture, uint8_t pixels[DN_DIGIT_PIXELS],
                                                 dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
