/**
 * Which elements of a dense matrix are not zero: products skip the others.
 *
 * Behind a ReLU, and more so behind dropout, about half of the activations are exactly zero, and so are their gradients.
 */
#ifndef DN_TENSOR_MASKS_H
#define DN_TENSOR_MASKS_H

#include "tensor/epilogue.h"
#include "tensor/sparse.h"
#include "tensor/stripes.h"

#include "digitnet/tensor.h"

#include <stdint.h>

#define DN_MASK_BITS 64

/** Masks of a matrix [rows, columns], of its rows and of its columns. {0} is empty. */
struct dn_masks {
    size_t rows;
    size_t columns;
    size_t count;        /**< elements that are not zero; all until the first filling */
    uint64_t *of_row;    /**< [blocks of columns, rows]: bit j of block k is element 64 k + j of the row */
    uint64_t *of_column; /**< [blocks of rows, columns]: bit i of block k is element 64 k + i of the column */
};

/** Make room for a matrix of up to `capacity` rows. Owner: the caller frees with dn_masks_free. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_masks_new(dn_masks *masks, size_t capacity, size_t columns, dn_error *error);

void dn_masks_free(dn_masks *masks);

/** Note the zeros of a matrix. Shapes: matrix [N, columns] with rows contiguous, N at most the capacity that the masks were made with. */
void dn_masks_fill(dn_context *context, dn_masks *masks, const dn_tensor *matrix);

/** Do products that skip the zeros take less time than dense ones, for results that are `columns` wide? Not before the masks are filled. */
bool dn_masks_pay(const dn_masks *masks, size_t columns);

/**
 * out = a b, or turned, a b^T; and its epilogue. The same bits as dn_matmul, for finite b.
 *
 * Shapes  a [N, K], b [K, M] or turned [M, K], out [N, M] with rows contiguous. masks are of a, or tell at least of every element that is
 *         not zero.
 * Errors  As dn_matmul.
 */
DN_NODISCARD dn_status dn_masked_matmul(dn_context *context, const dn_tensor *a, const dn_masks *masks,
                                        const dn_stripes *b, bool is_turned, const dn_epilogue *epilogue,
                                        dn_tensor *out, dn_error *error);

/** out = a^T b, or out += a^T b when accumulate. As dn_masked_matmul. With a sink, the sink takes the result, and out is only read. */
DN_NODISCARD dn_status dn_masked_transposed_matmul(dn_context *context, const dn_tensor *a,
                                                   const dn_masks *masks, const dn_tensor *b,
                                                   const dn_stripes *out, bool accumulate,
                                                   const dn_row_sink *sink, dn_error *error);

#endif
