#include "tensor/broadcast.h"

#include "core/fail.h"
#include "core/size.h"
#include "tensor/index.h"

#include "digitnet/tensor.h"

/** The extent at a place counted from the last axis; a missing axis counts as 1. */
static size_t extent_from_end(dn_shape shape, size_t place)
{
    return place < shape.rank ? shape.extent[shape.rank - 1 - place] : 1;
}

dn_status dn_broadcast_shape(dn_shape a, dn_shape b, dn_shape *result, dn_error *error)
{
    dn_shape shape = {.rank = dn_larger(a.rank, b.rank)};
    for (size_t place = 0; place < shape.rank; place++) {
        const size_t of_a = extent_from_end(a, place);
        const size_t of_b = extent_from_end(b, place);
        if (of_a != of_b && of_a != 1 && of_b != 1) {
            char text_a[DN_SHAPE_TEXT_SIZE];
            char text_b[DN_SHAPE_TEXT_SIZE];
            return dn_fail(error, DN_ERR_SHAPE,
                           "align the shapes at the last axis; only extents of 1 are repeated",
                           "shapes %s and %s do not broadcast together", dn_shape_text(a, text_a),
                           dn_shape_text(b, text_b));
        }
        shape.extent[shape.rank - 1 - place] = of_a == 1 ? of_b : of_a;
    }
    *result = shape;
    return DN_OK;
}

static dn_status check_out(const dn_tensor *const *operands, size_t operand_count, const dn_tensor *out,
                           dn_error *error)
{
    char found[DN_SHAPE_TEXT_SIZE];
    char wanted[DN_SHAPE_TEXT_SIZE];
    dn_shape shape = operands[0]->shape;
    for (size_t i = 1; i < operand_count; i++)
        DN_TRY(dn_broadcast_shape(shape, operands[i]->shape, &shape, error));
    /* One operand may be smaller than out, as in a copy: it is repeated. */
    if (operand_count == 1)
        DN_TRY(dn_broadcast_shape(shape, out->shape, &shape, error));
    if (!dn_shape_equal(shape, out->shape))
        return dn_fail(error, DN_ERR_SHAPE, "give an output of the operands' broadcast shape",
                       "the output has shape %s, the result %s", dn_shape_text(out->shape, found),
                       dn_shape_text(shape, wanted));
    const bool empty = dn_tensor_count(out) == 0; /* whose strides may be 0 */
    for (size_t axis = 0; axis < out->shape.rank && !empty; axis++) {
        if (out->stride[axis] == 0 && out->shape.extent[axis] > 1)
            return dn_fail(error, DN_ERR_SHAPE, "write to a tensor that is not expanded",
                           "the output of shape %s repeats its elements", dn_shape_text(out->shape, found));
    }
    return DN_OK;
}

/** Do the axes `next - 1` and `next` of each tensor lie in memory like one long axis? */
static bool axes_join(const dn_tensor *tensors, size_t count, size_t next)
{
    for (size_t i = 0; i < count; i++) {
        const dn_tensor *tensor = &tensors[i];
        if (tensor->stride[next - 1] != (ptrdiff_t)tensor->shape.extent[next] * tensor->stride[next])
            return false;
    }
    return true;
}

static void join_axes(dn_tensor *tensor, size_t next)
{
    tensor->shape.extent[next - 1] *= tensor->shape.extent[next];
    tensor->stride[next - 1] = tensor->stride[next];
    tensor->shape.rank--;
    for (size_t axis = next; axis < tensor->shape.rank && axis + 1 < DN_MAX_RANK; axis++) {
        tensor->shape.extent[axis] = tensor->shape.extent[axis + 1];
        tensor->stride[axis] = tensor->stride[axis + 1];
    }
}

void dn_walk_rows(const dn_tensor *tensors, size_t count, dn_row_operation *operation)
{
    dn_tensor walked[1 + DN_MAX_OPERANDS];
    size_t index[DN_MAX_RANK] = {0};
    if (dn_tensor_count(tensors) == 0)
        return;
    for (size_t i = 0; i < count && i <= DN_MAX_OPERANDS; i++) {
        walked[i] = tensors[i];
        if (walked[i].shape.rank == 0) /* a scalar is walked as a row of one */
            walked[i].shape = DN_SHAPE(1);
    }
    for (size_t next = walked[0].shape.rank - 1; next > 0; next--) {
        const size_t joined = axes_join(walked, count, next) ? count : 0;
        for (size_t i = 0; i < joined; i++)
            join_axes(&walked[i], next);
    }
    const dn_shape shape = walked[0].shape;
    const size_t last = shape.rank - 1;
    dn_row row = {.count = shape.extent[last], .out_stride = walked[0].stride[last]};
    do {
        row.out = walked[0].data + dn_offset(&walked[0], last, index);
        for (size_t i = 0; i < DN_MAX_OPERANDS; i++) {
            const bool missing = i + 1 >= count;
            const dn_tensor *operand = &walked[missing ? 1 : i + 1];
            row.operand[i] = operand->data + dn_offset(operand, last, index);
            row.stride[i] = missing ? 0 : operand->stride[last];
        }
        operation(&row);
    } while (dn_next_index(shape, last, index));
}

dn_status dn_broadcast(const dn_tensor *const *operands, size_t operand_count, dn_tensor *out,
                       dn_row_operation *operation, dn_error *error)
{
    dn_tensor tensors[1 + DN_MAX_OPERANDS] = {*out};
    DN_TRY(check_out(operands, operand_count, out, error));
    for (size_t i = 0; i < operand_count; i++)
        DN_TRY(dn_tensor_expand(operands[i], out->shape, &tensors[i + 1], error));
    dn_walk_rows(tensors, operand_count + 1, operation);
    return DN_OK;
}
