#include "core/ascii.h"
#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"
#include "io/file.h"
#include "io/signature.h"

#include "digitnet/io.h"
#include "digitnet/tensor.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAX_MAXVAL 65535
#define COLOURS 3
#define BITS_IN_BYTE 8
#define HIGHEST_BIT 0x80
#define END_OF_FILE (-1)

static const char remedy[] = "the picture is damaged: save it again";

/** What the magic number says. */
typedef struct pnm_kind {
    size_t channels;
    bool plain;  /**< samples are text */
    bool bitmap; /**< samples are 0 or 1, and 1 is black */
} pnm_kind;

/** A file while it is read. */
typedef struct pnm_reader {
    const uint8_t *data;
    size_t size;
    size_t at; /**< the next byte to read */
    pnm_kind kind;
    size_t width;
    size_t height;
    size_t maxval;
    size_t needed; /**< bytes that the samples take; at least that many where they are plain */
} pnm_reader;

/* ---- Text ---- */

static int peek(const pnm_reader *reader)
{
    return reader->at < reader->size ? reader->data[reader->at] : END_OF_FILE;
}

static bool is_line_end(int character)
{
    return character == '\n' || character == '\r';
}

/** Skip a comment, if there is one: from # up to the end of the line, which stays. */
static void skip_comment(pnm_reader *reader)
{
    if (peek(reader) != '#')
        return;
    while (peek(reader) != END_OF_FILE && !is_line_end(peek(reader)))
        reader->at++;
}

static void skip_space(pnm_reader *reader)
{
    while (dn_is_space(peek(reader)))
        reader->at++;
}

static void skip_space_and_comments(pnm_reader *reader)
{
    while (dn_is_space(peek(reader)) || peek(reader) == '#') {
        skip_space(reader);
        skip_comment(reader);
    }
}

static dn_status fail_expected(const pnm_reader *reader, const char *expected, dn_error *error)
{
    const int found = peek(reader);
    if (found == END_OF_FILE)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: %s expected, the file ends there", reader->at,
                       expected);
    if (found > ' ' && found <= '~')
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: %s expected, '%c' found", reader->at,
                       expected, found);
    return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: %s expected, byte 0x%02x found", reader->at,
                   expected, (unsigned)found);
}

/** A number up to limit, with white space, a comment or the end of the file behind it. */
static dn_status read_number(pnm_reader *reader, const char *what, size_t limit, size_t *number,
                             dn_error *error)
{
    skip_space_and_comments(reader);
    const size_t begin = reader->at;
    *number = 0;
    if (!dn_is_digit(peek(reader)))
        return fail_expected(reader, what, error);
    for (; dn_is_digit(peek(reader)); reader->at++) {
        *number = *number * 10 + (size_t)(peek(reader) - '0');
        if (*number > limit)
            return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: %s above %zu", begin, what, limit);
    }
    const int after = peek(reader);
    return dn_is_space(after) || after == '#' || after == END_OF_FILE
               ? DN_OK
               : fail_expected(reader, "white space after a number", error);
}

static dn_status read_positive(pnm_reader *reader, const char *what, size_t limit, size_t *number,
                               dn_error *error)
{
    DN_TRY(read_number(reader, what, limit, number, error));
    if (*number == 0)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: %s 0, 1 to %zu expected", reader->at - 1,
                       what, limit);
    return DN_OK;
}

/* ---- The header ---- */

/** The command that makes a PGM or PNM of a picture in a format; by the programs that Debian has. */
static const char *conversion(const char *format)
{
#define CONVERT "convert it: convert PICTURE -background white -flatten PICTURE.pgm"
    if (strcmp(format, "a PNG picture") == 0)
        return CONVERT ", or pngtopnm -mix -background=white PICTURE >PICTURE.pnm";
    if (strcmp(format, "a JPEG picture") == 0)
        return CONVERT ", or djpeg PICTURE >PICTURE.pnm";
    return CONVERT;
#undef CONVERT
}

/** Say what the file is instead, if its first bytes tell, and how to convert it. */
static dn_status fail_no_pnm(const pnm_reader *reader, dn_error *error)
{
    const char *guess = dn_file_guess(reader->data, reader->size);
    if (reader->size == 0)
        return dn_fail(error, DN_ERR_FORMAT, "give a PGM picture", "the file is empty");
    if (!guess)
        return dn_fail(error, DN_ERR_FORMAT, conversion(""), "no PGM picture (PNM magic P1 to P6 expected)");
    const char *action = "give a PGM picture";
    if (strcmp(guess, "gzip") == 0)
        action = "unpack it: gunzip PICTURE.pgm.gz";
    else if (strstr(guess, "picture") || strstr(guess, "PDF"))
        action = conversion(guess);
    return dn_fail(error, DN_ERR_FORMAT, action, "%s found, a PGM picture (PNM, P1 to P6) expected", guess);
}

