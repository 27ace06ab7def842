#include "tensor/matmul.h"

#include "core/fail.h"
#include "core/pool.h"
#include "core/size.h"
#include "tensor/context.h"
#include "tensor/kernels.h"
#include "tensor/masks.h"
#include "tensor/sparse.h"

#include "digitnet/tensor.h"

#include <assert.h>

dn_status dn_check_product(dn_shape a, dn_shape b, dn_shape out, dn_error *error)
{
    if (a.rank == 2 && b.rank == 2 && out.rank == 2 && a.extent[1] == b.extent[0] &&
        out.extent[0] == a.extent[0] && out.extent[1] == b.extent[1])
        return DN_OK;
    char text_a[DN_SHAPE_TEXT_SIZE];
    char text_b[DN_SHAPE_TEXT_SIZE];
    char text_out[DN_SHAPE_TEXT_SIZE];
    return dn_fail(error, DN_ERR_SHAPE, "give matrices [N, K], [K, M] and [N, M]",
                   "the product of %s and %s does not fit %s", dn_shape_text(a, text_a),
                   dn_shape_text(b, text_b), dn_shape_text(out, text_out));
}

static const dn_epilogue no_epilogue;

/** Below this many multiplications waking the other threads costs more than they save. */
#define WORTH_SHARING 50000
/** Rows that any kernel computes side by side. */
#define ROWS_TOGETHER 16

/** out = a b or out += a b, and its epilogue. */
static dn_status multiply_dense(dn_context *context, const dn_tensor *a, const dn_tensor *b,
                                const dn_epilogue *epilogue, bool accumulate, dn_tensor *out, dn_error *error)
{
    DN_TRY(dn_check_product(a->shape, b->shape, out->shape, error));
    const dn_kernels *kernels = dn_context_kernel_set(context);
    const bool parallel = dn_tensor_count(out) >= WORTH_SHARING / (a->shape.extent[1] + 1);
    dn_pool *pool = parallel ? dn_context_pool(context) : NULL;
    const size_t panels = dn_divide_up(out->shape.extent[1], kernels->panel);
    const size_t rows = out->shape.extent[0];
    dn_dense_product work = {a, b, out, epilogue, accumulate, rows};
    if (panels < dn_pool_threads(pool)) /* then rows are shared out as well */
        work.rows = dn_divide_up(dn_divide_up(rows, dn_pool_threads(pool)), ROWS_TOGETHER) * ROWS_TOGETHER;
    dn_pool_run(pool, rows == 0 ? 0 : panels * dn_divide_up(rows, work.rows), kernels->dense, &work);
    return DN_OK;
}

dn_status dn_matmul(dn_context *context, const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                    bool accumulate, dn_error *error)
{
    return multiply_dense(context, a, b, &no_epilogue, accumulate, out, error);
}

dn_status dn_check_sums(const dn_tensor *sums, size_t columns, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (dn_shape_equal(sums->shape, DN_SHAPE(columns)) && (columns <= 1 || sums->stride[0] == 1))
        return DN_OK;
    return dn_fail(error, DN_ERR_SHAPE, "give a contiguous tensor of as many elements",
                   "sums of shape %s for %zu columns", dn_shape_text(sums->shape, text), columns);
}

dn_shape dn_matrix_shape(const dn_matrix *matrix)
{
    return matrix->dense ? matrix->dense->shape : DN_SHAPE(matrix->sparse->rows, matrix->sparse->columns);
}

dn_status dn_check_epilogue(const dn_epilogue *epilogue, const dn_tensor *out, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    char text_out[DN_SHAPE_TEXT_SIZE];
    const dn_tensor *wrong = NULL;
    if (epilogue->bias &&
        (out->shape.rank != 2 || !dn_shape_equal(epilogue->bias->shape, DN_SHAPE(out->shape.extent[1]))))
        wrong = epilogue->bias;
    if (epilogue->gate && !dn_shape_equal(epilogue->gate->shape, out->shape))
        wrong = epilogue->gate;
    if (!wrong)
        return DN_OK;
    return dn_fail(error, DN_ERR_SHAPE, "give a bias [M] and a gate [N, M] for a product [N, M]",
                   "an epilogue of shape %s for a product of shape %s", dn_shape_text(wrong->shape, text),
                   dn_shape_text(out->shape, text_out));
}

bool dn_matrix_has_gaps(const dn_matrix *matrix, size_t columns)
{
    return matrix->sparse || (matrix->masks && dn_masks_pay(matrix->masks, columns));
}

