/** The files of a run: the settings and counters that it takes from one, the model and the checkpoint that it writes. */
#include "core/fail.h"
#include "core/memory.h"
#include "core/number.h"
#include "data/classes.h"
#include "data/dataloader.h"
#include "data/dataset.h"
#include "io/archive.h"
#include "io/file.h"
#include "io/sha256.h"
#include "optim/schedule.h"
#include "train/checkpoint.h"
#include "train/compare.h"
#include "train/format.h"
#include "train/learner.h"
#include "train/model_file.h"
#include "train/run.h"
#include "train/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ARGUMENTS "arguments"
#define DATA_SUM "data_sha256"
#define PARENT_SUM "from_sha256"
#define NUMBER_SIZE 32

static const char remedy[] = "give a file that digitnet train wrote";

/* ---- What a file brings ---- */

static dn_status need_metadata(const dn_archive *archive, const char *key, const char **value,
                               dn_error *error)
{
    *value = dn_archive_metadata(archive, key);
    if (*value)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, remedy, "metadata %s: none found, so nothing says how it was made",
                   key);
}

static dn_status fail_setting(const dn_error *cause, dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, "give a file that this version of digitnet train wrote",
                   "metadata " ARGUMENTS ": %.60s%s%.200s", cause->subject,
                   cause->subject[0] != '\0' ? ": " : "", cause->problem);
}

/** Read the settings of a file, and check them. */
static dn_status read_settings(const dn_archive *archive, dn_settings *settings, dn_error *error)
{
    const char *text;
    dn_error cause;
    *settings = dn_settings_default();
    DN_TRY(need_metadata(archive, ARGUMENTS, &text, error));
    if (dn_settings_parse(settings, text, &cause) != DN_OK || dn_settings_check(settings, &cause) != DN_OK)
        return fail_setting(&cause, error);
    return DN_OK;
}

/** Are the tensors those of the settings? Asked before a net is made: a file can name more than it holds. */
static dn_status check_tensors(const dn_archive *archive, const dn_settings *settings, dn_error *error)
{
    size_t widths[DN_SETTINGS_MAX_WIDTHS];
    if (!dn_settings_are_mean(settings))
        return dn_model_check_widths(archive, widths, dn_settings_widths(settings, widths), error);
    if (dn_format_of(archive) == DN_FORMAT_CHECKPOINT)
        return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY,
                       "metadata " ARGUMENTS ": mean images have no checkpoint");
    return dn_model_check_mean(archive, settings->classes.count, error);
}

static dn_status take_settings(dn_run *run, const char *path, dn_error *error)
{
    const char *sum;
    run->file = path;
    DN_TRY(need_metadata(&run->archive, DATA_SUM, &sum, error));
    DN_TRY(read_settings(&run->archive, &run->settings, error));
    return check_tensors(&run->archive, &run->settings, error);
}

/** A training that goes on keeps the sum of the model that it started from. */
static dn_status take_checkpoint(dn_run *run, const char *path, dn_error *error)
{
    DN_TRY(take_settings(run, path, error));
    const char *sum = dn_archive_metadata(&run->archive, PARENT_SUM);
    if (sum && strlen(sum) >= sizeof run->from_sha256)
        return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY,
                       "metadata " PARENT_SUM ": \"%.40s\" is no SHA-256", sum);
    if (sum)
        (void)snprintf(run->from_sha256, sizeof run->from_sha256, "%s", sum);
    return DN_OK;
}

dn_status dn_run_resume(dn_run *run, const char *path, dn_error *error)
{
    DN_TRY(dn_checkpoint_read(path, &run->archive, error));
    return dn_fail_in(error, take_checkpoint(run, path, error), path);
}

static dn_status take_model(dn_run *run, const char *path, dn_error *error)
{
    DN_TRY(dn_archive_decode(&run->bytes, &run->archive, error));
    DN_TRY(dn_format_check(&run->archive, DN_FORMAT_MODEL, error));
    return take_settings(run, path, error);
}

dn_status dn_run_reproduce(dn_run *run, const char *path, dn_error *error)
{
    DN_TRY(dn_file_read(path, DN_SAFETENSORS_MAX_FILE, &run->bytes, error));
    return dn_fail_in(error, take_model(run, path, error), path);
}

