/**
 * Uneven light on a picture: brighter towards one side, darker towards the corners.
 */
#ifndef DN_DATA_LIGHT_H
#define DN_DATA_LIGHT_H

#include "digitnet/tensor/tensor.h"

/** Light beside that in the middle: across * x + down * y + corners * (x^2 + y^2), x and y from -1 to 1. */
typedef struct dn_light {
    double across;
    double down;
    double corners;
} dn_light;

/**
 * Estimate the light from the picture's margin, where there is paper: medians of strips and corners, so that
 * ink that reaches into it does no harm. Even light gives exactly 0.
 *
 * Shapes  picture [H, W], contiguous.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_light_estimate(const dn_tensor *picture, dn_light *light, dn_error *error);

/** Subtract the light from a contiguous picture [H, W] of any size. */
void dn_light_subtract(dn_tensor *picture, dn_light light);

#endif
