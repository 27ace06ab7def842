#include "tensor/shape.h"

#include "core/fail.h"
#include "core/memory.h"

#include "digitnet/tensor.h"

#include <stdint.h>
#include <stdio.h>

bool dn_shape_count(dn_shape shape, size_t *count)
{
    size_t product = 1;
    bool empty = false;
    for (size_t axis = 0; axis < shape.rank; axis++) {
        /* An empty shape's strides are products of its other extents, and must not overflow either. */
        empty = empty || shape.extent[axis] == 0;
        if (shape.extent[axis] != 0 && !dn_size_multiply(product, shape.extent[axis], &product))
            return false;
    }
    if (product > PTRDIFF_MAX)
        return false;
    *count = empty ? 0 : product;
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
    for (size_t axis = 0; axis < shape.rank; axis++) {
        const char *comma = axis == 0 ? "" : ", ";
        char *rest = text + length;
        const size_t room = DN_SHAPE_TEXT_SIZE - length;
        if (shape.extent[axis] == DN_INFER)
            length += (size_t)snprintf(rest, room, "%s-1", comma);
        else
            length += (size_t)snprintf(rest, room, "%s%zu", comma, shape.extent[axis]);
    }
    snprintf(text + length, DN_SHAPE_TEXT_SIZE - length, "]");
    return text;
}

dn_status dn_axis_place(dn_shape shape, int axis, size_t *place, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    const int rank = (int)shape.rank;
    *place = 0;
    if (axis < -rank || axis >= rank)
        return dn_fail(error, DN_ERR_SHAPE, "give an axis of the tensor", "axis %d of shape %s", axis,
                       dn_shape_text(shape, text));
    *place = (size_t)(axis < 0 ? axis + rank : axis);
    return DN_OK;
}

dn_status dn_check_rank(dn_shape shape, dn_error *error)
{
    if (shape.rank > DN_MAX_RANK)
        return dn_fail(error, DN_ERR_SHAPE, "use fewer axes", "rank %zu, at most %d", shape.rank,
                       DN_MAX_RANK);
    return DN_OK;
}
