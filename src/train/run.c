/** A training, from settings and data to a classifier. */
#include "train/run.h"

#include "core/fail.h"
#include "core/platform.h"
#include "core/pool.h"
#include "data/augment.h"
#include "data/classes.h"
#include "data/dataloader.h"
#include "data/dataset.h"
#include "nn/model.h"
#include "train/learner.h"
#include "train/mean.h"
#include "train/settings.h"
#include "train/training.h"

#include "digitnet/loss.h"

/** Read one part of the data, note its faults, and leave out the digits that are not to be learnt. */
static dn_status load_images(dn_run *run, const char *folder, dn_part_of_data part, dn_dataset *images,
                             dn_error *error)
{
    const dn_classes all = dn_classes_all();
    DN_TRY(dn_dataset_load(folder, part, images, error));
    run->doubt_count[part] = dn_dataset_doubts(images, run->doubts[part]);
    if (dn_classes_equal(&run->settings.classes, &all))
        return DN_OK;
    return dn_fail_in(error, dn_dataset_keep_classes(images, &run->settings.classes, NULL, error), folder);
}

/** Let the loader augment its images as the settings say. */
static dn_status augment(const dn_settings *settings, dn_dataloader *loader, dn_error *error)
{
    dn_augment bound;
    dn_error cause;
    DN_TRY(dn_settings_augment(settings, &bound, error));
    const dn_status status = dn_dataloader_augment(loader, &bound, &cause);
    if (status == DN_ERR_ARGUMENT)
        return dn_fail_at(error, status, "--strength", "give a smaller one",
                          "%g times --augment %s makes %.200s", (double)settings->strength, settings->augment,
                          cause.problem);
    if (status != DN_OK && error)
        *error = cause;
    return status;
}

static size_t held_out_count(const dn_slice *slice, size_t count)
{
    if (slice->is_fraction)
        return (size_t)(slice->fraction * (double)count + 0.5);
    return slice->count < SIZE_MAX ? (size_t)slice->count : SIZE_MAX;
}

/** Make the loaders of the images to learn from and of those held out. */
static dn_status split_images(dn_run *run, dn_error *error)
{
    const dn_settings *settings = &run->settings;
    const size_t limit = settings->limit != 0 ? (size_t)settings->limit : run->train_images.count;
    const dn_dataset used = dn_dataset_first(&run->train_images, limit);
    const size_t valid_count = held_out_count(&settings->valid, used.count);
    dn_selection train;
    dn_selection valid;
    DN_TRY(dn_fail_in(error, dn_dataset_split(&used, valid_count, settings->seed, &train, &valid, error),
                      "--valid"));
    dn_status status = dn_dataloader_new(&run->train, &used, &train, (size_t)settings->batch_size, error);
    if (status == DN_OK)
        status = augment(settings, run->train, error);
    if (status == DN_OK && valid.count != 0)
        status = dn_dataloader_new(&run->valid, &used, &valid, DN_MEASURE_BATCH, error);
    dn_selection_free(&train);
    dn_selection_free(&valid);
    if (status == DN_OK && settings->patience != 0 && !run->valid)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--patience",
                          "hold out some images with --valid, or leave it out",
                          "no images are held out to tell a better epoch by");
    return status;
}

static dn_status load_test_images(dn_run *run, const char *folder, dn_error *error)
{
    if (!dn_dataset_present(folder, DN_DATA_TEST))
        return DN_OK;
    DN_TRY(load_images(run, folder, DN_DATA_TEST, &run->test_images, error));
    return dn_dataloader_new(&run->test, &run->test_images, NULL, DN_MEASURE_BATCH, error);
}

/** Make the net. Mean images are made when they are learnt. */
static dn_status make_classifier(dn_run *run, dn_error *error)
{
    const dn_settings *settings = &run->settings;
    size_t widths[DN_SETTINGS_MAX_WIDTHS];
    run->classifier.classes = settings->classes;
    if (dn_settings_are_mean(settings))
        return DN_OK;
    return dn_model_new(&run->classifier.model, widths, dn_settings_widths(settings, widths), settings->seed,
                        error);
}

