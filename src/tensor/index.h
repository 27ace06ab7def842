/** Walking a tensor of any strides element by element. */
#ifndef DN_TENSOR_INDEX_H
#define DN_TENSOR_INDEX_H

#include "digitnet/tensor.h"

/** The element at an index, which lies within the shape. */
static inline float dn_element_at(const dn_tensor *tensor, const size_t *index)
{
    ptrdiff_t offset = 0;
    for (size_t axis = 0; axis < tensor->shape.rank; axis++)
        offset += (ptrdiff_t)index[axis] * tensor->stride[axis];
    return tensor->data[offset];
}

/** Visit the elements in C order: move index on to the next one; false after the last. */
static inline bool dn_next_index(dn_shape shape, size_t *index)
{
    for (size_t axis = shape.rank; axis-- > 0;) {
        if (++index[axis] < shape.extent[axis])
            return true;
        index[axis] = 0;
    }
    return false;
}

#endif
