#include "core/fail.h"
#include "core/memory.h"

#include "digitnet/tensor.h"

#include <math.h>
#include <string.h>

static void set_contiguous_strides(dn_tensor *tensor)
{
    ptrdiff_t stride = 1;
    for (size_t axis = tensor->shape.rank; axis-- > 0;) {
        tensor->stride[axis] = stride;
        stride *= (ptrdiff_t)tensor->shape.extent[axis];
    }
}

/** Make an owner whose elements are not set yet. */
static dn_status allocate(dn_tensor *tensor, dn_shape shape, dn_error *error)
{
    *tensor = (dn_tensor){0};
    size_t count;
    char text[DN_SHAPE_TEXT_SIZE];
    if (shape.rank > DN_MAX_RANK)
        return dn_fail(error, DN_ERR_SHAPE, "use fewer axes", "rank %zu, at most %d", shape.rank,
                       DN_MAX_RANK);
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
    return dn_tensor_full(tensor, shape, 0.0F, error);
}

dn_status dn_tensor_full(dn_tensor *tensor, dn_shape shape, float value, dn_error *error)
{
    DN_TRY(allocate(tensor, shape, error));
    const size_t count = dn_tensor_count(tensor);
    for (size_t i = 0; i < count; i++)
        tensor->data[i] = value;
    return DN_OK;
}

dn_status dn_tensor_from(dn_tensor *tensor, dn_shape shape, const float *values, dn_error *error)
{
    DN_TRY(allocate(tensor, shape, error));
    if (dn_tensor_count(tensor) != 0)
        memcpy(tensor->data, values, dn_tensor_count(tensor) * sizeof *values);
    return DN_OK;
}

dn_status dn_tensor_normal(dn_tensor *tensor, dn_shape shape, dn_random *random, dn_error *error)
{
    DN_TRY(allocate(tensor, shape, error));
    const size_t count = dn_tensor_count(tensor);
    for (size_t i = 0; i < count; i++)
        tensor->data[i] = dn_random_normal(random);
    return DN_OK;
}

dn_status dn_tensor_uniform(dn_tensor *tensor, dn_shape shape, dn_random *random, dn_error *error)
{
    DN_TRY(allocate(tensor, shape, error));
    const size_t count = dn_tensor_count(tensor);
    for (size_t i = 0; i < count; i++)
        tensor->data[i] = dn_random_uniform(random);
    return DN_OK;
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

bool dn_tensor_is_contiguous(const dn_tensor *tensor)
{
    ptrdiff_t expected = 1;
    if (dn_tensor_count(tensor) == 0)
        return true;
    for (size_t axis = tensor->shape.rank; axis-- > 0;) {
        const size_t extent = tensor->shape.extent[axis];
        if (extent != 1 && tensor->stride[axis] != expected)
            return false;
        expected *= (ptrdiff_t)extent;
    }
    return true;
}

dn_status dn_tensor_at(const dn_tensor *tensor, const size_t *index, float **element, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    float *address = tensor->data;
    *element = NULL;
    for (size_t axis = 0; axis < tensor->shape.rank; axis++) {
        if (index[axis] >= tensor->shape.extent[axis])
            return dn_fail(error, DN_ERR_SHAPE, "give an index below the extent",
                           "index %zu in axis %zu of shape %s", index[axis], axis,
                           dn_shape_text(tensor->shape, text));
        address += (ptrdiff_t)index[axis] * tensor->stride[axis];
    }
    *element = address;
    return DN_OK;
}

dn_status dn_tensor_item(const dn_tensor *tensor, float *value, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (dn_tensor_count(tensor) != 1)
        return dn_fail(error, DN_ERR_SHAPE, "select one element first",
                       "shape %s does not have exactly one element", dn_shape_text(tensor->shape, text));
    *value = *tensor->data;
    return DN_OK;
}

static bool close_to(float actual, float expected, float relative, float absolute)
{
    if (actual == expected)
        return true;
    return isfinite(expected) && fabsf(actual - expected) <= absolute + relative * fabsf(expected);
}

/** The element at a place in C order. */
static float element_at(const dn_tensor *tensor, size_t place)
{
    const float *address = tensor->data;
    for (size_t axis = tensor->shape.rank; axis-- > 0;) {
        address += (ptrdiff_t)(place % tensor->shape.extent[axis]) * tensor->stride[axis];
        place /= tensor->shape.extent[axis];
    }
    return *address;
}

bool dn_tensor_allclose(const dn_tensor *actual, const dn_tensor *expected, float relative, float absolute)
{
    if (!dn_shape_equal(actual->shape, expected->shape))
        return false;
    const size_t count = dn_tensor_count(actual);
    for (size_t place = 0; place < count; place++) {
        if (!close_to(element_at(actual, place), element_at(expected, place), relative, absolute))
            return false;
    }
    return true;
}