static dn_status read_magic(pnm_reader *reader, dn_error *error)
{
    static const pnm_kind kinds[] = {
        {1, true, true},  {1, true, false},  {COLOURS, true, false},
        {1, false, true}, {1, false, false}, {COLOURS, false, false},
    };
    const uint8_t *magic = reader->data + reader->at;
    if (!dn_is_pnm(magic, reader->size - reader->at))
        return fail_no_pnm(reader, error);
    reader->kind = kinds[magic[1] - '1'];
    reader->at += DN_PNM_MAGIC_SIZE;
    return DN_OK;
}

static size_t sample_size(const pnm_reader *reader)
{
    return reader->maxval > UINT8_MAX ? 2 : 1;
}

/** The fewest bytes that the samples can take; exactly that many where they are raw. */
static size_t sample_bytes(const pnm_reader *reader, size_t samples)
{
    if (reader->kind.plain)
        return reader->kind.bitmap ? samples : 2 * samples - 1;
    if (reader->kind.bitmap)
        return (reader->width + BITS_IN_BYTE - 1) / BITS_IN_BYTE * reader->height;
    return samples * sample_size(reader);
}

static dn_status find_size(pnm_reader *reader, dn_error *error)
{
    size_t pixels;
    size_t samples;
    if (!dn_size_multiply(reader->width, reader->height, &pixels) ||
        !dn_size_multiply(pixels, reader->kind.channels, &samples) || samples > DN_PNM_MAX_SAMPLES)
        return dn_fail(error, DN_ERR_FORMAT, "make it smaller",
                       "%zu x %zu pixels are more than the %zu samples that are read", reader->width,
                       reader->height, DN_PNM_MAX_SAMPLES);
    reader->needed = sample_bytes(reader, samples);
    return DN_OK;
}

/** Is this the end of the file, or does another picture begin here? */
static bool is_end(const pnm_reader *reader)
{
    return reader->at == reader->size || dn_is_pnm(reader->data + reader->at, reader->size - reader->at);
}

/** Does the picture end as one does if its raw samples begin here? */
static bool samples_fit(const pnm_reader *reader)
{
    pnm_reader behind = *reader;
    if (reader->size - reader->at < reader->needed)
        return false;
    behind.at += reader->needed;
    skip_space(&behind);
    return is_end(&behind);
}

/** A header that ends its first line with CR LF ends its last one so. Its text begins at `begin` and has a line end. */
static bool has_cr_lf(const pnm_reader *reader, size_t begin)
{
    size_t at = begin;
    while (!is_line_end(reader->data[at]))
        at++;
    return reader->data[at] == '\r' && at + 1 < reader->size && reader->data[at + 1] == '\n';
}

/**
 * Skip what lies between the header's last number and raw samples: one white space character; a comment ends in such a one.
 *
 * A byte behind it is the first sample, whatever it is. Only where the picture would not end as one does, and comments and
 * empty lines explain it, they are no samples: some programs write them there.
 */
static dn_status skip_to_samples(pnm_reader *reader, size_t begin, dn_error *error)
{
    skip_comment(reader);
    if (!dn_is_space(peek(reader)))
        return fail_expected(reader, "white space and then the samples", error);
    const bool carriage_return = peek(reader) == '\r';
    reader->at++;
    if (carriage_return && peek(reader) == '\n' && has_cr_lf(reader, begin))
        reader->at++;
    pnm_reader lines = *reader;
    for (; peek(&lines) == '#' || is_line_end(peek(&lines)); lines.at += is_line_end(peek(&lines)))
        skip_comment(&lines);
    if (!samples_fit(reader) && samples_fit(&lines))
        *reader = lines;
    return DN_OK;
}

static dn_status read_header(pnm_reader *reader, dn_error *error)
{
    const size_t begin = reader->at;
    DN_TRY(read_magic(reader, error));
    DN_TRY(read_positive(reader, "width", DN_PNM_MAX_EXTENT, &reader->width, error));
    DN_TRY(read_positive(reader, "height", DN_PNM_MAX_EXTENT, &reader->height, error));
    reader->maxval = 1;
    if (!reader->kind.bitmap)
        DN_TRY(read_positive(reader, "maxval", MAX_MAXVAL, &reader->maxval, error));
    DN_TRY(find_size(reader, error));
    return reader->kind.plain ? DN_OK : skip_to_samples(reader, begin, error);
}

/* ---- Samples ---- */

