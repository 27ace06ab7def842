#include "optim/ema.h"

#include "core/pool.h"
#include "core/size.h"
#include "nn/weights.h"
#include "tensor/context.h"

/** Numbers in a piece of work. */
#define PIECE 16384

typedef struct update {
    float *average;
    const float *value;
    size_t count;
    float fraction; /**< of the new value */
} update;

static void update_piece(void *argument, size_t piece)
{
    const update *work = argument;
    const size_t begin = piece * PIECE;
    const size_t end = dn_smaller(begin + PIECE, work->count);
    float *restrict average = work->average;
    const float *restrict value = work->value;
    for (size_t i = begin; i < end; i++)
        average[i] += (value[i] - average[i]) * work->fraction;
}

void dn_ema_update(dn_context *context, dn_weights *average, dn_model *model, float decay, size_t updates)
{
    const float highest = (1.0F + (float)updates) / (10.0F + (float)updates);
    if (updates == 0) {
        dn_weights_copy(average, model);
        return;
    }
    for (size_t i = 0; i < average->count; i++) {
        update work = {.average = average->tensors[i].data,
                       .value = dn_model_parameter(model, i)->value.data,
                       .count = dn_tensor_count(&average->tensors[i]),
                       .fraction = 1.0F - (decay < highest ? decay : highest)};
        dn_pool_run(dn_context_pool(context), dn_divide_up(work.count, PIECE), update_piece, &work);
    }
}
