#include "digitnet/nn/dropout.h"

#include "digitnet/core/random.h"

/** Each activation takes so many random bits. */
#define BITS 16
#define DRAWS (64 / BITS)

typedef struct dropping {
    dn_tensor *y;
    uint64_t seed;
    uint64_t step;
    uint64_t layer;
    uint64_t threshold; /**< left out where the bits are below it */
    float scale;
} dropping;

static void drop_row(void *argument, size_t row)
{
    const dropping *work = argument;
    const size_t width = work->y->shape.extent[1];
    float *y = work->y->data + row * width;
    dn_random random =
        dn_random_stream(work->seed, DN_PURPOSE_DROPOUT, work->step, work->layer << 32 | (uint64_t)row);
    for (size_t i = 0; i < width; i += DRAWS) {
        uint64_t bits = dn_random_bits(&random);
        for (size_t draw = i; draw < i + DRAWS && draw < width; draw++, bits >>= BITS)
            y[draw] = (bits & ((1U << BITS) - 1)) < work->threshold ? 0.0F : y[draw] * work->scale;
    }
}

void dn_dropout_forward(dn_context *context, const dn_dropout *dropout, size_t layer, dn_tensor *y)
{
    dropping work = {.y = y,
                     .seed = dropout->seed,
                     .step = dropout->step,
                     .layer = layer,
                     .threshold = (uint64_t)(dropout->rate * (float)(1U << BITS)),
                     .scale = 1.0F / (1.0F - dropout->rate)};
    if (dropout->rate > 0.0F)
        dn_pool_run(dn_context_pool(context), y->shape.extent[0], drop_row, &work);
}

static void scale_row(void *argument, size_t row)
{
    const dropping *work = argument;
    const size_t width = work->y->shape.extent[1];
    float *y = work->y->data + row * width;
    for (size_t i = 0; i < width; i++)
        y[i] *= work->scale;
}

void dn_dropout_backward(dn_context *context, const dn_dropout *dropout, dn_tensor *dy)
{
    dropping work = {.y = dy, .scale = 1.0F / (1.0F - dropout->rate)};
    if (dropout->rate > 0.0F)
        dn_pool_run(dn_context_pool(context), dy->shape.extent[0], scale_row, &work);
}