static dn_status take_parent(dn_run *run, const dn_bytes *bytes, dn_error *error)
{
    dn_archive archive;
    DN_TRY(dn_archive_decode(bytes, &archive, error));
    const dn_status status = dn_classifier_restore(&archive, &run->parent, error);
    dn_archive_free(&archive);
    DN_TRY(status);
    if (!run->parent.model)
        return dn_fail(error, DN_ERR_FORMAT, "give a net",
                       "it holds mean images, from which no training starts");
    dn_sha256_sum(bytes->data, bytes->size, run->from_sha256);
    if (!run->file)
        dn_settings_take_model(&run->settings, &run->parent);
    return DN_OK;
}

dn_status dn_run_start_from(dn_run *run, const char *path, dn_error *error)
{
    dn_bytes bytes;
    run->from = path;
    DN_TRY(dn_file_read(path, DN_SAFETENSORS_MAX_FILE, &bytes, error));
    const dn_status status = take_parent(run, &bytes, error);
    dn_bytes_free(&bytes);
    return dn_fail_in(error, status, path);
}

/** The architecture and the classes of a net with these settings: "784-512-10 for 0,1,2,3,4,5,6,7,8,9". */
#define FORM_SIZE (DN_ARCHITECTURE_SIZE + DN_CLASSES_TEXT_SIZE + 4)
static char *form_text(const size_t *widths, size_t count, const dn_classes *classes, char text[FORM_SIZE])
{
    char digits[DN_CLASSES_TEXT_SIZE];
    int length = 0;
    for (size_t i = 0; i < count && length < FORM_SIZE; i++)
        length += snprintf(text + length, FORM_SIZE - (size_t)length, "%s%zu", i == 0 ? "" : "-", widths[i]);
    if (length < FORM_SIZE)
        snprintf(text + length, FORM_SIZE - (size_t)length, " for %s", dn_classes_text(classes, digits));
    return text;
}

static dn_status check_form(const dn_run *run, dn_error *error)
{
    size_t widths[DN_SETTINGS_MAX_WIDTHS];
    size_t theirs[DN_MODEL_MAX_LAYERS + 1];
    char text[2][FORM_SIZE];
    const dn_model *model = run->parent.model;
    const size_t count = dn_settings_widths(&run->settings, widths);
    const size_t layers = dn_model_layers(model);
    for (size_t i = 0; i <= layers; i++)
        theirs[i] = dn_model_width(model, i);
    form_text(theirs, layers + 1, &run->parent.classes, text[0]);
    form_text(widths, count, &run->settings.classes, text[1]);
    if (!dn_settings_are_mean(&run->settings) && strcmp(text[0], text[1]) == 0)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, run->from,
                      "leave out --arch, --hidden, --classes and --loss, or give another --from",
                      "it is %s, and the settings want %s", text[0],
                      dn_settings_are_mean(&run->settings) ? "mean images" : text[1]);
}

dn_status dn_run_check_parent(const dn_run *run, dn_error *error)
{
    const char *made_from = run->file ? dn_archive_metadata(&run->archive, PARENT_SUM) : NULL;
    const bool is_model = run->file && dn_format_of(&run->archive) == DN_FORMAT_MODEL;
    if (is_model && made_from && !run->parent.model)
        return dn_fail_at(error, DN_ERR_FORMAT, run->file, "name it with --from",
                          "training started from a model with SHA-256 %.64s", made_from);
    if (!run->parent.model)
        return DN_OK;
    if (run->file && (!made_from || strcmp(made_from, run->from_sha256) != 0))
        return dn_fail_at(error, DN_ERR_FORMAT, run->file,
                          made_from ? "name that with --from" : "leave out --from",
                          "training started from %s%.64s, and %.300s has %s",
                          made_from ? "a model with SHA-256 " : "no model", made_from ? made_from : "",
                          run->from, run->from_sha256);
    return check_form(run, error);
}

dn_status dn_run_blame_file(const dn_run *run, dn_status status, dn_error *error)
{
    if (!run->file || status != DN_ERR_ARGUMENT)
        return status;
    if (!error)
        return DN_ERR_FORMAT;
    const dn_error cause = *error;
    return dn_fail_in(error, fail_setting(&cause, error), run->file);
}

dn_status dn_run_check_settings(const dn_run *run, dn_error *error)
{
    char difference[DN_SETTINGS_TEXT_SIZE];
    dn_settings made;
    DN_TRY(dn_settings_check(&run->settings, error));
    if (!run->file)
        return DN_OK;
    DN_TRY(read_settings(&run->archive, &made, error));
    if (run->settings.epochs > made.epochs && !dn_schedule_needs_end(dn_settings_schedule(&made)))
        made.epochs = run->settings.epochs; /* the same training, only longer */
    if (!dn_settings_difference(&made, &run->settings, difference))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, run->file, "it goes on with its own settings: leave out others",
                      "it was made %s", difference);
}

