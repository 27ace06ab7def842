/**
 * Two digits that touch: the cuts that could part them.
 *
 * Source  Casey and Lecolinet 1996, A survey of methods and strategies in character segmentation: cut, and let recognition decide.
 */
#ifndef DN_PICTURE_SPLIT_H
#define DN_PICTURE_SPLIT_H

#include "picture/plane.h"

#include "digitnet/picture.h"

/** Cuts with so many slants, in so many parts of the width. */
#define DN_CUT_SLANTS 5
#define DN_CUT_PARTS 2
#define DN_CUTS (DN_CUT_SLANTS * DN_CUT_PARTS)

/** The left and the right half that a cut gives. */
typedef struct dn_halves {
    dn_box box[2];                      /**< in the plane of ink */
    dn_rectangle place[2];              /**< in the picture; whoever has cut out the ink sets it */
    uint8_t pixels[2][DN_DIGIT_PIXELS]; /**< prepared */
} dn_halves;

/**
 * Cut a digit that is too wide for one, where a straight line of each slant crosses the least ink.
 *
 * Shapes  ink [h, w]; the box lies inside. *cuts [*count]; none for what is not wide.
 * Owner   The caller frees *cuts with dn_release. NULL where there are none.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_split(const dn_plane *ink, dn_box box, uint8_t weak, dn_halves **cuts,
                                size_t *count, dn_error *error);

#endif
