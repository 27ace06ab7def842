/**
 * Uneven light on a picture: brighter towards one side, darker towards the corners.
 */
#ifndef DN_PICTURE_LIGHT_H
#define DN_PICTURE_LIGHT_H

#include "digitnet/tensor.h"

/** Light beside that in the middle: across * x + down * y + corners * (x^2 + y^2), x and y from -1 to 1. */
typedef struct dn_light {
    double across;
    double down;
    double corners;
} dn_light;

/**
 * Estimate the light: slopes from the medians of strips, corners from the margin. Ink that fills single strips
 * or parts of the margin does no harm, and a part of the light is believed only if it explains the border's
 * shades. Even light gives exactly 0.
 *
 * Shapes  picture [H, W], contiguous.
 * Errors  DN_ERR_MEMORY.
 * Source  Sen 1968, Estimates of the regression coefficient based on Kendall's tau.
 */
DN_NODISCARD dn_status dn_light_estimate(const dn_tensor *picture, dn_light *light, dn_error *error);

/** Subtract the light from a contiguous picture [H, W] of any size. */
void dn_light_subtract(dn_tensor *picture, dn_light light);

#endif
