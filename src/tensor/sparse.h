/**
 * A batch of rows that are mostly zero, packed so that products skip the zeros.
 *
 * Four fifths of MNIST's pixels are zero. An element is one of 256 levels, as a pixel is: a byte that indexes a table
 * of floats. Rows come in blocks of 64; of each block, and of each pair of neighbouring columns, a list holds the rows that have
 * either column, ascending, with both bytes: compressed sparse columns (CSC), two columns at a time. A product reads two rows
 * of weights for a list and uses them for every entry; neighbouring pixels are mostly both ink, so that few are read in vain.
 */
#ifndef DN_TENSOR_SPARSE_H
#define DN_TENSOR_SPARSE_H

#include "digitnet/tensor.h"

#include <stdint.h>

#define DN_SPARSE_LEVELS 256
/** Rows in a block. */
#define DN_SPARSE_BLOCK 64
/** Columns in a list. */
#define DN_SPARSE_GROUP 2

/** One row that has ink in a group of columns: the bytes of both columns, one of which may be 0, and the row in its block. */
typedef uint32_t dn_sparse_entry;

static inline dn_sparse_entry dn_sparse_pack(uint8_t first, uint8_t second, size_t row)
{
    return (dn_sparse_entry)first | (dn_sparse_entry)second << 8 | (dn_sparse_entry)row << 16;
}

static inline uint8_t dn_sparse_code(dn_sparse_entry entry, size_t column)
{
    return (uint8_t)(entry >> (8 * column));
}

static inline size_t dn_sparse_row(dn_sparse_entry entry)
{
    return entry >> 16;
}

/** A matrix [rows, columns]. */
struct dn_sparse {
    size_t rows;
    size_t columns;
    size_t groups;            /**< of columns; the last column may be alone */
    size_t capacity;          /**< rows that fit */
    const float *level;       /**< [DN_SPARSE_LEVELS], level[0] is 0 */
    uint8_t *count;           /**< [blocks, groups]: entries in each list */
    dn_sparse_entry *entries; /**< [blocks, groups, DN_SPARSE_BLOCK] */
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
 * Shapes  rows [count] pointers to `columns` bytes each; count at most the capacity.
 * Effect  Overwrites the matrix. Keeps no pointer.
 */
void dn_sparse_fill(dn_context *context, dn_sparse *matrix, const uint8_t *const *rows, size_t count);

/** The same matrix with every zero in place: dense gets [rows, columns]. Owner: the caller frees. */
DN_NODISCARD dn_status dn_sparse_to_dense(const dn_sparse *matrix, dn_tensor *dense, dn_error *error);

/**
 * out = a b. The same bits as dn_matmul of the dense matrix, for finite b.
 *
 * Shapes  a [N, K], b [K, M] with rows contiguous, out [N, M] with rows contiguous.
 * Effect  Overwrites out, which must not share elements with b.
 * Errors  DN_ERR_SHAPE, also when rows of b or out are not contiguous; nothing is written then.
 */
DN_NODISCARD dn_status dn_sparse_matmul(dn_context *context, const dn_sparse *a, const dn_tensor *b,
                                        dn_tensor *out, dn_error *error);

/**
 * out = a^T b, or out += a^T b when accumulate.
 *
 * Shapes  a [N, K], b [N, M] with rows contiguous, out [K, M] with rows contiguous.
 * Errors  As dn_sparse_matmul.
 */
DN_NODISCARD dn_status dn_sparse_transposed_matmul(dn_context *context, const dn_sparse *a,
                                                   const dn_tensor *b, dn_tensor *out, bool accumulate,
                                                   dn_error *error);

#endif
