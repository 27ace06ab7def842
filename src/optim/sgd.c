#include "optim/sgd.h"

#include "core/pool.h"
#include "core/size.h"
#include "nn/model.h"
#include "tensor/context.h"
#include "tensor/kernels.h"

/** Numbers that one thread updates at a time. */
#define PIECE 16384

/** One parameter's step. Value, gradient and velocity have the same strides: their storage is walked as it lies. */
typedef struct parameter_step {
    const dn_kernels *kernels;
    dn_update update;
} parameter_step;

/** The update of a parameter; only weights decay. */
static dn_update update_of(const dn_sgd *optimiser, bool is_weight)
{
    return (dn_update){.learning_rate = optimiser->learning_rate,
                       .momentum = optimiser->momentum,
                       .weight_decay = is_weight ? optimiser->weight_decay : 0.0F,
                       .nesterov = optimiser->nesterov};
}

static void update_piece(void *argument, size_t piece)
{
    const parameter_step *whole = argument;
    const size_t begin = piece * PIECE;
    dn_update part = whole->update;
    part.width = part.width - begin < PIECE ? part.width - begin : PIECE;
    part.value += begin;
    part.gradient += begin;
    part.velocity = part.velocity ? part.velocity + begin : NULL;
    whole->kernels->update(&part);
}

void dn_sgd_step(dn_context *context, const dn_sgd *optimiser, dn_model *model, dn_weights *velocity)
{
    for (size_t i = 0; i < dn_model_parameters(model); i++) {
        dn_parameter *parameter = dn_model_parameter(model, i);
        parameter_step whole = {.kernels = dn_context_kernel_set(context),
                                .update = update_of(optimiser, parameter->value.shape.rank == 2)};
        dn_update *update = &whole.update;
        if (parameter->grad_is_taken ||
            (parameter->grad_is_zero && !velocity && update->weight_decay == 0.0F))
            continue;
        update->value = parameter->value.data;
        update->gradient = dn_parameter_grad(parameter)->data;
        update->velocity = velocity ? velocity->tensors[i].data : NULL;
        update->rows = 1;
        update->width = dn_tensor_count(&parameter->value);
        dn_pool_run(dn_context_pool(context), dn_divide_up(update->width, PIECE), update_piece, &whole);
    }
}

/** Rows of the gradient are columns of the weight [out, in]. */
static void take_rows(const void *self, const dn_rows *rows)
{
    const dn_sgd_weight *weight = self;
    const size_t stripe = rows->begin / weight->value.width;
    const dn_tensor *value = &weight->value.tensors[stripe];
    const size_t step = (size_t)value->stride[0];
    const size_t place = rows->first * step + rows->begin % weight->value.width;
    dn_update update = update_of(weight->optimiser, true);
    update.value = value->data + place;
    update.velocity = weight->velocity ? weight->velocity[stripe].data + place : NULL;
    update.gradient = rows->sums;
    update.rows = rows->count;
    update.width = rows->width;
    update.step = step;
    update.gradient_step = rows->step;
    dn_context_kernel_set(weight->context)->update(&update);
}

void dn_sgd_prepare(dn_sgd_steps *steps, dn_context *context, const dn_sgd *optimiser, const dn_model *model,
                    const dn_weights *velocity)
{
    for (size_t i = 0; i < dn_model_layers(model); i++) {
        dn_sgd_weight *weight = &steps->weights[i];
        *weight = (dn_sgd_weight){
            .context = context,
            .optimiser = optimiser,
            .value = dn_model_stripes(model, i),
            .velocity = velocity ? &velocity->tensors[dn_model_first_parameter(model, i)] : NULL};
        steps->sinks[i] = (dn_row_sink){
            .take = take_rows, .self = weight, .skips_zeros = !velocity && optimiser->weight_decay == 0.0F};
    }
}
