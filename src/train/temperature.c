#include "train/temperature.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/scalar.h"
#include "data/dataloader.h"

#include "digitnet/loss.h"

#include <string.h>

/** The rise of the log likelihood that chance makes once in a thousand times: half of chi squared's quantile. */
#define LEAST_GAIN 5.41
/** Each keeps two thirds of the range of log T: it is known to 2e-5 then. */
#define STEPS 32

/** The scores of the images, and memory for them divided by a temperature. */
typedef struct sample {
    dn_tensor scores, divided; /**< [N, classes] */
    uint8_t *labels;           /**< [N] */
} sample;

static void free_sample(sample *taken)
{
    dn_tensor_free(&taken->scores);
    dn_tensor_free(&taken->divided);
    dn_release(taken->labels);
}

static dn_status take_scores(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                             sample *taken, dn_error *error)
{
    const size_t count = dn_dataloader_count(loader);
    const dn_shape shape = DN_SHAPE(count, classifier->classes.count);
    dn_batch batch;
    size_t done = 0;
    DN_TRY(dn_tensor_zeros(&taken->scores, shape, error));
    DN_TRY(dn_tensor_zeros(&taken->divided, shape, error));
    taken->labels = dn_allocate(count, 1, error);
    if (!taken->labels)
        return DN_ERR_MEMORY;
    dn_dataloader_rewind(loader);
    while (dn_dataloader_next(context, loader, &batch)) {
        dn_tensor scores;
        dn_tensor rows;
        DN_TRY(dn_classifier_scores(context, classifier, &batch.images, &scores, error));
        DN_TRY(dn_tensor_slice(&taken->scores, 0, done, done + batch.count, 1, &rows, error));
        DN_TRY(dn_copy(&scores, &rows, error));
        memcpy(taken->labels + done, batch.labels, batch.count);
        done += batch.count;
    }
    return DN_OK;
}

/** The mean cross entropy at a temperature. */
static dn_status measure(sample *taken, float temperature, float *entropy, dn_error *error)
{
    float inverse = 1.0F / temperature;
    const dn_tensor factor = dn_tensor_borrow(&inverse, DN_SCALAR);
    DN_TRY(dn_multiply(&taken->scores, &factor, &taken->divided, error));
    return dn_cross_entropy(NULL, &taken->divided, taken->labels, NULL, entropy, error);
}

/** Search log T by ternary section: the cross entropy is convex in 1 / T, so it has one minimum. */
static dn_status search(sample *taken, float *temperature, float *entropy, dn_error *error)
{
    float low = dn_log(DN_TEMPERATURE_LEAST);
    float high = -low;
    for (int step = 0; step < STEPS; step++) {
        const float third = (high - low) / 3.0F;
        float at_low;
        float at_high;
        DN_TRY(measure(taken, dn_exp(low + third), &at_low, error));
        DN_TRY(measure(taken, dn_exp(high - third), &at_high, error));
        if (at_low < at_high)
            high -= third;
        else
            low += third;
    }
    *temperature = dn_exp(0.5F * (low + high));
    return measure(taken, *temperature, entropy, error);
}

/** Is a temperature worth it? One at the end of the range is no minimum: none of the images is wrong then. */
static bool is_better(size_t count, float temperature, float before, float after)
{
    return (double)count * ((double)before - (double)after) >= LEAST_GAIN &&
           temperature > 2.0F * DN_TEMPERATURE_LEAST && temperature < 0.5F / DN_TEMPERATURE_LEAST;
}

dn_status dn_temperature_fit(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                             dn_error *error)
{
    sample taken = {0};
    float before = 0.0F;
    float after = 0.0F;
    float temperature = 1.0F;
    classifier->temperature = 0.0F;
    dn_status status = take_scores(context, classifier, loader, &taken, error);
    if (status == DN_OK)
        status = measure(&taken, 1.0F, &before, error);
    if (status == DN_OK)
        status = search(&taken, &temperature, &after, error);
    if (status == DN_OK && is_better(dn_dataloader_count(loader), temperature, before, after))
        classifier->temperature = temperature;
    free_sample(&taken);
    return status;
}
