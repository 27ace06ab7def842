#include "nn/linear.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"
#include "nn/parameter.h"
#include "tensor/matmul.h"

#include "digitnet/tensor.h"

/** Transpose a tensor that owns its storage. */
static dn_status turn(dn_tensor *tensor, dn_error *error)
{
    float *const storage = tensor->storage;
    DN_TRY(dn_tensor_transpose(tensor, 0, 1, tensor, error));
    tensor->storage = storage;
    return DN_OK;
}

/** Make the parameter [outputs, inputs] of a stripe, whose storage lies [inputs, outputs], and the views of it as it lies. */
static dn_status new_stripe(dn_linear *layer, size_t index, size_t inputs, size_t outputs, dn_error *error)
{
    dn_parameter *weight = &layer->weights[index];
    DN_TRY(dn_parameter_new(weight, DN_SHAPE(inputs, outputs), error));
    layer->values.tensors[index] = dn_tensor_borrow(weight->value.data, weight->value.shape);
    layer->grads.tensors[index] = dn_tensor_borrow(weight->grad.data, weight->grad.shape);
    DN_TRY(turn(&weight->value, error));
    return turn(&weight->grad, error);
}

dn_status dn_linear_new(dn_linear *layer, size_t inputs, size_t outputs, dn_error *error)
{
    const size_t stripes = dn_divide_up(outputs, DN_STRIPE);
    *layer = (dn_linear){.weights = dn_allocate_zeroed(stripes, sizeof *layer->weights, error),
                         .values = {NULL, inputs, outputs, DN_STRIPE},
                         .grads = {NULL, inputs, outputs, DN_STRIPE}};
    layer->values.tensors = dn_allocate_zeroed(stripes, sizeof *layer->values.tensors, error);
    layer->grads.tensors = dn_allocate_zeroed(stripes, sizeof *layer->grads.tensors, error);
    const bool complete = layer->weights && layer->values.tensors && layer->grads.tensors;
    dn_status status = complete ? DN_OK : DN_ERR_MEMORY;
    for (size_t i = 0; i < stripes && status == DN_OK; i++)
        status = new_stripe(layer, i, inputs, dn_smaller(DN_STRIPE, outputs - i * DN_STRIPE), error);
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
    for (size_t i = 0; layer->weights && i < dn_stripe_count(&layer->values); i++)
        dn_parameter_free(&layer->weights[i]);
    dn_release(layer->weights);
    dn_release(layer->values.tensors);
    dn_release(layer->grads.tensors);
    dn_parameter_free(&layer->bias);
    *layer = (dn_linear){0};
}

dn_status dn_linear_forward(dn_context *context, const dn_linear *layer, const dn_matrix *x, bool relu,
                            dn_tensor *y, dn_error *error)
{
    const dn_epilogue epilogue = {.bias = &layer->bias.value, .relu = relu};
    return dn_matrix_multiply(context, x, &layer->values, &epilogue, y, error);
}

/** Is there a gradient to add to? A parameter whose gradient is cleared gets its zeros where another's is not. */
static bool has_gradient(dn_linear *layer)
{
    const size_t stripes = dn_stripe_count(&layer->values);
    bool any = !layer->bias.grad_is_zero;
    for (size_t i = 0; i < stripes; i++)
        any = any || !layer->weights[i].grad_is_zero;
    for (size_t i = 0; i < stripes && any; i++)
        dn_parameter_grad(&layer->weights[i]);
    if (any)
        dn_parameter_grad(&layer->bias);
    return any;
}

/** dx = dy W can be computed into dx, if it is wanted at all. */
static dn_status check_input_gradient(const dn_linear *layer, const dn_matrix *dy,
                                      const dn_epilogue *epilogue, const dn_tensor *dx, dn_error *error)
{
    if (!dx)
        return DN_OK;
    DN_TRY(dn_check_product(dy->dense->shape, DN_SHAPE(layer->values.columns, layer->values.rows), dx->shape,
                            error));
    return dn_check_epilogue(epilogue, dx, error);
}

dn_status dn_linear_backward(dn_context *context, dn_linear *layer, const dn_matrix *x, const dn_matrix *dy,
                             const dn_epilogue *epilogue, dn_tensor *dx, const dn_row_sink *sink,
                             dn_error *error)
{
    const dn_stripes *grads = &layer->grads;
    /* dy W has the shape of x. */
    DN_TRY(
        dn_check_product(dy->dense->shape, DN_SHAPE(grads->columns, grads->rows), dn_matrix_shape(x), error));
    DN_TRY(check_input_gradient(layer, dy, epilogue, dx, error));
    if (dx)
        DN_TRY(dn_matrix_multiply_turned(context, dy, &layer->values, epilogue, dx, error));
    sink = dn_matrix_has_gaps(x, grads->columns) ? sink : NULL;
    DN_TRY(dn_matrix_transposed_multiply(context, x, dy->dense, grads, &layer->bias.grad, has_gradient(layer),
                                         sink, error));
    for (size_t i = 0; i < dn_stripe_count(grads); i++) {
        layer->weights[i].grad_is_zero = false;
        layer->weights[i].grad_is_taken = sink != NULL;
    }
    layer->bias.grad_is_zero = false;
    return DN_OK;
}