void dn_run_digest(dn_run *run)
{
    uint8_t digest[DN_SHA256_SIZE];
    char sum[DN_SHA256_TEXT_SIZE];
    if (run->data_sha256[0] != '\0')
        return;
    for (size_t i = 0; i < run->set_count; i++) {
        dn_dataset_digest(&run->sets[i].images[DN_DATA_TRAIN], digest);
        dn_sha256_text(digest, sum);
        (void)snprintf(run->data_sha256 + (i == 0 ? 0 : i * DN_SHA256_TEXT_SIZE - 1), DN_SHA256_TEXT_SIZE + 1,
                       "%s%s", i == 0 ? "" : ",", sum);
    }
}

dn_status dn_run_check_set_count(const dn_run *run, size_t count, dn_error *error)
{
    const char *sums = run->file ? dn_archive_metadata(&run->archive, DATA_SUM) : "";
    size_t made_from = 1;
    for (; *sums != '\0'; sums++)
        made_from += *sums == ',';
    if (!run->file || made_from == count)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FORMAT, run->file, "name each with --data, in their order",
                      "made from %zu data sets, not from %zu", made_from, count);
}

dn_status dn_run_check_data(dn_run *run, dn_error *error)
{
    if (!run->file)
        return DN_OK;
    const char *made_from = dn_archive_metadata(&run->archive, DATA_SUM);
    dn_run_digest(run);
    if (strcmp(made_from, run->data_sha256) == 0)
        return DN_OK;
    if (run->set_count == 1)
        return dn_fail_at(
            error, DN_ERR_FORMAT, run->file, "name with --data the folder that it was made from",
            "made from training images with SHA-256 %.64s, these have %s", made_from, run->data_sha256);
    size_t set = 0; /* all sums have the same length: the first set that differs */
    while (set + 1 < run->set_count &&
           strncmp(made_from, run->data_sha256 + set * DN_SHA256_TEXT_SIZE, DN_SHA256_TEXT_SIZE) == 0) {
        made_from += DN_SHA256_TEXT_SIZE;
        set++;
    }
    return dn_fail_at(error, DN_ERR_FORMAT, run->file,
                      "name with --data the folders that it was made from, in their order",
                      "%s: made from training images with SHA-256 %.64s, these have %.64s",
                      run->sets[set].folder, made_from, run->data_sha256 + set * DN_SHA256_TEXT_SIZE);
}

/** Read a count of the metadata, and check that a training with these settings can reach it. */
static dn_status read_count(const dn_archive *archive, const char *key, size_t most, size_t *count,
                            dn_error *error)
{
    const char *text = dn_archive_metadata(archive, key);
    uint64_t number = 0;
    const dn_option row = {.kind = DN_OPTION_COUNT, .minimum = 1, .maximum = most};
    if (!text || dn_option_set(&row, &number, text, NULL) != DN_OK)
        return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                       "metadata %s: %s%.40s%s found, 1 to %zu expected", key, text ? "\"" : "",
                       text ? text : "nothing", text ? "\"" : "", most);
    *count = (size_t)number;
    return DN_OK;
}

/** Read the model's steps and its best epoch, and check them, before training. Mean images have none. */
static dn_status take_steps(dn_run *run, dn_error *error)
{
    const size_t batches = dn_dataloader_batches(run->train);
    size_t most;
    size_t best_epoch;
    if (dn_settings_are_mean(&run->settings))
        return DN_OK;
    if (!dn_size_multiply((size_t)run->settings.epochs, batches, &most))
        most = SIZE_MAX;
    DN_TRY(read_count(&run->archive, "steps", most, &run->max_steps, error));
    if (!dn_archive_metadata(&run->archive, "best_epoch"))
        return DN_OK;
    return read_count(&run->archive, "best_epoch", run->max_steps / batches, &best_epoch, error);
}

static dn_status stand_at_checkpoint(dn_run *run, const dn_learner *learner, dn_error *error)
{
    DN_TRY(dn_checkpoint_restore(&run->archive, run->classifier.model, &run->training, error));
    return dn_learner_check(learner, (size_t)run->settings.epochs, &run->training, error);
}

