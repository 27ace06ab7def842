#include "train/checkpoint.h"

#include "core/fail.h"
#include "core/number.h"
#include "io/archive.h"
#include "nn/model.h"
#include "train/training.h"

#include "digitnet/tensor.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_SIZE 40
#define NAME_SIZE (16 + DN_PARAMETER_NAME_SIZE)

/** A counter of a training, under its key. */
typedef struct counter {
    const char *key;
    size_t *whole; /**< exactly one of the two is set */
    double *real;
} counter;

#define COUNTERS 9

static void list_counters(dn_training *training, counter counters[COUNTERS])
{
    /* clang-format off */
    const counter all[COUNTERS] = {
        {"epochs",        &training->epochs,     NULL},
        {"batches",       &training->batches,    NULL},
        {"steps",         &training->steps,      NULL},
        {"images",        &training->images,     NULL},
        {"loss_sum",      NULL,                  &training->loss_sum},
        {"last_loss",     NULL,                  &training->last_loss},
        {"best_epoch",    &training->best_epoch, NULL},
        {"best_accuracy", NULL,                  &training->best_accuracy},
        {"best_loss",     NULL,                  &training->best_loss}};
    /* clang-format on */
    memcpy(counters, all, sizeof all);
}

/** A tensor of a checkpoint, under its name. */
typedef struct entry {
    char name[NAME_SIZE];
    dn_tensor *tensor; /**< of the model or of the training */
} entry;

/** The model's parameters, and three sets of weights beside them. */
#define MAX_ENTRIES (4 * 2 * DN_MODEL_MAX_LAYERS)

static size_t list_tensors(dn_model *model, dn_training *training, entry entries[MAX_ENTRIES])
{
    const struct {
        const char *prefix;
        const dn_weights *weights;
    } sets[] = {
        {"velocity", &training->velocity}, {"average", &training->average}, {"best", &training->best}};
    char parameter[DN_PARAMETER_NAME_SIZE];
    size_t count = 0;
    for (; count < 2 * dn_model_layers(model); count++) {
        dn_model_parameter_name(count, entries[count].name);
        entries[count].tensor = &dn_model_parameter(model, count)->value;
    }
    for (size_t set = 0; set < sizeof sets / sizeof sets[0]; set++) {
        for (size_t i = 0; i < sets[set].weights->count; i++, count++) {
            snprintf(entries[count].name, NAME_SIZE, "%s.%s", sets[set].prefix,
                     dn_model_parameter_name(i, parameter));
            entries[count].tensor = &sets[set].weights->tensors[i];
        }
    }
    return count;
}

static dn_status add_counters(dn_archive *archive, dn_training *training, dn_error *error)
{
    char text[NUMBER_SIZE];
    counter counters[COUNTERS];
    list_counters(training, counters);
    for (size_t i = 0; i < COUNTERS; i++) {
        if (counters[i].whole)
            snprintf(text, sizeof text, "%zu", *counters[i].whole);
        else
            dn_number_text(text, sizeof text, "%a", *counters[i].real); /* to the bit */
        DN_TRY(dn_archive_add_metadata(archive, counters[i].key, text, error));
    }
    return DN_OK;
}

static dn_status lend_tensors(dn_archive *archive, dn_model *model, dn_training *training, dn_error *error)
{
    entry entries[MAX_ENTRIES];
    const size_t count = list_tensors(model, training, entries);
    for (size_t i = 0; i < count; i++)
        DN_TRY(dn_format_lend_tensor(archive, entries[i].name, entries[i].tensor, error));
    return DN_OK;
}

dn_status dn_checkpoint_write(const char *path, dn_model *model, const dn_training *training,
                              const dn_metadata *extra, size_t extra_count, dn_error *error)
{
    dn_archive archive = {0};
    dn_training listed = *training;
    dn_status status = dn_format_begin(&archive, DN_FORMAT_CHECKPOINT, error);
    if (status == DN_OK)
        status = add_counters(&archive, &listed, error);
    if (status == DN_OK)
        status = dn_format_add_metadata(&archive, extra, extra_count, error);
    if (status == DN_OK)
        status = lend_tensors(&archive, model, &listed, error);
    if (status == DN_OK)
        status = dn_archive_write(path, &archive, error);
    dn_archive_free(&archive);
    return status;
}

dn_status dn_checkpoint_read(const char *path, dn_archive *archive, dn_error *error)
{
    dn_error cause;
    dn_status status = dn_archive_read(path, archive, &cause);
    if (status == DN_ERR_FORMAT) /* the file is damaged, or of another kind: a model would not do either */
        status = dn_fail(error, status, DN_CHECKPOINT_REMEDY, "%s", cause.problem);
    else if (status != DN_OK && error)
        *error = cause;
    if (status == DN_OK)
        status = dn_format_check(archive, DN_FORMAT_CHECKPOINT, error);
    if (status != DN_OK)
        dn_archive_free(archive);
    return dn_fail_in(error, status, path);
}

/** Read numbers of the right kind. dn_training_check tells whether they fit. */
static dn_status restore_counters(const dn_archive *archive, dn_training *training, dn_error *error)
{
    counter counters[COUNTERS];
    list_counters(training, counters);
    for (size_t i = 0; i < COUNTERS; i++) {
        const char *text = dn_archive_metadata(archive, counters[i].key);
        if (!text || !(counters[i].whole ? dn_number_parse_count(text, counters[i].whole)
                                         : dn_number_parse(text, counters[i].real)))
            return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY, "metadata %s: no number found",
                           counters[i].key);
    }
    return DN_OK;
}

dn_status dn_checkpoint_restore(const dn_archive *archive, dn_model *model, dn_training *training,
                                dn_error *error)
{
    entry entries[MAX_ENTRIES];
    const size_t count = list_tensors(model, training, entries);
    DN_TRY(restore_counters(archive, training, error));
    for (size_t i = 0; i < count; i++)
        DN_TRY(dn_format_copy_tensor(archive, entries[i].name, entries[i].tensor, error));
    if (archive->tensor_count != count)
        return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY, "%zu tensors found, %zu expected",
                       archive->tensor_count, count);
    return dn_training_check(training, error);
}

dn_status dn_checkpoint_check_ours(const char *path, dn_error *error)
{
    dn_archive archive;
    DN_TRY(dn_checkpoint_read(path, &archive, error));
    dn_archive_free(&archive);
    return DN_OK;
}
