#include "digitnet/train/model_file.h"

#include "digitnet/data/dataset.h"
#include "digitnet/tensor/elementwise.h"
#include "digitnet/train/checkpoint.h"

#include "core/try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_KEY "format"
#define FORMAT_NAME "digitnet"
#define VERSION_KEY "format_version"
#define ARCHITECTURE_KEY "architecture"
#define INPUT_KEY "input"
#define INPUT_MEANING "28x28 pixels row by row, ink bright, byte / 255, nothing subtracted"
#define CLASSES_KEY "classes"
#define CLASSES_MEANING "0,1,2,3,4,5,6,7,8,9"
/** A number of 20 digits, and the closing 0. */
#define NUMBER_SIZE 21

static dn_status add_own_metadata(dn_archive *archive, const dn_model *model, dn_error *error)
{
    char version[NUMBER_SIZE];
    char architecture[DN_ARCHITECTURE_SIZE];
    snprintf(version, sizeof version, "%d", DN_MODEL_FORMAT_VERSION);
    dn_model_architecture(model, architecture);
    DN_TRY(dn_archive_add_metadata(archive, FORMAT_KEY, FORMAT_NAME, error));
    DN_TRY(dn_archive_add_metadata(archive, VERSION_KEY, version, error));
    DN_TRY(dn_archive_add_metadata(archive, ARCHITECTURE_KEY, architecture, error));
    DN_TRY(dn_archive_add_metadata(archive, INPUT_KEY, INPUT_MEANING, error));
    return dn_archive_add_metadata(archive, CLASSES_KEY, CLASSES_MEANING, error);
}

static dn_status fill_archive(dn_archive *archive, dn_model *model, const dn_metadata *extra,
                              size_t extra_count, dn_error *error)
{
    DN_TRY(add_own_metadata(archive, model, error));
    for (size_t i = 0; i < extra_count; i++)
        DN_TRY(dn_archive_add_metadata(archive, extra[i].key, extra[i].value, error));
    for (size_t i = 0; i < 2 * dn_model_layers(model); i++) {
        char name[DN_PARAMETER_NAME_SIZE];
        dn_tensor view = dn_model_parameter(model, i)->value;
        view.storage = NULL;
        DN_TRY(dn_archive_add_tensor(archive, dn_model_parameter_name(i, name), &view, error));
    }
    return DN_OK;
}

dn_status dn_model_write(const char *path, dn_model *model, const dn_metadata *extra, size_t extra_count,
                         dn_error *error)
{
    dn_archive archive = {0};
    dn_status status = fill_archive(&archive, model, extra, extra_count, error);
    if (status == DN_OK)
        status = dn_archive_write(path, &archive, error);
    dn_archive_free(&archive);
    return status;
}

static bool is_digitnets(const dn_archive *archive)
{
    const char *format = dn_archive_metadata(archive, FORMAT_KEY);
    return format && strcmp(format, FORMAT_NAME) == 0;
}

/** A file of a newer digitnet is refused by its version; one of another program has no version to check. */
static dn_status check_version(const dn_archive *archive, dn_error *error)
{
    if (!is_digitnets(archive))
        return DN_OK;
    const char *text = dn_archive_metadata(archive, VERSION_KEY);
    char *end = NULL;
    const long version = text ? strtol(text, &end, 10) : 0;
    if (!text || end == text || *end != '\0' || version < 1)
        return dn_fail(error, DN_ERR_FORMAT, "train the model again",
                       "metadata " VERSION_KEY ": no version number found");
    if (version > DN_MODEL_FORMAT_VERSION)
        return dn_fail(error, DN_ERR_FORMAT, "use a newer digitnet, or train the model again",
                       "metadata " VERSION_KEY ": version %ld found, this program reads up to %d", version,
                       DN_MODEL_FORMAT_VERSION);
    return DN_OK;
}

/** Find tensor `index` of a model and check its rank. */
static dn_status find_tensor(const dn_archive *archive, size_t index, size_t rank, const dn_tensor **tensor,
                             dn_error *error)
{
    char name[DN_PARAMETER_NAME_SIZE];
    char text[DN_SHAPE_TEXT_SIZE];
    *tensor = dn_archive_tensor(archive, dn_model_parameter_name(index, name));
    if (!*tensor)
        return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                       "there is no tensor \"%s\"", name);
    if ((*tensor)->shape.rank != rank)
        return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                       "tensor \"%s\" has shape %s, rank %zu expected", name,
                       dn_shape_text((*tensor)->shape, text), rank);
    return DN_OK;
}

