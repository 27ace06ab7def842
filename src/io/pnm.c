#include "core/ascii.h"
#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"
#include "io/file.h"
#include "io/picture.h"
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
    return dn_fail_expected(error, remedy, "", reader->at, peek(reader), expected);
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

static void read_magic(pnm_reader *reader)
{
    static const pnm_kind kinds[] = {
        {1, true, true},  {1, true, false},  {COLOURS, true, false},
        {1, false, true}, {1, false, false}, {COLOURS, false, false},
    };
    reader->kind = kinds[reader->data[reader->at + 1] - '1'];
    reader->at += DN_PNM_MAGIC_SIZE;
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
        return dn_divide_up(reader->width, BITS_IN_BYTE) * reader->height;
    return samples * sample_size(reader);
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
    read_magic(reader);
    DN_TRY(read_positive(reader, "width", DN_PICTURE_MAX_EXTENT, &reader->width, error));
    DN_TRY(read_positive(reader, "height", DN_PICTURE_MAX_EXTENT, &reader->height, error));
    reader->maxval = 1;
    if (!reader->kind.bitmap)
        DN_TRY(read_positive(reader, "maxval", MAX_MAXVAL, &reader->maxval, error));
    DN_TRY(dn_picture_check(reader->width, reader->height, reader->kind.channels, error));
    reader->needed = sample_bytes(reader, reader->width * reader->height * reader->kind.channels);
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

/** A sample as one of a picture: rounded to the nearest. */
static uint16_t scaled(const pnm_reader *reader, size_t sample)
{
    const uint32_t maxval =
        reader->maxval != 0 ? (uint32_t)reader->maxval : 1; /* it is not, but analysers cannot see that */
    return (uint16_t)(((uint32_t)sample * DN_PICTURE_WHITE + maxval / 2) / maxval);
}

static dn_status read_plain(pnm_reader *reader, uint16_t *samples, size_t count, dn_error *error)
{
    for (size_t i = 0; i < count; i++) {
        size_t sample = 0;
        DN_TRY(read_plain_sample(reader, &sample, error));
        samples[i] = scaled(reader, reader->kind.bitmap ? 1 - sample : sample);
    }
    return DN_OK;
}

static void read_bits(pnm_reader *reader, uint16_t *samples)
{
    for (size_t y = 0; y < reader->height; y++) {
        for (size_t x = 0; x < reader->width; x++) {
            const unsigned byte = reader->data[reader->at + x / BITS_IN_BYTE];
            const unsigned black = byte & (HIGHEST_BIT >> x % BITS_IN_BYTE);
            samples[y * reader->width + x] = black ? 0 : DN_PICTURE_WHITE;
        }
        reader->at += dn_divide_up(reader->width, BITS_IN_BYTE);
    }
}

/** Raw samples of one byte or two. */
static dn_status read_raw(pnm_reader *reader, uint16_t *samples, size_t count, dn_error *error)
{
    const size_t size = sample_size(reader);
    if (reader->maxval == UINT8_MAX) {
        dn_picture_widen(reader->data + reader->at, count, samples);
        reader->at += count;
        return DN_OK;
    }
    for (size_t i = 0; i < count; i++, reader->at += size) {
        const uint8_t *bytes = reader->data + reader->at;
        const size_t sample = size == 1 ? bytes[0] : (size_t)bytes[0] << 8 | bytes[1];
        if (sample > reader->maxval)
            return fail_above_maxval(reader, reader->at, sample, error);
        samples[i] = scaled(reader, sample);
    }
    return DN_OK;
}

static dn_status read_samples(pnm_reader *reader, dn_picture *picture, dn_error *error)
{
    const size_t count = picture->height * picture->width * picture->channels;
    if (reader->kind.plain)
        return read_plain(reader, picture->samples, count, error);
    if (!reader->kind.bitmap)
        return read_raw(reader, picture->samples, count, error);
    read_bits(reader, picture->samples);
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

dn_status dn_pnm_next(const dn_bytes *file, size_t *at, dn_picture *picture, dn_error *error)
{
    pnm_reader reader = {.data = file->data, .size = file->size, .at = *at};
    DN_TRY(read_header(&reader, error));
    DN_TRY(check_size(&reader, error));
    picture->format = "PNM";
    picture->height = reader.height;
    picture->width = reader.width;
    picture->channels = reader.kind.channels;
    DN_TRY(dn_picture_allocate(picture, error));
    DN_TRY(read_samples(&reader, picture, error));
    DN_TRY(skip_to_end(&reader, error));
    *at = reader.at;
    return DN_OK;
}

/* ---- Writing ---- */

static bool can_be_read(dn_shape shape)
{
    for (size_t axis = 0; axis < shape.rank; axis++) {
        if (shape.extent[axis] == 0 || shape.extent[axis] > DN_PICTURE_MAX_EXTENT)
            return false;
    }
    return shape.rank == 2 && shape.extent[0] <= DN_PICTURE_MAX_SAMPLES / shape.extent[1];
}

dn_status dn_pnm_write_grey(const char *path, const dn_tensor *grey, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    char header[64];
    if (!can_be_read(grey->shape))
        return dn_fail(error, DN_ERR_SHAPE, "give a grey picture", "shape %s, [H, W] up to %d expected",
                       dn_shape_text(grey->shape, text), DN_PICTURE_MAX_EXTENT);
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
