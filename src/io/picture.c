#include "io/picture.h"

#include "core/fail.h"
#include "core/memory.h"
#include "io/file.h"
#include "io/signature.h"

#include "digitnet/tensor.h"

#include <string.h>

#define COLOURS 3

void dn_picture_free(dn_picture *picture)
{
    if (!picture)
        return;
    dn_release(picture->samples);
    *picture = (dn_picture){0};
}

dn_status dn_picture_check(size_t width, size_t height, size_t channels, dn_error *error)
{
    if (width == 0 || width > DN_PICTURE_MAX_EXTENT || height == 0 || height > DN_PICTURE_MAX_EXTENT)
        return dn_fail(error, DN_ERR_FORMAT, "give a picture of another size",
                       "%zu x %zu pixels, 1 to %d each way expected", width, height, DN_PICTURE_MAX_EXTENT);
    if (width > DN_PICTURE_MAX_SAMPLES / height / channels)
        return dn_fail(error, DN_ERR_FORMAT, "make it smaller",
                       "%zu x %zu pixels are more than the %zu samples that are read", width, height,
                       DN_PICTURE_MAX_SAMPLES);
    return DN_OK;
}

dn_status dn_picture_allocate(dn_picture *picture, dn_error *error)
{
    const size_t count = picture->height * picture->width * picture->channels;
    picture->samples = dn_allocate(count, sizeof *picture->samples, error);
    return picture->samples ? DN_OK : DN_ERR_MEMORY;
}

/* ---- Parts ---- */

/** A picture without samples yet, of the same channels. */
static dn_status new_like(const dn_picture *picture, size_t height, size_t width, dn_picture *made,
                          dn_error *error)
{
    *made = (dn_picture){
        .height = height, .width = width, .channels = picture->channels, .format = picture->format};
    return dn_picture_allocate(made, error);
}

dn_status dn_picture_cut(const dn_picture *picture, size_t top, size_t left, size_t height, size_t width,
                         dn_picture *part, dn_error *error)
{
    const size_t channels = picture->channels;
    DN_TRY(new_like(picture, height, width, part, error));
    for (size_t y = 0; y < height; y++)
        memcpy(part->samples + y * width * channels,
               picture->samples + ((top + y) * picture->width + left) * channels,
               width * channels * sizeof *part->samples);
    return DN_OK;
}

dn_status dn_picture_transpose(const dn_picture *picture, dn_picture *turned, dn_error *error)
{
    const size_t channels = picture->channels;
    DN_TRY(new_like(picture, picture->width, picture->height, turned, error));
    for (size_t y = 0; y < picture->height; y++)
        for (size_t x = 0; x < picture->width; x++)
            memcpy(turned->samples + (x * picture->height + y) * channels,
                   picture->samples + (y * picture->width + x) * channels,
                   channels * sizeof *turned->samples);
    return DN_OK;
}

/* ---- Reading ---- */

/** The command that makes a PNG of a picture in a format: one that every system's packages have, and the format's own. */
static const char *conversion(const char *format)
{
#define CONVERT "convert it to PNG: convert PICTURE -auto-orient -background white -flatten PICTURE.png"
    static const char *const own[][2] = {
        {"a JPEG picture", CONVERT ", or djpeg PICTURE >PICTURE.pnm"},
        {"a HEIF or AVIF picture", CONVERT ", or heif-convert PICTURE PICTURE.png"},
        {"a WebP picture", CONVERT ", or dwebp PICTURE -o PICTURE.png"},
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcmp(format, own[i][0]) == 0)
            return own[i][1];
    return CONVERT;
#undef CONVERT
}

/** Say what the file is instead, if its first bytes tell, and how to convert it. */
static dn_status fail_no_picture(const dn_bytes *file, dn_error *error)
{
    const char *guess = dn_file_guess(file->data, file->size);
    if (file->size == 0)
        return dn_fail(error, DN_ERR_FORMAT, "give a PNG or PNM picture", "the file is empty");
    if (!guess)
        return dn_fail(error, DN_ERR_FORMAT, conversion(""), "neither a PNG nor a PNM picture (P1 to P6)");
    const char *action = "give a PNG or PNM picture";
    if (strcmp(guess, "gzip") == 0)
        action = "unpack it: gunzip PICTURE.pgm.gz";
    else if (strstr(guess, "picture") || strstr(guess, "PDF"))
        action = conversion(guess);
    return dn_fail(error, DN_ERR_FORMAT, action, "%s found, a PNG or PNM picture (P1 to P6) expected", guess);
}

