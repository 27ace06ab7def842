#include "cli/command.h"

#include "cli/draw.h"
#include "cli/files.h"
#include "cli/say.h"
#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "core/size.h"
#include "data/augment.h"
#include "data/names.h"
#include "io/file.h"
#include "io/idx.h"
#include "io/png_write.h"
#include "picture/resample.h"
#include "train/settings.h"

#include "digitnet/data.h"
#include "digitnet/io.h"

#include <stdio.h>
#include <string.h>

#define CAPTION_SIZE 32
#define USUAL_COUNT 8

/** Versions of an image that --augment draws. */
#define VERSIONS 5

/** Read the labels beside an images file; there may be none. */
static dn_status read_labels(const char *images_path, const dn_idx *images, dn_idx *labels, dn_error *error)
{
    char path[FILENAME_MAX];
    *labels = (dn_idx){0};
    if (!dn_data_labels_beside(images_path, path))
        return DN_OK;
    DN_TRY(dn_idx_read(path, DN_IDX_LABELS_RANK, labels, error));
    if (labels->count == images->extent[0])
        return DN_OK;
    const dn_status status = dn_fail(error, DN_ERR_FORMAT, "give files that belong together",
                                     "%zu labels for %zu images", labels->count, images->extent[0]);
    dn_idx_free(labels);
    return dn_fail_in(error, status, path);
}

/** "3: label 7", or "3" where there are no labels. */
static void write_caption(const dn_idx *labels, size_t index, char text[CAPTION_SIZE])
{
    if (labels->data)
        snprintf(text, CAPTION_SIZE, "%zu: label %d", index, labels->data[index]);
    else
        snprintf(text, CAPTION_SIZE, "%zu", index);
}

/** Images first .. first + count - 1, a group at a time, so that captions need little room. */
static void draw_images(const dn_idx *images, const dn_idx *labels, size_t first, size_t count)
{
    enum { GROUP = 32 };
    char text[GROUP][CAPTION_SIZE];
    const char *captions[GROUP];
    const size_t size = images->extent[1] * images->extent[2];
    const size_t columns = dn_platform_terminal_width(stdout);
    const size_t fit = cli_draw_fit(images->extent[2], columns);
    const size_t group = dn_smaller(fit, GROUP);
    for (size_t done = 0; done < count; done += group) {
        const size_t now = dn_smaller(count - done, group);
        for (size_t i = 0; i < now; i++) {
            captions[i] = text[i];
            write_caption(labels, first + done + i, text[i]);
        }
        cli_draw(stdout, images->data + (first + done) * size, now, images->extent[1], images->extent[2],
                 captions, columns);
    }
}

/** An image as it is, and as the first epochs of training would see it. */
static void draw_versions(const dn_idx *images, const dn_idx *labels, size_t index,
                          const dn_augment_plan *plan, uint64_t seed)
{
    uint8_t version[1 + VERSIONS][DN_DIGIT_PIXELS];
    char text[1 + VERSIONS][CAPTION_SIZE];
    const char *captions[1 + VERSIONS];
    memcpy(version[0], images->data + index * DN_DIGIT_PIXELS, DN_DIGIT_PIXELS);
    write_caption(labels, index, text[0]);
    for (size_t epoch = 1; epoch <= VERSIONS; epoch++) {
        dn_augment_image(plan, seed, epoch, index, labels->data ? labels->data[index] : DN_NO_DIGIT,
                         version[0], version[epoch]);
        snprintf(text[epoch], CAPTION_SIZE, "epoch %zu", epoch);
    }
    for (size_t i = 0; i <= VERSIONS; i++)
        captions[i] = text[i];
    cli_draw(stdout, version[0], 1 + VERSIONS, DN_DIGIT_SIDE, DN_DIGIT_SIDE, captions,
             dn_platform_terminal_width(stdout));
}

static dn_status draw_augmented(const dn_idx *images, const dn_idx *labels, size_t first, size_t count,
                                const cli_options *options, dn_error *error)
{
    dn_augment_plan *plan;
    dn_augment augment;
    if (images->extent[1] != DN_DIGIT_SIDE || images->extent[2] != DN_DIGIT_SIDE)
        return dn_fail(error, DN_ERR_SHAPE, "only images of 28 x 28 can be augmented", "images of %zu x %zu",
                       images->extent[1], images->extent[2]);
    DN_TRY(dn_settings_augment(&options->settings, &augment, error));
    DN_TRY(dn_augment_plan_new(&plan, &augment, error));
    for (size_t i = first; i < first + count; i++)
        draw_versions(images, labels, i, plan, options->settings.seed);
    dn_augment_plan_free(plan);
    return DN_OK;
}

