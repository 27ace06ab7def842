#include "core/fail.h"
#include "io/archive.h"
#include "io/file.h"
#include "train/checkpoint.h"

#include "digitnet/tensor.h"
#include "digitnet/train.h"

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
#define METRIC_KEY "metric"
/** A number of 20 digits, and the closing 0. */
#define NUMBER_SIZE 21

static const char train_remedy[] = "give a model that digitnet train wrote";

static dn_status add_own_metadata(dn_archive *archive, const dn_classifier *classifier, dn_error *error)
{
    char version[NUMBER_SIZE];
    char architecture[DN_ARCHITECTURE_SIZE];
    char classes[DN_CLASSES_TEXT_SIZE];
    snprintf(version, sizeof version, "%d", DN_MODEL_FORMAT_VERSION);
    dn_classifier_architecture(classifier, architecture);
    dn_classes_text(&classifier->classes, classes);
    DN_TRY(dn_archive_add_metadata(archive, FORMAT_KEY, FORMAT_NAME, error));
    DN_TRY(dn_archive_add_metadata(archive, VERSION_KEY, version, error));
    DN_TRY(dn_archive_add_metadata(archive, ARCHITECTURE_KEY, architecture, error));
    if (!classifier->model)
        DN_TRY(
            dn_archive_add_metadata(archive, METRIC_KEY, dn_distance_name(classifier->mean.distance), error));
    DN_TRY(dn_archive_add_metadata(archive, INPUT_KEY, INPUT_MEANING, error));
    return dn_archive_add_metadata(archive, CLASSES_KEY, classes, error);
}

/** Add a tensor that stays the caller's. */
static dn_status lend(dn_archive *archive, const char *name, const dn_tensor *tensor, dn_error *error)
{
    dn_tensor view = *tensor;
    view.storage = NULL;
    return dn_archive_add_tensor(archive, name, &view, error);
}

static dn_status fill_archive(dn_archive *archive, const dn_classifier *classifier, const dn_metadata *extra,
                              size_t extra_count, dn_error *error)
{
    dn_model *model = classifier->model;
    DN_TRY(add_own_metadata(archive, classifier, error));
    for (size_t i = 0; i < extra_count; i++)
        DN_TRY(dn_archive_add_metadata(archive, extra[i].key, extra[i].value, error));
    if (!model)
        return lend(archive, DN_MEAN_NAME, &classifier->mean.images, error);
    for (size_t i = 0; i < 2 * dn_model_layers(model); i++) {
        char name[DN_PARAMETER_NAME_SIZE];
        DN_TRY(lend(archive, dn_model_parameter_name(i, name), &dn_model_parameter(model, i)->value, error));
    }
    return DN_OK;
}

dn_status dn_classifier_encode(const dn_classifier *classifier, const dn_metadata *extra, size_t extra_count,
                               dn_bytes *bytes, dn_error *error)
{
    dn_archive archive = {0};
    *bytes = (dn_bytes){0};
    dn_status status = fill_archive(&archive, classifier, extra, extra_count, error);
    if (status == DN_OK)
        status = dn_archive_encode(&archive, bytes, error);
    dn_archive_free(&archive);
    return status;
}

dn_status dn_classifier_write(const char *path, const dn_classifier *classifier, const dn_metadata *extra,
                              size_t extra_count, dn_error *error)
{
    dn_bytes bytes;
    dn_status status = dn_classifier_encode(classifier, extra, extra_count, &bytes, error);
    if (status == DN_OK) {
        const dn_part whole = {bytes.data, bytes.size};
        status = dn_file_write(path, &whole, 1, error);
    }
    dn_bytes_free(&bytes);
    return dn_fail_in(error, status, path);
}

dn_status dn_model_write(const char *path, dn_model *model, const dn_metadata *extra, size_t extra_count,
                         dn_error *error)
{
    const dn_classifier classifier = {.classes = dn_classes_all(), .model = model};
    return dn_classifier_write(path, &classifier, extra, extra_count, error);
}

static bool is_digitnets(const dn_archive *archive)
{
    const char *format = dn_archive_metadata(archive, FORMAT_KEY);
    return format && strcmp(format, FORMAT_NAME) == 0;
}

static dn_status find_version(const dn_archive *archive, long *version, dn_error *error)
{
    const char *text = dn_archive_metadata(archive, VERSION_KEY);
    char *end = NULL;
    *version = text ? strtol(text, &end, 10) : 0;
    if (text && end != text && *end == '\0' && *version >= 1)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "train the model again",
                   "metadata " VERSION_KEY ": no version number found");
}

