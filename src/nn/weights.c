#include "nn/weights.h"
#include "core/fail.h"
#include "core/memory.h"
#include "nn/model.h"

#include "digitnet/nn.h"

#include <string.h>

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
    dn_weights made = {.count = dn_model_parameters(model)};
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

/** Copy rows between a layer's weight as one tensor and its parameters, of a set or of the model itself. */
static dn_status copy_rows(const dn_weights *weights, dn_model *model, size_t layer, dn_tensor *whole,
                           bool gather, dn_error *error)
{
    const size_t first = dn_model_first_parameter(model, layer);
    size_t row = 0;
    for (size_t i = first; row < dn_model_width(model, layer + 1); i++) {
        dn_tensor *part = weights ? &weights->tensors[i] : &dn_model_parameter(model, i)->value;
        dn_tensor rows;
        DN_TRY(dn_tensor_slice(whole, 0, row, row + part->shape.extent[0], 1, &rows, error));
        DN_TRY(gather ? dn_copy(part, &rows, error) : dn_copy(&rows, part, error));
        row += part->shape.extent[0];
    }
    return DN_OK;
}

dn_status dn_weights_gather(const dn_weights *weights, dn_model *model, size_t layer, dn_tensor *whole,
                            dn_error *error)
{
    DN_TRY(dn_tensor_zeros(whole, DN_SHAPE(dn_model_width(model, layer + 1), dn_model_width(model, layer)),
                           error));
    const dn_status status = copy_rows(weights, model, layer, whole, true, error);
    if (status != DN_OK)
        dn_tensor_free(whole);
    return status;
}

dn_status dn_weights_scatter(const dn_weights *weights, dn_model *model, size_t layer, const dn_tensor *whole,
                             dn_error *error)
{
    dn_tensor source = *whole;
    return copy_rows(weights, model, layer, &source, false, error);
}

dn_status dn_model_weight(dn_model *model, size_t layer, dn_tensor *weight, dn_error *error)
{
    return dn_weights_gather(NULL, model, layer, weight, error);
}