static dn_status read_next(const dn_bytes *file, size_t *at, dn_picture *picture, dn_error *error)
{
    if (file->size == 0)
        return fail_no_picture(file, error);
    if (dn_is_pnm(file->data + *at, file->size - *at))
        return dn_pnm_next(file, at, picture, error);
    if (dn_is_png(file->data + *at, file->size - *at))
        return dn_png_next(file, at, picture, error);
    return fail_no_picture(file, error);
}

dn_status dn_picture_next(const dn_bytes *file, size_t *at, dn_picture *picture, dn_error *error)
{
    size_t next = *at;
    *picture = (dn_picture){0};
    const dn_status status = read_next(file, &next, picture, error);
    if (status == DN_OK)
        *at = next;
    else
        dn_picture_free(picture);
    return status;
}

/** The one picture of a file. */
static dn_status read_only_picture(const dn_bytes *file, dn_picture *picture, dn_error *error)
{
    size_t at = 0;
    DN_TRY(dn_picture_next(file, &at, picture, error));
    if (at == file->size)
        return DN_OK;
    dn_picture_free(picture);
    return dn_fail(error, DN_ERR_FORMAT, "give one picture a file", "byte %zu: a second picture begins", at);
}

dn_status dn_picture_read(const char *path, dn_picture *picture, dn_error *error)
{
    dn_bytes file;
    *picture = (dn_picture){0};
    DN_TRY(dn_file_read(path, DN_PICTURE_MAX_FILE, &file, error));
    const dn_status status = read_only_picture(&file, picture, error);
    dn_bytes_free(&file);
    return dn_fail_in(error, status, dn_file_input_name(path));
}

/* ---- Tensors ---- */

/** Rows from y on as values of a tensor [C, rows, W], C order. */
static void copy_rows(const dn_picture *picture, size_t y, size_t rows, float *values)
{
    const size_t pixels = rows * picture->width;
    for (size_t channel = 0; channel < picture->channels; channel++) {
        const uint16_t *samples = picture->samples + y * picture->width * picture->channels + channel;
        float *plane = values + channel * pixels;
        for (size_t i = 0; i < pixels; i++)
            plane[i] = (float)samples[i * picture->channels] / (float)DN_PICTURE_WHITE;
    }
}

/** Row by row; colours [3, 1, W] is room for one. */
static dn_status weigh_channels(const dn_picture *picture, dn_tensor *colours, dn_tensor *grey,
                                dn_error *error)
{
    float rec601[] = {0.299F, 0.587F, 0.114F};
    const dn_tensor weights = dn_tensor_borrow(rec601, DN_SHAPE(COLOURS, 1, 1));
    for (size_t y = 0; y < picture->height; y++) {
        dn_tensor shades;
        DN_TRY(dn_tensor_slice(grey, 0, y, y + 1, 1, &shades, error)); /* [1, W] */
        copy_rows(picture, y, 1, colours->data);
        DN_TRY(dn_multiply(colours, &weights, colours, error));
        DN_TRY(dn_sum(colours, 0, &shades, error));
    }
    return DN_OK;
}

dn_status dn_picture_grey(const dn_picture *picture, dn_tensor *grey, dn_error *error)
{
    dn_tensor colours;
    DN_TRY(dn_tensor_zeros(grey, DN_SHAPE(picture->height, picture->width), error));
    if (picture->channels == 1) {
        copy_rows(picture, 0, picture->height, grey->data);
        return DN_OK;
    }
    dn_status status = dn_tensor_zeros(&colours, DN_SHAPE(COLOURS, 1, picture->width), error);
    if (status == DN_OK)
        status = weigh_channels(picture, &colours, grey, error);
    dn_tensor_free(&colours);
    if (status != DN_OK)
        dn_tensor_free(grey);
    return status;
}
