#include "tensors.h"

#include "support.h"

#include <math.h>

void new_full(dn_tensor *tensor, dn_shape shape, float value)
{
    dn_error error;
    assert_ok(dn_tensor_zeros(tensor, shape, &error));
    for (size_t i = 0; i < dn_tensor_count(tensor); i++)
        tensor->data[i] = value;
}

void new_from(dn_tensor *tensor, dn_shape shape, const float *values)
{
    dn_error error;
    assert_ok(dn_tensor_zeros(tensor, shape, &error));
    for (size_t i = 0; i < dn_tensor_count(tensor); i++)
        tensor->data[i] = values[i];
}

void new_normal(dn_tensor *tensor, dn_shape shape, dn_random *random)
{
    dn_error error;
    assert_ok(dn_tensor_zeros(tensor, shape, &error));
    for (size_t i = 0; i < dn_tensor_count(tensor); i++)
        tensor->data[i] = dn_random_normal(random);
}

float element_in_order(const dn_tensor *tensor, size_t place)
{
    const float *address = tensor->data;
    for (size_t axis = tensor->shape.rank; axis-- > 0;) {
        const size_t extent = tensor->shape.extent[axis];
        address += (ptrdiff_t)(place % extent) * tensor->stride[axis];
        place /= extent;
    }
    return *address;
}

static bool close_to(float actual, float expected, float relative, float absolute)
{
    if (actual == expected)
        return true;
    return isfinite(expected) && fabsf(actual - expected) <= absolute + relative * fabsf(expected);
}

bool all_close(const dn_tensor *actual, const dn_tensor *expected, float relative, float absolute)
{
    if (!dn_shape_equal(actual->shape, expected->shape))
        return false;
    for (size_t place = 0; place < dn_tensor_count(actual); place++)
        if (!close_to(element_in_order(actual, place), element_in_order(expected, place), relative, absolute))
            return false;
    return true;
}
