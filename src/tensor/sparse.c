#include "tensor/sparse.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/size.h"
#include "tensor/context.h"
#include "tensor/kernels.h"
#include "tensor/matmul.h"

static dn_status new_lines(dn_lines *lines, size_t count, dn_error *error)
{
    lines->codes = dn_allocate(count, DN_SPARSE_BLOCK, error);
    lines->masks = dn_allocate(count, sizeof *lines->masks, error);
    return lines->codes && lines->masks ? DN_OK : DN_ERR_MEMORY;
}

static void free_lines(dn_lines *lines)
{
    dn_release(lines->codes);
    dn_release(lines->masks);
}

/** Codes of all copies together; a larger matrix has one. */
#define COPIED_BYTES ((size_t)1 << 20)

dn_status dn_sparse_new(dn_sparse *matrix, size_t capacity, size_t columns, const float *level,
                        dn_error *error)
{
    *matrix = (dn_sparse){0};
    dn_sparse made = {.columns = columns, .level = level, .copies = 1, .filled = 1};
    size_t bytes;
    const size_t row_blocks = capacity == 0 ? 1 : dn_divide_up(capacity, DN_SPARSE_BLOCK);
    if (!dn_size_multiply(row_blocks, dn_divide_up(columns, DN_SPARSE_BLOCK), &made.line_count) ||
        !dn_size_multiply(made.line_count, DN_SPARSE_BLOCK, &made.line_count) ||
        !dn_size_multiply(made.line_count, (size_t)2 * DN_SPARSE_BLOCK, &bytes))
        return dn_fail(error, DN_ERR_MEMORY, "give fewer rows", "%zu rows of %zu columns do not fit memory",
                       capacity, columns);
    if (bytes != 0 && bytes < COPIED_BYTES)
        made.copies = COPIED_BYTES / bytes;
    dn_status status = new_lines(&made.row_lines, made.copies * made.line_count, error);
    if (status == DN_OK)
        status = new_lines(&made.column_lines, made.copies * made.line_count, error);
    if (status != DN_OK)
        dn_sparse_free(&made);
    *matrix = made;
    return status;
}

void dn_sparse_free(dn_sparse *matrix)
{
    if (!matrix)
        return;
    free_lines(&matrix->row_lines);
    free_lines(&matrix->column_lines);
    *matrix = (dn_sparse){0};
}

void dn_sparse_fill(dn_context *context, dn_sparse *matrix, const uint8_t *const *rows, size_t count)
{
    dn_pool *pool = dn_context_pool(context);
    dn_sparse_filling work = {matrix, rows};
    matrix->rows = count;
    matrix->filled = dn_smaller(matrix->copies, dn_pool_threads(pool));
    dn_pool_run(pool, matrix->filled * dn_divide_up(matrix->columns, DN_SPARSE_BLOCK),
                dn_context_kernel_set(context)->fill, &work);
}

dn_status dn_sparse_to_dense(const dn_sparse *matrix, dn_tensor *dense, dn_error *error)
{
    const size_t blocks = dn_divide_up(matrix->columns, DN_SPARSE_BLOCK);
    DN_TRY(dn_tensor_zeros(dense, DN_SHAPE(matrix->rows, matrix->columns), error));
    for (size_t row = 0; row < matrix->rows; row++) {
        for (size_t column = 0; column < matrix->columns; column++) {
            const size_t tile = row / DN_SPARSE_BLOCK * blocks + column / DN_SPARSE_BLOCK;
            const size_t line = tile * DN_SPARSE_BLOCK + row % DN_SPARSE_BLOCK;
            const uint8_t code = matrix->row_lines.codes[line * DN_SPARSE_BLOCK + column % DN_SPARSE_BLOCK];
            dense->data[row * matrix->columns + column] = matrix->level[code];
        }
    }
    return DN_OK;
}

/** The kernels walk a row of b or out as it lies. */
static dn_status check_row(const dn_tensor *matrix, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (matrix->shape.extent[1] > 1 && matrix->stride[1] != 1)
        return dn_fail(error, DN_ERR_SHAPE, "clone it first",
                       "the rows of a matrix of shape %s are not contiguous",
                       dn_shape_text(matrix->shape, text));
    return DN_OK;
}

static dn_status check_stripes(const dn_stripes *matrix, dn_error *error)
{
    for (size_t i = 0; i < dn_stripe_count(matrix); i++)
        DN_TRY(check_row(&matrix->tensors[i], error));
    return DN_OK;
}

dn_status dn_sparse_matmul(dn_context *context, const dn_sparse *a, const dn_stripes *b,
                           const dn_epilogue *epilogue, dn_tensor *out, dn_error *error)
{
    dn_sparse_product work = {a, b, out, epilogue};
    DN_TRY(dn_check_product(DN_SHAPE(a->rows, a->columns), DN_SHAPE(b->rows, b->columns), out->shape, error));
    DN_TRY(check_stripes(b, error));
    DN_TRY(check_row(out, error));
    dn_pool_run(dn_context_pool(context), dn_divide_up(b->columns, DN_STRIPE),
                dn_context_kernel_set(context)->sparse, &work);
    return DN_OK;
}

dn_status dn_sparse_transposed_matmul(dn_context *context, const dn_sparse *a, const dn_tensor *b,
                                      const dn_stripes *out, dn_tensor *sums, bool accumulate,
                                      const dn_row_sink *sink, dn_error *error)
{
    dn_transposed_product work = {a, b, out, sums, accumulate, sink};
    DN_TRY(
        dn_check_product(DN_SHAPE(a->columns, a->rows), b->shape, DN_SHAPE(out->rows, out->columns), error));
    if (sums)
        DN_TRY(dn_check_sums(sums, out->columns, error));
    DN_TRY(check_row(b, error));
    DN_TRY(check_stripes(out, error));
    dn_pool_run(dn_context_pool(context), dn_divide_up(out->columns, DN_STRIPE),
                dn_context_kernel_set(context)->transposed, &work);
    return DN_OK;
}
