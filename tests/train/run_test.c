/** Runs through the library's face, on the bundled digits: from settings and data to a model, on from a checkpoint, and once more. */
#include "digitnet/run.h"

#include "support.h"

#include "data/dataloader.h"
#include "data/dataset.h"
#include "io/archive.h"
#include "io/sha256.h"
#include "nn/model.h"
#include "pack/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 1024

static dn_error error;

/** Everything on that has a state of its own; 13 steps an epoch. */
#define BUSY                                                                                                 \
    "--hidden 12 --epochs 4 --batch-size 32 --lr 0.02 --warmup 0.5 --momentum 0.9 --weight-decay 0.001 "     \
    "--dropout 0.2 --average 0.8 --augment affine --seed 5 --valid 100 --limit 500"
#define BUSY_STEPS 52
/** With this one the number of epochs may grow. */
#define CONSTANT "--hidden 6 --epochs 2 --batch-size 50 --schedule constant --valid 50 --limit 250"
#define MEAN "--arch mean --metric rmse --classes 3,7,1 --valid 0 --limit 200"

static const char *digits(void)
{
    return source_path("data/digits");
}

static dn_run new_run(const char *settings)
{
    dn_run run = {.settings = dn_settings_default()};
    assert_ok(dn_settings_parse(&run.settings, settings, &error));
    return run;
}

/** A path that outlives the next call of temporary_path. */
typedef struct place {
    char path[PATH_SIZE];
} place;

static place place_of(const char *name)
{
    place made;
    snprintf(made.path, sizeof made.path, "%s", temporary_path(name));
    return made;
}

static void assert_same_files(const char *found, const char *expected)
{
    size_t found_size;
    size_t expected_size;
    uint8_t *found_bytes = read_bytes(found, &found_size);
    uint8_t *expected_bytes = read_bytes(expected, &expected_size);
    assert_int_equal(found_size, expected_size);
    assert_memory_equal(found_bytes, expected_bytes, expected_size);
    free(found_bytes);
    free(expected_bytes);
}