/** The columns of a tensor that belong to a stripe. */
static dn_status columns_of(const dn_tensor *whole, int axis, const dn_stripes *stripes, size_t index,
                            dn_tensor *part, dn_error *error)
{
    const size_t begin = index * stripes->width;
    return dn_tensor_slice(whole, axis, begin, begin + stripes->tensors[index].shape.extent[1], 1, part,
                           error);
}

dn_status dn_matrix_multiply(dn_context *context, const dn_matrix *a, const dn_stripes *b,
                             const dn_epilogue *epilogue, dn_tensor *out, dn_error *error)
{
    DN_TRY(dn_check_epilogue(epilogue, out, error));
    if (a->sparse)
        return dn_sparse_matmul(context, a->sparse, b, epilogue, out, error);
    if (dn_matrix_has_gaps(a, b->columns))
        return dn_masked_matmul(context, a->dense, a->masks, b, false, epilogue, out, error);
    DN_TRY(dn_check_product(a->dense->shape, DN_SHAPE(b->rows, b->columns), out->shape, error));
    for (size_t i = 0; i < dn_stripe_count(b); i++) {
        dn_tensor columns;
        dn_tensor bias;
        dn_tensor gate;
        dn_epilogue part = *epilogue;
        DN_TRY(columns_of(out, 1, b, i, &columns, error));
        if (epilogue->bias) {
            DN_TRY(columns_of(epilogue->bias, 0, b, i, &bias, error));
            part.bias = &bias;
        }
        if (epilogue->gate) {
            DN_TRY(columns_of(epilogue->gate, 1, b, i, &gate, error));
            part.gate = &gate;
        }
        DN_TRY(multiply_dense(context, a->dense, &b->tensors[i], &part, false, &columns, error));
    }
    return DN_OK;
}

dn_status dn_matrix_multiply_turned(dn_context *context, const dn_matrix *a, const dn_stripes *b,
                                    const dn_epilogue *epilogue, dn_tensor *out, dn_error *error)
{
    const size_t stripes = dn_stripe_count(b);
    DN_TRY(dn_check_epilogue(epilogue, out, error));
    if (dn_matrix_has_gaps(a, b->rows))
        return dn_masked_matmul(context, a->dense, a->masks, b, true, epilogue, out, error);
    DN_TRY(dn_check_product(a->dense->shape, DN_SHAPE(b->columns, b->rows), out->shape, error));
    for (size_t i = 0; i < stripes; i++) {
        dn_tensor columns;
        dn_tensor turned;
        DN_TRY(columns_of(a->dense, 1, b, i, &columns, error));
        DN_TRY(dn_tensor_transpose(&b->tensors[i], 0, 1, &turned, error));
        DN_TRY(multiply_dense(context, &columns, &turned, i + 1 == stripes ? epilogue : &no_epilogue, i != 0,
                              out, error));
    }
    return DN_OK;
}

/** sums (+)= the sums of a matrix's columns. */
static void add_up_columns(const dn_tensor *matrix, bool accumulate, dn_tensor *sums)
{
    const size_t columns = matrix->shape.extent[1];
    const ptrdiff_t step = matrix->stride[1];
    for (size_t i = 0; i < columns && !accumulate; i++)
        sums->data[i] = 0.0F;
    for (size_t row = 0; row < matrix->shape.extent[0]; row++) {
        const float *numbers = matrix->data + (ptrdiff_t)row * matrix->stride[0];
        for (size_t i = 0; i < columns; i++)
            sums->data[i] += numbers[(ptrdiff_t)i * step];
    }
}

dn_status dn_matrix_transposed_multiply(dn_context *context, const dn_matrix *a, const dn_tensor *b,
                                        const dn_stripes *out, dn_tensor *sums, bool accumulate,
                                        const dn_row_sink *sink, dn_error *error)
{
    dn_tensor turned;
    if (a->sparse)
        return dn_sparse_transposed_matmul(context, a->sparse, b, out, sums, accumulate, sink, error);
    DN_TRY(dn_tensor_transpose(a->dense, 0, 1, &turned, error));
    DN_TRY(dn_check_product(turned.shape, b->shape, DN_SHAPE(out->rows, out->columns), error));
    if (sums) {
        DN_TRY(dn_check_sums(sums, out->columns, error));
        add_up_columns(b, accumulate, sums);
    }
    assert(!sink || dn_matrix_has_gaps(a, out->columns));
    if (dn_matrix_has_gaps(a, out->columns))
        return dn_masked_transposed_matmul(context, a->dense, a->masks, b, out, accumulate, sink, error);
    for (size_t i = 0; i < dn_stripe_count(out); i++) {
        dn_tensor columns;
        DN_TRY(columns_of(b, 1, out, i, &columns, error));
        DN_TRY(dn_matmul(context, &turned, &columns, &out->tensors[i], accumulate, error));
    }
    return DN_OK;
}
