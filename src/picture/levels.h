/**
 * The levels of paper and ink in a picture whose paper has been subtracted, from its histogram.
 */
#ifndef DN_PICTURE_LEVELS_H
#define DN_PICTURE_LEVELS_H

#include "digitnet/tensor.h"

/** The lowest and the highest element of a contiguous tensor of at least one. */
void dn_value_range(const dn_tensor *tensor, float *lowest, float *highest);

typedef struct dn_levels {
    float paper; /**< the paper's middle level */
    float noise; /**< how far the paper strays below it: one standard deviation */
    float ink;   /**< the level that most of the ink reaches */
    float split; /**< between the two: above it there is surely ink */
} dn_levels;

/**
 * Find the levels. A picture of one level has no ink: paper, ink and split are that level.
 *
 * Shapes  picture, contiguous, at least one element, all finite.
 * Source  Otsu 1979, A threshold selection method from gray-level histograms.
 */
dn_levels dn_levels_find(const dn_tensor *picture);

#endif
