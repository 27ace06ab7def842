/** Products of matrices in either form. */
#ifndef DN_TENSOR_MATMUL_H
#define DN_TENSOR_MATMUL_H

#include "tensor/epilogue.h"
#include "tensor/sparse.h"
#include "tensor/stripes.h"

#include "digitnet/tensor.h"

/** Errors: DN_ERR_SHAPE naming the shapes unless a [N, K], b [K, M], out [N, M]. */
DN_NODISCARD dn_status dn_check_product(dn_shape a, dn_shape b, dn_shape out, dn_error *error);

/** Errors: DN_ERR_SHAPE naming the shapes unless the epilogue's fit the product out. */
DN_NODISCARD dn_status dn_check_epilogue(const dn_epilogue *epilogue, const dn_tensor *out, dn_error *error);

/** Errors: DN_ERR_SHAPE unless sums is [columns] and contiguous. */
DN_NODISCARD dn_status dn_check_sums(const dn_tensor *sums, size_t columns, dn_error *error);

/** The matrix's shape [N, K]. */
dn_shape dn_matrix_shape(const dn_matrix *matrix);

/** Are the zeros of the matrix skipped by a product whose results are `columns` wide? */
bool dn_matrix_has_gaps(const dn_matrix *matrix, size_t columns);

/**
 * out = a b, and its epilogue. As dn_matmul or dn_sparse_matmul.
 *
 * Errors  Of shapes also where the epilogue's do not fit out.
 */
DN_NODISCARD dn_status dn_matrix_multiply(dn_context *context, const dn_matrix *a, const dn_stripes *b,
                                          const dn_epilogue *epilogue, dn_tensor *out, dn_error *error);

/** out = a b^T, and its epilogue, for a dense a [N, K] and stripes b [M, K], K at least 1. As dn_matrix_multiply. */
DN_NODISCARD dn_status dn_matrix_multiply_turned(dn_context *context, const dn_matrix *a, const dn_stripes *b,
                                                 const dn_epilogue *epilogue, dn_tensor *out,
                                                 dn_error *error);

/**
 * out = a^T b, and sums = the sums of b's columns; with accumulate both are added. As dn_matmul or dn_sparse_transposed_matmul.
 *
 * Shapes  sums [M], contiguous, or NULL.
 * Effect  With a sink, the sink takes the result; a must have gaps for it (dn_matrix_has_gaps).
 */
DN_NODISCARD dn_status dn_matrix_transposed_multiply(dn_context *context, const dn_matrix *a,
                                                     const dn_tensor *b, const dn_stripes *out,
                                                     dn_tensor *sums, bool accumulate,
                                                     const dn_row_sink *sink, dn_error *error);

#endif
