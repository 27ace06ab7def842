#include "gradients.h"

#include <math.h>

/** How often the tolerance an element must be to count as not zero. */
#define FAR 10

static float *at(const dn_tensor *tensor, size_t place)
{
    float *address = tensor->data;
    for (size_t axis = tensor->shape.rank; axis-- > 0;) {
        const size_t extent = tensor->shape.extent[axis];
        address += (ptrdiff_t)(place % extent) * tensor->stride[axis];
        place /= extent;
    }
    return address;
}

void expect_gradient(dn_tensor *variable, const dn_tensor *gradient, scalar_function *function,
                     void *argument, double tolerance, const char *file, int line)
{
    double largest = 0.0;
    assert_true(dn_shape_equal(variable->shape, gradient->shape));
    for (size_t place = 0; place < dn_tensor_count(variable); place++) {
        float *element = at(variable, place);
        const float kept = *element;
        const volatile float above = kept + GRADIENT_STEP; /* volatile: what is in memory is rounded */
        const volatile float below = kept - GRADIENT_STEP;
        *element = above;
        const double high = function(argument);
        *element = below;
        const double low = function(argument);
        *element = kept;
        const double expected = (high - low) / ((double)above - (double)below);
        const double found = (double)*at(gradient, place);
        largest = fmax(largest, fabs(found));
        if (fabs(found - expected) <= tolerance)
            continue;
        print_error("element %zu of the gradient is %g, finite differences give %g\n", place, found,
                    expected);
        _fail(file, line);
    }
    if (largest > FAR * tolerance)
        return;
    print_error("the gradient is no larger than %g anywhere\n", largest);
    _fail(file, line);
}

double dot(const dn_tensor *a, const dn_tensor *b)
{
    double sum = 0.0;
    assert_true(dn_shape_equal(a->shape, b->shape));
    for (size_t place = 0; place < dn_tensor_count(a); place++)
        sum += (double)*at(a, place) * (double)*at(b, place);
    return sum;
}

void fill_pattern(dn_tensor *tensor, size_t start, size_t scale)
{
    for (size_t place = 0; place < dn_tensor_count(tensor); place++)
        *at(tensor, place) = ((float)((place + start) * 47 % (2 * scale + 1)) - (float)scale) / 64.0F;
}
