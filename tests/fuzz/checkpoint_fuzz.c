/**
 * Checkpoints: what is taken goes on to an end that a training can come to, whatever the training needs, and with the settings that the
 * file brings; those ask for no more than the file holds.
 */
#include "data/dataset.h"
#include "nn/model.h"
#include "support/fuzz.h"
#include "train/checkpoint.h"
#include "train/learner.h"
#include "train/settings.h"
#include "train/training.h"

#include "digitnet/loss.h"
#include "digitnet/run.h"

#include <math.h>

#define IMAGES 12
#define HELD_OUT 4
#define BATCH 3
#define EPOCHS 2
#define MORE_STEPS 2

/** Some stripes, so that a step moves weights. */
static dn_dataset stripes(void)
{
    static uint8_t images[IMAGES * DN_DIGIT_PIXELS];
    static uint8_t labels[IMAGES];
    for (size_t i = 0; i < IMAGES; i++) {
        labels[i] = (uint8_t)(i % DN_DIGIT_CLASSES);
        for (size_t x = 0; x < DN_DIGIT_SIDE; x++)
            images[i * DN_DIGIT_PIXELS + (i + 5) * DN_DIGIT_SIDE + x] = (uint8_t)(100 + 10 * x);
    }
    return (dn_dataset){.count = IMAGES,
                        .height = DN_DIGIT_SIDE,
                        .width = DN_DIGIT_SIDE,
                        .classes = DN_DIGIT_CLASSES,
                        .images = images,
                        .labels = labels};
}

static void new_loaders(size_t batch, bool valid, dn_dataloader **train, dn_dataloader **held_out)
{
    const dn_dataset all = stripes();
    const dn_dataset few = dn_dataset_first(&all, HELD_OUT);
    dn_error error;
    *held_out = NULL;
    fuzz_require(dn_dataloader_new(train, &all, NULL, batch, &error) == DN_OK);
    if (valid)
        fuzz_require(dn_dataloader_new(held_out, &few, NULL, HELD_OUT, &error) == DN_OK);
}

static void require_numbers(const dn_learner *learner, const dn_training *training)
{
    fuzz_require(isfinite(training->last_loss) && training->loss_sum >= 0.0);
    fuzz_require(training->best_accuracy >= 0.0 && training->best_accuracy <= 1.0);
    fuzz_require(training->best_epoch <= (learner->valid ? training->epochs : 0));
    for (size_t i = 0; i < dn_model_parameters(learner->model); i++) {
        const dn_tensor *value = &dn_model_parameter(learner->model, i)->value;
        for (size_t at = 0; at < dn_tensor_count(value); at++)
            fuzz_require(isfinite(value->data[at]));
    }
}

/** Go on for a few steps, if it is taken, and finish. */
static void go_on(const dn_archive *archive, dn_learner *learner, size_t epochs)
{
    dn_error error;
    dn_training training;
    dn_fit_result result;
    fuzz_require(dn_training_new(&training, dn_learner_needs(learner), learner->model, &error) == DN_OK);
    dn_status status = dn_checkpoint_restore(archive, learner->model, &training, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK) {
        learner->max_steps = training.steps < SIZE_MAX - MORE_STEPS ? training.steps + MORE_STEPS : SIZE_MAX;
        status = dn_learner_continue(learner, epochs, &training, &result, &error);
        fuzz_require(status == DN_OK || status == DN_ERR_FORMAT || status == DN_ERR_DIVERGED);
    }
    if (status == DN_OK) {
        fuzz_require(result.steps <= MORE_STEPS);
        dn_training_finish(&training, learner->model);
        require_numbers(learner, &training);
    }
    dn_training_free(&training);
}

/** With every combination of what a training needs. */
static void go_on_with_needs(const dn_archive *archive, unsigned needs)
{
    static const size_t widths[] = {DN_DIGIT_PIXELS, 1, DN_DIGIT_CLASSES};
    static dn_dataloader *train; /* made once: it takes longer than all else */
    static dn_dataloader *held_out;
    dn_error error;
    if (!train)
        new_loaders(BATCH, true, &train, &held_out);
    dn_learner learner = {.train = train,
                          .valid = needs & 4 ? held_out : NULL,
                          .optimiser = {.learning_rate = 0.1F, .momentum = needs & 1 ? 0.9F : 0.0F},
                          .average = needs & 2 ? 0.5F : 0.0F,
                          .patience = needs & 4 ? 1 : 0,
                          .loss = dn_cross_entropy};
    fuzz_require(dn_model_blank(&learner.model, widths, sizeof widths / sizeof widths[0], &error) == DN_OK);
    go_on(archive, &learner, EPOCHS);
    dn_model_free(learner.model);
}

static size_t count_elements(const dn_archive *archive)
{
    size_t count = 0;
    for (size_t i = 0; i < archive->tensor_count; i++)
        count += dn_tensor_count(&archive->tensors[i].tensor);
    return count;
}

/** With the settings that the file brings, as --resume takes them. */
static void go_on_with_settings(const dn_archive *archive, const char *path)
{
    dn_error error;
    dn_run run = {0};
    size_t widths[DN_SETTINGS_MAX_WIDTHS];
    size_t parameters = 0;
    const dn_status status = dn_run_resume(&run, path, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    const size_t count = status == DN_OK ? dn_settings_widths(&run.settings, widths) : 0;
    for (size_t i = 1; i < count; i++)
        parameters += widths[i] * (widths[i - 1] + 1);
    fuzz_require(parameters <= count_elements(archive));
    if (status == DN_OK &&
        run.settings.classes.count == DN_DIGIT_CLASSES) { /* the stripes have labels of all */
        const bool valid = run.settings.valid.is_fraction || run.settings.valid.count != 0;
        new_loaders((size_t)run.settings.batch_size, valid, &run.train, &run.valid);
        fuzz_require(dn_model_blank(&run.classifier.model, widths, count, &error) == DN_OK);
        dn_learner learner = dn_run_learner(&run);
        go_on(archive, &learner, (size_t)run.settings.epochs);
    }
    dn_run_free(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_archive archive;
    const char *path = fuzz_file(data, size);
    const dn_status status = dn_checkpoint_read(path, &archive, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    for (unsigned needs = 0; needs < 8; needs++)
        go_on_with_needs(&archive, needs);
    go_on_with_settings(&archive, path);
    dn_archive_free(&archive);
    return 0;
}