/** Can the file hold what the header promises? Asked before anything is allocated. */
static dn_status check_size(const pnm_reader *reader, dn_error *error)
{
    const size_t rest = reader->size - reader->at;
    if (rest < reader->needed)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "cut short: %zu x %zu pixels take %s%zu bytes, %zu follow the header", reader->width,
                       reader->height, reader->kind.plain ? "at least " : "", reader->needed, rest);
    return DN_OK;
}

static dn_status fail_above_maxval(const pnm_reader *reader, size_t at, size_t sample, dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: sample %zu above maxval %zu", at, sample,
                   reader->maxval);
}

/** The next sample of a plain file. In a plain bitmap digits need no space between them. */
static dn_status read_plain_sample(pnm_reader *reader, size_t *sample, dn_error *error)
{
    skip_space_and_comments(reader);
    const size_t begin = reader->at;
    if (!reader->kind.bitmap) {
        DN_TRY(read_number(reader, "sample", MAX_MAXVAL, sample, error));
        return *sample > reader->maxval ? fail_above_maxval(reader, begin, *sample, error) : DN_OK;
    }
    const int digit = peek(reader);
    if (digit != '0' && digit != '1')
        return fail_expected(reader, "0 or 1", error);
    *sample = (size_t)(digit - '0');
    reader->at++;
    return DN_OK;
}

static dn_status read_plain(pnm_reader *reader, float *values, dn_error *error)
{
    const size_t channels = reader->kind.channels;
    const size_t pixels = reader->width * reader->height;
    const float unit = (float)reader->maxval;
    for (size_t i = 0; i < pixels; i++) {
        for (size_t channel = 0; channel < channels; channel++) {
            size_t sample = 0;
            DN_TRY(read_plain_sample(reader, &sample, error));
            values[channel * pixels + i] = (float)(reader->kind.bitmap ? 1 - sample : sample) / unit;
        }
    }
    return DN_OK;
}

static void read_bits(pnm_reader *reader, float *values)
{
    for (size_t y = 0; y < reader->height; y++) {
        for (size_t x = 0; x < reader->width; x++) {
            const unsigned byte = reader->data[reader->at + x / BITS_IN_BYTE];
            const unsigned black = byte & (HIGHEST_BIT >> x % BITS_IN_BYTE);
            values[y * reader->width + x] = black ? 0.0F : 1.0F;
        }
        reader->at += (reader->width + BITS_IN_BYTE - 1) / BITS_IN_BYTE;
    }
}

/** Raw samples of one or two bytes, the channels of a pixel side by side. */
static dn_status read_raw(pnm_reader *reader, float *values, dn_error *error)
{
    const size_t channels = reader->kind.channels;
    const size_t pixels = reader->width * reader->height;
    const size_t size = sample_size(reader);
    const float unit = (float)reader->maxval;
    for (size_t channel = 0; channel < channels; channel++) {
        const uint8_t *bytes = reader->data + reader->at + channel * size;
        float *plane = values + channel * pixels;
        for (size_t i = 0; i < pixels; i++, bytes += channels * size) {
            const size_t sample = size == 1 ? bytes[0] : (size_t)bytes[0] << 8 | bytes[1];
            if (sample > reader->maxval)
                return fail_above_maxval(reader, (size_t)(bytes - reader->data), sample, error);
            plane[i] = (float)sample / unit;
        }
    }
    reader->at += pixels * channels * size;
    return DN_OK;
}

static dn_status read_samples(pnm_reader *reader, float *values, dn_error *error)
{
    if (reader->kind.plain)
        return read_plain(reader, values, error);
    if (!reader->kind.bitmap)
        return read_raw(reader, values, error);
    read_bits(reader, values);
    return DN_OK;
}

/** Skip to the end of the file, or to the next picture. */
static dn_status skip_to_end(pnm_reader *reader, dn_error *error)
{
    if (reader->kind.plain)
        skip_space_and_comments(reader);
    else
        skip_space(reader);
    if (!is_end(reader))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: %zu bytes after the end of the picture",
                       reader->at, reader->size - reader->at);
    return DN_OK;
}

static dn_status read_picture(pnm_reader *reader, dn_tensor *picture, dn_error *error)
{
    DN_TRY(read_header(reader, error));
    DN_TRY(check_size(reader, error));
    const dn_shape shape = DN_SHAPE(reader->kind.channels, reader->height, reader->width);
    DN_TRY(dn_tensor_zeros(picture, shape, error));
    DN_TRY(read_samples(reader, picture->data, error));
    return skip_to_end(reader, error);
}

dn_status dn_pnm_next(const dn_bytes *file, size_t *at, dn_tensor *picture, dn_error *error)
{
    pnm_reader reader = {.data = file->data, .size = file->size, .at = *at};
    *picture = (dn_tensor){0};
    const dn_status status = read_picture(&reader, picture, error);
    if (status == DN_OK)
        *at = reader.at;
    else
        dn_tensor_free(picture);
    return status;
}

