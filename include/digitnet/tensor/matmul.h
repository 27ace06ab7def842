/**
 * Matrix products.
 *
 * Every element of a product is one sum in ascending order of the inner index, each term multiplied, rounded,
 * then added: no kernel, number of threads or machine changes a bit.
 */
#ifndef DIGITNET_TENSOR_MATMUL_H
#define DIGITNET_TENSOR_MATMUL_H

#include "digitnet/tensor/context.h"
#include "digitnet/tensor/sparse.h"
#include "digitnet/tensor/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * out = a b, or out += a b (the sum starts from out's element) when accumulate.
 *
 * Shapes  a [N, K], b [K, M], out [N, M]; any strides: pass a transposed view, never a copy.
 * Effect  Overwrites or adds to out, which must not share elements with a or b.
 * Owner   Borrows every argument; context NULL computes on one thread with the portable kernels.
 * Errors  DN_ERR_SHAPE naming the shapes, nothing is written then.
 */
DN_NODISCARD dn_status dn_matmul(dn_context *context, const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                                 bool accumulate, dn_error *error);

/** A matrix to multiply with, in either form; exactly one pointer is set. Borrows what it points to. */
typedef struct dn_matrix {
    const dn_tensor *dense; /**< rank 2 */
    const dn_sparse *sparse;
} dn_matrix;

/** The matrix's shape [N, K]. */
dn_shape dn_matrix_shape(const dn_matrix *matrix);

/** out = a b. As dn_matmul or dn_sparse_matmul. */
DN_NODISCARD dn_status dn_matrix_multiply(dn_context *context, const dn_matrix *a, const dn_tensor *b,
                                          dn_tensor *out, dn_error *error);

/** out = a^T b, or out += a^T b when accumulate. As dn_matmul or dn_sparse_transposed_matmul. */
DN_NODISCARD dn_status dn_matrix_transposed_multiply(dn_context *context, const dn_matrix *a,
                                                     const dn_tensor *b, dn_tensor *out, bool accumulate,
                                                     dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
