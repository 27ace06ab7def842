#include "plain_model.h"

#include "gradients.h"

#include "digitnet/tensor.h"

#include <math.h>

/** Of the parameters' numbers, in 1/64. */
#define SCALE 50

static float smallest_magnitude(const dn_tensor *tensor)
{
    float smallest = INFINITY;
    for (size_t i = 0; i < dn_tensor_count(tensor); i++)
        smallest = fminf(smallest, fabsf(tensor->data[i]));
    return smallest;
}

void plain_forward(dn_model *model, const dn_tensor *x, dn_tensor *logits, float *nearest_kink)
{
    dn_error error;
    dn_tensor input = *x;
    const size_t layers = dn_model_layers(model);
    if (nearest_kink)
        *nearest_kink = INFINITY;
    for (size_t i = 0; i < layers; i++) {
        dn_tensor weight;
        dn_tensor turned; /* W^T [in, out] */
        dn_tensor output;
        assert_ok(
            dn_tensor_zeros(&output, DN_SHAPE(x->shape.extent[0], dn_model_width(model, i + 1)), &error));
        assert_ok(dn_model_weight(model, i, &weight, &error));
        assert_ok(dn_tensor_transpose(&weight, 0, 1, &turned, &error));
        assert_ok(dn_matmul(NULL, &input, &turned, &output, false, &error));
        assert_ok(dn_add(&output, &dn_model_bias(model, i)->value, &output, &error));
        dn_tensor_free(&weight);
        if (i + 1 < layers) {
            if (nearest_kink)
                *nearest_kink = fminf(*nearest_kink, smallest_magnitude(&output));
            assert_ok(dn_relu(&output, &output, &error));
        }
        if (i > 0)
            dn_tensor_free(&input);
        input = output;
    }
    *logits = input;
}

void fill_model(dn_model *model, size_t start)
{
    for (size_t i = 0; i < dn_model_parameters(model); i++)
        fill_pattern(&dn_model_parameter(model, i)->value, start + 11 * i, SCALE);
}
