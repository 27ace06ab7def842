#include "cli/command.h"

#include "cli/files.h"
#include "cli/say.h"
#include "core/fail.h"
#include "io/archive.h"
#include "io/file.h"
#include "io/idx.h"
#include "io/json_line.h"
#include "nn/model.h"
#include "train/checkpoint.h"
#include "train/format.h"
#include "train/model_file.h"

#include "digitnet/io.h"
#include "digitnet/train.h"

#include <stdio.h>

/** Extents with a cross between: "60000 x 28 x 28". */
static void print_extents(const size_t *extent, size_t rank)
{
    for (size_t i = 0; i < rank; i++)
        printf(i == 0 ? "%zu" : " x %zu", extent[i]);
    putchar('\n');
}

/** The line above a description; printed once the file has been read, so that a bad one leaves only its error. */
static void print_heading(const char *path)
{
    char text[CLI_PATH_TEXT_SIZE];
    printf("%s\n", cli_path_text(dn_file_input_name(path), text));
}

static dn_status describe_idx(const char *path, dn_bytes *file, bool json, dn_error *error)
{
    dn_idx idx;
    DN_TRY(dn_idx_decode(file, 0, &idx, error));
    const bool images = idx.rank == DN_IDX_IMAGES_RANK;
    if (json) {
        json_line line = json_line_open(stdout);
        json_line_text(&line, "path", path);
        json_line_text(&line, "kind", images ? "idx images" : "idx labels");
        json_line_counts(&line, "shape", idx.extent, idx.rank);
        json_line_close(&line);
    } else {
        print_heading(path);
        printf("  IDX %s of unsigned bytes, ", images ? "images" : "labels");
        print_extents(idx.extent, idx.rank);
    }
    dn_idx_free(&idx);
    return DN_OK;
}

/** The number counts the pictures of a file from 1. */
static void describe_picture(const char *path, size_t number, const dn_picture *picture, bool json)
{
    if (json) {
        json_line line = json_line_open(stdout);
        json_line_text(&line, "path", path);
        if (number > 1)
            json_line_count(&line, "picture", number);
        json_line_text(&line, "kind", "picture");
        json_line_counts(&line, "shape", (const size_t[]){picture->channels, picture->height, picture->width},
                         3);
        json_line_close(&line);
        return;
    }
    if (number == 1)
        print_heading(path);
    printf("  %s picture, %s, %zu wide, %zu high\n", picture->format,
           picture->channels == 1 ? "grey" : "colour", picture->width, picture->height);
}

/** Read the pictures of a file, one after the other, and describe each if asked to. */
static dn_status go_through_pictures(const char *path, const dn_bytes *file, bool describing, bool json,
                                     dn_error *error)
{
    size_t at = 0;
    size_t number = 0;
    do {
        dn_picture picture;
        DN_TRY(dn_picture_next(file, &at, &picture, error));
        number++;
        if (describing)
            describe_picture(path, number, &picture, json);
        dn_picture_free(&picture);
    } while (at < file->size);
    return DN_OK;
}

/** All are read before the first is described, so that a bad one leaves only its error. */
static dn_status describe_pictures(const char *path, const dn_bytes *file, bool json, dn_error *error)
{
    DN_TRY(go_through_pictures(path, file, false, json, error));
    return go_through_pictures(path, file, true, json, error);
}

/** Count the trained numbers. */
static size_t count_parameters(const dn_archive *archive)
{
    size_t count = 0;
    for (size_t i = 0; i < archive->tensor_count; i++)
        count += dn_tensor_count(&archive->tensors[i].tensor);
    return count;
}

static void print_metadata(const dn_archive *archive)
{
    for (size_t i = 0; i < archive->metadata_count; i++) {
        printf("  ");
        cli_print_text(archive->metadata[i].key);
        printf(": ");
        cli_print_text(archive->metadata[i].value);
        putchar('\n');
    }
}

static void print_metadata_json(json_line *line, const dn_archive *archive)
{
    json_line_begin(line, "metadata", '{');
    for (size_t i = 0; i < archive->metadata_count; i++)
        json_line_text(line, archive->metadata[i].key, archive->metadata[i].value);
    json_line_end(line, '}');
}