/** Choose a range of `total` items by the options, or so many of them as is usual. */
static dn_status choose(const cli_options *options, size_t total, size_t usual, size_t *first, size_t *count,
                        dn_error *error)
{
    const size_t wanted = options->count != 0 ? (size_t)options->count : usual;
    *first = 0;
    *count = 0;
    if (options->start >= total)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--start", "images count from 0",
                          "%llu is past the end of %zu images", (unsigned long long)options->start, total);
    *first = (size_t)options->start;
    *count = dn_smaller(total - *first, wanted);
    return DN_OK;
}

/** Is each image to be drawn as training sees it? */
static bool augments(const cli_options *options)
{
    return strcmp(options->settings.augment, "none") != 0;
}

/** Make the folder, or take one that is empty: no file is replaced, and no other picture is among those that are written. */
static dn_status open_folder(const char *folder, dn_error *error)
{
    size_t total;
    const dn_file_kind kind = dn_platform_file_kind(folder);
    if (kind == DN_FILE_REGULAR || kind == DN_FILE_OTHER)
        return dn_fail_at(error, DN_ERR_FILE, folder, "give a folder that is new or empty",
                          "is not a folder");
    const int reason = kind == DN_FILE_MISSING ? dn_platform_make_folder(folder) : 0;
    if (reason != 0)
        return dn_fail_at(error, DN_ERR_FILE, folder, "make it first, or give another path",
                          "cannot be made: %s",
                          reason > 0 ? strerror(reason) : "this system has no call for it");
    if (dn_platform_list_folder(folder, NULL, 0, &total) && total != 0)
        return dn_fail_at(error, DN_ERR_FILE, folder, "give a folder that is new or empty",
                          "there are files in it");
    return DN_OK;
}

/** Write one image as LABEL_INDEX.png, with as many digits of the index as the last one has. */
static dn_status write_image(const dn_idx *images, const dn_idx *labels, size_t index, const char *folder,
                             dn_error *error)
{
    char path[FILENAME_MAX];
    dn_bytes png;
    const size_t size = images->extent[1] * images->extent[2];
    const int digits = snprintf(NULL, 0, "%zu", images->extent[0] - 1);
    const int length =
        snprintf(path, sizeof path, "%s/%d_%0*zu.png", folder, labels->data[index], digits, index);
    if (length < 0 || length >= (int)sizeof path)
        return dn_fail_at(error, DN_ERR_FILE, folder, "use a shorter one", "the path is too long");
    DN_TRY(dn_png_encode(images->data + index * size, images->extent[1], images->extent[2], &png, error));
    const dn_status status = dn_file_write_new(path, &(dn_part){png.data, png.size}, 1, error);
    dn_bytes_free(&png);
    return status;
}

static dn_status write_images(const dn_idx *images, const dn_idx *labels, size_t first, size_t count,
                              const cli_options *options, dn_error *error)
{
    char path[CLI_PATH_TEXT_SIZE];
    if (augments(options))
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--to-png", "leave out --augment",
                          "images are written as they are");
    if (!labels->data)
        return dn_fail(error, DN_ERR_FORMAT, "put the labels' file beside it",
                       "there are no labels beside it, to name the pictures after");
    DN_TRY(open_folder(options->to_png, error));
    for (size_t i = first; i < first + count; i++)
        DN_TRY(write_image(images, labels, i, options->to_png, error));
    printf("written: %zu pictures in %s\n", count, cli_path_text(options->to_png, path));
    return DN_OK;
}

static dn_status show_images(const char *path, const dn_idx *images, const cli_options *options,
                             dn_error *error)
{
    dn_idx labels;
    size_t first;
    size_t count;
    if (images->count == 0)
        return dn_fail(error, DN_ERR_FORMAT, "give a file that holds images", "there are no pixels in it");
    DN_TRY(
        choose(options, images->extent[0], options->to_png ? SIZE_MAX : USUAL_COUNT, &first, &count, error));
    DN_TRY(read_labels(path, images, &labels, error));
    dn_status status = DN_OK;
    if (options->to_png)
        status = write_images(images, &labels, first, count, options, error);
    else if (augments(options))
        status = draw_augmented(images, &labels, first, count, options, error);
    else
        draw_images(images, &labels, first, count);
    dn_idx_free(&labels);
    return status;
}