/** A file of a newer digitnet is refused by its version; one of another program has no version to check. */
static dn_status check_version(const dn_archive *archive, dn_error *error)
{
    if (dn_checkpoint_recognise(archive))
        return dn_fail(error, DN_ERR_FORMAT, "give the model that was saved, or go on with train --resume",
                       "is a checkpoint, not a model");
    if (!is_digitnets(archive))
        return DN_OK;
    long version;
    DN_TRY(find_version(archive, &version, error));
    if (version > DN_MODEL_FORMAT_VERSION)
        return dn_fail(error, DN_ERR_FORMAT, "use a newer digitnet, or train the model again",
                       "metadata " VERSION_KEY ": version %ld found, this program reads up to %d", version,
                       DN_MODEL_FORMAT_VERSION);
    return DN_OK;
}

/** How many layers have a weight, from the first on. */
static size_t count_layers(const dn_archive *archive)
{
    size_t layers = 0;
    char name[DN_PARAMETER_NAME_SIZE];
    while (layers < DN_MODEL_MAX_LAYERS &&
           dn_archive_tensor(archive, dn_model_parameter_name(2 * layers, name)))
        layers++;
    return layers;
}

/** As many layers as its tensors may be meant to make, at least one, where none has the right name. */
static size_t guess_layers(const dn_archive *archive)
{
    const size_t layers = archive->tensor_count / 2 + archive->tensor_count % 2;
    return layers == 0 ? 1 : layers < DN_MODEL_MAX_LAYERS ? layers : DN_MODEL_MAX_LAYERS;
}

/** Say which tensors there are, and which a net of as many layers has. */
static dn_status fail_names(const dn_archive *archive, dn_error *error)
{
    char names[2 * DN_MODEL_MAX_LAYERS][DN_PARAMETER_NAME_SIZE];
    const char *listed[2 * DN_MODEL_MAX_LAYERS];
    char found[DN_ARCHIVE_LIST_SIZE];
    char wanted[DN_ARCHIVE_LIST_SIZE];
    size_t layers = count_layers(archive);
    if (layers == 0)
        layers = guess_layers(archive);
    for (size_t i = 0; i < 2 * layers; i++)
        listed[i] = dn_model_parameter_name(i, names[i]);
    return dn_fail(error, DN_ERR_FORMAT, "rename them, or give a model that digitnet train wrote",
                   "tensors found: %s; wanted: %s", dn_archive_list_tensors(archive, found),
                   dn_archive_list(listed, 2 * layers, wanted));
}

static dn_status check_rank(const char *name, const dn_tensor *tensor, size_t rank, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (tensor->shape.rank == rank)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, train_remedy, "tensor \"%s\" has shape %s, rank %zu expected", name,
                   dn_shape_text(tensor->shape, text), rank);
}

/** Read the outputs of a layer off its weight, and check that its weight and bias fit its inputs and each other. */
static dn_status find_outputs(const dn_archive *archive, size_t layer, size_t inputs, size_t *outputs,
                              dn_error *error)
{
    char weight_name[DN_PARAMETER_NAME_SIZE];
    char bias_name[DN_PARAMETER_NAME_SIZE];
    char text[DN_SHAPE_TEXT_SIZE];
    const dn_tensor *weight = dn_archive_tensor(archive, dn_model_parameter_name(2 * layer, weight_name));
    const dn_tensor *bias = dn_archive_tensor(archive, dn_model_parameter_name(2 * layer + 1, bias_name));
    if (!bias)
        return fail_names(archive, error);
    DN_TRY(check_rank(weight_name, weight, 2, error));
    DN_TRY(check_rank(bias_name, bias, 1, error));
    *outputs = weight->shape.extent[0];
    if (weight->shape.extent[1] != inputs)
        return dn_fail(error, DN_ERR_FORMAT, train_remedy, "tensor \"%s\" has shape %s, [%zu, %zu] expected",
                       weight_name, dn_shape_text(weight->shape, text), *outputs, inputs);
    if (*outputs == 0 || *outputs > DN_MODEL_MAX_WIDTH)
        return dn_fail(error, DN_ERR_FORMAT, train_remedy,
                       "tensor \"%s\" has shape %s, 1 to %d outputs expected", weight_name,
                       dn_shape_text(weight->shape, text), DN_MODEL_MAX_WIDTH);
    if (bias->shape.extent[0] != *outputs)
        return dn_fail(error, DN_ERR_FORMAT, train_remedy, "tensor \"%s\" has shape %s, [%zu] expected",
                       bias_name, dn_shape_text(bias->shape, text), *outputs);
    return DN_OK;
}

