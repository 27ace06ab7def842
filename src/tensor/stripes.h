/** Matrices in stripes: what one piece of a product reads and writes lies in memory from end to end. */
#ifndef DN_TENSOR_STRIPES_H
#define DN_TENSOR_STRIPES_H

#include "digitnet/tensor.h"

/** Columns that one piece of a product computes: 256 bytes of a row. */
#define DN_STRIPE 64

/**
 * A matrix [K, M]: matrices [K, width] side by side, of which the last may be narrower. Rows of each are contiguous. With a width of M, any
 * matrix is one stripe.
 */
typedef struct dn_stripes {
    dn_tensor *tensors; /**< [dn_stripe_count] */
    size_t rows;
    size_t columns;
    size_t width; /**< M, or a multiple of DN_STRIPE */
} dn_stripes;

static inline size_t dn_stripe_count(const dn_stripes *matrix)
{
    return matrix->width == 0 ? 0 : (matrix->columns + matrix->width - 1) / matrix->width;
}

#endif
