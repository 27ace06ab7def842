#include "core/fail.h"
#include "tensor/broadcast.h"
#include "tensor/shape.h"

#include "digitnet/tensor.h"

/** A view that starts out as all of source. */
static dn_tensor borrow(const dn_tensor *source)
{
    dn_tensor view = *source;
    view.storage = NULL;
    return view;
}

/** Replace the one DN_INFER that a shape may have, if count is a multiple of the other extents' product. */
static dn_status infer_extent(size_t count, dn_shape *shape, dn_error *error)
{
    size_t inferred = DN_MAX_RANK;
    dn_shape known = *shape;
    size_t product;
    for (size_t axis = 0; axis < shape->rank; axis++) {
        if (shape->extent[axis] != DN_INFER)
            continue;
        if (inferred != DN_MAX_RANK)
            return dn_fail(error, DN_ERR_SHAPE, "leave one extent open",
                           "more than one extent is to be inferred");
        inferred = axis;
        known.extent[axis] = 1;
    }
    if (inferred != DN_MAX_RANK && dn_shape_count(known, &product) && product != 0 && count % product == 0)
        shape->extent[inferred] = count / product;
    return DN_OK;
}

/** Replace DN_INFER, and check that both shapes have as many elements. */
static dn_status complete_shape(const dn_tensor *source, dn_shape *shape, dn_error *error)
{
    char from[DN_SHAPE_TEXT_SIZE];
    char to[DN_SHAPE_TEXT_SIZE];
    const size_t count = dn_tensor_count(source);
    size_t wanted;
    DN_TRY(dn_check_rank(*shape, error));
    DN_TRY(infer_extent(count, shape, error));
    if (!dn_shape_count(*shape, &wanted) || wanted != count)
        return dn_fail(error, DN_ERR_SHAPE, "give as many elements", "shape %s cannot be viewed as %s",
                       dn_shape_text(source->shape, from), dn_shape_text(*shape, to));
    return DN_OK;
}

/**
 * Source's axes fall into runs that lie in memory like one long axis; the new axes must cut such runs, not
 * cross from one into the next. Walks both shapes from the last axis. False where a copy would be needed.
 */
static bool view_strides(const dn_tensor *source, dn_tensor *view)
{
    size_t next = view->shape.rank; /* the new axes from here on have their strides */
    size_t run = 1;                 /* elements of source's run so far */
    size_t covered = 1;             /* elements of the new axes inside the run */
    ptrdiff_t base = source->shape.rank != 0 ? source->stride[source->shape.rank - 1] : 1;
    for (size_t axis = source->shape.rank; axis-- > 0;) {
        run *= source->shape.extent[axis];
        const bool joined = axis != 0 && (source->shape.extent[axis - 1] == 1 ||
                                          source->stride[axis - 1] == (ptrdiff_t)run * base);
        if (joined)
            continue;
        while (next > 0 && (covered < run || view->shape.extent[next - 1] == 1)) {
            next--;
            view->stride[next] = (ptrdiff_t)covered * base;
            covered *= view->shape.extent[next];
        }
        if (covered != run)
            return false;
        run = 1;
        covered = 1;
        base = axis != 0 ? source->stride[axis - 1] : 1;
    }
    for (; next > 0; next--)
        view->stride[next - 1] = base; /* extents of 1 that are left: any stride will do */
    return true;
}

/** As dn_tensor_view for a completed shape; false where a copy would be needed. */
static bool try_view(const dn_tensor *source, dn_shape shape, dn_tensor *view)
{
    dn_tensor made = dn_tensor_borrow(source->data, shape);
    if (dn_tensor_count(source) != 0 && !view_strides(source, &made))
        return false;
    *view = made;
    return true;
}

dn_status dn_tensor_view(const dn_tensor *source, dn_shape shape, dn_tensor *view, dn_error *error)
{
    const dn_tensor kept = *source; /* view may be source */
    *view = (dn_tensor){0};
    DN_TRY(complete_shape(&kept, &shape, error));
    char from[DN_SHAPE_TEXT_SIZE];
    char to[DN_SHAPE_TEXT_SIZE];
    if (!try_view(&kept, shape, view))
        return dn_fail(error, DN_ERR_SHAPE, "use reshape, which copies",
                       "the strides of shape %s do not allow a view as %s", dn_shape_text(kept.shape, from),
                       dn_shape_text(shape, to));
    return DN_OK;
}