static void print_model(const char *path, const dn_classifier *classifier, const dn_archive *archive)
{
    char text[DN_ARCHITECTURE_SIZE];
    print_heading(path);
    printf("  model %s, %zu parameters\n", dn_classifier_architecture(classifier, text),
           count_parameters(archive));
    for (size_t i = 0; i < archive->tensor_count; i++) {
        char name[DN_PARAMETER_NAME_SIZE] = DN_MEAN_NAME;
        char shape[DN_SHAPE_TEXT_SIZE];
        if (classifier->model) /* in the order of the layers, not of the file */
            dn_model_parameter_name(i, name);
        printf("  %-10s %s\n", name, dn_shape_text(dn_archive_tensor(archive, name)->shape, shape));
    }
    print_metadata(archive);
}

static void print_model_json(const char *path, const dn_classifier *classifier, const dn_archive *archive)
{
    char text[DN_ARCHITECTURE_SIZE];
    json_line line = json_line_open(stdout);
    json_line_text(&line, "path", path);
    json_line_text(&line, "kind", "model");
    json_line_text(&line, "architecture", dn_classifier_architecture(classifier, text));
    json_line_count(&line, "parameters", count_parameters(archive));
    print_metadata_json(&line, archive);
    json_line_close(&line);
}

static dn_status describe_model(const char *path, const dn_archive *archive, bool json, dn_error *error)
{
    dn_classifier classifier;
    DN_TRY(dn_classifier_restore(archive, &classifier, error));
    if (json)
        print_model_json(path, &classifier, archive);
    else
        print_model(path, &classifier, archive);
    dn_classifier_free(&classifier);
    return DN_OK;
}

static void print_checkpoint(const char *path, const dn_archive *archive)
{
    print_heading(path);
    printf("  checkpoint, %zu tensors\n", archive->tensor_count);
    for (size_t i = 0; i < archive->tensor_count; i++) {
        char name[CLI_PATH_TEXT_SIZE];
        char shape[DN_SHAPE_TEXT_SIZE];
        printf("  %-18s %s\n", cli_path_text(archive->tensors[i].name, name),
               dn_shape_text(archive->tensors[i].tensor.shape, shape));
    }
    print_metadata(archive);
}

static void print_checkpoint_json(const char *path, const dn_archive *archive)
{
    json_line line = json_line_open(stdout);
    json_line_text(&line, "path", path);
    json_line_text(&line, "kind", "checkpoint");
    json_line_count(&line, "tensors", archive->tensor_count);
    print_metadata_json(&line, archive);
    json_line_close(&line);
}

static dn_status describe_checkpoint(const char *path, const dn_archive *archive, bool json, dn_error *error)
{
    DN_TRY(dn_format_check(archive, DN_FORMAT_CHECKPOINT, error));
    if (json)
        print_checkpoint_json(path, archive);
    else
        print_checkpoint(path, archive);
    return DN_OK;
}

/** A model and a checkpoint are files of one kind; the metadata tell which it is. */
static dn_status describe_archive(const char *path, const dn_bytes *file, bool json, dn_error *error)
{
    dn_archive archive;
    DN_TRY(dn_archive_decode(file, &archive, error));
    const dn_status status = dn_format_of(&archive) == DN_FORMAT_CHECKPOINT
                                 ? describe_checkpoint(path, &archive, json, error)
                                 : describe_model(path, &archive, json, error);
    dn_archive_free(&archive);
    return status;
}

static dn_status describe(const char *path, bool json, dn_error *error)
{
    cli_file_type type;
    dn_bytes file;
    DN_TRY(cli_read_file(path, &file, &type, error));
    dn_status status = DN_OK;
    switch (type) {
    case CLI_FILE_IDX:
        status = describe_idx(path, &file, json, error);
        break;
    case CLI_FILE_PICTURE:
        status = describe_pictures(path, &file, json, error);
        break;
    case CLI_FILE_MODEL:
        status = describe_archive(path, &file, json, error);
        break;
    }
    dn_bytes_free(&file);
    return dn_fail_in(error, status, dn_file_input_name(path));
}

int cli_info(size_t argument_count, char **arguments)
{
    cli_options options = cli_options_default();
    cli_operands operands;
    int exit_code;
    if (!cli_parse(CLI_INFO, argument_count, arguments, &options, &operands, &exit_code))
        return exit_code;
    for (size_t i = 0; i < operands.count; i++) {
        dn_error error;
        const dn_status status = describe(operands.values[i], options.json, &error);
        fflush(stdout);
        if (status != DN_OK)
            exit_code = cli_worse_exit(exit_code, cli_say_error(&error));
    }
    return exit_code;
}
