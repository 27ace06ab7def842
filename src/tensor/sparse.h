/**
 * A batch of rows that are mostly zero, so that products skip the zeros.
 *
 * Four fifths of MNIST's pixels are zero. An element is one of 256 levels, as a pixel is: a byte that indexes a table of floats. The bytes
 * are kept in tiles of 64 x 64, as they are and transposed, and each line of a tile has a mask of 64 bits that tells which of its bytes are not
 * zero: a product of the matrix walks the set bits of rows, a product of its transpose those of columns.
 *
 * A small matrix has copies, one for each thread where there is room: to fill a batch takes less time than to fetch it from another
 * processor's cache. They are shared out among the stripes of a product as the stripes are among the threads.
 */
#ifndef DN_TENSOR_SPARSE_H
#define DN_TENSOR_SPARSE_H

#include "tensor/epilogue.h"
#include "tensor/stripes.h"

#include "digitnet/tensor.h"

#include <stdint.h>

#define DN_SPARSE_LEVELS 256
/** Rows and columns of a tile: as many as a mask has bits. */
#define DN_SPARSE_BLOCK 64

/** The lines of tiles: rows, or columns. */
typedef struct dn_lines {
    uint8_t *codes;  /**< [blocks of rows, blocks of columns, DN_SPARSE_BLOCK lines, DN_SPARSE_BLOCK] */
    uint64_t *masks; /**< of each line: bit i is set where code i is not 0 */
} dn_lines;

/** A matrix [rows, columns]. */
struct dn_sparse {
    size_t rows;
    size_t columns;
    const float *level;    /**< [DN_SPARSE_LEVELS], level[0] is 0 */
    dn_lines row_lines;    /**< tiles by their rows; a copy's follow on those of the copy before */
    dn_lines column_lines; /**< tiles by their columns, alike */
    size_t line_count;     /**< of either, in a copy */
    size_t copies;         /**< that there is room for */
    size_t filled;         /**< copies that hold the matrix */
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

/** The lines from `line` on. */
static inline dn_lines dn_lines_from(dn_lines lines, size_t line)
{
    return (dn_lines){lines.codes + line * DN_SPARSE_BLOCK, lines.masks + line};
}

/**
 * Pack rows of bytes: element (i, j) becomes level[rows[i][j]].
 *
 * Shapes  rows [count] pointers to `columns` bytes each; count at most the capacity that the matrix was made with.
 * Effect  Overwrites the matrix: as many copies as the context has threads, if there is room. Keeps no pointer.
 */
void dn_sparse_fill(dn_context *context, dn_sparse *matrix, const uint8_t *const *rows, size_t count);

/** The same matrix with every zero in place: dense gets [rows, columns]. Owner: the caller frees. */
DN_NODISCARD dn_status dn_sparse_to_dense(const dn_sparse *matrix, dn_tensor *dense, dn_error *error);

/**
 * out = a b, and its epilogue. The same bits as dn_matmul of the dense matrix, for finite b.
 *
 * Shapes  a [N, K], b [K, M], out [N, M] with rows contiguous.
 * Effect  Overwrites out, which must not share elements with b.
 * Errors  DN_ERR_SHAPE, also when rows of b or out are not contiguous; nothing is written then.
 */
DN_NODISCARD dn_status dn_sparse_matmul(dn_context *context, const dn_sparse *a, const dn_stripes *b,
                                        const dn_epilogue *epilogue, dn_tensor *out, dn_error *error);

/** Rows of a product whose sums are complete, a stripe of their columns. */
typedef struct dn_rows {
    size_t first; /**< row of the product */
    size_t count;
    size_t begin;      /**< column of the product, a multiple of DN_STRIPE */
    size_t width;      /**< DN_STRIPE, or fewer at the right edge of the product */
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
 * out = a^T b, and sums = the sums of b's columns; with accumulate both are added.
 *
 * Shapes  a [N, K], b [N, M] with rows contiguous, out [K, M]; sums [M], contiguous, or NULL.
 * Effect  With a sink, the sink takes every row of the result once, in stripes of columns, but for those that it lets be skipped; out is memory for sums of earlier rows of a
 *         then, and worth nothing afterwards.
 * Errors  As dn_sparse_matmul.
 */
DN_NODISCARD dn_status dn_sparse_transposed_matmul(dn_context *context, const dn_sparse *a,
                                                   const dn_tensor *b, const dn_stripes *out, dn_tensor *sums,
                                                   bool accumulate, const dn_row_sink *sink, dn_error *error);

#endif
