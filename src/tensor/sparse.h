/**
 * A batch of rows that are mostly zero, so that products skip the zeros.
 *
 * Four fifths of MNIST's pixels are zero. An element is one of 256 levels, as a pixel is: a byte that indexes a table of floats. Rows
 * come in blocks of 64, and a block is kept transposed: for each column its 64 bytes, and a mask of 64 bits that tells which of them are not
 * zero. A product walks the set bits of two neighbouring columns at a time: neighbouring pixels are mostly both ink.
 */
#ifndef DN_TENSOR_SPARSE_H
#define DN_TENSOR_SPARSE_H

#include "tensor/epilogue.h"

#include "digitnet/tensor.h"

#include <stdint.h>

#define DN_SPARSE_LEVELS 256
/** Rows in a block: as many as a mask has bits. */
#define DN_SPARSE_BLOCK 64

/** A matrix [rows, columns]. */
struct dn_sparse {
    size_t rows;
    size_t columns;
    size_t step;        /**< columns that are kept: an even number, the last may be all zero */
    const float *level; /**< [DN_SPARSE_LEVELS], level[0] is 0 */
    uint8_t *codes;     /**< [blocks, step, DN_SPARSE_BLOCK] */
    uint64_t *masks;    /**< [blocks, step]: bit i is set where the code of row i is not 0 */
    const uint8_t *const
        *ahead; /**< [ahead_count]: rows that come next; the transposed product fetches them into the cache */
    size_t ahead_count;
};

/**
 * Make an empty matrix with room for `capacity` rows of `columns` bytes.
 *
 * Owner   The caller frees with dn_sparse_free; level [DN_SPARSE_LEVELS] is borrowed for the matrix's life.
 * Errors  DN_ERR_MEMORY. *matrix is empty then and may be freed.
 */
DN_NODISCARD dn_status dn_sparse_new(dn_sparse *matrix, size_t capacity, size_t columns, const float *level,
                                     dn_error *error);

void dn_sparse_free(dn_sparse *matrix);

/**
 * Pack rows of bytes: element (i, j) becomes level[rows[i][j]].
 *
 * Shapes  rows [count] pointers to `columns` bytes each; count at most the capacity that the matrix was made with.
 * Effect  Overwrites the matrix. Keeps no pointer.
 */
void dn_sparse_fill(dn_context *context, dn_sparse *matrix, const uint8_t *const *rows, size_t count);

/** The same matrix with every zero in place: dense gets [rows, columns]. Owner: the caller frees. */
DN_NODISCARD dn_status dn_sparse_to_dense(const dn_sparse *matrix, dn_tensor *dense, dn_error *error);

/**
 * out = a b, and its epilogue. The same bits as dn_matmul of the dense matrix, for finite b.
 *
 * Shapes  a [N, K], b [K, M] with rows contiguous, out [N, M] with rows contiguous.
 * Effect  Overwrites out, which must not share elements with b.
 * Errors  DN_ERR_SHAPE, also when rows of b or out are not contiguous; nothing is written then.
 */
DN_NODISCARD dn_status dn_sparse_matmul(dn_context *context, const dn_sparse *a, const dn_tensor *b,
                                        const dn_epilogue *epilogue, dn_tensor *out, dn_error *error);

/** Rows of a product whose sums are complete, a stripe of their columns. */
typedef struct dn_rows {
    size_t first; /**< row of the product */
    size_t count;
    size_t begin; /**< column of the product */
    size_t width;
    const float *sums; /**< [count, step], of which the first `width` columns count */
    size_t step;
} dn_rows;

/** Takes the rows of a product while they are in the first-level cache, instead of a matrix that holds them. */
typedef struct dn_row_sink {
    /** Effect  Uses the rows, which are gone after the call. Any thread may call it, for other rows or columns at the same time. */
    void (*take)(const void *self, const dn_rows *rows);
    const void *self;
    bool skips_zeros; /**< some rows that are all zero are not given */
} dn_row_sink;

/**
 * out = a^T b, or out += a^T b when accumulate.
 *
 * Shapes  a [N, K], b [N, M] with rows contiguous, out [K, M] with rows contiguous.
 * Effect  With a sink, the sink takes every row of the result once, in stripes of columns; out is memory for sums of earlier rows of a
 *         then, and worth nothing afterwards.
 * Errors  As dn_sparse_matmul.
 */
DN_NODISCARD dn_status dn_sparse_transposed_matmul(dn_context *context, const dn_sparse *a,
                                                   const dn_tensor *b, dn_tensor *out, bool accumulate,
                                                   const dn_row_sink *sink, dn_error *error);

#endif
