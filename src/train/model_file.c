#include "train/model_file.h"

#include "core/fail.h"
#include "core/number.h"
#include "core/size.h"
#include "data/classes.h"
#include "io/archive.h"
#include "io/file.h"
#include "nn/model.h"
#include "train/checkpoint.h"
#include "train/format.h"
#include "train/mean.h"
#include "train/parameters.h"
#include "train/temperature.h"

#include "digitnet/settings.h"
#include "digitnet/tensor.h"

#include <string.h>

#define ARCHITECTURE_KEY "architecture"
#define INPUT_KEY "input"
#define INPUT_MEANING "28x28 pixels row by row, ink bright, byte / 255, nothing subtracted"
#define CLASSES_KEY "classes"
#define METRIC_KEY "metric"
#define TEMPERATURE_KEY "temperature"
#define TEMPERATURE_SIZE 32

static dn_status add_metadata(dn_archive *archive, const dn_classifier *classifier, dn_error *error)
{
    char architecture[DN_ARCHITECTURE_SIZE];
    char classes[DN_CLASSES_TEXT_SIZE];
    dn_classifier_architecture(classifier, architecture);
    dn_classes_text(&classifier->classes, classes);
    DN_TRY(dn_format_begin(archive, DN_FORMAT_MODEL, error));
    DN_TRY(dn_archive_add_metadata(archive, ARCHITECTURE_KEY, architecture, error));
    if (!classifier->model)
        DN_TRY(dn_archive_add_metadata(archive, METRIC_KEY, dn_distance_names[classifier->mean.distance],
                                       error));
    if (classifier->temperature > 0.0F) {
        char temperature[TEMPERATURE_SIZE];
        dn_number_text(temperature, sizeof temperature, "%.9g", (double)classifier->temperature);
        DN_TRY(dn_archive_add_metadata(archive, TEMPERATURE_KEY, temperature, error));
    }
    DN_TRY(dn_archive_add_metadata(archive, INPUT_KEY, INPUT_MEANING, error));
    return dn_archive_add_metadata(archive, CLASSES_KEY, classes, error);
}

static dn_status add_tensors(dn_archive *archive, const dn_classifier *classifier, dn_error *error)
{
    dn_model *model = classifier->model;
    if (!model)
        return dn_format_lend_tensor(archive, DN_MEAN_NAME, &classifier->mean.images, error);
    return dn_parameters_add(archive, "", model, NULL, error);
}

dn_status dn_classifier_encode(const dn_classifier *classifier, const dn_metadata *extra, size_t extra_count,
                               dn_bytes *bytes, dn_error *error)
{
    dn_archive archive = {0};
    *bytes = (dn_bytes){0};
    dn_status status = add_metadata(&archive, classifier, error);
    if (status == DN_OK)
        status = dn_format_add_metadata(&archive, extra, extra_count, error);
    if (status == DN_OK)
        status = add_tensors(&archive, classifier, error);
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

/** The number of layers that have a weight, from the first on. */
static size_t count_layers(const dn_archive *archive)
{
    size_t layers = 0;
    char name[DN_PARAMETER_NAME_SIZE];
    while (layers < DN_MODEL_MAX_LAYERS &&
           dn_archive_tensor(archive, dn_model_parameter_name(2 * layers, name)))
        layers++;
    return layers;
}

/** The layers that an archive is likely to hold where none of its tensors has the right name: a layer for each two, at least one. */
static size_t guess_layers(const dn_archive *archive)
{
    const size_t layers = dn_divide_up(archive->tensor_count, 2);
    return dn_larger(dn_smaller(layers, DN_MODEL_MAX_LAYERS), 1);
}

/** Are the tensors those of a net by their names, all of them and no others? */
static dn_status check_names(const dn_archive *archive, dn_error *error)
{
    char names[2 * DN_MODEL_MAX_LAYERS][DN_PARAMETER_NAME_SIZE];
    const char *wanted[2 * DN_MODEL_MAX_LAYERS];
    char text[2][DN_ARCHIVE_LIST_SIZE];
    const size_t found = count_layers(archive);
    const size_t layers = found != 0 ? found : guess_layers(archive);
    bool fit = archive->tensor_count == 2 * layers;
    for (size_t i = 0; i < 2 * layers; i++) {
        wanted[i] = dn_model_parameter_name(i, names[i]);
        fit = fit && dn_archive_tensor(archive, wanted[i]);
    }
    if (fit)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "rename them, or " DN_MODEL_REMEDY, "tensors found: %s; wanted: %s",
                   dn_archive_list_tensors(archive, text[0]), dn_archive_list(wanted, 2 * layers, text[1]));
}

/** Read the widths of a net from the shapes of its weights. */
static dn_status find_widths(const dn_archive *archive, size_t layers, size_t widths[DN_MODEL_MAX_LAYERS + 1],
                             dn_error *error)
{
    char name[DN_PARAMETER_NAME_SIZE];
    char text[DN_SHAPE_TEXT_SIZE];
    widths[0] = DN_DIGIT_PIXELS;
    for (size_t i = 0; i < layers; i++) {
        const dn_shape shape = dn_archive_tensor(archive, dn_model_parameter_name(2 * i, name))->shape;
        if (shape.rank != 2 || shape.extent[0] == 0 || shape.extent[0] > DN_MODEL_MAX_WIDTH)
            return dn_fail(error, DN_ERR_FORMAT, DN_MODEL_REMEDY,
                           "tensor \"%s\" has shape %s, [1 to %d, %zu] expected", name,
                           dn_shape_text(shape, text), DN_MODEL_MAX_WIDTH, widths[i]);
        widths[i + 1] = shape.extent[0];
    }
    return DN_OK;
}

