#include "core/fail.h"
#include "core/pool.h"
#include "tensor/check.h"
#include "tensor/context.h"
#include "tensor/kernels.h"
#include "tensor/sparse.h"

#include "digitnet/tensor.h"

/** Below this many multiplications waking the other threads costs more than they save. */
#define WORTH_SHARING 100000

dn_status dn_matmul(dn_context *context, const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                    bool accumulate, dn_error *error)
{
    DN_TRY(dn_check_product(a->shape, b->shape, out->shape, error));
    const dn_kernels *kernels = dn_context_kernel_set(context);
    const size_t columns = out->shape.extent[1];
    const size_t pieces = columns / kernels->panel + (columns % kernels->panel != 0);
    const bool share = dn_tensor_count(out) >= WORTH_SHARING / (a->shape.extent[1] + 1);
    dn_dense_product work = {a, b, out, accumulate};
    dn_pool_run(share ? dn_context_pool(context) : NULL, pieces, kernels->dense, &work);
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
        return dn_sparse_matmul(context, a->sparse, b, out, error);
    return dn_matmul(context, a->dense, b, out, false, error);
}

dn_status dn_matrix_transposed_multiply(dn_context *context, const dn_matrix *a, const dn_tensor *b,
                                        dn_tensor *out, bool accumulate, dn_error *error)
{
    if (a->sparse)
        return dn_sparse_transposed_matmul(context, a->sparse, b, out, accumulate, error);
    dn_tensor transposed;
    DN_TRY(dn_tensor_transpose(a->dense, 0, 1, &transposed, error));
    return dn_matmul(context, &transposed, b, out, accumulate, error);
}
