#include "nn/parameter.h"

#include "tensor/shape.h"

#include "digitnet/nn.h"

#include <string.h>

dn_status dn_parameter_new(dn_parameter *parameter, dn_shape shape, dn_error *error)
{
    *parameter = (dn_parameter){.grad_is_zero = true};
    dn_status status = dn_tensor_zeros(&parameter->value, shape, error);
    if (status == DN_OK)
        status = dn_tensor_unset(&parameter->grad, shape, error);
    if (status != DN_OK)
        dn_parameter_free(parameter);
    return status;
}

void dn_parameter_free(dn_parameter *parameter)
{
    if (!parameter)
        return;
    dn_tensor_free(&parameter->value);
    dn_tensor_free(&parameter->grad);
    *parameter = (dn_parameter){0};
}

void dn_parameter_zero_grad(dn_parameter *parameter)
{
    parameter->grad_is_zero = true;
    parameter->grad_is_taken = false;
}

const dn_tensor *dn_parameter_grad(dn_parameter *parameter)
{
    if (parameter->grad_is_zero)
        memset(parameter->grad.data, 0, dn_tensor_count(&parameter->grad) * sizeof(float));
    parameter->grad_is_zero = false;
    return &parameter->grad;
}
