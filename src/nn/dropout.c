#include "nn/dropout.h"

#include "core/pool.h"
#include "core/random.h"
#include "core/size.h"
#include "tensor/context.h"

#include "digitnet/core.h"

/** Random bits for each activation: the rate is a multiple of 1 / STEPS. */
#define BITS 16
#define STEPS (1U << BITS)
#define DRAWS (64 / BITS)

typedef struct dropping {
    dn_tensor *y;
    uint64_t seed;
    uint64_t step;
    uint64_t layer;
    uint64_t threshold; /**< left out where the bits are below it */
    float scale;
} dropping;

static uint64_t threshold_of(const dn_dropout *dropout)
{
    return (uint64_t)(dropout->rate * (float)STEPS);
}

float dn_dropout_scale(const dn_dropout *dropout)
{
    return (float)STEPS / (float)(STEPS - threshold_of(dropout)); /* of the rate that is drawn */
}

/** Activations whose draws are made together. */
#define CHUNK 64

static void drop_row(void *argument, size_t row)
{
    const dropping *work = argument;
    const size_t width = work->y->shape.extent[1];
    const uint32_t threshold = (uint32_t)work->threshold;
    const float scale = work->scale;
    float *y = work->y->data + row * width;
    dn_random random =
        dn_random_stream(work->seed, DN_PURPOSE_DROPOUT, work->step, work->layer << 32 | (uint64_t)row);
    for (size_t begin = 0; begin < width; begin += CHUNK) {
        uint16_t draw[CHUNK];
        const size_t count = dn_smaller(width - begin, CHUNK);
        for (size_t i = 0; i < count; i += DRAWS) {
            const uint64_t bits = dn_random_bits(&random);
            for (size_t part = 0; part < DRAWS; part++)
                draw[i + part] = (uint16_t)(bits >> (part * BITS));
        }
        for (size_t i = 0; i < count; i++)
            y[begin + i] *=
                draw[i] < threshold ? 0.0F : scale; /* y >= 0: no branch, whose course nobody could predict */
    }
}

void dn_dropout_forward(dn_context *context, const dn_dropout *dropout, size_t layer, dn_tensor *y)
{
    dropping work = {.y = y,
                     .seed = dropout->seed,
                     .step = dropout->step,
                     .layer = layer,
                     .threshold = threshold_of(dropout),
                     .scale = dn_dropout_scale(dropout)};
    if (dropout->rate > 0.0F)
        dn_pool_run(dn_context_pool(context), y->shape.extent[0], drop_row, &work);
}
