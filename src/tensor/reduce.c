#include "core/fail.h"
#include "tensor/axis.h"
#include "tensor/index.h"

#include "digitnet/tensor.h"

#include <math.h>

dn_status dn_reduced_shape(dn_shape source, int axis, bool keep_axis, dn_shape *result, dn_error *error)
{
    if (axis == DN_ALL_AXES) {
        *result = DN_SCALAR;
        for (size_t i = 0; i < source.rank && keep_axis; i++)
            result->extent[result->rank++] = 1;
        return DN_OK;
    }
    size_t place;
    DN_TRY(dn_axis_place(source, axis, &place, error));
    source.extent[place] = 1;
    if (!keep_axis)
        dn_shape_remove(&source, place);
    *result = source;
    return DN_OK;
}

/** Give out the rank of source, with strides of 0 along what is reduced: source's index then finds its place in out. */
static dn_status align_out(const dn_tensor *source, int axis, const dn_tensor *out, dn_tensor *aligned,
                           dn_error *error)
{
    dn_shape kept;
    dn_shape dropped;
    char found[DN_SHAPE_TEXT_SIZE];
    char wanted[DN_SHAPE_TEXT_SIZE];
    DN_TRY(dn_reduced_shape(source->shape, axis, true, &kept, error));
    DN_TRY(dn_reduced_shape(source->shape, axis, false, &dropped, error));
    *aligned = *out;
    aligned->storage = NULL;
    if (dn_shape_equal(out->shape, dropped))
        DN_TRY(dn_tensor_view(out, kept, aligned, error));
    else if (!dn_shape_equal(out->shape, kept))
        return dn_fail(error, DN_ERR_SHAPE, "give an output of the source's shape without the axis",
                       "the output has shape %s, the result %s", dn_shape_text(out->shape, found),
                       dn_shape_text(dropped, wanted));
    for (size_t i = 0; i < kept.rank; i++) {
        if (kept.extent[i] != source->shape.extent[i] || kept.extent[i] == 1)
            aligned->stride[i] = 0;
    }
    return DN_OK;
}

/** What a reduction does with a row of source: out_stride is 0 where the row is reduced to one element. */
typedef void reduction(float *out, ptrdiff_t out_stride, const float *row, ptrdiff_t stride, size_t count);

/** Call the reduction for every row of source along its last axis, in C order. */
static void reduce_rows(const dn_tensor *source, const dn_tensor *aligned, reduction *operation)
{
    const dn_shape shape = source->shape;
    size_t index[DN_MAX_RANK] = {0};
    if (shape.rank == 0) {
        operation(aligned->data, 0, source->data, 0, 1);
        return;
    }
    const size_t last = shape.rank - 1;
    for (size_t done = 0; done < dn_tensor_count(source); done += shape.extent[last]) {
        ptrdiff_t from = 0;
        ptrdiff_t to = 0;
        for (size_t axis = 0; axis < last; axis++) {
            from += (ptrdiff_t)index[axis] * source->stride[axis];
            to += (ptrdiff_t)index[axis] * aligned->stride[axis];
        }
        operation(aligned->data + to, aligned->stride[last], source->data + from, source->stride[last],
                  shape.extent[last]);
        for (size_t axis = last; axis-- > 0 && ++index[axis] == shape.extent[axis];)
            index[axis] = 0;
    }
}

static void add_row(float *out, ptrdiff_t out_stride, const float *row, ptrdiff_t stride, size_t count)
{
    if (out_stride == 0) {
        float sum = *out;
        for (ptrdiff_t i = 0; i < (ptrdiff_t)count; i++)
            sum += row[i * stride];
        *out = sum;
    } else if (out_stride == 1 && stride == 1) {
        for (size_t i = 0; i < count; i++)
            out[i] += row[i];
    } else {
        for (ptrdiff_t i = 0; i < (ptrdiff_t)count; i++)
            out[i * out_stride] += row[i * stride];
    }
}

static void keep_larger(float *out, ptrdiff_t out_stride, const float *row, ptrdiff_t stride, size_t count)
{
    for (ptrdiff_t i = 0; i < (ptrdiff_t)count; i++) {
        float *largest = out + i * out_stride;
        const float value = row[i * stride];
        if (value > *largest || isnan(value))
            *largest = value;
    }
}

/** How many elements of source go into one of out. */
static size_t reduced_count(const dn_tensor *source, const dn_tensor *aligned)
{
    const size_t results = dn_tensor_count(aligned);
    return results == 0 ? 1 : dn_tensor_count(source) / results;
}

static dn_status check_not_empty(const dn_tensor *source, const dn_tensor *aligned, const char *name,
                                 dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (reduced_count(source, aligned) == 0)
        return dn_fail(error, DN_ERR_SHAPE, "give at least one element", "the %s of nothing, in shape %s",
                       name, dn_shape_text(source->shape, text));
    return DN_OK;
}

dn_status dn_sum(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error)
{
    dn_tensor aligned;
    DN_TRY(align_out(source, axis, out, &aligned, error));
    DN_TRY(dn_fill(out, 0.0F, error));
    reduce_rows(source, &aligned, add_row);
    return DN_OK;
}

dn_status dn_mean(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error)
{
    dn_tensor aligned;
    DN_TRY(align_out(source, axis, out, &aligned, error));
    DN_TRY(check_not_empty(source, &aligned, "mean", error));
    DN_TRY(dn_sum(source, axis, out, error));
    float count = (float)reduced_count(source, &aligned);
    const dn_tensor divisor = dn_tensor_borrow(&count, DN_SCALAR);
    return dn_divide(out, &divisor, out, error);
}

dn_status dn_max(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error)
{
    dn_tensor aligned;
    DN_TRY(align_out(source, axis, out, &aligned, error));
    DN_TRY(check_not_empty(source, &aligned, "maximum", error));
    DN_TRY(dn_fill(out, -INFINITY, error));
    reduce_rows(source, &aligned, keep_larger);
    return DN_OK;
}

/** The first place of the largest element when index[axis] runs from 0, or of all elements in C order. */
static float place_of_largest(const dn_tensor *source, size_t *index, const size_t *axis)
{
    float best = 0.0F;
    float best_place = 0.0F;
    size_t place = 0;
    bool more;
    do {
        const float value = dn_element_at(source, index);
        if (place == 0 || value > best || isnan(value)) {
            best = value;
            best_place = (float)place;
        }
        place++;
        more = axis ? ++index[*axis] < source->shape.extent[*axis] : dn_next_index(source->shape, index);
    } while (more && !isnan(best));
    return best_place;
}

dn_status dn_argmax(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error)
{
    dn_tensor aligned;
    DN_TRY(align_out(source, axis, out, &aligned, error));
    DN_TRY(check_not_empty(source, &aligned, "maximum", error));
    DN_TRY(dn_fill(out, 0.0F, error));
    size_t index[DN_MAX_RANK] = {0};
    if (axis == DN_ALL_AXES) {
        *aligned.data = place_of_largest(source, index, NULL);
        return DN_OK;
    }
    size_t place;
    DN_TRY(dn_axis_place(source->shape, axis, &place, error));
    if (dn_tensor_count(&aligned) == 0)
        return DN_OK;
    do {
        ptrdiff_t offset = 0;
        for (size_t i = 0; i < aligned.shape.rank; i++)
            offset += (ptrdiff_t)index[i] * aligned.stride[i];
        index[place] = 0;
        aligned.data[offset] = place_of_largest(source, index, &place);
        index[place] = 0;
    } while (dn_next_index(aligned.shape, index));
    return DN_OK;
}
