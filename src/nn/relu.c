#include "nn/relu.h"

#include "core/fail.h"

#include "digitnet/tensor.h"

/** The operations below broadcast; a layer doesn't. */
static dn_status check_alike(const dn_tensor *a, const dn_tensor *b, dn_error *error)
{
    char a_text[DN_SHAPE_TEXT_SIZE];
    char b_text[DN_SHAPE_TEXT_SIZE];
    if (dn_shape_equal(a->shape, b->shape))
        return DN_OK;
    return dn_fail(error, DN_ERR_SHAPE, "give tensors of one shape", "shapes %s and %s for a ReLU",
                   dn_shape_text(a->shape, a_text), dn_shape_text(b->shape, b_text));
}

dn_status dn_relu_forward(const dn_tensor *x, dn_tensor *y, dn_error *error)
{
    DN_TRY(check_alike(x, y, error));
    return dn_relu(x, y, error);
}

dn_status dn_relu_backward(const dn_tensor *y, const dn_tensor *dy, dn_tensor *dx, dn_error *error)
{
    float zero = 0.0F;
    const dn_tensor nothing = dn_tensor_borrow(&zero, DN_SCALAR);
    DN_TRY(check_alike(y, dy, error)); /* dx is checked below */
    return dn_where(y, dy, &nothing, dx, error);
}