/** Read the widths off the shapes of the layers. */
static dn_status find_widths(const dn_archive *archive, size_t widths[DN_MODEL_MAX_LAYERS + 1],
                             size_t *width_count, dn_error *error)
{
    const size_t layers = count_layers(archive);
    if (layers == 0)
        return fail_names(archive, error);
    widths[0] = DN_DIGIT_PIXELS;
    for (size_t i = 0; i < layers; i++)
        DN_TRY(find_outputs(archive, i, widths[i], &widths[i + 1], error));
    *width_count = layers + 1;
    return DN_OK;
}

static const char settings_remedy[] = "give a file that digitnet train wrote";

dn_status dn_model_check_widths(const dn_archive *archive, const size_t *widths, size_t width_count,
                                dn_error *error)
{
    size_t found[DN_MODEL_MAX_LAYERS + 1] = {0};
    size_t found_count = 0;
    DN_TRY(find_widths(archive, found, &found_count, error));
    if (found_count != width_count)
        return dn_fail(error, DN_ERR_FORMAT, settings_remedy, "%zu layers found, the settings want %zu",
                       found_count - 1, width_count - 1);
    for (size_t i = 1; i < width_count; i++)
        if (found[i] != widths[i])
            return dn_fail(error, DN_ERR_FORMAT, settings_remedy,
                           "tensor \"%zu.weight\" has %zu outputs, the settings want %zu", 2 * (i - 1),
                           found[i], widths[i]);
    return DN_OK;
}

/** What the metadata call the model must be what its tensors are. */
static dn_status check_architecture(const dn_archive *archive, const dn_classifier *classifier,
                                    dn_error *error)
{
    char made[DN_ARCHITECTURE_SIZE];
    const char *said = dn_archive_metadata(archive, ARCHITECTURE_KEY);
    if (!is_digitnets(archive) || !said || strcmp(said, dn_classifier_architecture(classifier, made)) == 0)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, train_remedy,
                   "metadata " ARCHITECTURE_KEY ": \"%s\" found, the tensors make \"%s\"", said, made);
}

static dn_status build_net(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    size_t widths[DN_MODEL_MAX_LAYERS + 1] = {0};
    size_t width_count = 0;
    if (archive->tensor_count != 2 * count_layers(archive))
        return fail_names(archive, error);
    DN_TRY(find_widths(archive, widths, &width_count, error));
    const size_t outputs = widths[width_count - 1];
    const size_t classes = classifier->classes.count;
    if (outputs != classes && !(outputs == 1 && classes == 2))
        return dn_fail(error, DN_ERR_FORMAT, train_remedy, "the last layer has %zu outputs, %zu expected%s",
                       outputs, classes, classes == 2 ? ", or 1" : "");
    DN_TRY(dn_model_blank(&classifier->model, widths, width_count, error));
    for (size_t i = 0; i < 2 * dn_model_layers(classifier->model); i++) {
        char name[DN_PARAMETER_NAME_SIZE];
        const dn_tensor *source = dn_archive_tensor(archive, dn_model_parameter_name(i, name));
        DN_TRY(dn_copy(source, &dn_model_parameter(classifier->model, i)->value, error));
    }
    return DN_OK;
}

dn_status dn_model_check_mean(const dn_archive *archive, size_t classes, dn_error *error)
{
    const dn_tensor *images = dn_archive_tensor(archive, DN_MEAN_NAME);
    char text[DN_ARCHIVE_LIST_SIZE];
    if (!images)
        return dn_fail(error, DN_ERR_FORMAT, train_remedy, "tensors found: %s; wanted: \"" DN_MEAN_NAME "\"",
                       dn_archive_list_tensors(archive, text));
    if (dn_shape_equal(images->shape, DN_SHAPE(classes, DN_DIGIT_PIXELS)))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, train_remedy,
                   "tensor \"" DN_MEAN_NAME "\" has shape %s, [%zu, %d] expected",
                   dn_shape_text(images->shape, text), classes, DN_DIGIT_PIXELS);
}

