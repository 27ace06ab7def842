#include "core/fail.h"
#include "core/memory.h"
#include "tensor/index.h"
#include "tensor/shape.h"

#include "digitnet/tensor.h"

static void set_contiguous_strides(dn_tensor *tensor)
{
    ptrdiff_t stride = 1;
    for (size_t axis = tensor->shape.rank; axis-- > 0;) {
        tensor->stride[axis] = stride;
        stride *= (ptrdiff_t)tensor->shape.extent[axis];
    }
}

dn_status dn_tensor_unset(dn_tensor *tensor, dn_shape shape, dn_error *error)
{
    *tensor = (dn_tensor){0};
    size_t count;
    char text[DN_SHAPE_TEXT_SIZE];
    DN_TRY(dn_check_rank(shape, error));
    if (!dn_shape_count(shape, &count) || count > PTRDIFF_MAX / sizeof(float))
        return dn_fail(error, DN_ERR_MEMORY, "use smaller extents",
                       "a tensor of shape %s does not fit memory", dn_shape_text(shape, text));
    float *elements = dn_allocate(count, sizeof *elements, error);
    if (!elements)
        return DN_ERR_MEMORY;
    *tensor = dn_tensor_borrow(elements, shape);
    tensor->storage = elements;
    return DN_OK;
}

dn_status dn_tensor_zeros(dn_tensor *tensor, dn_shape shape, dn_error *error)
{
    DN_TRY(dn_tensor_unset(tensor, shape, error));
    const size_t count = dn_tensor_count(tensor);
    for (size_t i = 0; i < count; i++)
        tensor->data[i] = 0.0F;
    return DN_OK;
}

dn_status dn_tensor_clone(dn_tensor *tensor, const dn_tensor *source, dn_error *error)
{
    DN_TRY(dn_tensor_unset(tensor, source->shape, error));
    return dn_copy(source, tensor, error);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the tensor that keeps it may be written to */
dn_tensor dn_tensor_borrow(float *data, dn_shape shape)
{
    dn_tensor tensor = {.shape = shape, .data = data};
    set_contiguous_strides(&tensor);
    return tensor;
}

void dn_tensor_free(dn_tensor *tensor)
{
    if (!tensor)
        return;
    dn_release(tensor->storage);
    *tensor = (dn_tensor){0};
}

size_t dn_tensor_count(const dn_tensor *tensor)
{
    size_t count = 1;
    for (size_t axis = 0; axis < tensor->shape.rank; axis++)
        count *= tensor->shape.extent[axis];
    return count;
}

dn_status dn_tensor_at(const dn_tensor *tensor, const size_t *index, float **element, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    *element = NULL;
    for (size_t axis = 0; axis < tensor->shape.rank; axis++) {
        if (index[axis] >= tensor->shape.extent[axis])
            return dn_fail(error, DN_ERR_SHAPE, "give an index below the extent",
                           "index %zu in axis %zu of shape %s", index[axis], axis,
                           dn_shape_text(tensor->shape, text));
    }
    *element = tensor->data + dn_offset(tensor, tensor->shape.rank, index);
    return DN_OK;
}