dn_status dn_run_take_counters(dn_run *run, const dn_learner *learner, dn_error *error)
{
    const dn_status status = dn_format_of(&run->archive) == DN_FORMAT_CHECKPOINT
                                 ? stand_at_checkpoint(run, learner, error)
                                 : take_steps(run, error);
    return dn_fail_in(error, dn_run_blame_file(run, status, error), run->file);
}

/* ---- What a run writes ---- */

dn_status dn_run_checkpoint(dn_run *run, const char *path, dn_error *error)
{
    char settings[DN_SETTINGS_TEXT_SIZE];
    char version[NUMBER_SIZE];
    snprintf(version, sizeof version, "%s", dn_version());
    if (!run->classifier.model || run->is_fitted)
        return dn_fail(error, DN_ERR_ARGUMENT, "write one from the callback epoch_done of a net",
                       run->is_fitted ? "training is over" : "mean images have no checkpoint");
    dn_run_digest(run);
    const dn_metadata metadata[] = {{"digitnet_version", version},
                                    {ARGUMENTS, dn_settings_text(&run->settings, settings)},
                                    {DATA_SUM, run->data_sha256},
                                    {PARENT_SUM, run->from_sha256}};
    const size_t count = sizeof metadata / sizeof metadata[0] - (run->from_sha256[0] == '\0');
    return dn_checkpoint_write(path, run->classifier.model, &run->training, metadata, count, error);
}

dn_status dn_run_encode(dn_run *run, dn_bytes *bytes, dn_error *error)
{
    char settings[DN_SETTINGS_TEXT_SIZE];
    char version[NUMBER_SIZE];
    char seed[NUMBER_SIZE];
    char steps[NUMBER_SIZE];
    char best_epoch[NUMBER_SIZE];
    char valid[NUMBER_SIZE];
    char test[NUMBER_SIZE];
    const dn_training *training = &run->training;
    enum { MOST = 9 };
    dn_run_digest(run);
    dn_metadata metadata[MOST] = {{"digitnet_version", version},
                                  {ARGUMENTS, dn_settings_text(&run->settings, settings)},
                                  {"seed", seed},
                                  {DATA_SUM, run->data_sha256}};
    size_t count = 4;
    if (run->from_sha256[0] != '\0')
        metadata[count++] = (dn_metadata){PARENT_SUM, run->from_sha256};
    snprintf(version, sizeof version, "%s", dn_version());
    snprintf(seed, sizeof seed, "%" PRIu64, run->settings.seed);
    snprintf(steps, sizeof steps, "%zu", training->steps);
    snprintf(best_epoch, sizeof best_epoch, "%zu", training->best_epoch);
    dn_number_text(valid, sizeof valid, "%.9g", training->best_accuracy);
    dn_number_text(test, sizeof test, "%.9g", run->test ? dn_metrics_accuracy(&run->test_metrics) : 0.0);
    if (run->classifier.model)
        metadata[count++] = (dn_metadata){"steps", steps};
    if (training->best_epoch != 0) {
        metadata[count++] = (dn_metadata){"best_epoch", best_epoch};
        metadata[count++] = (dn_metadata){"valid_accuracy", valid};
    }
    if (run->test)
        metadata[count++] = (dn_metadata){"test_accuracy", test};
    return dn_classifier_encode(&run->classifier, metadata, count, bytes, error);
}

dn_status dn_run_save(dn_run *run, const char *path, char sha256[DN_SHA256_TEXT_SIZE], dn_error *error)
{
    dn_bytes bytes;
    dn_status status = dn_run_encode(run, &bytes, error);
    if (status == DN_OK) {
        const dn_part whole = {bytes.data, bytes.size};
        if (sha256)
            dn_sha256_sum(bytes.data, bytes.size, sha256);
        status = dn_file_write(path, &whole, 1, error);
    }
    dn_bytes_free(&bytes);
    return dn_fail_in(error, status, path);
}

dn_status dn_run_compare(dn_run *run, dn_likeness *likeness, char text[DN_DIFFERENCE_SIZE], dn_error *error)
{
    dn_bytes bytes;
    dn_archive archive = {0};
    dn_status status = dn_run_encode(run, &bytes, error);
    if (status == DN_OK)
        status = dn_archive_decode(&bytes, &archive, error);
    if (status == DN_OK)
        *likeness = dn_compare_models(&(dn_compared){&run->bytes, &run->archive},
                                      &(dn_compared){&bytes, &archive}, text);
    dn_archive_free(&archive);
    dn_bytes_free(&bytes);
    return status;
}
