/** A training, from settings and data to a classifier. */
#include "train/run.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "data/augment.h"
#include "data/classes.h"
#include "data/dataloader.h"
#include "data/dataset.h"
#include "nn/model.h"
#include "train/learner.h"
#include "train/mean.h"
#include "train/settings.h"
#include "train/temperature.h"
#include "train/training.h"

#include "digitnet/loss.h"

/** Read one part of a data set, note its faults, and leave out the digits that are not to be learnt. */
static dn_status load_set(const dn_run *run, dn_run_set *set, dn_part_of_data part, dn_error *error)
{
    const dn_classes all = dn_classes_all();
    dn_dataset *images = &set->images[part];
    DN_TRY(dn_dataset_load(set->folder, part, images, error));
    set->doubt_count[part] = dn_dataset_doubts(images, run->set_count == 1, set->doubts[part]);
    if (dn_classes_equal(&run->settings.classes, &all))
        return DN_OK;
    return dn_fail_in(error, dn_dataset_cut_classes(images, &run->settings.classes, NULL, error),
                      set->folder);
}

/** Make the images of all sets one data set. The images of a single one are only lent. */
static dn_status join_sets(const dn_run *run, dn_part_of_data part, const size_t *repeat, dn_dataset *joined,
                           dn_error *error)
{
    const dn_classes all = dn_classes_all();
    dn_dataset sets[DN_MAX_SETS];
    size_t factors[DN_MAX_SETS];
    size_t count = 0;
    for (size_t i = 0; i < run->set_count; i++) {
        if (run->sets[i].images[part].labels) {
            factors[count] = repeat[i];
            sets[count++] = run->sets[i].images[part];
        }
    }
    if (count == 0)
        return DN_OK;
    if (count == 1 && factors[0] == 1)
        *joined = dn_dataset_first(&sets[0], SIZE_MAX);
    else
        DN_TRY(dn_dataset_join(sets, count, factors, joined, error));
    if (dn_classes_equal(&run->settings.classes, &all))
        return DN_OK;
    return dn_fail_in(error, dn_dataset_need_classes(joined, error), run->sets[0].folder);
}

/** How often each set is seen in an epoch. */
static void list_factors(const dn_run *run, size_t factors[DN_MAX_SETS])
{
    for (size_t i = 0; i < run->set_count; i++)
        factors[i] = run->settings.repeat.count != 0 ? run->settings.repeat.width[i] : 1;
}

/** Is there memory for the images of all sets? Asked before anything is read. */
static dn_status check_memory(const dn_run *run, dn_error *error)
{
    size_t images = 0;
    for (size_t i = 0; i < run->set_count; i++)
        images += dn_dataset_peek(run->sets[i].folder, DN_DATA_TRAIN) +
                  dn_dataset_peek(run->sets[i].folder, DN_DATA_TEST);
    return dn_fail_in(error, dn_dataset_check_memory(images, dn_platform_memory(""), error),
                      run->sets[0].folder);
}