/** --augment and --to-png are for the images of an IDX file. */
static dn_status refuse_others(const cli_options *options, const char *what, dn_error *error)
{
    if (!augments(options) && !options->to_png)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT,
                   options->to_png ? "give an IDX file of images to --to-png"
                                   : "give an IDX file of images to --augment",
                   "%s", what);
}

static dn_status show_labels(const dn_idx *labels, const cli_options *options, dn_error *error)
{
    size_t first;
    size_t count;
    DN_TRY(refuse_others(options, "these are labels", error));
    DN_TRY(choose(options, labels->extent[0], USUAL_COUNT, &first, &count, error));
    for (size_t i = first; i < first + count; i++)
        printf("%zu: label %d\n", i, labels->data[i]);
    return DN_OK;
}

static dn_status show_idx(const char *path, dn_bytes *file, const cli_options *options, dn_error *error)
{
    dn_idx idx;
    DN_TRY(dn_idx_decode(file, 0, &idx, error));
    const dn_status status = idx.rank == DN_IDX_IMAGES_RANK ? show_images(path, &idx, options, error)
                                                            : show_labels(&idx, options, error);
    dn_idx_free(&idx);
    return status;
}

/** Draw grey [H, W], made smaller where it is wider than the terminal. */
static dn_status draw_grey(const dn_tensor *grey, dn_error *error)
{
    const size_t columns = dn_platform_terminal_width(stdout);
    const size_t full_height = grey->shape.extent[0];
    const size_t full_width = grey->shape.extent[1];
    const size_t width = dn_smaller(full_width, columns);
    const size_t scaled = (full_height * width + full_width / 2) / full_width;
    const size_t height = scaled != 0 ? scaled : 1;
    dn_tensor small;
    DN_TRY(dn_tensor_zeros(&small, DN_SHAPE(height, width), error));
    uint8_t *pixels = dn_allocate(height * width, 1, error);
    dn_status status = DN_ERR_MEMORY;
    if (pixels)
        status = dn_resample(grey, dn_region_whole(grey), DN_BEYOND_IGNORED, &small, error);
    for (size_t i = 0; i < height * width && status == DN_OK; i++)
        pixels[i] = dn_byte_from(small.data[i]);
    if (status == DN_OK)
        cli_draw(stdout, pixels, 1, height, width, NULL, columns);
    dn_release(pixels);
    dn_tensor_free(&small);
    return status;
}

static dn_status draw_picture(const dn_picture *picture, dn_error *error)
{
    dn_tensor grey;
    DN_TRY(dn_picture_grey(picture, &grey, error));
    const dn_status status = draw_grey(&grey, error);
    dn_tensor_free(&grey);
    return status;
}

/** Draw the pictures of a file, up to one that can't be read. */
static dn_status show_pictures(const dn_bytes *file, dn_error *error)
{
    size_t at = 0;
    do {
        dn_picture picture;
        DN_TRY(dn_picture_next(file, &at, &picture, error));
        const dn_status status = draw_picture(&picture, error);
        dn_picture_free(&picture);
        DN_TRY(status);
    } while (at < file->size);
    return DN_OK;
}

static dn_status show(const char *path, const cli_options *options, dn_error *error)
{
    cli_file_type type;
    dn_bytes file;
    DN_TRY(cli_read_file(path, &file, &type, error));
    dn_status status = DN_OK;
    switch (type) {
    case CLI_FILE_IDX:
        status = show_idx(path, &file, options, error);
        break;
    case CLI_FILE_PICTURE:
        status = refuse_others(options, "this is a picture", error);
        if (status == DN_OK)
            status = show_pictures(&file, error);
        break;
    case CLI_FILE_MODEL:
        status = dn_fail(error, DN_ERR_FORMAT, "digitnet info describes it", "a model has no pictures");
        break;
    }
    dn_bytes_free(&file);
    return status;
}

int cli_show(size_t argument_count, char **arguments)
{
    cli_options options = cli_options_default();
    cli_operands operands;
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_SHOW, argument_count, arguments, &options, &operands, &exit_code))
        return exit_code;
    options.settings.augment = options.show_augment;
    const dn_status status = show(operands.values[0], &options, &error);
    if (dn_fail_in(&error, status, dn_file_input_name(operands.values[0])) != DN_OK)
        exit_code = cli_say_error(&error);
    return exit_code;
}