static dn_status build_mean(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    const size_t classes = classifier->classes.count;
    const char *metric = dn_archive_metadata(archive, METRIC_KEY);
    dn_distance distance;
    if (!metric || !dn_distance_named(metric, &distance))
        return dn_fail(error, DN_ERR_FORMAT, train_remedy,
                       "metadata " METRIC_KEY ": %s found, l1 or rmse expected", metric ? metric : "nothing");
    DN_TRY(dn_model_check_mean(archive, classes, error));
    DN_TRY(dn_mean_images_new(&classifier->mean, classes, DN_DIGIT_PIXELS, distance, error));
    return dn_copy(dn_archive_tensor(archive, DN_MEAN_NAME), &classifier->mean.images, error);
}

/** A file that doesn't say which digits it knows has all ten. */
static dn_status find_classes(const dn_archive *archive, dn_classes *classes, dn_error *error)
{
    const char *list = dn_archive_metadata(archive, CLASSES_KEY);
    *classes = dn_classes_all();
    if (!list || dn_classes_parse(list, classes, NULL) == DN_OK)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, train_remedy,
                   "metadata " CLASSES_KEY ": \"%.40s\" is no list of digits", list);
}

static dn_status build(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    DN_TRY(check_version(archive, error));
    DN_TRY(find_classes(archive, &classifier->classes, error));
    if (archive->tensor_count == 1 && dn_archive_tensor(archive, DN_MEAN_NAME))
        DN_TRY(build_mean(archive, classifier, error));
    else
        DN_TRY(build_net(archive, classifier, error));
    return check_architecture(archive, classifier, error);
}

dn_status dn_classifier_restore(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    *classifier = (dn_classifier){0};
    const dn_status status = build(archive, classifier, error);
    if (status != DN_OK)
        dn_classifier_free(classifier);
    return status;
}

dn_status dn_classifier_read(const char *path, dn_classifier *classifier, dn_archive *archive,
                             dn_error *error)
{
    dn_archive read = {0};
    *classifier = (dn_classifier){0};
    if (archive)
        *archive = (dn_archive){0};
    DN_TRY(dn_archive_read(path, &read, error));
    const dn_status status = dn_classifier_restore(&read, classifier, error);
    if (status == DN_OK && archive)
        *archive = read;
    else
        dn_archive_free(&read);
    return dn_fail_in(error, status, path);
}

dn_status dn_model_read(const char *path, dn_model **model, dn_archive *archive, dn_error *error)
{
    dn_classifier classifier;
    const dn_classes all = dn_classes_all();
    *model = NULL;
    DN_TRY(dn_classifier_read(path, &classifier, archive, error));
    dn_status status = DN_OK;
    if (!classifier.model || !dn_classes_equal(&classifier.classes, &all))
        status = dn_fail(error, DN_ERR_FORMAT, train_remedy, "it is no net of the ten digits");
    if (status == DN_OK) {
        *model = classifier.model;
        classifier.model = NULL;
    } else if (archive) {
        dn_archive_free(archive);
    }
    dn_classifier_free(&classifier);
    return dn_fail_in(error, status, path);
}

static dn_status check_name(const dn_archive *archive, dn_error *error)
{
    const char *format = dn_archive_metadata(archive, FORMAT_KEY);
    if (is_digitnets(archive))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, train_remedy,
                   "metadata " FORMAT_KEY ": %s%.40s%s found, \"" FORMAT_NAME "\" expected",
                   format ? "\"" : "", format ? format : "nothing", format ? "\"" : "");
}

dn_status dn_model_check_format(const dn_archive *archive, dn_error *error)
{
    DN_TRY(check_version(archive, error));
    return check_name(archive, error);
}

/** Ours, and whole: the tensors make what the metadata say. Those of a newer version are unknown, and taken for whole. */
static dn_status check_ours(const dn_archive *archive, dn_error *error)
{
    dn_classifier classifier;
    long version;
    DN_TRY(check_name(archive, error));
    DN_TRY(find_version(archive, &version, error));
    if (version > DN_MODEL_FORMAT_VERSION)
        return DN_OK;
    DN_TRY(dn_classifier_restore(archive, &classifier, error));
    dn_classifier_free(&classifier);
    return DN_OK;
}

dn_status dn_model_check_ours(const char *path, dn_error *error)
{
    dn_archive archive = {0};
    DN_TRY(dn_archive_read(path, &archive, error));
    const dn_status status = check_ours(&archive, error);
    dn_archive_free(&archive);
    return dn_fail_in(error, status, path);
}
