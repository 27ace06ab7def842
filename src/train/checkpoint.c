#include "train/checkpoint.h"

#include "core/fail.h"
#include "core/number.h"
#include "io/archive.h"
#include "train/training.h"

#include "digitnet/tensor.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_KEY "format"
#define FORMAT_NAME "digitnet-checkpoint"
#define VERSION_KEY "format_version"
#define NUMBER_SIZE 40
#define PREFIX_SIZE (16 + DN_PARAMETER_NAME_SIZE)

static const char remedy[] = DN_CHECKPOINT_REMEDY;

/** The counters of a training, by their keys. */
typedef struct counter {
    const char *key;
    size_t *whole; /**< exactly one of the two is set */
    double *real;
} counter;

#define COUNTERS 9

static void list_counters(dn_training *training, counter counters[COUNTERS])
{
    const counter all[COUNTERS] = {
        {"epochs", &training->epochs, NULL},         {"batches", &training->batches, NULL},
        {"steps", &training->steps, NULL},           {"images", &training->images, NULL},
        {"loss_sum", NULL, &training->loss_sum},     {"last_loss", NULL, &training->last_loss},
        {"best_epoch", &training->best_epoch, NULL}, {"best_accuracy", NULL, &training->best_accuracy},
        {"best_loss", NULL, &training->best_loss}};
    memcpy(counters, all, sizeof all);
}

/** Sets of weights beside the model's own, by the prefix of their tensors' names. */
typedef struct weight_set {
    const char *prefix;
    dn_weights *weights;
} weight_set;

#define SETS 3

static void list_sets(dn_training *training, weight_set sets[SETS])
{
    const weight_set all[SETS] = {
        {"velocity", &training->velocity}, {"average", &training->average}, {"best", &training->best}};
    memcpy(sets, all, sizeof all);
}

static void prefixed_name(const char *prefix, size_t index, char name[PREFIX_SIZE])
{
    char parameter[DN_PARAMETER_NAME_SIZE];
    snprintf(name, PREFIX_SIZE, "%s.%s", prefix, dn_model_parameter_name(index, parameter));
}

static dn_status add_metadata(dn_archive *archive, dn_training *training, dn_error *error)
{
    char text[NUMBER_SIZE];
    counter counters[COUNTERS];
    list_counters(training, counters);
    snprintf(text, sizeof text, "%d", DN_CHECKPOINT_FORMAT_VERSION);
    DN_TRY(dn_archive_add_metadata(archive, FORMAT_KEY, FORMAT_NAME, error));
    DN_TRY(dn_archive_add_metadata(archive, VERSION_KEY, text, error));
    for (size_t i = 0; i < COUNTERS; i++) {
        if (counters[i].whole)
            snprintf(text, sizeof text, "%zu", *counters[i].whole);
        else
            dn_number_text(text, sizeof text, "%a", *counters[i].real); /* to the bit */
        DN_TRY(dn_archive_add_metadata(archive, counters[i].key, text, error));
    }
    return DN_OK;
}

static dn_status add_view(dn_archive *archive, const char *name, const dn_tensor *tensor, dn_error *error)
{
    dn_tensor view = *tensor;
    view.storage = NULL;
    return dn_archive_add_tensor(archive, name, &view, error);
}

static dn_status add_tensors(dn_archive *archive, dn_model *model, dn_training *training, dn_error *error)
{
    char name[PREFIX_SIZE];
    weight_set sets[SETS];
    for (size_t i = 0; i < 2 * dn_model_layers(model); i++)
        DN_TRY(
            add_view(archive, dn_model_parameter_name(i, name), &dn_model_parameter(model, i)->value, error));
    list_sets(training, sets);
    for (size_t set = 0; set < SETS; set++) {
        for (size_t i = 0; i < sets[set].weights->count; i++) {
            prefixed_name(sets[set].prefix, i, name);
            DN_TRY(add_view(archive, name, &sets[set].weights->tensors[i], error));
        }
    }
    return DN_OK;
}

dn_status dn_checkpoint_write(const char *path, dn_model *model, const dn_training *training,
                              const dn_metadata *extra, size_t extra_count, dn_error *error)
{
    dn_archive archive = {0};
    dn_training listed = *training;
    dn_status status = add_metadata(&archive, &listed, error);
    for (size_t i = 0; i < extra_count && status == DN_OK; i++)
        status = dn_archive_add_metadata(&archive, extra[i].key, extra[i].value, error);
    if (status == DN_OK)
        status = add_tensors(&archive, model, &listed, error);
    if (status == DN_OK)
        status = dn_archive_write(path, &archive, error);
    dn_archive_free(&archive);
    return status;
}

