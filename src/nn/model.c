#include "nn/model.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/random.h"
#include "nn/dropout.h"
#include "nn/init.h"
#include "nn/linear.h"
#include "nn/parameter.h"
#include "tensor/masks.h"
#include "tensor/matmul.h"

#include "digitnet/nn.h"

#include <assert.h>
#include <stdio.h>

static_assert(DN_MODEL_STRIPE == DN_STRIPE, "a stripe of a weight is one piece of a product");

struct dn_model {
    dn_linear *layers;
    size_t layer_count;
    size_t capacity; /**< rows that the activations have room for */
    size_t rows;     /**< of the last forward pass */
    dn_dropout dropout;
    /** Of each layer: its output, [capacity, width]; after the ReLU, but for the last. */
    dn_tensor *activations;
    dn_tensor *gradients; /**< d(loss)/d(activation) of each hidden layer, alike */
    /**
     * Of each hidden layer: which activations are not zero; no gradient is elsewhere. NULL where there is one hidden layer at most: its
     * masks would serve one product, which is narrow.
     */
    dn_masks *masks;
};

/** The masks of a hidden layer, or NULL. */
static dn_masks *masks_of(const dn_model *model, size_t layer)
{
    return model->masks ? &model->masks[layer] : NULL;
}

static dn_status check_widths(const size_t *widths, size_t width_count, dn_error *error)
{
    if (width_count < 2 || width_count > DN_MODEL_MAX_LAYERS + 1)
        return dn_fail(error, DN_ERR_ARGUMENT, "give between 1 and 32 layers", "%zu widths for a model",
                       width_count);
    for (size_t i = 0; i < width_count; i++) {
        if (widths[i] == 0 || widths[i] > DN_MODEL_MAX_WIDTH)
            return dn_fail(error, DN_ERR_ARGUMENT, "give a width from 1 to 65535", "layer %zu is %zu wide", i,
                           widths[i]);
    }
    return DN_OK;
}

dn_status dn_model_blank(dn_model **model, const size_t *widths, size_t width_count, dn_error *error)
{
    *model = NULL;
    DN_TRY(check_widths(widths, width_count, error));
    dn_model *made = dn_allocate_zeroed(1, sizeof *made, error);
    if (!made)
        return DN_ERR_MEMORY;
    made->layer_count = width_count - 1;
    made->layers = dn_allocate_zeroed(made->layer_count, sizeof *made->layers, error);
    made->activations = dn_allocate_zeroed(made->layer_count, sizeof *made->activations, error);
    made->gradients = dn_allocate_zeroed(made->layer_count, sizeof *made->gradients, error);
    const bool masked = made->layer_count > 2;
    if (masked)
        made->masks = dn_allocate_zeroed(made->layer_count, sizeof *made->masks, error);
    const bool complete = made->layers && made->activations && made->gradients && (made->masks || !masked);
    dn_status status = complete ? DN_OK : DN_ERR_MEMORY;
    for (size_t i = 0; i < made->layer_count && status == DN_OK; i++)
        status = dn_linear_new(&made->layers[i], widths[i], widths[i + 1], error);
    if (status != DN_OK) {
        dn_model_free(made);
        return status;
    }
    *model = made;
    return DN_OK;
}

dn_status dn_model_new(dn_model **model, const size_t *widths, size_t width_count, uint64_t seed,
                       dn_error *error)
{
    DN_TRY(dn_model_blank(model, widths, width_count, error));
    for (size_t i = 0; i < (*model)->layer_count; i++) {
        dn_random random = dn_random_stream(seed, DN_PURPOSE_INIT, i, 0);
        dn_linear *layer = &(*model)->layers[i];
        dn_status status = DN_OK;
        for (size_t stripe = 0; stripe < dn_stripe_count(&layer->values) && status == DN_OK; stripe++)
            status = dn_init_he(&layer->weights[stripe].value, &random, error);
        if (status != DN_OK) {
            dn_model_free(*model);
            *model = NULL;
            return status;
        }
    }
    return DN_OK;
}