static dn_status load_training_images(dn_run *run, dn_error *error)
{
    size_t factors[DN_MAX_SETS];
    for (size_t i = 0; i < run->set_count; i++)
        DN_TRY(load_set(run, &run->sets[i], DN_DATA_TRAIN, error));
    list_factors(run, factors);
    return dn_fail_in(error, join_sets(run, DN_DATA_TRAIN, factors, &run->train_images, error), "--repeat");
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

/** The images of all sets, each once. */
static size_t count_images(const dn_run *run)
{
    size_t count = 0;
    for (size_t i = 0; i < run->set_count; i++)
        count += run->sets[i].images[DN_DATA_TRAIN].count;
    return count;
}

/** Select the further copies of what is selected to learn from: they follow all images of all sets. */
static dn_status repeat_selection(const dn_run *run, dn_selection *train, dn_error *error)
{
    size_t factors[DN_MAX_SETS];
    const size_t count = train->count;
    size_t copies = count_images(run);
    size_t first = 0;
    size_t place = 0;
    list_factors(run, factors);
    uint32_t *indices = dn_reallocate(train->indices, count, run->train_images.count, sizeof *indices, error);
    if (!indices)
        return DN_ERR_MEMORY;
    train->indices = indices;
    for (size_t i = 0; i < run->set_count; i++) {
        const size_t images = run->sets[i].images[DN_DATA_TRAIN].count;
        const size_t begin = place;
        while (place < count && indices[place] < first + images)
            place++;
        for (size_t copy = 1; copy < factors[i]; copy++, copies += images)
            for (size_t k = begin; k < place; k++)
                indices[train->count++] = (uint32_t)(copies + indices[k] - first);
        first += images;
    }
    return DN_OK;
}

/** Make the loaders of the images to learn from and of those held out: of all images, or the first ones, each once. */
static dn_status split_images(dn_run *run, dn_error *error)
{
    const dn_settings *settings = &run->settings;
    const size_t all = count_images(run);
    const size_t limit = settings->limit != 0 && settings->limit < all ? (size_t)settings->limit : all;
    const dn_dataset used = dn_dataset_first(&run->train_images, limit);
    const size_t valid_count = dn_slice_count(&settings->valid, used.count);
    dn_selection train;
    dn_selection valid;
    DN_TRY(dn_fail_in(error, dn_dataset_split(&used, valid_count, settings->seed, &train, &valid, error),
                      "--valid"));
    dn_status status = settings->repeat.count != 0 ? repeat_selection(run, &train, error) : DN_OK;
    if (status == DN_OK)
        status =
            dn_dataloader_new(&run->train, &run->train_images, &train, (size_t)settings->batch_size, error);
    if (status == DN_OK)
        status = augment(settings, run->train, error);
    if (status == DN_OK && valid.count != 0)
        status = dn_dataloader_new(&run->valid, &used, &valid, DN_MEASURE_BATCH, error);
    dn_selection_free(&train);
    dn_selection_free(&valid);
    if (status == DN_OK && !run->valid && (settings->patience != 0 || settings->calibrate))
        return dn_fail_at(error, DN_ERR_ARGUMENT, settings->patience != 0 ? "--patience" : "--calibrate",
                          "hold out some images with --valid, or leave it out",
                          settings->patience != 0 ? "no images are held out to tell a better epoch by"
                                                  : "no images are held out to fit a temperature on");
    return status;
}

static dn_status load_test_images(dn_run *run, dn_error *error)
{
    size_t once[DN_MAX_SETS];
    for (size_t i = 0; i < run->set_count; i++) {
        once[i] = 1;
        if (dn_dataset_present(run->sets[i].folder, DN_DATA_TEST))
            DN_TRY(load_set(run, &run->sets[i], DN_DATA_TEST, error));
    }
    DN_TRY(join_sets(run, DN_DATA_TEST, once, &run->test_images, error));
    if (run->test_images.count == 0)
        return DN_OK;
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
    DN_TRY(dn_model_new(&run->classifier.model, widths, dn_settings_widths(settings, widths), settings->seed,
                        error));
    for (size_t i = 0; run->parent.model && i < dn_model_parameters(run->parent.model); i++)
        DN_TRY(dn_copy(&dn_model_parameter(run->parent.model, i)->value,
                       &dn_model_parameter(run->classifier.model, i)->value, error));
    return DN_OK;
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

static dn_status list_sets(dn_run *run, const char *const *folders, size_t count, dn_error *error)
{
    const size_t factors = run->settings.repeat.count;
    if (count == 0 || count > DN_MAX_SETS)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--data", "give another number of them",
                          "%zu data sets, 1 to %d expected", count, DN_MAX_SETS);
    run->sets = dn_allocate_zeroed(count, sizeof *run->sets, error);
    if (!run->sets)
        return DN_ERR_MEMORY;
    run->set_count = count;
    for (size_t i = 0; i < count; i++)
        run->sets[i].folder = folders[i];
    if (factors == 0 || factors == count)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--repeat", "give one for each --data, in their order",
                      "%zu factors given, %zu expected", factors, count);
}

dn_status dn_run_open(dn_run *run, const char *data_folder, size_t threads, dn_error *error)
{
    return dn_run_open_sets(run, &data_folder, 1, threads, error);
}

dn_status dn_run_open_sets(dn_run *run, const char *const *folders, size_t folder_count, size_t threads,
                           dn_error *error)
{
    DN_TRY(dn_run_check_settings(run, error));
    DN_TRY(dn_run_check_parent(run, error));
    if (dn_settings_are_mean(&run->settings)) /* nothing is chosen by held-out images */
        run->settings.valid = (dn_slice){.count = 0};
    DN_TRY(dn_run_check_set_count(run, folder_count, error));
    DN_TRY(dn_run_blame_file(run, list_sets(run, folders, folder_count, error), error));
    DN_TRY(check_memory(run, error));
    DN_TRY(load_training_images(run, error));
    DN_TRY(dn_run_check_data(run, error));
    DN_TRY(dn_run_blame_file(run, split_images(run, error), error));
    DN_TRY(load_test_images(run, error));
    DN_TRY(dn_context_new(&run->context, threads, DN_KERNELS_AUTO, error));
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
    return run->settings.calibrate ? dn_temperature_fit(run->context, &run->classifier, run->valid, error)
                                   : DN_OK;
}

static dn_status fit_mean(dn_run *run, dn_error *error)
{
    size_t distance;
    DN_TRY(dn_fail_in(error, dn_choose(dn_distance_names, run->settings.metric, "", &distance, error),
                      "--metric"));
    return dn_mean_images_learn(&run->classifier.mean, (dn_distance)distance, run->settings.classes.count,
                                run->context, run->train, error);
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
    for (size_t i = 0; i < run->set_count; i++) {
        dn_dataset_free(&run->sets[i].images[DN_DATA_TRAIN]);
        dn_dataset_free(&run->sets[i].images[DN_DATA_TEST]);
    }
    dn_release(run->sets);
    dn_classifier_free(&run->parent);
    dn_classifier_free(&run->classifier);
    dn_training_free(&run->training);
    dn_context_free(run->context);
    dn_archive_free(&run->archive);
    dn_bytes_free(&run->bytes);
    *run = (dn_run){0};
}
