/**
 * Sparse rows (CSR): a matrix kept as the (column, value) pairs that are not zero.
 *
 * Four fifths of MNIST's pixels are zero, so the first layer reads the images this way. An entry's value is
 * one of 256 levels, as a pixel's is: a byte that indexes a table of floats. Rows have a begin and an end
 * each (the four-array form), so that any choice of rows is a matrix too, without copying an entry.
 */
#ifndef DIGITNET_TENSOR_CSR_H
#define DIGITNET_TENSOR_CSR_H

#include "digitnet/tensor/context.h"
#include "digitnet/tensor/tensor.h"

#include <stdint.h>

#define DN_CSR_LEVELS 256
/** Columns are kept in 16 bits. */
#define DN_CSR_MAX_COLUMNS 65535

/** A matrix [rows, columns]. Row r has the entries begin[r] .. end[r] - 1, columns ascending. */
typedef struct dn_csr {
    size_t rows;
    size_t columns;
    const uint32_t *begin;  /**< [rows] */
    const uint32_t *end;    /**< [rows] */
    const uint16_t *column; /**< of each entry */
    const uint8_t *code;    /**< of each entry: its value is level[code] */
    const float *level;     /**< [DN_CSR_LEVELS], level[0] is 0 */
    void *storage;          /**< what dn_csr_free frees; NULL for a view */
} dn_csr;

/**
 * Turn rows of bytes into sparse rows: a zero byte is no entry, another is an entry with that code.
 *
 * Shapes  bytes [any, columns], row by row; csr gets [count, columns], its row i from row indices[i] of bytes
 *         (row i when indices is NULL).
 * Owner   The caller frees with dn_csr_free; level [DN_CSR_LEVELS] is borrowed for the matrix's life.
 * Errors  DN_ERR_SHAPE above DN_CSR_MAX_COLUMNS or 2^32 - 1 entries; DN_ERR_MEMORY. *csr is empty then.
 */
DN_NODISCARD dn_status dn_csr_from_rows(dn_csr *csr, const uint8_t *bytes, const uint32_t *indices,
                                        size_t count, size_t columns, const float *level, dn_error *error);

/** Free the entries if csr owns them, and empty the struct. NULL and an empty matrix are allowed. */
void dn_csr_free(dn_csr *csr);

/**
 * Choose rows: view row i is source row indices[i].
 *
 * Effect  Fills begin and end, which hold count elements each, and *view, which refers to them.
 * Owner   The caller keeps source, begin and end as long as the view.
 */
void dn_csr_select(const dn_csr *source, const uint32_t *indices, size_t count, uint32_t *begin,
                   uint32_t *end, dn_csr *view);

/** The same matrix with every zero in place: dense gets [rows, columns]. Owner: the caller frees. */
DN_NODISCARD dn_status dn_csr_to_dense(const dn_csr *csr, dn_tensor *dense, dn_error *error);

/**
 * out = a b. The same bits as dn_matmul of the dense matrix, for finite b.
 *
 * Shapes  a [N, K], b [K, M] with rows contiguous, out [N, M] with rows contiguous.
 * Effect  Overwrites out, which must not share elements with b.
 * Errors  DN_ERR_SHAPE, also when rows of b or out are not contiguous; nothing is written then.
 */
DN_NODISCARD dn_status dn_csr_matmul(dn_context *context, const dn_csr *a, const dn_tensor *b, dn_tensor *out,
                                     dn_error *error);

/**
 * out = a^T b, or out += a^T b when accumulate.
 *
 * Shapes  a [N, K], b [N, M] with rows contiguous, out [K, M] with rows contiguous.
 * Errors  As dn_csr_matmul.
 */
DN_NODISCARD dn_status dn_csr_transposed_matmul(dn_context *context, const dn_csr *a, const dn_tensor *b,
                                                dn_tensor *out, bool accumulate, dn_error *error);

#endif
