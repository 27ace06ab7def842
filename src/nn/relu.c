#include "digitnet/nn/relu.h"

#include "digitnet/tensor/elementwise.h"

dn_status dn_relu_forward(const dn_tensor *x, dn_tensor *y, dn_error *error)
{
    return dn_relu(x, y, error);
}

dn_status dn_relu_backward(const dn_tensor *y, const dn_tensor *dy, dn_tensor *dx, dn_error *error)
{
    float zero = 0.0F;
    const dn_tensor nothing = dn_tensor_borrow(&zero, DN_SCALAR);
    return dn_where(y, dy, &nothing, dx, error);
}