dn_status dn_tensor_reshape(const dn_tensor *source, dn_shape shape, dn_tensor *result, dn_error *error)
{
    const dn_tensor kept = *source; /* result may be source */
    *result = (dn_tensor){0};
    DN_TRY(complete_shape(&kept, &shape, error));
    if (try_view(&kept, shape, result))
        return DN_OK;
    DN_TRY(dn_tensor_clone(result, &kept, error));
    float *const storage = result->storage;
    *result = dn_tensor_borrow(storage, shape);
    result->storage = storage;
    return DN_OK;
}

dn_status dn_tensor_transpose(const dn_tensor *source, int axis_a, int axis_b, dn_tensor *view,
                              dn_error *error)
{
    dn_tensor made = borrow(source);
    *view = (dn_tensor){0};
    size_t a;
    size_t b;
    DN_TRY(dn_axis_place(made.shape, axis_a, &a, error));
    DN_TRY(dn_axis_place(made.shape, axis_b, &b, error));
    const size_t extent = made.shape.extent[a];
    const ptrdiff_t stride = made.stride[a];
    made.shape.extent[a] = made.shape.extent[b];
    made.stride[a] = made.stride[b];
    made.shape.extent[b] = extent;
    made.stride[b] = stride;
    *view = made;
    return DN_OK;
}

dn_status dn_tensor_slice(const dn_tensor *source, int axis, size_t begin, size_t end, size_t step,
                          dn_tensor *view, dn_error *error)
{
    dn_tensor made = borrow(source);
    *view = (dn_tensor){0};
    size_t place;
    char text[DN_SHAPE_TEXT_SIZE];
    DN_TRY(dn_axis_place(made.shape, axis, &place, error));
    if (begin > end || end > made.shape.extent[place] || step == 0)
        return dn_fail(error, DN_ERR_SHAPE, "give begin <= end <= extent and a step from 1",
                       "slice %zu to %zu by %zu in axis %zu of shape %s", begin, end, step, place,
                       dn_shape_text(made.shape, text));
    if (begin != end)
        made.data += (ptrdiff_t)begin * made.stride[place];
    made.shape.extent[place] = begin == end ? 0 : (end - begin - 1) / step + 1;
    if (made.shape.extent[place] > 1) /* else the step may be as long as it likes, and its product overflow */
        made.stride[place] *= (ptrdiff_t)step;
    *view = made;
    return DN_OK;
}

dn_status dn_tensor_select(const dn_tensor *source, int axis, size_t index, dn_tensor *view, dn_error *error)
{
    dn_tensor made = borrow(source);
    *view = (dn_tensor){0};
    size_t place;
    char text[DN_SHAPE_TEXT_SIZE];
    DN_TRY(dn_axis_place(made.shape, axis, &place, error));
    if (index >= made.shape.extent[place])
        return dn_fail(error, DN_ERR_SHAPE, "give an index below the extent",
                       "index %zu in axis %zu of shape %s", index, place, dn_shape_text(made.shape, text));
    made.data += (ptrdiff_t)index * made.stride[place];
    made.shape.rank--;
    for (size_t later = place; later < made.shape.rank; later++) {
        made.shape.extent[later] = made.shape.extent[later + 1];
        made.stride[later] = made.stride[later + 1];
    }
    *view = made;
    return DN_OK;
}

dn_status dn_tensor_expand(const dn_tensor *source, dn_shape shape, dn_tensor *view, dn_error *error)
{
    const dn_tensor kept = *source;
    char from[DN_SHAPE_TEXT_SIZE];
    char to[DN_SHAPE_TEXT_SIZE];
    *view = (dn_tensor){0};
    size_t count;
    DN_TRY(dn_check_rank(shape, error));
    bool fits = shape.rank >= kept.shape.rank && dn_shape_count(shape, &count);
    const size_t added = fits ? shape.rank - kept.shape.rank : 0;
    dn_tensor made = {.shape = shape, .data = kept.data};
    for (size_t axis = added; axis < shape.rank && fits; axis++) {
        const size_t extent = kept.shape.extent[axis - added];
        fits = extent == shape.extent[axis] || extent == 1;
        made.stride[axis] = extent == shape.extent[axis] ? kept.stride[axis - added] : 0;
    }
    if (!fits)
        return dn_fail(
            error, DN_ERR_SHAPE, "align the shapes at the last axis; only extents of 1 are repeated",
            "shape %s does not broadcast to %s", dn_shape_text(kept.shape, from), dn_shape_text(shape, to));
    *view = made;
    return DN_OK;
}
