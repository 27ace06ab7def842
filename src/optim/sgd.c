#include "digitnet/optim/sgd.h"

/** Numbers that one thread updates at a time. */
#define PIECE 16384

typedef struct update {
    float *value;
    const float *grad;
    size_t count;
    float learning_rate;
} update;

static void update_piece(void *argument, size_t piece)
{
    const update *work = argument;
    const size_t begin = piece * PIECE;
    const size_t end = begin + PIECE < work->count ? begin + PIECE : work->count;
    float *restrict value = work->value;
    const float *restrict grad = work->grad;
    for (size_t i = begin; i < end; i++)
        value[i] -= work->learning_rate * grad[i];
}

void dn_sgd_step(dn_context *context, const dn_sgd *optimiser, dn_model *model)
{
    for (size_t i = 0; i < 2 * dn_model_layers(model); i++) {
        dn_parameter *parameter = dn_model_parameter(model, i);
        if (parameter->grad_is_zero)
            continue;
        /* Value and gradient have the same strides: their storage is walked as it lies. */
        update work = {parameter->value.data, parameter->grad.data, dn_tensor_count(&parameter->value),
                       optimiser->learning_rate};
        dn_pool_run(dn_context_pool(context), (work.count + PIECE - 1) / PIECE, update_piece, &work);
    }
}
