#include "core/fail.h"

#include "digitnet/tensor.h"

dn_status dn_tensor_clone(dn_tensor *tensor, const dn_tensor *source, dn_error *error)
{
    DN_TRY(dn_tensor_zeros(tensor, source->shape, error));
    return dn_copy(source, tensor, error);
}
