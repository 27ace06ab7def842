#include "tensor/broadcast.h"

#include "core/fail.h"

#include "digitnet/tensor.h"

/** The extent at a place counted from the last axis; a missing axis counts as 1. */
static size_t extent_from_end(dn_shape shape, size_t place)
{
    return place < shape.rank ? shape.extent[shape.rank - 1 - place] : 1;
}

dn_status dn_broadcast_shape(dn_shape a, dn_shape b, dn_shape *result, dn_error *error)
{
    dn_shape shape = {.rank = a.rank > b.rank ? a.rank : b.rank};
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

/** Out and operands, all of one shape. */
typedef struct joint_walk {
    size_t operand_count;
    dn_tensor out;
    dn_tensor operand[DN_MAX_OPERANDS];
} joint_walk;

/** Do the axes `axis` and `axis + 1` lie in memory like one long axis? */
static bool axes_join(const dn_tensor *tensor, size_t axis)
{
    return tensor->stride[axis] == (ptrdiff_t)tensor->shape.extent[axis + 1] * tensor->stride[axis + 1];
}

static void join_axes(dn_tensor *tensor, size_t axis)
{
    tensor->shape.extent[axis] *= tensor->shape.extent[axis + 1];
    tensor->stride[axis] = tensor->stride[axis + 1];
    tensor->shape.rank--;
    for (size_t later = axis + 1; later < tensor->shape.rank; later++) {
        tensor->shape.extent[later] = tensor->shape.extent[later + 1];
        tensor->stride[later] = tensor->stride[later + 1];
    }
}

/** Join every pair of neighbouring axes that lies like one in out and in all operands. */
static void join_what_joins(joint_walk *walk)
{
    for (size_t axis = walk->out.shape.rank; axis-- > 0;) {
        bool join = axis + 1 < walk->out.shape.rank && axes_join(&walk->out, axis);
        for (size_t i = 0; i < walk->operand_count; i++)
            join = join && axes_join(&walk->operand[i], axis);
        if (!join)
            continue;
        join_axes(&walk->out, axis);
        for (size_t i = 0; i < walk->operand_count; i++)
            join_axes(&walk->operand[i], axis);
    }
}

static ptrdiff_t offset_of(const dn_tensor *tensor, const size_t *index)
{
    ptrdiff_t offset = 0;
    for (size_t axis = 0; axis + 1 < tensor->shape.rank; axis++)
        offset += (ptrdiff_t)index[axis] * tensor->stride[axis];
    return offset;
}

/** Advance an index over all axes but the last; false after the last row. */
static bool next_row(dn_shape shape, size_t *index)
{
    for (size_t axis = shape.rank - 1; axis-- > 0;) {
        if (++index[axis] < shape.extent[axis])
            return true;
        index[axis] = 0;
    }
    return false;
}

static void walk_rows(const joint_walk *walk, dn_row_operation *operation)
{
    const size_t last = walk->out.shape.rank - 1;
    size_t index[DN_MAX_RANK] = {0};
    dn_row row = {.count = walk->out.shape.extent[last], .out_stride = walk->out.stride[last]};
    for (size_t i = 0; i < walk->operand_count; i++)
        row.stride[i] = walk->operand[i].stride[last];
    do {
        row.out = walk->out.data + offset_of(&walk->out, index);
        for (size_t i = 0; i < walk->operand_count; i++)
            row.operand[i] = walk->operand[i].data + offset_of(&walk->operand[i], index);
        operation(&row);
    } while (next_row(walk->out.shape, index));
}

dn_status dn_broadcast(const dn_tensor *const *operands, size_t operand_count, dn_tensor *out,
                       dn_row_operation *operation, dn_error *error)
{
    DN_TRY(check_out(operands, operand_count, out, error));
    if (dn_tensor_count(out) == 0)
        return DN_OK;
    joint_walk walk = {.operand_count = operand_count, .out = *out};
    for (size_t i = 0; i < operand_count; i++)
        DN_TRY(dn_tensor_expand(operands[i], out->shape, &walk.operand[i], error));
    if (out->shape.rank == 0) {
        /* A scalar is walked as a row of one. */
        DN_TRY(dn_tensor_unsqueeze(&walk.out, 0, &walk.out, error));
        for (size_t i = 0; i < operand_count; i++)
            DN_TRY(dn_tensor_unsqueeze(&walk.operand[i], 0, &walk.operand[i], error));
    }
    join_what_joins(&walk);
    walk_rows(&walk, operation);
    return DN_OK;
}
