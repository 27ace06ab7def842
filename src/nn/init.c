#include "nn/init.h"

#include "core/fail.h"
#include "core/random.h"

#include <math.h>

dn_status dn_init_he(dn_tensor *weight, dn_random *random, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (weight->shape.rank != 2)
        return dn_fail(error, DN_ERR_SHAPE, "give [out, in]", "a weight of shape %s",
                       dn_shape_text(weight->shape, text));
    const float deviation = sqrtf(2.0F / (float)weight->shape.extent[1]);
    for (size_t out = 0; out < weight->shape.extent[0]; out++) {
        float *row = weight->data + (ptrdiff_t)out * weight->stride[0];
        for (size_t in = 0; in < weight->shape.extent[1]; in++)
            row[(ptrdiff_t)in * weight->stride[1]] = deviation * dn_random_normal(random);
    }
    return DN_OK;
}
