#include "cli/train_run.h"

#include "cli/say.h"
#include "core/fail.h"
#include "data/dataset.h"
#include "io/sha256.h"

#include <string.h>

/** Images that are measured at a time. */
#define MEASURE_BATCH 512

static size_t held_out_count(const cli_share *share, size_t count)
{
    if (share->is_fraction)
        return (size_t)(share->fraction * (double)count + 0.5);
    return share->count < SIZE_MAX ? (size_t)share->count : SIZE_MAX;
}

/** Let the loader draw its images anew, as the options say. */
static dn_status augment(const train_options *options, dn_dataloader *loader, dn_error *error)
{
    dn_augment bound;
    DN_TRY(dn_augment_named(options->augment, &bound, error));
    bound.shift *= options->strength;
    bound.rotation *= options->strength;
    bound.scale *= options->strength;
    bound.shear *= options->strength;
    bound.elastic_alpha *= options->strength;
    dn_error cause;
    const dn_status status = dn_dataloader_augment(loader, &bound, &cause);
    if (status != DN_ERR_ARGUMENT) {
        if (status != DN_OK && error)
            *error = cause;
        return status;
    }
    return dn_fail_at(error, status, "--strength", "give a smaller one", "%g times --augment %s makes %.200s",
                      (double)options->strength, options->augment, cause.problem);
}

/** Make the loaders of the two slices of the training images. */
static dn_status split(train_run *run, const dn_dataset *images, dn_error *error)
{
    const train_options *options = &run->options;
    const size_t valid_count = held_out_count(&options->valid, images->count);
    dn_selection train;
    dn_selection valid;
    DN_TRY(dn_fail_in(error, dn_dataset_split(images, valid_count, options->seed, &train, &valid, error),
                      "--valid"));
    dn_status status = dn_dataloader_new(&run->train, images, &train, (size_t)options->batch_size, error);
    if (status == DN_OK)
        status = augment(options, run->train, error);
    if (status == DN_OK && valid.count != 0)
        status = dn_dataloader_new(&run->valid, images, &valid, MEASURE_BATCH, error);
    dn_selection_free(&train);
    dn_selection_free(&valid);
    return status;
}

/** Leave out the digits that are not to be learnt. */
static dn_status keep_classes(const train_run *run, dn_dataset *images, dn_error *error)
{
    const dn_classes all = dn_classes_all();
    if (dn_classes_equal(&run->options.classes, &all))
        return DN_OK;
    return dn_fail_in(error, dn_dataset_keep_classes(images, &run->options.classes, NULL, error),
                      run->source.path);
}

/** Patience needs something to be measured on. */
static dn_status check_patience(const train_run *run, dn_error *error)
{
    if (run->options.patience == 0 || run->valid)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--patience",
                      "hold out some images with --valid, or leave it out",
                      "no images are held out to tell a better epoch by");
}

static dn_status load_training_images(train_run *run, dn_error *error)
{
    char path[CLI_PATH_TEXT_SIZE];
    DN_TRY(cli_find_data(run->options.data, &run->source, error));
    cli_say_line(run->options.quiet, "data: %s (%s)", cli_path_text(run->source.path, path), run->source.why);
    DN_TRY(dn_dataset_load(run->source.path, DN_DATA_TRAIN, &run->train_images, error));
    cli_say_doubts(run->options.quiet, &run->source, DN_DATA_TRAIN, &run->train_images);
    return keep_classes(run, &run->train_images, error);
}

/** Is this the data that the file whose settings these are was made from? */
static dn_status check_data(train_run *run, dn_error *error)
{
    uint8_t digest[DN_SHA256_SIZE];
    dn_dataset_digest(&run->train_images, digest);
    dn_sha256_text(digest, run->data_sha256);
    if (!run->settings_file || strcmp(run->made_from, run->data_sha256) == 0)
        return DN_OK;
    return dn_fail_at(
        error, DN_ERR_FORMAT, run->settings_file, "name with --data the folder that it was made from",
        "made from training images with SHA-256 %.64s, these have %s", run->made_from, run->data_sha256);
}

/** Make the loaders of the images that the settings choose. */
static dn_status choose_images(train_run *run, dn_error *error)
{
    const dn_dataset *all = &run->train_images;
    const size_t limit = run->options.limit != 0 ? (size_t)run->options.limit : all->count;
    const dn_dataset used = dn_dataset_first(all, limit);
    dn_status status = split(run, &used, error);
    if (status == DN_OK)
        status = check_patience(run, error);
    return train_blame_settings(run, status, error);
}

static dn_status load_test_images(train_run *run, dn_error *error)
{
    if (!dn_dataset_present(run->source.path, DN_DATA_TEST))
        return DN_OK;
    DN_TRY(dn_dataset_load(run->source.path, DN_DATA_TEST, &run->test_images, error));
    cli_say_doubts(run->options.quiet, &run->source, DN_DATA_TEST, &run->test_images);
    DN_TRY(keep_classes(run, &run->test_images, error));
    return dn_dataloader_new(&run->test, &run->test_images, NULL, MEASURE_BATCH, error);
}

static size_t held_out(const train_run *run)
{
    return run->valid ? dn_dataloader_count(run->valid) : 0;
}

dn_status train_load_training_data(train_run *run, dn_error *error)
{
    DN_TRY(load_training_images(run, error));
    DN_TRY(choose_images(run, error));
    cli_say_line(run->options.quiet, "images: %zu to learn from, %zu held out",
                 dn_dataloader_count(run->train), held_out(run));
    return DN_OK;
}

dn_status train_load_data(train_run *run, dn_error *error)
{
    DN_TRY(load_training_images(run, error));
    DN_TRY(check_data(run, error));
    DN_TRY(choose_images(run, error));
    DN_TRY(load_test_images(run, error));
    cli_say_line(run->options.quiet, "images: %zu to learn from, %zu held out, %zu to test",
                 dn_dataloader_count(run->train), held_out(run),
                 run->test ? dn_dataloader_count(run->test) : 0);
    return DN_OK;
}
