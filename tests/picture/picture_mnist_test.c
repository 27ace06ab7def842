#include "support.h"

#include "data/dataset.h"
#include "io/picture.h"
#include "train/metrics.h"

#include "digitnet/loss.h"
#include "digitnet/picture.h"
#include "digitnet/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What preparation does to MNIST's own test images, which were prepared when they were made: next to nothing. */

#define HIDDEN 128
#define EPOCHS 2
#define BATCH 64
#define MEASURE_BATCH 500
#define MOST_DIFFERENCE 0.0005

static dn_error error;

/** A loader of one part of MNIST; the test frees it. */
static dn_dataloader *loader_of(const dn_dataset *dataset, size_t batch)
{
    dn_dataloader *loader;
    assert_ok(dn_dataloader_new(&loader, dataset, NULL, batch, &error));
    return loader;
}

/** A small net, trained on MNIST for a moment. */
static dn_model *train(dn_context *context, const char *folder)
{
    static const size_t widths[] = {DN_DIGIT_PIXELS, HIDDEN, DN_DIGIT_CLASSES};
    dn_dataset dataset;
    dn_model *model;
    dn_fit_result result;
    assert_ok(dn_dataset_load(folder, DN_DATA_TRAIN, &dataset, &error));
    assert_ok(dn_model_new(&model, widths, 3, 1, &error));
    dn_dataloader *loader = loader_of(&dataset, BATCH);
    dn_learner learner = {.context = context,
                          .train = loader,
                          .model = model,
                          .optimiser = {.learning_rate = 0.1F},
                          .loss = dn_cross_entropy,
                          .seed = 1};
    assert_ok(dn_learner_fit(&learner, EPOCHS, &result, &error));
    dn_dataloader_free(loader);
    dn_dataset_free(&dataset);
    return model;
}

static double accuracy(dn_context *context, dn_model *model, const dn_dataset *dataset)
{
    dn_metrics metrics;
    dn_dataloader *loader = loader_of(dataset, MEASURE_BATCH);
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, context, model, loader, &metrics, &error));
    dn_dataloader_free(loader);
    return dn_metrics_accuracy(&metrics);
}

static void prepare(const uint8_t *image, uint8_t *prepared)
{
    uint16_t samples[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    const dn_picture picture = {
        .height = DN_DIGIT_SIDE, .width = DN_DIGIT_SIDE, .channels = 1, .samples = samples};
    dn_picture_widen(image, DN_DIGIT_PIXELS, samples);
    assert_ok(dn_prepare_digit(&picture, prepared, &preparation, &error));
    assert_false(preparation.inverted);
}

static void mnists_own_images_are_read_as_well_prepared_as_not(void **state)
{
    (void)state;
    const char *folder = mnist_folder_or_skip();
    dn_context *context;
    dn_dataset plain;
    assert_ok(dn_context_new(&context, 2, DN_KERNELS_AUTO, &error));
    dn_model *model = train(context, folder);
    assert_ok(dn_dataset_load(folder, DN_DATA_TEST, &plain, &error));
    uint8_t *images = malloc(plain.count * DN_DIGIT_PIXELS);
    assert_non_null(images);
    size_t changed = 0;
    for (size_t i = 0; i < plain.count; i++) {
        uint8_t *image = images + i * DN_DIGIT_PIXELS;
        prepare(dn_dataset_image(&plain, i), image);
        changed += memcmp(image, dn_dataset_image(&plain, i), DN_DIGIT_PIXELS) != 0;
    }
    dn_dataset prepared = plain;
    prepared.images = images;
    const double without = accuracy(context, model, &plain);
    const double with = accuracy(context, model, &prepared);
    print_message("accuracy %.4f as they are, %.4f prepared; %zu of %zu images change\n", without, with,
                  changed, plain.count);
    assert_true(without > 0.93);
    assert_true(fabs(with - without) <= MOST_DIFFERENCE);
    free(images);
    dn_dataset_free(&plain);
    dn_model_free(model);
    dn_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mnists_own_images_are_read_as_well_prepared_as_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