void dn_model_free(dn_model *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < model->layer_count; i++) {
        if (model->layers)
            dn_linear_free(&model->layers[i]);
        if (model->activations)
            dn_tensor_free(&model->activations[i]);
        if (model->gradients)
            dn_tensor_free(&model->gradients[i]);
        dn_masks_free(masks_of(model, i));
    }
    dn_release(model->masks);
    dn_release(model->layers);
    dn_release(model->activations);
    dn_release(model->gradients);
    dn_release(model);
}

size_t dn_model_layers(const dn_model *model)
{
    return model->layer_count;
}

size_t dn_model_width(const dn_model *model, size_t place)
{
    if (place == 0)
        return model->layers[0].values.rows;
    return model->layers[place - 1].values.columns;
}

size_t dn_model_parameter_count(const dn_model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model->layer_count; i++)
        count += (dn_model_width(model, i) + 1) * dn_model_width(model, i + 1);
    return count;
}

char *dn_model_architecture(const dn_model *model, char text[DN_ARCHITECTURE_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i <= model->layer_count; i++)
        length += (size_t)snprintf(text + length, DN_ARCHITECTURE_SIZE - length, i == 0 ? "%zu" : "-%zu",
                                   dn_model_width(model, i));
    return text;
}

size_t dn_model_first_parameter(const dn_model *model, size_t layer)
{
    size_t index = 0;
    for (size_t i = 0; i < layer; i++)
        index += dn_stripe_count(&model->layers[i].values) + 1;
    return index;
}

size_t dn_model_parameters(const dn_model *model)
{
    return dn_model_first_parameter(model, model->layer_count);
}

dn_parameter *dn_model_parameter(dn_model *model, size_t index)
{
    dn_linear *layer = model->layers;
    for (; index > dn_stripe_count(&layer->values); layer++)
        index -= dn_stripe_count(&layer->values) + 1;
    return index < dn_stripe_count(&layer->values) ? &layer->weights[index] : &layer->bias;
}

dn_parameter *dn_model_bias(dn_model *model, size_t layer)
{
    return &model->layers[layer].bias;
}

dn_stripes dn_model_stripes(const dn_model *model, size_t layer)
{
    return model->layers[layer].values;
}

char *dn_model_parameter_name(size_t index, char text[DN_PARAMETER_NAME_SIZE])
{
    /* nn.Sequential counts the ReLUs too: linear layers have the even numbers. */
    snprintf(text, DN_PARAMETER_NAME_SIZE, "%zu.%s", index / 2 * 2, index % 2 == 0 ? "weight" : "bias");
    return text;
}

/** Make room for the activations and their gradients of a batch of `rows`. */
static dn_status reserve(dn_model *model, size_t rows, dn_error *error)
{
    if (rows <= model->capacity)
        return DN_OK;
    model->capacity = 0;
    for (size_t i = 0; i < model->layer_count; i++) {
        const dn_shape shape = DN_SHAPE(rows, dn_model_width(model, i + 1));
        dn_tensor_free(&model->activations[i]);
        dn_tensor_free(&model->gradients[i]);
        dn_masks_free(masks_of(model, i));
        DN_TRY(dn_tensor_zeros(&model->activations[i], shape, error));
        if (i + 1 == model->layer_count)
            continue;
        DN_TRY(dn_tensor_zeros(&model->gradients[i], shape, error));
        if (model->masks)
            DN_TRY(dn_masks_new(&model->masks[i], rows, dn_model_width(model, i + 1), error));
    }
    model->capacity = rows;
    return DN_OK;
}

/** Of one layer's activations, or their gradients: the rows of the current batch. */
static dn_tensor batch_rows(const dn_model *model, const dn_tensor *tensors, size_t layer)
{
    return dn_tensor_borrow(tensors[layer].data, DN_SHAPE(model->rows, dn_model_width(model, layer + 1)));
}

