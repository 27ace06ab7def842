#include "nn/weights.h"
#include "core/memory.h"

#include "digitnet/nn.h"

#include <string.h>

static size_t parameter_count(const dn_model *model)
{
    return 2 * dn_model_layers(model);
}

/** Zeros that lie in memory as the parameter does. */
static dn_status new_like(dn_tensor *tensor, const dn_tensor *value, dn_error *error)
{
    const dn_status status = dn_tensor_zeros(tensor, value->shape, error);
    if (status == DN_OK)
        memcpy(tensor->stride, value->stride, sizeof tensor->stride);
    return status;
}

dn_status dn_weights_new(dn_weights *weights, dn_model *model, dn_error *error)
{
    dn_weights made = {.count = parameter_count(model)};
    made.tensors = dn_allocate_zeroed(made.count, sizeof *made.tensors, error);
    dn_status status = made.tensors ? DN_OK : DN_ERR_MEMORY;
    for (size_t i = 0; i < made.count && status == DN_OK; i++)
        status = new_like(&made.tensors[i], &dn_model_parameter(model, i)->value, error);
    if (status != DN_OK)
        dn_weights_free(&made);
    *weights = made;
    return status;
}

void dn_weights_free(dn_weights *weights)
{
    if (!weights)
        return;
    for (size_t i = 0; i < weights->count && weights->tensors; i++)
        dn_tensor_free(&weights->tensors[i]);
    dn_release(weights->tensors);
    *weights = (dn_weights){0};
}

void dn_weights_copy(dn_weights *weights, dn_model *model)
{
    for (size_t i = 0; i < weights->count; i++)
        memcpy(weights->tensors[i].data, dn_model_parameter(model, i)->value.data,
               dn_tensor_count(&weights->tensors[i]) * sizeof(float));
}

void dn_weights_restore(const dn_weights *weights, dn_model *model)
{
    for (size_t i = 0; i < weights->count; i++)
        memcpy(dn_model_parameter(model, i)->value.data, weights->tensors[i].data,
               dn_tensor_count(&weights->tensors[i]) * sizeof(float));
}

void dn_weights_swap(dn_weights *weights, dn_model *model)
{
    for (size_t i = 0; i < weights->count; i++) {
        float *mine = weights->tensors[i].data;
        float *other = dn_model_parameter(model, i)->value.data;
        for (size_t place = 0; place < dn_tensor_count(&weights->tensors[i]); place++) {
            const float kept = mine[place];
            mine[place] = other[place];
            other[place] = kept;
        }
    }
}
