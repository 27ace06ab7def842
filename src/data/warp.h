/**
 * An image drawn anew: each pixel of the new image looks up a place in the old one, and takes what lies there.
 */
#ifndef DN_DATA_WARP_H
#define DN_DATA_WARP_H

#include "core/x86.h"
#include "data/elastic.h"

/** What is done to an image about its centre, in this order: scale, shear, rotate, shift. */
typedef struct dn_motion {
    float scale_x, scale_y; /**< 0 keeps the size, 0.1 makes it 10 % larger; above -1 */
    float shear;            /**< pixels to the right for each pixel down */
    float rotation;         /**< radians, clockwise */
    float shift_x, shift_y; /**< pixels to the right and down */
} dn_motion;

/** Where a pixel's old place is: with x and y from the centre, (xx x + xy y + x0, yx x + yy y + y0). */
typedef struct dn_affine {
    float xx, xy, x0;
    float yx, yy, y0;
} dn_affine;

/** The old places of an image that is moved so: the inverse of the motion. */
dn_affine dn_affine_undoing(const dn_motion *motion);

/**
 * Draw an image anew.
 *
 * Shapes  in and out [28, 28]; they may be the same.
 * Units   The field's displacements, in pixels of the old image, are added to the old places. Bilinear; outside is 0;
 *         rounded to nearest. Old places are less than 2^31 pixels away, as dn_augment_plan_new sees to: a check in
 *         this loop would cost a third of its time.
 */
void dn_warp(const dn_affine *affine, const dn_elastic *elastic, const dn_elastic_field *field,
             const uint8_t *in, uint8_t *out);

/** The same for each instruction set, with the same results; dn_warp calls the fastest that the processor has. */
typedef void dn_warp_function(const dn_affine *affine, const dn_elastic *elastic,
                              const dn_elastic_field *field, const uint8_t *in, uint8_t *out);
dn_warp_function dn_warp_portable;
#ifdef DN_X86
dn_warp_function dn_warp_avx2;
dn_warp_function dn_warp_avx512;
#endif

#endif
