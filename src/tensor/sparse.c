#include "tensor/sparse.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/size.h"
#include "tensor/context.h"
#include "tensor/kernels.h"
#include "tensor/matmul.h"

/** Columns that are filled as one piece of work: as many as a cache line has bytes. */
#define PIECE DN_SPARSE_BLOCK

dn_status dn_sparse_new(dn_sparse *matrix, size_t capacity, size_t columns, const float *level,
                        dn_error *error)
{
    *matrix = (dn_sparse){0};
    const size_t pairs = dn_divide_up(columns, 2);
    size_t lists;
    if (!dn_size_multiply(dn_divide_up(capacity, DN_SPARSE_BLOCK), pairs, &lists))
        return dn_fail(error, DN_ERR_MEMORY, "give fewer rows", "%zu rows of %zu columns do not fit memory",
                       capacity, columns);
    dn_sparse made = {.columns = columns, .step = 2 * pairs, .level = level};
    made.codes = dn_allocate_zeroed(lists, (size_t)2 * DN_SPARSE_BLOCK, error);
    made.masks = dn_allocate_zeroed(lists, 2 * sizeof *made.masks, error);
    if (!made.codes || !made.masks) {
        dn_sparse_free(&made);
        return DN_ERR_MEMORY;
    }
    *matrix = made;
    return DN_OK;
}

void dn_sparse_free(dn_sparse *matrix)
{
    if (!matrix)
        return;
    dn_release(matrix->codes);
    dn_release(matrix->masks);
    *matrix = (dn_sparse){0};
}

void dn_sparse_fill(dn_context *context, dn_sparse *matrix, const uint8_t *const *rows, size_t count)
{
    dn_sparse_filling work = {matrix, rows};
    matrix->rows = count;
    dn_pool_run(dn_context_pool(context), dn_divide_up(matrix->columns, PIECE),
                dn_context_kernel_set(context)->fill, &work);
}

dn_status dn_sparse_to_dense(const dn_sparse *matrix, dn_tensor *dense, dn_error *error)
{
    DN_TRY(dn_tensor_zeros(dense, DN_SHAPE(matrix->rows, matrix->columns), error));
    for (size_t row = 0; row < matrix->rows; row++) {
        const uint8_t *codes = matrix->codes + row / DN_SPARSE_BLOCK * matrix->step * DN_SPARSE_BLOCK;
        for (size_t column = 0; column < matrix->columns; column++)
            dense->data[row * matrix->columns + column] =
                matrix->level[codes[column * DN_SPARSE_BLOCK + row % DN_SPARSE_BLOCK]];
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

dn_status dn_sparse_matmul(dn_context *context, const dn_sparse *a, const dn_tensor *b,
                           const dn_epilogue *epilogue, dn_tensor *out, dn_error *error)
{
    dn_sparse_product work = {.a = a, .b = b, .out = out, .epilogue = epilogue};
    DN_TRY(dn_check_product(DN_SHAPE(a->rows, a->columns), b->shape, out->shape, error));
    DN_TRY(check_row(b, error));
    DN_TRY(check_row(out, error));
    dn_context_run_stripes(context, dn_context_kernel_set(context)->sparse, &work, out->shape.extent[1],
                           &work.stripe);
    return DN_OK;
}

dn_status dn_sparse_transposed_matmul(dn_context *context, const dn_sparse *a, const dn_tensor *b,
                                      dn_tensor *out, bool accumulate, const dn_row_sink *sink,
                                      dn_error *error)
{
    dn_sparse_product work = {.a = a, .b = b, .out = out, .accumulate = accumulate, .sink = sink};
    DN_TRY(dn_check_product(DN_SHAPE(a->columns, a->rows), b->shape, out->shape, error));
    DN_TRY(check_row(b, error));
    DN_TRY(check_row(out, error));
    dn_context_run_stripes(context, dn_context_kernel_set(context)->transposed, &work, out->shape.extent[1],
                           &work.stripe);
    return DN_OK;
}
