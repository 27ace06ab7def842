/** Matrices that are stored as stripes of columns: a piece of a product reads and writes contiguous memory. */
#ifndef DN_TENSOR_STRIPES_H
#define DN_TENSOR_STRIPES_H

#include "core/size.h"

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
    return matrix->width == 0 ? 0 : dn_divide_up(matrix->columns, matrix->width);
}

/** A matrix as one stripe. */
static inline dn_stripes dn_one_stripe(dn_tensor *matrix)
{
    const size_t columns = matrix->shape.extent[1];
    return (dn_stripes){matrix, matrix->shape.extent[0], columns, columns};
}

#endif
