#include "digitnet/tensor/matmul.h"

#include "core/try.h"
#include "tensor/check.h"

/** Columns of the product that one thread computes at a time. */
#define SLICE 64

typedef struct product {
    const dn_tensor *a;
    const dn_tensor *b;
    dn_tensor *out;
    bool accumulate;
} product;

static void multiply_slice(void *argument, size_t piece)
{
    const product *work = argument;
    const size_t inner = work->a->shape.extent[1];
    const size_t begin = piece * SLICE;
    const size_t columns = work->out->shape.extent[1];
    const size_t end = begin + SLICE < columns ? begin + SLICE : columns;
    for (size_t row = 0; row < work->out->shape.extent[0]; row++) {
        const float *a = work->a->data + (ptrdiff_t)row * work->a->stride[0];
        float *out = work->out->data + (ptrdiff_t)row * work->out->stride[0];
        const ptrdiff_t out_step = work->out->stride[1];
        const ptrdiff_t b_step = work->b->stride[1];
        for (size_t column = begin; column < end && !work->accumulate; column++)
            out[(ptrdiff_t)column * out_step] = 0.0F;
        for (size_t k = 0; k < inner; k++) {
            const float factor = a[(ptrdiff_t)k * work->a->stride[1]];
            const float *b = work->b->data + (ptrdiff_t)k * work->b->stride[0];
            for (size_t column = begin; column < end; column++)
                out[(ptrdiff_t)column * out_step] += factor * b[(ptrdiff_t)column * b_step];
        }
    }
}

dn_status dn_matmul(dn_context *context, const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                    bool accumulate, dn_error *error)
{
    DN_TRY(dn_check_product(a->shape, b->shape, out->shape, error));
    product work = {a, b, out, accumulate};
    dn_pool_run(dn_context_pool(context), (out->shape.extent[1] + SLICE - 1) / SLICE, multiply_slice, &work);
    return DN_OK;
}

dn_shape dn_matrix_shape(const dn_matrix *matrix)
{
    return matrix->dense ? matrix->dense->shape : DN_SHAPE(matrix->sparse->rows, matrix->sparse->columns);
}

dn_status dn_matrix_multiply(dn_context *context, const dn_matrix *a, const dn_tensor *b, dn_tensor *out,
                             dn_error *error)
{
    if (a->sparse)
        return dn_csr_matmul(context, a->sparse, b, out, error);
    return dn_matmul(context, a->dense, b, out, false, error);
}

dn_status dn_matrix_transposed_multiply(dn_context *context, const dn_matrix *a, const dn_tensor *b,
                                        dn_tensor *out, bool accumulate, dn_error *error)
{
    if (a->sparse)
        return dn_csr_transposed_matmul(context, a->sparse, b, out, accumulate, error);
    dn_tensor transposed;
    DN_TRY(dn_tensor_transpose(a->dense, 0, 1, &transposed, error));
    return dn_matmul(context, &transposed, b, out, accumulate, error);
}
