#include "nn/linear.h"

#include "core/fail.h"
#include "nn/parameter.h"
#include "tensor/matmul.h"

#include "digitnet/tensor.h"

/** Make the parameter [out, in] whose storage lies [in, out]. */
static dn_status new_weight(dn_parameter *weight, size_t inputs, size_t outputs, dn_error *error)
{
    DN_TRY(dn_parameter_new(weight, DN_SHAPE(inputs, outputs), error));
    float *const value_storage = weight->value.storage;
    float *const grad_storage = weight->grad.storage;
    DN_TRY(dn_tensor_transpose(&weight->value, 0, 1, &weight->value, error));
    DN_TRY(dn_tensor_transpose(&weight->grad, 0, 1, &weight->grad, error));
    weight->value.storage = value_storage;
    weight->grad.storage = grad_storage;
    return DN_OK;
}

dn_status dn_linear_new(dn_linear *layer, size_t inputs, size_t outputs, dn_error *error)
{
    *layer = (dn_linear){0};
    dn_status status = new_weight(&layer->weight, inputs, outputs, error);
    if (status == DN_OK)
        status = dn_parameter_new(&layer->bias, DN_SHAPE(outputs), error);
    if (status != DN_OK)
        dn_linear_free(layer);
    return status;
}

void dn_linear_free(dn_linear *layer)
{
    if (!layer)
        return;
    dn_parameter_free(&layer->weight);
    dn_parameter_free(&layer->bias);
}

dn_status dn_linear_forward(dn_context *context, const dn_linear *layer, const dn_matrix *x, bool relu,
                            dn_tensor *y, dn_error *error)
{
    dn_tensor weight; /* W^T [in, out] */
    const dn_epilogue epilogue = {.bias = &layer->bias.value, .relu = relu};
    DN_TRY(dn_tensor_transpose(&layer->weight.value, 0, 1, &weight, error));
    return dn_matrix_multiply(context, x, &weight, &epilogue, y, error);
}

/** bias.grad += the sum of dy over the batch. */
static dn_status backward_bias(dn_parameter *bias, const dn_tensor *dy, dn_error *error)
{
    if (bias->grad_is_zero) {
        bias->grad_is_zero = false;
        return dn_sum(dy, 0, &bias->grad, error);
    }
    for (size_t row = 0; row < dy->shape.extent[0]; row++) {
        dn_tensor one;
        DN_TRY(dn_tensor_select(dy, 0, row, &one, error));
        DN_TRY(dn_add(&bias->grad, &one, &bias->grad, error));
    }
    return DN_OK;
}

dn_status dn_linear_backward(dn_context *context, dn_linear *layer, const dn_matrix *x, const dn_matrix *dy,
                             const dn_epilogue *epilogue, dn_tensor *dx, const dn_row_sink *sink,
                             dn_error *error)
{
    dn_parameter *weight = &layer->weight;
    dn_tensor weight_grad; /* [in, out] */
    /* dy W has the shape of x. */
    DN_TRY(dn_check_product(dy->dense->shape, weight->value.shape, dn_matrix_shape(x), error));
    if (dx) {
        DN_TRY(dn_check_product(dy->dense->shape, weight->value.shape, dx->shape, error));
        DN_TRY(dn_check_epilogue(epilogue, dx, error));
    }
    DN_TRY(dn_tensor_transpose(&weight->grad, 0, 1, &weight_grad, error));
    sink = x->sparse ? sink : NULL;
    DN_TRY(dn_matrix_transposed_multiply(context, x, dy->dense, &weight_grad, !weight->grad_is_zero, sink,
                                         error));
    weight->grad_is_zero = false;
    weight->grad_is_taken = sink != NULL;
    DN_TRY(backward_bias(&layer->bias, dy->dense, error));
    return dx ? dn_matrix_multiply(context, dy, &weight->value, epilogue, dx, error) : DN_OK;
}