dn_learner dn_run_learner(const dn_run *run)
{
    const dn_settings *settings = &run->settings;
    const float batches = (float)dn_dataloader_batches(run->train);
    return (dn_learner){.context = run->context,
                        .train = run->train,
                        .valid = run->valid,
                        .model = run->classifier.model,
                        .optimiser = {.learning_rate = settings->learning_rate,
                                      .momentum = settings->momentum,
                                      .nesterov = settings->nesterov,
                                      .weight_decay = settings->weight_decay},
                        .loss = dn_loss_named(settings->loss)->function,
                        .seed = settings->seed,
                        .schedule = {.kind = dn_settings_schedule(settings),
                                     .warmup_steps = (size_t)(settings->warmup * batches)},
                        .dropout = settings->dropout,
                        .average = settings->average,
                        .patience = (size_t)settings->patience,
                        .max_steps = run->max_steps};
}

static dn_status begin_training(dn_run *run, dn_error *error)
{
    const dn_learner learner = run->classifier.model ? dn_run_learner(run) : (dn_learner){0};
    if (learner.model)
        DN_TRY(dn_training_new(&run->training, dn_learner_needs(&learner), learner.model, error));
    return run->file ? dn_run_take_counters(run, &learner, error) : DN_OK;
}

dn_status dn_run_open(dn_run *run, const char *data_folder, size_t threads, dn_error *error)
{
    DN_TRY(dn_run_check_settings(run, error));
    if (dn_settings_are_mean(&run->settings)) /* nothing is chosen by held-out images */
        run->settings.valid = (dn_slice){.count = 0};
    DN_TRY(load_images(run, data_folder, DN_DATA_TRAIN, &run->train_images, error));
    DN_TRY(dn_run_check_data(run, error));
    DN_TRY(dn_run_blame_file(run, split_images(run, error), error));
    DN_TRY(load_test_images(run, data_folder, error));
    DN_TRY(dn_context_new(&run->context, threads != 0 ? threads : dn_pool_default_threads(), DN_KERNELS_AUTO,
                          error));
    DN_TRY(make_classifier(run, error));
    return begin_training(run, error);
}

static dn_status fit_net(dn_run *run, const dn_callbacks *callbacks, dn_error *error)
{
    dn_learner learner = dn_run_learner(run);
    if (callbacks)
        learner.callbacks = *callbacks;
    DN_TRY(dn_learner_continue(&learner, (size_t)run->settings.epochs, &run->training, &run->fit, error));
    dn_training_finish(&run->training, run->classifier.model);
    return DN_OK;
}

static dn_status fit_mean(dn_run *run, dn_error *error)
{
    dn_distance distance;
    if (!dn_distance_named(run->settings.metric, &distance))
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--metric", "give l1 or rmse", "there is no \"%s\"",
                          run->settings.metric);
    return dn_mean_images_learn(&run->classifier.mean, distance, run->settings.classes.count, run->context,
                                run->train, error);
}

dn_status dn_run_fit(dn_run *run, const dn_callbacks *callbacks, dn_error *error)
{
    const double begin = dn_platform_seconds();
    DN_TRY(run->classifier.model ? fit_net(run, callbacks, error) : fit_mean(run, error));
    run->seconds = dn_platform_seconds() - begin;
    run->is_fitted = true;
    if (!run->test)
        return DN_OK;
    return dn_classifier_measure(run->context, &run->classifier, run->test, &run->test_metrics, error);
}

void dn_run_free(dn_run *run)
{
    if (!run)
        return;
    dn_dataloader_free(run->train);
    dn_dataloader_free(run->valid);
    dn_dataloader_free(run->test);
    dn_dataset_free(&run->train_images);
    dn_dataset_free(&run->test_images);
    dn_classifier_free(&run->classifier);
    dn_training_free(&run->training);
    dn_context_free(run->context);
    dn_archive_free(&run->archive);
    dn_bytes_free(&run->bytes);
    *run = (dn_run){0};
}
