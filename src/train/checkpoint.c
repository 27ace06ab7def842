#include "train/checkpoint.h"

#include "core/fail.h"
#include "core/number.h"
#include "io/archive.h"
#include "train/parameters.h"
#include "train/training.h"

#include "digitnet/tensor.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_SIZE 40

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

/** The model's parameters, and three sets of weights beside them, which may be empty. */
#define SETS 4

typedef struct weights_set {
    const char *prefix;
    const dn_weights *weights; /**< NULL for the model's own */
} weights_set;

static size_t list_sets(const dn_training *training, weights_set sets[SETS])
{
    const weights_set beside[] = {
        {"velocity.", &training->velocity}, {"average.", &training->average}, {"best.", &training->best}};
    size_t count = 0;
    sets[count++] = (weights_set){"", NULL};
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        if (beside[i].weights->count != 0)
            sets[count++] = beside[i];
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

static dn_status add_sets(dn_archive *archive, dn_model *model, const dn_training *training, dn_error *error)
{
    weights_set sets[SETS];
    const size_t count = list_sets(training, sets);
    for (size_t i = 0; i < count; i++)
        DN_TRY(dn_parameters_add(archive, sets[i].prefix, model, sets[i].weights, error));
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
        status = add_sets(&archive, model, training, error);
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
    weights_set sets[SETS];
    const size_t count = list_sets(training, sets);
    const size_t tensors = count * 2 * dn_model_layers(model);
    DN_TRY(restore_counters(archive, training, error));
    for (size_t i = 0; i < count; i++)
        DN_TRY(dn_parameters_restore(archive, sets[i].prefix, model, sets[i].weights, error));
    if (archive->tensor_count != tensors)
        return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY, "%zu tensors found, %zu expected",
                       archive->tensor_count, tensors);
    return dn_training_check(training, error);
}

dn_status dn_checkpoint_check_ours(const char *path, dn_error *error)
{
    dn_archive archive;
    DN_TRY(dn_checkpoint_read(path, &archive, error));
    dn_archive_free(&archive);
    return DN_OK;
}
