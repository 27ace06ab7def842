/** Walks a tensor of any strides. */
#ifndef DN_TENSOR_INDEX_H
#define DN_TENSOR_INDEX_H

#include "digitnet/tensor.h"

/** The distance, in elements, from the first element to the one at an index over the first `axes` axes. */
static inline ptrdiff_t dn_offset(const dn_tensor *tensor, size_t axes, const size_t *index)
{
    ptrdiff_t offset = 0;
    for (size_t axis = 0; axis < axes; axis++)
        offset += (ptrdiff_t)index[axis] * tensor->stride[axis];
    return offset;
}

/** The element at an index, which lies within the shape. */
static inline float dn_element_at(const dn_tensor *tensor, const size_t *index)
{
    return tensor->data[dn_offset(tensor, tensor->shape.rank, index)];
}

/** Advance an index over the first `axes` axes in C order; false after the last one. */
static inline bool dn_next_index(dn_shape shape, size_t axes, size_t *index)
{
    for (size_t axis = axes; axis-- > 0;) {
        if (++index[axis] < shape.extent[axis])
            return true;
        index[axis] = 0;
    }
    return false;
}

#endif