/** The one picture of a file. */
static dn_status read_only_picture(const dn_bytes *file, dn_tensor *picture, dn_error *error)
{
    size_t at = 0;
    DN_TRY(dn_pnm_next(file, &at, picture, error));
    if (at == file->size)
        return DN_OK;
    dn_tensor_free(picture);
    return dn_fail(error, DN_ERR_FORMAT, "give one picture a file", "byte %zu: a second picture begins", at);
}

dn_status dn_pnm_read(const char *path, dn_tensor *picture, dn_error *error)
{
    dn_bytes file;
    *picture = (dn_tensor){0};
    DN_TRY(dn_file_read(path, DN_PNM_MAX_FILE, &file, error));
    const dn_status status = read_only_picture(&file, picture, error);
    dn_bytes_free(&file);
    return dn_fail_in(error, status, dn_file_input_name(path));
}

/* ---- Grey ---- */

/** One row of a picture [3, H, W] at a time, so that the products stay small. */
static dn_status weigh_channels(const dn_tensor *picture, dn_tensor *grey, dn_error *error)
{
    float rec601[] = {0.299F, 0.587F, 0.114F};
    const dn_tensor weights = dn_tensor_borrow(rec601, DN_SHAPE(COLOURS, 1, 1));
    const size_t width = picture->shape.extent[2];
    dn_tensor weighted;
    DN_TRY(dn_tensor_zeros(&weighted, DN_SHAPE(COLOURS, 1, width), error));
    dn_status status = DN_OK;
    for (size_t y = 0; y < picture->shape.extent[1] && status == DN_OK; y++) {
        dn_tensor colours;
        dn_tensor shades;
        status = dn_tensor_slice(picture, 1, y, y + 1, 1, &colours, error); /* [3, 1, W] */
        if (status == DN_OK)
            status = dn_tensor_slice(grey, 0, y, y + 1, 1, &shades, error); /* [1, W] */
        if (status == DN_OK)
            status = dn_multiply(&colours, &weights, &weighted, error);
        if (status == DN_OK)
            status = dn_sum(&weighted, 0, &shades, error);
    }
    dn_tensor_free(&weighted);
    return status;
}

dn_status dn_pnm_to_grey(const dn_tensor *picture, dn_tensor *grey, dn_error *error)
{
    const dn_shape shape = picture->shape;
    char text[DN_SHAPE_TEXT_SIZE];
    *grey = (dn_tensor){0};
    if (shape.rank != 3 || (shape.extent[0] != 1 && shape.extent[0] != COLOURS))
        return dn_fail(error, DN_ERR_SHAPE, "give a picture of one channel or three",
                       "shape %s, [1, H, W] or [3, H, W] expected", dn_shape_text(shape, text));
    if (shape.extent[0] == 1)
        return dn_tensor_select(picture, 0, 0, grey, error);
    DN_TRY(dn_tensor_zeros(grey, DN_SHAPE(shape.extent[1], shape.extent[2]), error));
    const dn_status status = weigh_channels(picture, grey, error);
    if (status != DN_OK)
        dn_tensor_free(grey);
    return status;
}

/* ---- Writing ---- */

static bool can_be_read(dn_shape shape)
{
    for (size_t axis = 0; axis < shape.rank; axis++) {
        if (shape.extent[axis] == 0 || shape.extent[axis] > DN_PNM_MAX_EXTENT)
            return false;
    }
    return shape.rank == 2 && shape.extent[0] <= DN_PNM_MAX_SAMPLES / shape.extent[1];
}

dn_status dn_pnm_write_grey(const char *path, const dn_tensor *grey, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    char header[64];
    if (!can_be_read(grey->shape))
        return dn_fail(error, DN_ERR_SHAPE, "give a grey picture", "shape %s, [H, W] up to %d expected",
                       dn_shape_text(grey->shape, text), DN_PNM_MAX_EXTENT);
    const size_t height = grey->shape.extent[0];
    const size_t width = grey->shape.extent[1];
    uint8_t *samples = dn_allocate(height * width, 1, error);
    if (!samples)
        return DN_ERR_MEMORY;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            const ptrdiff_t place = (ptrdiff_t)y * grey->stride[0] + (ptrdiff_t)x * grey->stride[1];
            samples[y * width + x] = dn_byte_from(grey->data[place]);
        }
    }
    snprintf(header, sizeof header, "P5\n%zu %zu\n%u\n", width, height, (unsigned)UINT8_MAX);
    const dn_part parts[] = {{header, strlen(header)}, {samples, height * width}};
    const dn_status status = dn_file_write(path, parts, sizeof parts / sizeof parts[0], error);
    dn_release(samples);
    return status;
}
