#include "core/memory.h"

#include "digitnet/tensor/tensor.h"

#include <stdio.h>

bool dn_shape_count(dn_shape shape, size_t *count)
{
    size_t product = 1;
    for (size_t axis = 0; axis < shape.rank; axis++) {
        if (!dn_size_multiply(product, shape.extent[axis], &product))
            return false;
    }
    *count = product;
    return true;
}

bool dn_shape_equal(dn_shape a, dn_shape b)
{
    if (a.rank != b.rank)
        return false;
    for (size_t axis = 0; axis < a.rank; axis++) {
        if (a.extent[axis] != b.extent[axis])
            return false;
    }
    return true;
}

char *dn_shape_text(dn_shape shape, char *text)
{
    size_t length = (size_t)snprintf(text, DN_SHAPE_TEXT_SIZE, "[");
    for (size_t axis = 0; axis < shape.rank; axis++)
        length += (size_t)snprintf(text + length, DN_SHAPE_TEXT_SIZE - length, axis == 0 ? "%zu" : ", %zu",
                                   shape.extent[axis]);
    snprintf(text + length, DN_SHAPE_TEXT_SIZE - length, "]");
    return text;
}