static dn_status check_input(const dn_model *model, const dn_matrix *x, dn_error *error)
{
    const dn_shape shape = dn_matrix_shape(x);
    char text[DN_SHAPE_TEXT_SIZE];
    if (shape.rank != 2 || shape.extent[1] != dn_model_width(model, 0))
        return dn_fail(error, DN_ERR_SHAPE, "give [N, in]", "an input of shape %s for a model of %zu inputs",
                       dn_shape_text(shape, text), dn_model_width(model, 0));
    return DN_OK;
}

void dn_model_set_dropout(dn_model *model, dn_dropout dropout)
{
    model->dropout = dropout;
}

dn_status dn_model_forward(dn_context *context, dn_model *model, const dn_matrix *x, dn_tensor *logits,
                           dn_error *error)
{
    model->rows = 0;
    DN_TRY(check_input(model, x, error));
    const size_t rows = dn_matrix_shape(x).extent[0];
    DN_TRY(reserve(model, rows, error));
    model->rows = rows;
    dn_tensor previous;
    dn_matrix input = *x;
    for (size_t i = 0; i < model->layer_count; i++) {
        dn_tensor output = batch_rows(model, model->activations, i);
        const bool hidden = i + 1 < model->layer_count;
        DN_TRY(dn_linear_forward(context, &model->layers[i], &input, hidden, &output, error));
        if (hidden) {
            dn_dropout_forward(context, &model->dropout, i, &output);
            if (model->masks)
                dn_masks_fill(context, &model->masks[i], &output);
        }
        previous = output;
        input = (dn_matrix){.dense = &previous, .masks = masks_of(model, i)};
    }
    *logits = batch_rows(model, model->activations, model->layer_count - 1);
    return DN_OK;
}

static dn_status check_batch(const dn_model *model, const dn_matrix *x, const dn_tensor *dlogits,
                             dn_error *error)
{
    const dn_shape expected = DN_SHAPE(model->rows, dn_model_width(model, model->layer_count));
    char found[DN_SHAPE_TEXT_SIZE];
    char wanted[DN_SHAPE_TEXT_SIZE];
    DN_TRY(check_input(model, x, error));
    if (!dn_shape_equal(dlogits->shape, expected) || dn_matrix_shape(x).extent[0] != model->rows)
        return dn_fail(error, DN_ERR_SHAPE, "give the batch of the last forward pass",
                       "%zu inputs and dlogits %s, where the forward pass gave logits %s",
                       dn_matrix_shape(x).extent[0], dn_shape_text(dlogits->shape, found),
                       dn_shape_text(expected, wanted));
    return DN_OK;
}

dn_status dn_model_backward(dn_context *context, dn_model *model, const dn_matrix *x,
                            const dn_tensor *dlogits, dn_error *error)
{
    return dn_model_backward_into(context, model, x, dlogits, NULL, error);
}

dn_status dn_model_backward_into(dn_context *context, dn_model *model, const dn_matrix *x,
                                 const dn_tensor *dlogits, const dn_row_sink *sinks, dn_error *error)
{
    DN_TRY(check_batch(model, x, dlogits, error));
    dn_tensor gradient = *dlogits;
    dn_matrix dy = {.dense = &gradient};
    for (size_t i = model->layer_count - 1; i > 0; i--) {
        const dn_tensor input = batch_rows(model, model->activations, i - 1);
        const dn_matrix input_matrix = {.dense = &input, .masks = masks_of(model, i - 1)};
        dn_tensor dx = batch_rows(model, model->gradients, i - 1);
        /* No gradient passes where the ReLU or dropout has made an activation 0. */
        const dn_epilogue back = {.gate = &input, .scale = dn_dropout_scale(&model->dropout)};
        DN_TRY(dn_linear_backward(context, &model->layers[i], &input_matrix, &dy, &back, &dx,
                                  sinks ? &sinks[i] : NULL, error));
        gradient = dx;
        dy.masks = masks_of(model, i - 1);
    }
    return dn_linear_backward(context, &model->layers[0], x, &dy, NULL, NULL, sinks, error);
}

void dn_model_zero_grad(dn_model *model)
{
    for (size_t i = 0; i < dn_model_parameters(model); i++)
        dn_parameter_zero_grad(dn_model_parameter(model, i));
}
