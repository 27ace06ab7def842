#include "core/fail.h"
#include "tensor/broadcast.h"
#include "tensor/shape.h"

#include "digitnet/tensor.h"

/**
 * Make a view of out with source's shape, and strides of 0 along the reduced axes, where every element of source
 * then meets its element of out.
 */
static dn_status align_out(const dn_tensor *source, int axis, const dn_tensor *out, dn_tensor *aligned,
                           dn_error *error)
{
    dn_shape kept = source->shape; /* with extent 1 in the reduced axes */
    dn_shape dropped = DN_SCALAR;  /* without them */
    size_t place = 0;
    char found[DN_SHAPE_TEXT_SIZE];
    char wanted[DN_SHAPE_TEXT_SIZE];
    if (axis != DN_ALL_AXES)
        DN_TRY(dn_axis_place(source->shape, axis, &place, error));
    for (size_t i = 0; i < kept.rank; i++) {
        if (axis == DN_ALL_AXES || i == place)
            kept.extent[i] = 1;
        else
            dropped.extent[dropped.rank++] = kept.extent[i];
    }
    *aligned = *out;
    if (dn_shape_equal(out->shape, dropped))
        DN_TRY(dn_tensor_view(out, kept, aligned, error));
    else if (!dn_shape_equal(out->shape, kept))
        return dn_fail(error, DN_ERR_SHAPE, "give an output of the source's shape without the axis",
                       "the output has shape %s, the result %s", dn_shape_text(out->shape, found),
                       dn_shape_text(dropped, wanted));
    for (size_t i = 0; i < kept.rank; i++)
        if (kept.extent[i] == 1)
            aligned->stride[i] = 0;
    aligned->shape = source->shape;
    return DN_OK;
}

static void add_row(const dn_row *row)
{
    const float *from = row->operand[0];
    const ptrdiff_t count = (ptrdiff_t)row->count;
    if (row->out_stride == 0) {
        float sum = *row->out;
        for (ptrdiff_t i = 0; i < count; i++)
            sum += from[i * row->stride[0]];
        *row->out = sum;
    } else if (row->out_stride == 1 && row->stride[0] == 1) {
        for (ptrdiff_t i = 0; i < count; i++)
            row->out[i] += from[i];
    } else {
        for (ptrdiff_t i = 0; i < count; i++)
            row->out[i * row->out_stride] += from[i * row->stride[0]];
    }
}

dn_status dn_sum(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error)
{
    dn_tensor tensors[2] = {[1] = *source};
    DN_TRY(align_out(source, axis, out, &tensors[0], error));
    DN_TRY(dn_fill(out, 0.0F, error));
    dn_walk_rows(tensors, 2, add_row);
    return DN_OK;
}

dn_status dn_mean(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error)
{
    dn_tensor aligned;
    char text[DN_SHAPE_TEXT_SIZE];
    DN_TRY(align_out(source, axis, out, &aligned, error));
    const size_t results = dn_tensor_count(out);
    const size_t summed = results == 0 ? 1 : dn_tensor_count(source) / results;
    float count = (float)summed;
    if (count == 0.0F)
        return dn_fail(error, DN_ERR_SHAPE, "give at least one element", "the mean of nothing, in shape %s",
                       dn_shape_text(source->shape, text));
    DN_TRY(dn_sum(source, axis, out, error));
    const dn_tensor divisor = dn_tensor_borrow(&count, DN_SCALAR);
    return dn_divide(out, &divisor, out, error);
}