dn_status dn_model_check_widths(const dn_archive *archive, const size_t *widths, size_t width_count,
                                dn_error *error)
{
    const dn_tensor *tensor;
    char name[DN_PARAMETER_NAME_SIZE];
    const size_t layers = count_layers(archive);
    if (layers != width_count - 1)
        return dn_fail(error, DN_ERR_FORMAT, "give a file that digitnet train wrote",
                       "%zu layers found, the settings want %zu", layers, width_count - 1);
    for (size_t i = 0; i < layers; i++) {
        DN_TRY(dn_format_find_tensor(archive, dn_model_parameter_name(2 * i, name),
                                     DN_SHAPE(widths[i + 1], widths[i]), &tensor, error));
        DN_TRY(dn_format_find_tensor(archive, dn_model_parameter_name(2 * i + 1, name),
                                     DN_SHAPE(widths[i + 1]), &tensor, error));
    }
    return DN_OK;
}

static dn_status restore_net(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    size_t widths[DN_MODEL_MAX_LAYERS + 1] = {0};
    const size_t layers = count_layers(archive);
    const size_t classes = classifier->classes.count;
    DN_TRY(check_names(archive, error));
    DN_TRY(find_widths(archive, layers, widths, error));
    DN_TRY(dn_model_check_widths(archive, widths, layers + 1, error));
    if (widths[layers] != classes && !(widths[layers] == 1 && classes == 2))
        return dn_fail(error, DN_ERR_FORMAT, DN_MODEL_REMEDY,
                       "the last layer has %zu outputs, %zu expected%s", widths[layers], classes,
                       classes == 2 ? ", or 1" : "");
    DN_TRY(dn_model_blank(&classifier->model, widths, layers + 1, error));
    return dn_parameters_restore(archive, "", classifier->model, NULL, error);
}

dn_status dn_model_check_mean(const dn_archive *archive, size_t classes, dn_error *error)
{
    const dn_tensor *images;
    return dn_format_find_tensor(archive, DN_MEAN_NAME, DN_SHAPE(classes, DN_DIGIT_PIXELS), &images, error);
}

static dn_status restore_mean(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    const char *metric = dn_archive_metadata(archive, METRIC_KEY);
    dn_mean_images *mean = &classifier->mean;
    if (!metric || !dn_distance_named(metric, &mean->distance))
        return dn_fail(error, DN_ERR_FORMAT, DN_MODEL_REMEDY,
                       "metadata " METRIC_KEY ": %.40s found, l1 or rmse expected",
                       metric ? metric : "nothing");
    DN_TRY(dn_model_check_mean(archive, classifier->classes.count, error));
    return dn_tensor_clone(&mean->images, dn_archive_tensor(archive, DN_MEAN_NAME), error);
}

/** A file that names no classes has all ten. */
static dn_status find_classes(const dn_archive *archive, dn_classes *classes, dn_error *error)
{
    const char *list = dn_archive_metadata(archive, CLASSES_KEY);
    *classes = dn_classes_all();
    if (!list || dn_classes_parse(list, classes, NULL) == DN_OK)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, DN_MODEL_REMEDY,
                   "metadata " CLASSES_KEY ": \"%.40s\" is no list of digits", list);
}

/** The architecture that digitnet's metadata name must be that of the tensors. Other programs may mean something else by it. */
static dn_status check_architecture(const dn_archive *archive, const dn_classifier *classifier,
                                    dn_error *error)
{
    char made[DN_ARCHITECTURE_SIZE];
    const char *said = dn_archive_metadata(archive, ARCHITECTURE_KEY);
    if (dn_format_of(archive) == DN_FORMAT_OTHER || !said ||
        strcmp(said, dn_classifier_architecture(classifier, made)) == 0)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, DN_MODEL_REMEDY,
                   "metadata " ARCHITECTURE_KEY ": \"%s\" found, the tensors make \"%s\"", said, made);
}

/** A net of digitnet may have a temperature. */
static dn_status find_temperature(const dn_archive *archive, float *temperature, dn_error *error)
{
    const char *text = dn_archive_metadata(archive, TEMPERATURE_KEY);
    const dn_option row = {.kind = DN_OPTION_RATE};
    if (!text || dn_format_of(archive) == DN_FORMAT_OTHER)
        return DN_OK;
    if (dn_option_set(&row, temperature, text, NULL) == DN_OK && *temperature >= DN_TEMPERATURE_LEAST &&
        *temperature <= 1.0F / DN_TEMPERATURE_LEAST)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, DN_MODEL_REMEDY,
                   "metadata " TEMPERATURE_KEY ": \"%.40s\" found, a number from 1/64 to 64 expected", text);
}

static dn_status restore(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    if (dn_format_of(archive) != DN_FORMAT_OTHER) /* a file of another program has no version to check */
        DN_TRY(dn_format_check(archive, DN_FORMAT_MODEL, error));
    DN_TRY(find_classes(archive, &classifier->classes, error));
    DN_TRY(find_temperature(archive, &classifier->temperature, error));
    if (archive->tensor_count == 1 && dn_archive_tensor(archive, DN_MEAN_NAME))
        DN_TRY(restore_mean(archive, classifier, error));
    else
        DN_TRY(restore_net(archive, classifier, error));
    return check_architecture(archive, classifier, error);
}

dn_status dn_classifier_restore(const dn_archive *archive, dn_classifier *classifier, dn_error *error)
{
    *classifier = (dn_classifier){0};
    const dn_status status = restore(archive, classifier, error);
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

/** A model of a newer version can't be read here: it counts as whole. */
static dn_status check_ours(const dn_archive *archive, dn_error *error)
{
    dn_classifier classifier;
    size_t version;
    DN_TRY(dn_format_version(archive, DN_FORMAT_MODEL, &version, error));
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
