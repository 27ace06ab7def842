/**
 * The rectified linear unit as a layer: y = max(x, 0).
 */
#ifndef DN_NN_RELU_H
#define DN_NN_RELU_H

#include "digitnet/tensor.h"

/**
 * Shapes  x and y alike; y may be x (in place).
 * Errors  DN_ERR_SHAPE; nothing is written then.
 */
DN_NODISCARD dn_status dn_relu_forward(const dn_tensor *x, dn_tensor *y, dn_error *error);

/**
 * dx = dy where y > 0, else 0. y is the output of dn_relu_forward; x is not needed.
 *
 * Shapes  y, dy and dx alike; dx may be dy (in place).
 * Errors  DN_ERR_SHAPE; nothing is written then.
 */
DN_NODISCARD dn_status dn_relu_backward(const dn_tensor *y, const dn_tensor *dy, dn_tensor *dx,
                                        dn_error *error);

#endif
