#include "core/pool.h"
#include "tensor/context.h"

#include "digitnet/optim.h"

#include <math.h>

/**
 * A velocity below this moves no weight, and becomes 0. Otherwise it would fall to subnormal numbers, with which many processors are
 * a hundred times slower, and stay there: most weights of the border's pixels see ink once.
 */
#define NEGLIGIBLE 1e-30F

/** Numbers that one thread updates at a time. */
#define PIECE 16384

/** One parameter's step. Value, gradient and velocity have the same strides: their storage is walked as it lies. */
typedef struct update {
    float *value;
    const float *grad;
    float *velocity; /**< or NULL */
    size_t count;
    float learning_rate;
    float momentum;
    float weight_decay;
    bool nesterov;
} update;

static void plain_step(float *restrict value, const float *restrict grad, size_t count, const update *work)
{
    for (size_t i = 0; i < count; i++)
        value[i] -= work->learning_rate * grad[i];
}

static void decaying_step(float *restrict value, const float *restrict grad, size_t count, const update *work)
{
    for (size_t i = 0; i < count; i++)
        value[i] -= work->learning_rate * (grad[i] + work->weight_decay * value[i]);
}

static void momentum_step(float *restrict value, const float *restrict grad, float *restrict velocity,
                          size_t count, const update *work)
{
    /* Along the velocity: 1 v. Nesterov: 1 g + momentum v. */
    const float of_velocity = work->nesterov ? work->momentum : 1.0F;
    const float of_gradient = work->nesterov ? 1.0F : 0.0F;
    for (size_t i = 0; i < count; i++) {
        const float gradient = grad[i] + work->weight_decay * value[i];
        const float next = work->momentum * velocity[i] + gradient;
        velocity[i] = fabsf(next) < NEGLIGIBLE ? 0.0F : next;
        value[i] -= work->learning_rate * (of_gradient * gradient + of_velocity * velocity[i]);
    }
}

static void update_piece(void *argument, size_t piece)
{
    const update *work = argument;
    const size_t begin = piece * PIECE;
    const size_t count = begin + PIECE < work->count ? PIECE : work->count - begin;
    if (work->velocity)
        momentum_step(work->value + begin, work->grad + begin, work->velocity + begin, count, work);
    else if (work->weight_decay > 0.0F)
        decaying_step(work->value + begin, work->grad + begin, count, work);
    else
        plain_step(work->value + begin, work->grad + begin, count, work);
}

void dn_sgd_step(dn_context *context, const dn_sgd *optimiser, dn_model *model, dn_weights *velocity)
{
    for (size_t i = 0; i < 2 * dn_model_layers(model); i++) {
        dn_parameter *parameter = dn_model_parameter(model, i);
        const bool is_weight = parameter->value.shape.rank == 2;
        const float weight_decay = is_weight ? optimiser->weight_decay : 0.0F;
        if (parameter->grad_is_zero && !velocity && weight_decay == 0.0F)
            continue;
        update work = {.value = parameter->value.data,
                       .grad = dn_parameter_grad(parameter)->data,
                       .velocity = velocity ? velocity->tensors[i].data : NULL,
                       .count = dn_tensor_count(&parameter->value),
                       .learning_rate = optimiser->learning_rate,
                       .momentum = optimiser->momentum,
                       .weight_decay = weight_decay,
                       .nesterov = optimiser->nesterov};
        dn_pool_run(dn_context_pool(context), (work.count + PIECE - 1) / PIECE, update_piece, &work);
    }
}