/** Read a whole number that is all of text. */
static bool whole_number(const char *text, size_t *number)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    const uintmax_t value = strtoumax(text, &end, 10);
    *number = (size_t)value;
    return *end == '\0' && errno == 0 && value <= SIZE_MAX;
}

bool dn_checkpoint_recognise(const dn_archive *archive)
{
    const char *format = dn_archive_metadata(archive, FORMAT_KEY);
    return format && strcmp(format, FORMAT_NAME) == 0;
}

dn_status dn_checkpoint_check_format(const dn_archive *archive, dn_error *error)
{
    const char *text = dn_archive_metadata(archive, VERSION_KEY);
    size_t version;
    if (!dn_checkpoint_recognise(archive))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "is not a checkpoint");
    if (!text || !whole_number(text, &version) || version == 0)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "metadata " VERSION_KEY ": no version number found");
    if (version > DN_CHECKPOINT_FORMAT_VERSION)
        return dn_fail(error, DN_ERR_FORMAT, "use a newer digitnet",
                       "metadata " VERSION_KEY ": version %zu found, this program reads up to %d", version,
                       DN_CHECKPOINT_FORMAT_VERSION);
    return DN_OK;
}

dn_status dn_checkpoint_read(const char *path, dn_archive *archive, dn_error *error)
{
    dn_error cause;
    dn_status status = dn_archive_read(path, archive, &cause);
    if (status == DN_ERR_FORMAT) /* the file is damaged, or none of ours: a model would not do either */
        status = dn_fail(error, status, remedy, "%s", cause.problem);
    else if (status != DN_OK && error)
        *error = cause;
    if (status == DN_OK)
        status = dn_checkpoint_check_format(archive, error);
    if (status != DN_OK)
        dn_archive_free(archive);
    return dn_fail_in(error, status, path);
}

/** Each is a number of its kind; whether they fit is asked when all of the training is there. */
static dn_status restore_counters(const dn_archive *archive, dn_training *training, dn_error *error)
{
    counter counters[COUNTERS];
    list_counters(training, counters);
    for (size_t i = 0; i < COUNTERS; i++) {
        const char *text = dn_archive_metadata(archive, counters[i].key);
        if (!text || !(counters[i].whole ? whole_number(text, counters[i].whole)
                                         : dn_number_parse(text, counters[i].real)))
            return dn_fail(error, DN_ERR_FORMAT, remedy, "metadata %s: no number found", counters[i].key);
    }
    return DN_OK;
}

static dn_status find_tensor(const dn_archive *archive, const char *name, dn_shape shape,
                             const dn_tensor **tensor, dn_error *error)
{
    char found[DN_SHAPE_TEXT_SIZE];
    char wanted[DN_SHAPE_TEXT_SIZE];
    char names[DN_ARCHIVE_LIST_SIZE];
    *tensor = dn_archive_tensor(archive, name);
    if (!*tensor)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "there is no tensor \"%s\"; found: %s", name,
                       dn_archive_list_tensors(archive, names));
    if (!dn_shape_equal((*tensor)->shape, shape))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "tensor \"%s\" has shape %s, %s expected", name,
                       dn_shape_text((*tensor)->shape, found), dn_shape_text(shape, wanted));
    return DN_OK;
}

static dn_status restore_tensor(const dn_archive *archive, const char *name, dn_tensor *to, dn_error *error)
{
    const dn_tensor *from;
    DN_TRY(find_tensor(archive, name, to->shape, &from, error));
    return dn_copy(from, to, error);
}

dn_status dn_checkpoint_restore(const dn_archive *archive, dn_model *model, dn_training *training,
                                dn_error *error)
{
    char name[PREFIX_SIZE];
    weight_set sets[SETS];
    size_t tensors = 2 * dn_model_layers(model);
    DN_TRY(restore_counters(archive, training, error));
    for (size_t i = 0; i < 2 * dn_model_layers(model); i++)
        DN_TRY(restore_tensor(archive, dn_model_parameter_name(i, name), &dn_model_parameter(model, i)->value,
                              error));
    list_sets(training, sets);
    for (size_t set = 0; set < SETS; set++) {
        for (size_t i = 0; i < sets[set].weights->count; i++) {
            prefixed_name(sets[set].prefix, i, name);
            DN_TRY(restore_tensor(archive, name, &sets[set].weights->tensors[i], error));
        }
        tensors += sets[set].weights->count;
    }
    if (archive->tensor_count != tensors)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "%zu tensors found, %zu expected", archive->tensor_count,
                       tensors);
    return dn_training_check(training, error);
}

dn_status dn_checkpoint_check_ours(const char *path, dn_error *error)
{
    dn_archive archive;
    DN_TRY(dn_checkpoint_read(path, &archive, error));
    dn_archive_free(&archive);
    return DN_OK;
}