/** Train with the settings from beginning to end, and save. */
static place train(const char *settings, const char *name, size_t threads)
{
    const place model = place_of(name);
    dn_run run = new_run(settings);
    assert_ok(dn_run_open(&run, digits(), threads, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_false(run.fit.stopped);
    assert_ok(dn_run_save(&run, model.path, NULL, &error));
    dn_run_free(&run);
    return model;
}

/** Write a file of a run again, with another value of one key, or without it; and with other bits in a weight, if wanted. */
static place edit(const char *path, const char *key, const char *value, bool spoil_weight)
{
    const place edited = place_of("edited");
    dn_archive archive;
    dn_archive other = {0};
    assert_ok(dn_archive_read(path, &archive, &error));
    for (size_t i = 0; i < archive.metadata_count; i++) {
        const dn_metadata *entry = &archive.metadata[i];
        const char *kept = key && strcmp(entry->key, key) == 0 ? value : entry->value;
        if (kept)
            assert_ok(dn_archive_add_metadata(&other, entry->key, kept, &error));
    }
    for (size_t i = 0; i < archive.tensor_count; i++) {
        dn_tensor view = archive.tensors[i].tensor;
        view.storage = NULL;
        if (spoil_weight && i == 0)
            view.data[0] += 0.5F;
        assert_ok(dn_archive_add_tensor(&other, archive.tensors[i].name, &view, &error));
    }
    assert_ok(dn_archive_write(edited.path, &other, &error));
    dn_archive_free(&other);
    dn_archive_free(&archive);
    return edited;
}

static void assert_metadata(const dn_archive *archive, const char *key, const char *expected)
{
    const char *value = dn_archive_metadata(archive, key);
    if (!expected) {
        assert_null(value);
        return;
    }
    assert_non_null(value);
    assert_string_equal(value, expected);
}

/* ---- From settings and data to a model ---- */

static void a_run_trains_measures_and_saves(void **state)
{
    (void)state;
    char settings[DN_SETTINGS_TEXT_SIZE];
    char sum[DN_SHA256_TEXT_SIZE];
    char found_sum[DN_SHA256_TEXT_SIZE];
    uint8_t digest[DN_SHA256_SIZE];
    dn_sha256 hash;
    size_t size;
    dn_classifier classifier;
    dn_archive archive;
    const place model = place_of("model");
    dn_run run = new_run(BUSY);
    assert_ok(dn_run_open(&run, digits(), 2, &error));
    assert_int_equal(dn_dataloader_count(run.train), 400);
    assert_int_equal(dn_dataloader_count(run.valid), 100);
    assert_int_equal(dn_dataloader_count(run.test), run.test_images.count);
    assert_int_equal(run.train_images.count,
                     1438); /* the limit is no cut of the data: their sum is that of all */
    assert_int_equal(run.training.steps, 0);
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_int_equal(run.fit.epochs, 4);
    assert_int_equal(run.fit.steps, BUSY_STEPS);
    assert_int_equal(run.training.steps, BUSY_STEPS);
    assert_int_equal(run.test_metrics.count, run.test_images.count);
    assert_true(run.seconds > 0.0);
    assert_ok(dn_run_save(&run, model.path, sum, &error));
    uint8_t *bytes = read_bytes(model.path, &size);
    dn_sha256_init(&hash);
    dn_sha256_update(&hash, bytes, size);
    dn_sha256_final(&hash, digest);
    assert_string_equal(dn_sha256_text(digest, found_sum), sum);
    free(bytes);
    assert_ok(dn_classifier_read(model.path, &classifier, &archive, &error));
    assert_metadata(&archive, "arguments", dn_settings_text(&run.settings, settings));
    assert_metadata(&archive, "digitnet_version", dn_version());
    assert_metadata(&archive, "seed", "5");
    assert_metadata(&archive, "steps", "52");
    assert_metadata(&archive, "data_sha256", run.data_sha256);
    assert_non_null(dn_archive_metadata(&archive, "best_epoch"));
    assert_non_null(dn_archive_metadata(&archive, "valid_accuracy"));
    assert_non_null(dn_archive_metadata(&archive, "test_accuracy"));
    dn_classifier_free(&classifier);
    dn_archive_free(&archive);
    dn_run_free(&run);
}

static void the_number_of_threads_changes_no_byte(void **state)
{
    (void)state;
    const place one = train(BUSY, "one", 1);
    const place three = train(BUSY, "three", 3);
    assert_same_files(three.path, one.path);
}

static bool never(void *self, const dn_progress *progress)
{
    (void)self;
    (void)progress;
    fail_msg("mean images have no batches to tell of");
    return false;
}

static void mean_images_are_learnt_in_one_pass(void **state)
{
    (void)state;
    const dn_callbacks callbacks = {.batch_done = never};
    const place model = place_of("mean");
    dn_archive archive;
    dn_run run = new_run(MEAN);
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_null(run.classifier.model);
    assert_null(run.valid);
    assert_ok(dn_run_fit(&run, &callbacks, &error));
    assert_true(dn_metrics_accuracy(&run.test_metrics) > 0.9);
    assert_ok(dn_run_save(&run, model.path, NULL, &error));
    assert_ok(dn_archive_read(model.path, &archive, &error));
    assert_metadata(&archive, "steps", NULL);
    assert_metadata(&archive, "best_epoch", NULL);
    assert_metadata(&archive, "classes", "3,7,1");
    dn_archive_free(&archive);
    dn_run_free(&run);
}

/** Mean images hold nothing out, whatever the default is: the file says so. */
static void mean_images_learn_from_all_images(void **state)
{
    (void)state;
    const place given = train("--arch mean --valid 0", "given", 1);
    const place usual = train("--arch mean", "usual", 1);
    assert_same_files(usual.path, given.path);
}

static void copy_file(const char *folder, const char *name)
{
    char source[2 * PATH_SIZE];
    size_t size;
    snprintf(source, sizeof source, "data/digits/%s", name);
    uint8_t *bytes = read_bytes(source_path(source), &size);
    snprintf(source, sizeof source, "%s%s", folder, name);
    write_bytes(source, bytes, size);
    free(bytes);
}

static void without_test_images_there_is_no_test_accuracy(void **state)
{
    (void)state;
    const place folder = place_of("");
    const place model = place_of("untested");
    dn_archive archive;
    dn_run run = new_run(CONSTANT);
    copy_file(folder.path, "train-images-idx3-ubyte");
    copy_file(folder.path, "train-labels-idx1-ubyte");
    assert_ok(dn_run_open(&run, folder.path, 1, &error));
    assert_null(run.test);
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_ok(dn_run_save(&run, model.path, NULL, &error));
    assert_ok(dn_archive_read(model.path, &archive, &error));
    assert_metadata(&archive, "test_accuracy", NULL);
    assert_non_null(dn_archive_metadata(&archive, "valid_accuracy"));
    dn_archive_free(&archive);
    dn_run_free(&run);
}

/* ---- Stopped, and gone on ---- */

/** Where to stop, and the checkpoint to write there. */
typedef struct stopper {
    size_t batches;
    size_t epochs;
    dn_run *run;
    const char *checkpoint;
} stopper;

static bool stop_after_batches(void *self, const dn_progress *progress)
{
    stopper *stops = self;
    (void)progress;
    return stops->batches == 0 || --stops->batches != 0;
}

static bool stop_after_epochs(void *self, const dn_epoch *epoch)
{
    const stopper *stops = self;
    if (stops->checkpoint)
        assert_ok(dn_run_checkpoint(stops->run, stops->checkpoint, &error));
    return stops->epochs == 0 || epoch->epoch < stops->epochs;
}

/** Begin, and write where it stands when it stops. */
static void begin_and_stop(const char *settings, stopper stops, const char *checkpoint)
{
    const dn_callbacks callbacks = {
        .batch_done = stop_after_batches, .epoch_done = stop_after_epochs, .self = &stops};
    dn_run run = new_run(settings);
    stops.run = &run;
    stops.checkpoint = checkpoint;
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_ok(dn_run_fit(&run, &callbacks, &error));
    assert_true(run.fit.stopped);
    dn_run_free(&run);
}

static void a_run_that_was_stopped_goes_on_to_the_same_bytes(void **state)
{
    (void)state;
    static const stopper stops[] = {
        {.batches = 1}, {.batches = 20}, {.batches = 39}, {.epochs = 1}, {.epochs = 3}};
    const place expected = train(BUSY, "expected", 2);
    const place checkpoint = place_of("checkpoint");
    const place model = place_of("resumed");
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        dn_run run = {0};
        begin_and_stop(BUSY, stops[i], checkpoint.path);
        assert_ok(dn_run_resume(&run, checkpoint.path, &error));
        assert_ok(dn_run_open(&run, digits(), 3, &error));
        assert_true(run.training.steps > 0 && run.training.steps < BUSY_STEPS);
        assert_ok(dn_run_fit(&run, NULL, &error));
        assert_int_equal(run.training.steps, BUSY_STEPS);
        assert_ok(dn_run_save(&run, model.path, NULL, &error));
        assert_same_files(model.path, expected.path);
        dn_run_free(&run);
    }
}

/** What it would write are the weights to keep, not those that training goes on from. */
static void there_is_no_checkpoint_of_what_does_not_learn(void **state)
{
    (void)state;
    const place checkpoint = place_of("late.checkpoint");
    dn_run run = new_run(CONSTANT);
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_int_equal(dn_run_checkpoint(&run, checkpoint.path, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "training is over");
    dn_run_free(&run);
    run = new_run(MEAN);
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_int_equal(dn_run_checkpoint(&run, checkpoint.path, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "mean images have no checkpoint");
    dn_run_free(&run);
    assert_null(fopen(checkpoint.path, "rb"));
}

static void a_run_stops_at_its_most_steps(void **state)
{
    (void)state;
    dn_run run = new_run(BUSY);
    run.max_steps = 17;
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_true(run.fit.stopped);
    assert_int_equal(run.training.steps, 17);
    dn_run_free(&run);
}

static void a_resumed_run_may_go_on_for_longer_where_the_schedule_has_no_end(void **state)
{
    (void)state;
    const place checkpoint = place_of("short.checkpoint");
    const place model = place_of("longer");
    const place expected = train(CONSTANT " --epochs 5", "long", 1);
    dn_run run = {0};
    begin_and_stop(CONSTANT, (stopper){.epochs = 1}, checkpoint.path);
    assert_ok(dn_run_resume(&run, checkpoint.path, &error));
    run.settings.epochs = 5;
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_ok(dn_run_save(&run, model.path, NULL, &error));
    assert_same_files(model.path, expected.path);
    dn_run_free(&run);
}

/** Resume with one more setting. */
static void assert_other_settings_refused(const char *checkpoint, const char *setting, const char *problem)
{
    dn_run run = {0};
    assert_ok(dn_run_resume(&run, checkpoint, &error));
    assert_ok(dn_settings_parse(&run.settings, setting, &error));
    assert_int_equal(dn_run_open(&run, digits(), 1, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.subject, checkpoint);
    assert_string_equal(error.problem, problem);
    assert_string_equal(error.remedy, "it goes on with its own settings: leave out others");
    assert_null(run.context);
    dn_run_free(&run);
}

static void settings_that_are_not_the_checkpoints_are_refused(void **state)
{
    (void)state;
    const place busy = place_of("busy.checkpoint");
    const place constant = place_of("constant.checkpoint");
    begin_and_stop(BUSY, (stopper){.epochs = 1}, busy.path);
    begin_and_stop(CONSTANT, (stopper){.epochs = 1}, constant.path);
    assert_other_settings_refused(busy.path, "--epochs 5", "it was made with --epochs 4");
    assert_other_settings_refused(busy.path, "--hidden 12,12", "it was made with --hidden 12");
    assert_other_settings_refused(busy.path, "--limit 0", "it was made with --limit 500");
    assert_other_settings_refused(busy.path, "--seed 6 --lr 0.5", "it was made with --lr 0.02");
    assert_other_settings_refused(constant.path, "--epochs 1", "it was made with --epochs 2");
    assert_other_settings_refused(constant.path, "--epochs 3 --lr 0.2", "it was made with --lr 0.1");
}

/* ---- Made again ---- */

/** Make the model again with its data, and compare. */
static void assert_reproduced(const char *model, dn_likeness expected, const char *difference)
{
    dn_run run = {0};
    dn_likeness likeness;
    char text[DN_DIFFERENCE_SIZE];
    assert_ok(dn_run_reproduce(&run, model, &error));
    assert_ok(dn_run_open(&run, digits(), 2, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_ok(dn_run_compare(&run, &likeness, text, &error));
    assert_int_equal(likeness, expected);
    if (difference[0] == '\0')
        assert_string_equal(text, "");
    else
        assert_contains(text, difference);
    dn_run_free(&run);
}

static void a_model_is_made_again(void **state)
{
    (void)state;
    assert_reproduced(train(BUSY, "busy", 1).path, DN_SAME_BYTES, "");
    assert_reproduced(train(MEAN, "mean", 1).path, DN_SAME_BYTES, "");
    assert_reproduced(train("--arch linear --epochs 1 --limit 0", "linear", 1).path, DN_SAME_BYTES, "");
    assert_reproduced(train(CONSTANT " --classes 3,7 --loss mnist --valid 5", "two", 1).path, DN_SAME_BYTES,
                      "");
    assert_reproduced(train(CONSTANT " --epochs 30 --patience 1 --lr 0.5", "early", 1).path, DN_SAME_BYTES,
                      "");
}

/** What stopped it is not known; its steps are. */
static void a_model_of_a_run_that_was_stopped_is_made_again(void **state)
{
    (void)state;
    stopper stops = {.batches = 20};
    const dn_callbacks callbacks = {.batch_done = stop_after_batches, .self = &stops};
    const place model = place_of("stopped");
    dn_run run = new_run(BUSY);
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_ok(dn_run_fit(&run, &callbacks, &error));
    assert_ok(dn_run_save(&run, model.path, NULL, &error));
    dn_run_free(&run);
    assert_reproduced(model.path, DN_SAME_BYTES, "");
}

static void what_differs_is_told(void **state)
{
    (void)state;
    const place model = train(CONSTANT, "told", 1);
    assert_reproduced(edit(model.path, NULL, NULL, true).path, DN_OTHER_WEIGHTS, "0.weight [0, 0] is ");
    assert_reproduced(edit(model.path, "seed", "2", false).path, DN_SAME_WEIGHTS,
                      "metadata seed is \"2\", \"1\" expected");
    assert_reproduced(edit(model.path, "test_accuracy", NULL, false).path, DN_SAME_WEIGHTS,
                      "metadata test_accuracy is missing");
    const place last = train("--hidden 6 --epochs 2 --valid 0 --limit 250", "last", 1);
    assert_reproduced(edit(last.path, "steps", "3", false).path, DN_OTHER_WEIGHTS, " expected");
}

/* ---- Files that can't be ---- */

typedef dn_status take_file(dn_run *run, const char *path, dn_error *error);

/** It is refused as bad data that names the file, when it is read or when data and net are there; whatever there is of the run is freed. */
static void assert_file_refused(take_file *take, const char *path, const char *problem)
{
    dn_run run = {0};
    dn_status status = take(&run, path, &error);
    if (status == DN_OK)
        status = dn_run_open(&run, digits(), 1, &error);
    if (status != DN_ERR_FORMAT)
        fail_msg("%s: status %d", problem, (int)status);
    assert_string_equal(error.subject, path);
    assert_contains(error.problem, problem);
    dn_run_free(&run);
    run = (dn_run){0};
    status = take(&run, path, NULL);
    if (status == DN_OK)
        status = dn_run_open(&run, digits(), 1, NULL);
    assert_int_equal(status, DN_ERR_FORMAT); /* also where nobody asks why */
    dn_run_free(&run);
}

static void assert_edit_refused(take_file *take, const char *path, const char *key, const char *value,
                                const char *problem)
{
    assert_file_refused(take, edit(path, key, value, false).path, problem);
}

static void assert_damage_refused(take_file *take, const char *path)
{
    assert_edit_refused(take, path, "arguments", NULL, "metadata arguments: none found");
    assert_edit_refused(take, path, "data_sha256", NULL, "metadata data_sha256: none found");
    assert_edit_refused(take, path, "data_sha256", "00", "made from training images with SHA-256 00, these");
    assert_edit_refused(take, path, "format", "other", "");
    assert_edit_refused(take, path, "format_version", "99", "");
    assert_edit_refused(take, path, "arguments", "--output x",
                        "metadata arguments: --output: there is no such option");
    assert_edit_refused(take, path, "arguments", "--epochs", "metadata arguments: --epochs: ");
    assert_edit_refused(take, path, "arguments", "--epochs 0",
                        "metadata arguments: --epochs: 0 is out of range");
    assert_edit_refused(take, path, "arguments", "--hidden 6 --epochs 2  --lr 1", "metadata arguments: ");
    assert_edit_refused(take, path, "arguments", "--hidden 7",
                        "tensor \"0.weight\" has shape [6, 784], [7, 784] expected");
    assert_edit_refused(take, path, "arguments", "--hidden 65535,65535", "");
    assert_edit_refused(take, path, "arguments", "--arch linear --hidden 6",
                        "metadata arguments: --hidden: it has no meaning with --arch linear");
    assert_edit_refused(take, path, "arguments", "--hidden 6 --loss mnist", "metadata arguments: --loss: ");
    assert_edit_refused(take, path, "arguments", "--hidden 6 --valid 1438",
                        "metadata arguments: --valid: 1438 of 1438");
    assert_edit_refused(take, path, "arguments", "--hidden 6 --patience 2 --valid 0",
                        "metadata arguments: --patience: no images are held out");
    assert_edit_refused(take, path, "arguments", "--hidden 6 --augment affine --strength 1000",
                        "metadata arguments: --strength: 1000 times --augment affine");
}

static void a_damaged_checkpoint_is_refused_as_bad_data(void **state)
{
    (void)state;
    const place checkpoint = place_of("damaged.checkpoint");
    begin_and_stop(CONSTANT, (stopper){.epochs = 1}, checkpoint.path);
    assert_damage_refused(dn_run_resume, checkpoint.path);
    assert_edit_refused(dn_run_resume, checkpoint.path, "steps", "999", "999 steps do not fit");
    assert_edit_refused(dn_run_resume, checkpoint.path, "arguments", "--arch mean",
                        "metadata arguments: mean images have no checkpoint");
}

static void a_damaged_model_is_refused_as_bad_data(void **state)
{
    (void)state;
    const place model = train(CONSTANT, "damaged", 1);
    assert_damage_refused(dn_run_reproduce, model.path);
    assert_edit_refused(dn_run_reproduce, model.path, "steps", NULL,
                        "metadata steps: nothing found, 1 to 8 expected");
    assert_edit_refused(dn_run_reproduce, model.path, "steps", "9",
                        "metadata steps: \"9\" found, 1 to 8 expected");
    assert_edit_refused(dn_run_reproduce, model.path, "best_epoch", "3",
                        "metadata best_epoch: \"3\" found, 1 to 2 expected");
    assert_edit_refused(dn_run_reproduce, model.path, "arguments", "--arch mean", "mean");
}

static void a_file_of_another_kind_is_refused(void **state)
{
    (void)state;
    const place model = train(CONSTANT, "kind.model", 1);
    const place checkpoint = place_of("kind.checkpoint");
    begin_and_stop(CONSTANT, (stopper){.epochs = 1}, checkpoint.path);
    assert_file_refused(dn_run_resume, model.path, "");
    assert_file_refused(dn_run_reproduce, checkpoint.path, "");
    const place text = place_of("text");
    write_bytes(text.path, "no model", 8);
    assert_file_refused(dn_run_resume, text.path, "");
    assert_file_refused(dn_run_reproduce, text.path, "");
    dn_run run = {0};
    assert_int_equal(dn_run_resume(&run, temporary_path("missing"), &error), DN_ERR_FILE);
    dn_run_free(&run);
    assert_int_equal(dn_run_reproduce(&run, temporary_path("missing"), &error), DN_ERR_FILE);
    dn_run_free(&run);
}

#define SMALL "--hidden 6 --epochs 2 --batch-size 50"

/* ---- Several data sets, and a model to start from ---- */

/** Write images of the bundled digits as the training files of a folder, so often one after the other. */
static place put_set(const char *name, size_t first, size_t count, size_t times)
{
    const place folder = place_of(name);
    dn_dataset all;
    dn_pack pack = {0};
    assert_ok(dn_dataset_load(digits(), DN_DATA_TRAIN, &all, &error));
    for (size_t copy = 0; copy < times; copy++)
        for (size_t i = first; i < first + count; i++)
            assert_ok(dn_pack_take(&pack, (dn_pack_place){.path = ""}, all.labels[i],
                                   dn_dataset_image(&all, i), false, &error));
    assert_ok(dn_pack_split(&pack, &(dn_slice){.count = 0}, 1, &error));
    if (mkdir(folder.path, 0777) == 0)
        assert_ok(dn_pack_write(&pack, folder.path, &error));
    dn_pack_free(&pack);
    dn_dataset_free(&all);
    return folder;
}

/** Train with two data sets, and a model to start from (or NULL). */
static place train_sets(const char *settings, const place *a, const place *b, const char *from,
                        const char *name)
{
    const place model = place_of(name);
    dn_run run = new_run(settings);
    if (from)
        assert_ok(dn_run_start_from(&run, from, &error));
    assert_ok(
        dn_run_open_sets(&run, (const char *const[]){a->path, b ? b->path : NULL}, b ? 2 : 1, 2, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_ok(dn_run_save(&run, model.path, NULL, &error));
    dn_run_free(&run);
    return model;
}

/** Every weight is the same, to the bit. */
static void assert_same_weights(const place *found, const place *expected)
{
    dn_archive archives[2];
    assert_ok(dn_archive_read(found->path, &archives[0], &error));
    assert_ok(dn_archive_read(expected->path, &archives[1], &error));
    assert_int_equal(archives[0].tensor_count, archives[1].tensor_count);
    for (size_t i = 0; i < archives[0].tensor_count; i++)
        assert_memory_equal(archives[0].tensors[i].tensor.data, archives[1].tensors[i].tensor.data,
                            dn_tensor_count(&archives[1].tensors[i].tensor) * sizeof(float));
    dn_archive_free(&archives[0]);
    dn_archive_free(&archives[1]);
}

/** Augmented, split by class, limited to images of both, of some classes, mean images: all as if the images were in one folder. */
static void sets_that_are_joined_teach_what_one_set_of_their_images_does(void **state)
{
    (void)state;
    static const char *const kinds[] = {CONSTANT " --augment elastic --valid 40",
                                        CONSTANT " --valid 0.1 --limit 160", CONSTANT " --limit 70",
                                        CONSTANT " --classes 3,7 --loss mnist --valid 5", MEAN};
    const place a = put_set("first", 0, 100, 1);
    const place b = put_set("second", 100, 150, 1);
    const place both = put_set("both", 0, 250, 1);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const place joined = train_sets(kinds[i], &a, &b, NULL, "joined");
        const place whole = train_sets(kinds[i], &both, NULL, NULL, "whole");
        assert_same_weights(&joined, &whole);
    }
}

static void images_that_are_repeated_are_so_many_images(void **state)
{
    (void)state;
    static const char *const kinds[] = {"--valid 0 " SMALL, "--valid 0 --augment elastic " SMALL,
                                        "--arch mean"};
    const place a = put_set("first", 0, 100, 1);
    const place thrice = put_set("thrice", 0, 100, 3);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char settings[DN_SETTINGS_TEXT_SIZE];
        snprintf(settings, sizeof settings, "%s --repeat 3", kinds[i]);
        const place repeated = train_sets(settings, &a, NULL, NULL, "repeated");
        const place copied = train_sets(kinds[i], &thrice, NULL, NULL, "copied");
        assert_same_weights(&repeated, &copied);
    }
}

/** Every image of a set that is learnt is there as often as its factor says, and those that are held out are not there at all. */
static void only_images_to_learn_from_are_repeated(void **state)
{
    (void)state;
    static const struct {
        const char *settings;
        size_t valid, learnt;
    } runs[] = {
        {"--valid 50 --repeat 4,1", 50, 0}, /* so many of each set are held out as the seed says */
        {"--valid 0 --repeat 4,2", 0, 4 * 100 + 2 * 150},
        {"--valid 0 --repeat 4,2 --limit 100", 0, 4 * 100},
        {"--valid 0 --repeat 4,2 --limit 130", 0, 4 * 100 + 2 * 30},
        {"--valid 0 --repeat 1,1", 0, 250},
    };
    const place a = put_set("first", 0, 100, 1);
    const place b = put_set("second", 100, 150, 1);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        dn_run run = new_run(runs[i].settings);
        assert_ok(dn_run_open_sets(&run, (const char *const[]){a.path, b.path}, 2, 1, &error));
        assert_int_equal(run.valid ? dn_dataloader_count(run.valid) : 0, runs[i].valid);
        if (runs[i].learnt != 0)
            assert_int_equal(dn_dataloader_count(run.train), runs[i].learnt);
        else
            assert_true(dn_dataloader_count(run.train) > 4 * 50 + 150 - 50 &&
                        dn_dataloader_count(run.train) < 4 * 100 + 150);
        dn_run_free(&run);
    }
}

static void a_model_of_several_sets_is_made_again_from_them_in_their_order(void **state)
{
    (void)state;
    const place a = put_set("first", 0, 100, 1);
    const place b = put_set("second", 100, 150, 1);
    const place model = train_sets(CONSTANT " --repeat 2,1", &a, &b, NULL, "ordered");
    char text[DN_DIFFERENCE_SIZE];
    for (size_t right = 0; right < 2; right++) {
        dn_likeness likeness;
        dn_run run = {0};
        assert_ok(dn_run_reproduce(&run, model.path, &error));
        const char *const folders[] = {right ? a.path : b.path, right ? b.path : a.path};
        assert_int_equal(dn_run_open_sets(&run, folders, 2, 1, &error), right ? DN_OK : DN_ERR_FORMAT);
        if (right) {
            assert_ok(dn_run_fit(&run, NULL, &error));
            assert_ok(dn_run_compare(&run, &likeness, text, &error));
            assert_int_equal(likeness, DN_SAME_BYTES);
        } else {
            assert_string_equal(error.subject, model.path);
            assert_contains(error.problem, b.path);
        }
        dn_run_free(&run);
    }
    assert_file_refused(dn_run_reproduce, model.path, "made from 2 data sets, not from 1");
}

static void a_run_starts_from_the_weights_of_a_model(void **state)
{
    (void)state;
    const place parent = train("--hidden 7,5 --epochs 1 --valid 0 --limit 200", "parent", 1);
    dn_classifier classifier;
    assert_ok(dn_classifier_read(parent.path, &classifier, NULL, &error));
    dn_run run = new_run("--epochs 1 --valid 0");
    assert_ok(dn_run_start_from(&run, parent.path, &error));
    assert_int_equal(run.settings.hidden.count, 2);
    assert_int_equal(run.settings.hidden.width[1], 5);
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    for (size_t i = 0; i < dn_model_parameters(classifier.model); i++) {
        const dn_tensor *expected = &dn_model_parameter(classifier.model, i)->value;
        assert_memory_equal(dn_model_parameter(run.classifier.model, i)->value.data, expected->data,
                            dn_tensor_count(expected) * sizeof(float));
    }
    dn_run_free(&run);
    dn_classifier_free(&classifier);
}

static void assert_not_started(const char *settings, const char *from, dn_status status, const char *problem)
{
    dn_run run = {.settings = dn_settings_default()};
    dn_status found = dn_run_start_from(&run, from, &error);
    if (found == DN_OK) {
        assert_ok(dn_settings_parse(&run.settings, settings, &error));
        found = dn_run_open(&run, digits(), 1, &error);
    }
    assert_int_equal(found, status);
    assert_contains(error.subject, from);
    assert_contains(error.problem, problem);
    dn_run_free(&run);
}

static void a_model_of_another_form_is_refused_by_name(void **state)
{
    (void)state;
    const place parent = train("--hidden 7 --epochs 1 --limit 100", "form", 1);
    const place mean = train(MEAN, "mean", 1);
    const place few = train("--hidden 7 --epochs 1 --classes 3,7", "few", 1);
    assert_not_started("--hidden 8", parent.path, DN_ERR_ARGUMENT,
                       "784-7-10 for 0,1,2,3,4,5,6,7,8,9, and the settings want 784-8-10");
    assert_not_started("--hidden 7,7", parent.path, DN_ERR_ARGUMENT, "784-7-7-10");
    assert_not_started("--arch linear --hidden 512", parent.path, DN_ERR_ARGUMENT, "want 784-10 for");
    assert_not_started("--classes 3,7", parent.path, DN_ERR_ARGUMENT, "want 784-7-2 for 3,7");
    assert_not_started("--classes 7,3", few.path, DN_ERR_ARGUMENT,
                       "784-7-2 for 3,7, and the settings want 784-7-2 for 7,3");
    assert_not_started("--loss mnist", few.path, DN_ERR_ARGUMENT, "want 784-7-1 for 3,7");
    assert_not_started("", mean.path, DN_ERR_FORMAT, "mean images");
    assert_not_started("", temporary_path("no-parent"), DN_ERR_FILE, "");
}

static void a_model_with_a_parent_is_made_again_with_it_alone(void **state)
{
    (void)state;
    const place a = put_set("first", 0, 100, 1);
    const place parent = train("--hidden 7 --epochs 1 --limit 100", "mother", 1);
    const place other = train("--hidden 7 --epochs 1 --limit 100 --seed 2", "aunt", 1);
    const place child = train_sets("--epochs 2 --valid 0", &a, NULL, parent.path, "child");
    for (size_t i = 0; i < 4; i++) {
        const char *const from[] = {parent.path, other.path, NULL, parent.path};
        char text[DN_DIFFERENCE_SIZE];
        dn_likeness likeness;
        dn_run run = {0};
        const char *file = i == 3 ? other.path : child.path; /* the last has no parent */
        assert_ok(dn_run_reproduce(&run, file, &error));
        if (from[i])
            assert_ok(dn_run_start_from(&run, from[i], &error));
        const dn_status status = dn_run_open(&run, i == 3 ? digits() : a.path, 1, &error);
        assert_int_equal(status, i == 0 ? DN_OK : DN_ERR_FORMAT);
        if (i == 0) {
            assert_ok(dn_run_fit(&run, NULL, &error));
            assert_ok(dn_run_compare(&run, &likeness, text, &error));
            assert_int_equal(likeness, DN_SAME_BYTES);
        } else {
            assert_string_equal(error.subject, file);
            assert_contains(error.problem,
                            i == 3 ? "started from no model" : "started from a model with SHA-256");
        }
        dn_run_free(&run);
    }
}

/** A training with a parent that is stopped and goes on ends in the same bytes: the checkpoint knows the parent's sum. */
static void a_resumed_run_keeps_its_parent(void **state)
{
    (void)state;
    const place a = put_set("first", 0, 100, 1);
    const place parent = train("--hidden 7 --epochs 1 --limit 100", "mother", 1);
    const place child = train_sets("--epochs 2 --valid 0", &a, NULL, parent.path, "child");
    const place checkpoint = place_of("child.checkpoint");
    const place model = place_of("child.resumed");
    dn_run run = new_run("--epochs 2 --valid 0");
    run.max_steps = 1;
    assert_ok(dn_run_start_from(&run, parent.path, &error));
    assert_ok(dn_run_open(&run, a.path, 1, &error));
    stopper saver = {.run = &run, .checkpoint = checkpoint.path};
    const dn_callbacks callbacks = {.epoch_done = stop_after_epochs, .self = &saver};
    assert_ok(dn_run_fit(&run, &callbacks, &error));
    dn_run_free(&run);
    assert_ok(dn_run_resume(&run, checkpoint.path, &error));
    assert_ok(dn_run_open(&run, a.path, 1, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_ok(dn_run_save(&run, model.path, NULL, &error));
    assert_same_files(model.path, child.path);
    dn_run_free(&run);
    assert_edit_refused(dn_run_resume, checkpoint.path, "from_sha256",
                        "0123456789012345678901234567890123456789012345678901234567890123456789",
                        "is no SHA-256");
}

/* ---- What a run can't be opened with ---- */

static void assert_not_opened(const char *settings, const char *folder, dn_status status, const char *subject)
{
    dn_run run = new_run(settings);
    assert_int_equal(dn_run_open(&run, folder, 1, &error), status);
    assert_contains(error.subject, subject);
    dn_run_free(&run);
    dn_run_free(&run); /* an empty one */
}

static void a_run_that_cannot_be_opened_is_freed_all_the_same(void **state)
{
    (void)state;
    assert_not_opened("", temporary_path("nowhere"), DN_ERR_FILE, "nowhere");
    assert_not_opened("--arch linear --hidden 3", digits(), DN_ERR_ARGUMENT, "--hidden");
    assert_not_opened("--arch mean --valid 5", digits(), DN_ERR_ARGUMENT, "--valid");
    assert_not_opened("--loss mnist", digits(), DN_ERR_ARGUMENT, "--loss");
    assert_not_opened("--valid 1438", digits(), DN_ERR_ARGUMENT, "--valid");
    assert_not_opened("--valid 0 --patience 1", digits(), DN_ERR_ARGUMENT, "--patience");
    assert_not_opened("--repeat 2,1", digits(), DN_ERR_ARGUMENT, "--repeat");
    assert_not_opened("--augment affine --strength 1000", digits(), DN_ERR_ARGUMENT, "--strength");
}

static void a_half_built_run_is_freed(void **state)
{
    (void)state;
    const place checkpoint = place_of("half.checkpoint");
    const place model = train(CONSTANT, "half.model", 1);
    dn_run run = {0};
    dn_run_free(NULL);
    dn_run_free(&run);
    begin_and_stop(CONSTANT, (stopper){.epochs = 1}, checkpoint.path);
    assert_ok(dn_run_resume(&run, checkpoint.path, &error));
    dn_run_free(&run);
    assert_ok(dn_run_reproduce(&run, model.path, &error));
    dn_run_free(&run);
    run = new_run(CONSTANT);
    assert_ok(dn_run_open(&run, digits(), 1, &error)); /* and never fitted */
    dn_run_free(&run);
    assert_null(run.context);
    assert_null(run.train);
    run = new_run(CONSTANT); /* emptied, it may be used again */
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    dn_run_free(&run);
}

static void training_that_diverges_says_so(void **state)
{
    (void)state;
    dn_run run = new_run("--hidden 64,64,64,64,64,64 --batch-size 1 --lr 1000 --epochs 1 --limit 300");
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_int_equal(dn_run_fit(&run, NULL, &error), DN_ERR_DIVERGED);
    dn_run_free(&run);
}

static void a_model_that_cannot_be_written_names_the_file(void **state)
{
    (void)state;
    const place nowhere = place_of("nowhere/model");
    dn_run run = new_run(MEAN);
    assert_ok(dn_run_open(&run, digits(), 1, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_int_equal(dn_run_save(&run, nowhere.path, NULL, &error), DN_ERR_FILE);
    assert_string_equal(error.subject, nowhere.path);
    dn_run_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_trains_measures_and_saves),
        cmocka_unit_test(the_number_of_threads_changes_no_byte),
        cmocka_unit_test(mean_images_are_learnt_in_one_pass),
        cmocka_unit_test(mean_images_learn_from_all_images),
        cmocka_unit_test(without_test_images_there_is_no_test_accuracy),
        cmocka_unit_test(a_run_that_was_stopped_goes_on_to_the_same_bytes),
        cmocka_unit_test(there_is_no_checkpoint_of_what_does_not_learn),
        cmocka_unit_test(a_run_stops_at_its_most_steps),
        cmocka_unit_test(a_resumed_run_may_go_on_for_longer_where_the_schedule_has_no_end),
        cmocka_unit_test(settings_that_are_not_the_checkpoints_are_refused),
        cmocka_unit_test(a_model_is_made_again),
        cmocka_unit_test(a_model_of_a_run_that_was_stopped_is_made_again),
        cmocka_unit_test(what_differs_is_told),
        cmocka_unit_test(a_damaged_checkpoint_is_refused_as_bad_data),
        cmocka_unit_test(a_damaged_model_is_refused_as_bad_data),
        cmocka_unit_test(a_file_of_another_kind_is_refused),
        cmocka_unit_test(sets_that_are_joined_teach_what_one_set_of_their_images_does),
        cmocka_unit_test(images_that_are_repeated_are_so_many_images),
        cmocka_unit_test(only_images_to_learn_from_are_repeated),
        cmocka_unit_test(a_model_of_several_sets_is_made_again_from_them_in_their_order),
        cmocka_unit_test(a_run_starts_from_the_weights_of_a_model),
        cmocka_unit_test(a_model_of_another_form_is_refused_by_name),
        cmocka_unit_test(a_model_with_a_parent_is_made_again_with_it_alone),
        cmocka_unit_test(a_resumed_run_keeps_its_parent),
        cmocka_unit_test(a_run_that_cannot_be_opened_is_freed_all_the_same),
        cmocka_unit_test(a_half_built_run_is_freed),
        cmocka_unit_test(training_that_diverges_says_so),
        cmocka_unit_test(a_model_that_cannot_be_written_names_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