/** Read the widths off the weights' shapes, and check that each layer fits the one before. */
static dn_status find_widths(const dn_archive *archive, size_t *widths, size_t *width_count, dn_error *error)
{
    static const char remedy[] = "give a model that digitnet train wrote";
    const size_t layers = archive->tensor_count / 2;
    if (archive->tensor_count % 2 != 0 || layers == 0 || layers > DN_MODEL_MAX_LAYERS)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "%zu tensors found, a weight and a bias for each of 1 to %d layers expected",
                       archive->tensor_count, DN_MODEL_MAX_LAYERS);
    widths[0] = DN_DIGIT_PIXELS;
    for (size_t i = 0; i < layers; i++) {
        const dn_tensor *weight;
        const dn_tensor *bias;
        DN_TRY(find_tensor(archive, 2 * i, 2, &weight, error));
        DN_TRY(find_tensor(archive, 2 * i + 1, 1, &bias, error));
        widths[i + 1] = weight->shape.extent[0];
        char text[DN_SHAPE_TEXT_SIZE];
        if (weight->shape.extent[1] != widths[i])
            return dn_fail(error, DN_ERR_FORMAT, remedy,
                           "tensor \"%zu.weight\" has shape %s, [%zu, %zu] expected", 2 * i,
                           dn_shape_text(weight->shape, text), widths[i + 1], widths[i]);
        if (widths[i + 1] == 0 || widths[i + 1] > DN_MODEL_MAX_WIDTH)
            return dn_fail(error, DN_ERR_FORMAT, remedy,
                           "tensor \"%zu.weight\" has shape %s, 1 to %d outputs expected", 2 * i,
                           dn_shape_text(weight->shape, text), DN_MODEL_MAX_WIDTH);
        if (bias->shape.extent[0] != widths[i + 1])
            return dn_fail(error, DN_ERR_FORMAT, remedy, "tensor \"%zu.bias\" has shape %s, [%zu] expected",
                           2 * i, dn_shape_text(bias->shape, text), widths[i + 1]);
    }
    if (widths[layers] != DN_DIGIT_CLASSES)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "the last layer has %zu outputs, %d expected",
                       widths[layers], DN_DIGIT_CLASSES);
    *width_count = layers + 1;
    return DN_OK;
}

/** What the metadata call the model must be what its tensors are. */
static dn_status check_architecture(const dn_archive *archive, const dn_model *model, dn_error *error)
{
    char made[DN_ARCHITECTURE_SIZE];
    const char *said = dn_archive_metadata(archive, ARCHITECTURE_KEY);
    if (!is_digitnets(archive) || !said || strcmp(said, dn_model_architecture(model, made)) == 0)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                   "metadata " ARCHITECTURE_KEY ": \"%s\" found, the tensors make \"%s\"", said, made);
}

static dn_status build_model(const dn_archive *archive, dn_model **model, dn_error *error)
{
    size_t widths[DN_MODEL_MAX_LAYERS + 1];
    size_t width_count = 0;
    if (dn_checkpoint_recognise(archive))
        return dn_fail(error, DN_ERR_FORMAT, "give the model that was saved, or go on with train --resume",
                       "is a checkpoint, not a model");
    DN_TRY(check_version(archive, error));
    DN_TRY(find_widths(archive, widths, &width_count, error));
    DN_TRY(dn_model_blank(model, widths, width_count, error));
    dn_status status = check_architecture(archive, *model, error);
    for (size_t i = 0; i < 2 * dn_model_layers(*model) && status == DN_OK; i++) {
        char name[DN_PARAMETER_NAME_SIZE];
        const dn_tensor *source = dn_archive_tensor(archive, dn_model_parameter_name(i, name));
        status = dn_copy(source, &dn_model_parameter(*model, i)->value, error);
    }
    if (status != DN_OK) {
        dn_model_free(*model);
        *model = NULL;
    }
    return status;
}

dn_status dn_model_read(const char *path, dn_model **model, dn_archive *archive, dn_error *error)
{
    dn_archive read = {0};
    *model = NULL;
    if (archive)
        *archive = (dn_archive){0};
    DN_TRY(dn_archive_read(path, &read, error));
    const dn_status status = build_model(&read, model, error);
    if (status == DN_OK && archive)
        *archive = read;
    else
        dn_archive_free(&read);
    return dn_fail_in(error, status, path);
}

dn_status dn_model_check_ours(const char *path, dn_error *error)
{
    dn_archive archive = {0};
    DN_TRY(dn_archive_read(path, &archive, error));
    const bool ours = is_digitnets(&archive);
    dn_archive_free(&archive);
    if (ours)
        return DN_OK;
    return dn_fail_in(error,
                      dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                              "metadata " FORMAT_KEY ": not written by digitnet"),
                      path);
}
