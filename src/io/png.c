/**
 * PNG pictures. Source https://www.w3.org/TR/png-3/
 *
 *     offset size
 *     0      8    signature: 0x89 P N G CR LF 0x1a LF
 *     8      ...  chunks: u32 length of the data, four letters, the data, CRC-32 of letters and data; numbers are big-endian
 *
 *     IHDR   the first: u32 width, u32 height, depth, colour type, compression, filters, interlace
 *     PLTE   red, green, blue of up to 256 colours
 *     tRNS   opacities of the palette, or the colour that is transparent
 *     IDAT   one or several, one after the other: a zlib stream; a filter byte and the samples of each row
 *     IEND   the last
 *
 * The chunks are all checked first, so that what is allocated is known to be no more than the file can fill.
 */
#include "core/endian.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"
#include "io/crc32.h"
#include "io/gzip.h"
#include "io/picture.h"
#include "io/png_row.h"
#include "io/zlib.h"

#include "digitnet/io.h"

#include <string.h>

#define SIGNATURE_SIZE 8
#define LENGTH_SIZE 4
#define TYPE_SIZE 4
#define CRC_SIZE 4
#define MAX_LENGTH 0x7fffffffU
#define ANCILLARY 0x20 /**< a small letter begins the type: the chunk may be ignored */
#define HEADER_SIZE 13
#define COLOURS 3
#define PASSES 7

/* Table 9: what the colour type is made of. */
#define USES_PALETTE 1
#define USES_COLOUR 2
#define USES_ALPHA 4

static const char remedy[] = "the picture is damaged: save it again";

typedef struct png_chunk {
    size_t begin;     /**< of the chunk in the file */
    const char *type; /**< four letters, not ended by 0 */
    const uint8_t *data;
    size_t size;
} png_chunk;

/** A file while it is read. */
typedef struct png_reader {
    const uint8_t *data;
    size_t size;
    size_t at; /**< the next chunk */
    size_t width;
    size_t height;
    bool interlaced;
    dn_png_format format;
    bool has_palette;
    bool has_transparency;
    const uint8_t *first; /**< the first IDAT's data */
    size_t compressed;    /**< bytes of data of all of them */
    size_t chunks;        /**< how many */
    size_t data_end;      /**< the end of the last of them in the file */
    dn_crc32 crc;
} png_reader;

/** Section 8.2: which pixels a pass holds. */
typedef struct png_pass {
    uint8_t left, top, right, down; /**< the first one, and the steps to the next ones */
} png_pass;

static bool is_type(const png_chunk *chunk, const char *type)
{
    return memcmp(chunk->type, type, TYPE_SIZE) == 0;
}

static dn_status fail_chunk(const png_chunk *chunk, const char *problem, dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: the chunk %.4s %s", chunk->begin, chunk->type,
                   problem);
}

static dn_status fail_size(const png_chunk *chunk, dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: the chunk %.4s has a wrong length, %zu bytes",
                   chunk->begin, chunk->type, chunk->size);
}

/* ---- Chunks ---- */

static bool is_letter(uint8_t byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/** The chunk at reader->at. Effect: moves on to the next. */
static dn_status read_chunk(png_reader *reader, png_chunk *chunk, dn_error *error)
{
    const size_t begin = reader->at;
    const size_t left = reader->size - begin;
    const uint8_t *bytes = reader->data + begin;
    *chunk = (png_chunk){begin, (const char *)bytes, bytes, 0};
    if (left < LENGTH_SIZE + TYPE_SIZE + CRC_SIZE)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: cut short: a chunk expected", begin);
    const uint8_t *type = bytes + LENGTH_SIZE;
    const size_t size = dn_load_big32(bytes);
    for (size_t i = 0; i < TYPE_SIZE; i++)
        if (!is_letter(type[i]))
            return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: a chunk expected", begin);
    *chunk = (png_chunk){begin, (const char *)type, type + TYPE_SIZE, size};
    if (size > MAX_LENGTH || size > left - (LENGTH_SIZE + TYPE_SIZE + CRC_SIZE))
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "byte %zu: cut short: %zu bytes of the chunk %.4s expected, the file ends before",
                       begin, size, chunk->type);
    const uint32_t stored = dn_load_big32(chunk->data + size);
    const uint32_t computed = dn_crc32_add(&reader->crc, 0, type, TYPE_SIZE + size);
    if (stored != computed)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "byte %zu: CRC 0x%08lx of the chunk %.4s found, 0x%08lx computed",
                       begin + LENGTH_SIZE + TYPE_SIZE + size, (unsigned long)stored, chunk->type,
                       (unsigned long)computed);
    reader->at = begin + LENGTH_SIZE + TYPE_SIZE + size + CRC_SIZE;
    return DN_OK;
}

/** Table 8: which depths go with a colour type. */
static bool is_format(unsigned colour_type, unsigned depth)
{
    switch (colour_type) {
    case 0:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case USES_COLOUR | USES_PALETTE:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case USES_COLOUR:
    case USES_ALPHA:
    case USES_COLOUR | USES_ALPHA:
        return depth == 8 || depth == 16;
    default:
        return false;
    }
}

static dn_status set_format(const png_chunk *chunk, unsigned depth, unsigned colour_type,
                            dn_png_format *format, dn_error *error)
{
    if (!is_format(colour_type, depth))
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "byte %zu: colour type %u with %u bits a sample, which PNG does not have",
                       chunk->begin, colour_type, depth);
    format->depth = depth;
    format->channels = (colour_type & USES_COLOUR) != 0 ? COLOURS : 1;
    format->indexed = (colour_type & USES_PALETTE) != 0;
    format->alpha = (colour_type & USES_ALPHA) != 0;
    format->samples = format->indexed ? 1 : format->channels + format->alpha;
    return DN_OK;
}

static dn_status read_header(png_reader *reader, dn_error *error)
{
    png_chunk chunk;
    DN_TRY(read_chunk(reader, &chunk, error));
    if (!is_type(&chunk, "IHDR"))
        return fail_chunk(&chunk, "found, IHDR expected", error);
    if (chunk.size != HEADER_SIZE)
        return fail_size(&chunk, error);
    const uint8_t *methods = chunk.data + 10;
    reader->width = dn_load_big32(chunk.data);
    reader->height = dn_load_big32(chunk.data + 4);
    DN_TRY(set_format(&chunk, chunk.data[8], chunk.data[9], &reader->format, error));
    if (methods[0] != 0 || methods[1] != 0 || methods[2] > 1)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "byte %zu: compression %u, filters %u, interlace %u, which PNG does not have",
                       chunk.begin, methods[0], methods[1], methods[2]);
    reader->interlaced = methods[2] == 1;
    return dn_picture_check(reader->width, reader->height, reader->format.channels, error);
}

/** For other pictures than those of indices the palette is only a proposal. */
static dn_status read_palette(png_reader *reader, const png_chunk *chunk, dn_error *error)
{
    dn_png_format *format = &reader->format;
    if (reader->has_palette || reader->has_transparency || reader->chunks != 0)
        return fail_chunk(chunk, "is not where it may be", error);
    if (chunk->size == 0 || chunk->size % COLOURS != 0 || chunk->size / COLOURS > DN_PNG_MAX_COLOURS)
        return fail_size(chunk, error);
    reader->has_palette = true;
    format->colour_count = chunk->size / COLOURS;
    for (size_t i = 0; i < chunk->size; i++)
        format->colour[i / COLOURS][i % COLOURS] = dn_png_scale(chunk->data[i], 8);
    return DN_OK;
}

static dn_status read_opacities(png_reader *reader, const png_chunk *chunk, dn_error *error)
{
    if (!reader->has_palette)
        return fail_chunk(chunk, "is not where it may be", error);
    if (chunk->size > reader->format.colour_count)
        return fail_size(chunk, error);
    for (size_t i = 0; i < chunk->size; i++)
        for (size_t channel = 0; channel < COLOURS; channel++) {
            uint16_t *sample = &reader->format.colour[i][channel];
            *sample = dn_png_over_white(*sample, dn_png_scale(chunk->data[i], 8));
        }
    return DN_OK;
}

/** Where every pixel has an opacity of its own the chunk says nothing. */
static dn_status read_transparency(png_reader *reader, const png_chunk *chunk, dn_error *error)
{
    dn_png_format *format = &reader->format;
    if (reader->has_transparency || reader->chunks != 0)
        return fail_chunk(chunk, "is not where it may be", error);
    reader->has_transparency = true;
    if (format->indexed)
        return read_opacities(reader, chunk, error);
    if (format->alpha)
        return DN_OK;
    if (chunk->size != (size_t)2 * format->channels)
        return fail_size(chunk, error);
    format->has_key = true;
    for (size_t i = 0; i < format->channels; i++)
        format->key[i] =
            dn_png_scale((unsigned)chunk->data[2 * i] << 8 | chunk->data[2 * i + 1], format->depth);
    return DN_OK;
}

static dn_status note_data(png_reader *reader, const png_chunk *chunk, dn_error *error)
{
    if (reader->chunks != 0 && chunk->begin != reader->data_end)
        return fail_chunk(chunk, "does not follow the one before", error);
    if (reader->format.indexed && !reader->has_palette)
        return fail_chunk(chunk, "found, PLTE expected before", error);
    if (reader->chunks == 0)
        reader->first = chunk->data;
    reader->chunks++;
    reader->compressed += chunk->size;
    reader->data_end = reader->at;
    return DN_OK;
}

static dn_status take_chunk(png_reader *reader, const png_chunk *chunk, dn_error *error)
{
    if (is_type(chunk, "PLTE"))
        return read_palette(reader, chunk, error);
    if (is_type(chunk, "tRNS"))
        return read_transparency(reader, chunk, error);
    if (is_type(chunk, "IDAT"))
        return note_data(reader, chunk, error);
    if ((chunk->type[0] & ANCILLARY) != 0)
        return DN_OK;
    return fail_chunk(chunk, is_type(chunk, "IHDR") ? "found again" : "is unknown and critical", error);
}

/** Go through the chunks behind the first one. */
static dn_status read_chunks(png_reader *reader, dn_error *error)
{
    png_chunk chunk;
    for (;;) {
        DN_TRY(read_chunk(reader, &chunk, error));
        if (is_type(&chunk, "IEND"))
            break;
        DN_TRY(take_chunk(reader, &chunk, error));
    }
    if (chunk.size != 0)
        return fail_size(&chunk, error);
    return reader->chunks != 0 ? DN_OK : fail_chunk(&chunk, "found, IDAT expected before", error);
}

/** A palette of greys makes a grey picture. */
static bool is_grey(const dn_png_format *format)
{
    for (size_t i = 0; i < format->colour_count; i++)
        if (format->colour[i][0] != format->colour[i][1] || format->colour[i][0] != format->colour[i][2])
            return false;
    return true;
}

static dn_status check_signature(const png_reader *reader, size_t begin, dn_error *error)
{
    static const uint8_t signature[SIGNATURE_SIZE] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (reader->size - begin < SIGNATURE_SIZE)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: cut short inside the signature of PNG",
                       reader->size);
    if (memcmp(reader->data + begin, signature, SIGNATURE_SIZE) != 0)
        return dn_fail(error, DN_ERR_FORMAT, "get the file again, as binary data",
                       "byte %zu: the signature of PNG is damaged, as by a transfer as text",
                       begin + SIGNATURE_SIZE / 2);
    return DN_OK;
}

/* ---- Passes ---- */

static const png_pass adam7[PASSES] = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
};
static const png_pass whole = {0, 0, 1, 1};

static const png_pass *passes_of(const png_reader *reader, size_t *count)
{
    *count = reader->interlaced ? PASSES : 1;
    return reader->interlaced ? adam7 : &whole;
}

/** Of so many pixels, those from `first` on with a step between. */
static size_t every(size_t extent, size_t first, size_t step)
{
    return extent > first ? dn_divide_up(extent - first, step) : 0;
}

/** The bytes that a pass unpacks to: a filter byte before each row; none where the pass is empty. */
static size_t pass_size(const png_reader *reader, const png_pass *pass)
{
    const size_t width = every(reader->width, pass->left, pass->right);
    const size_t height = every(reader->height, pass->top, pass->down);
    return width != 0 ? height * (1 + dn_png_row_size(&reader->format, width)) : 0;
}

/** Can the compressed data unpack to what the extents promise? Asked before anything is allocated. */
static dn_status check_data(const png_reader *reader, dn_error *error)
{
    size_t count;
    size_t needed = 0;
    const png_pass *passes = passes_of(reader, &count);
    for (size_t i = 0; i < count; i++)
        needed += pass_size(reader, &passes[i]);
    if (needed / DN_DEFLATE_MAX_RATIO > reader->compressed)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "%zu x %zu pixels take %zu bytes, %zu compressed bytes can't hold them", reader->width,
                       reader->height, needed, reader->compressed);
    return DN_OK;
}

/* ---- Rows ---- */

/** The memory that rows are read with. Start from {0}. */
typedef struct png_rows {
    uint8_t *gathered; /**< the data of all IDATs, where there are several */
    uint8_t *room;     /**< for unpacked bytes */
    uint8_t *lines;    /**< two rows without filter, with their margins */
    uint16_t *samples; /**< one row of samples, and one of pixels */
    size_t line;       /**< bytes from one of lines to the other */
    dn_zlib zlib;
} png_rows;

static void free_rows(png_rows *rows)
{
    dn_release(rows->gathered);
    dn_release(rows->room);
    dn_release(rows->lines);
    dn_release(rows->samples);
}

/** The whole zlib stream: in place where one IDAT holds it, else gathered. NULL for lack of memory. */
static const uint8_t *gather(const png_reader *reader, png_rows *rows, dn_error *error)
{
    const uint8_t *from = reader->first;
    size_t gathered = 0;
    if (reader->chunks == 1)
        return from;
    rows->gathered = dn_allocate(reader->compressed, 1, error);
    for (size_t i = 0; i < reader->chunks && rows->gathered; i++) {
        const size_t size = dn_load_big32(from - TYPE_SIZE - LENGTH_SIZE);
        memcpy(rows->gathered + gathered, from, size);
        gathered += size;
        from += size + CRC_SIZE + LENGTH_SIZE + TYPE_SIZE;
    }
    return rows->gathered;
}

static dn_status open_rows(const png_reader *reader, png_rows *rows, dn_error *error)
{
    const size_t row_size = dn_png_row_size(&reader->format, reader->width);
    const size_t capacity = dn_zlib_room(1 + row_size);
    const size_t of_pixel = reader->format.samples + reader->format.channels;
    const uint8_t *compressed = gather(reader, rows, error);
    if (!compressed)
        return DN_ERR_MEMORY;
    rows->line = DN_PNG_MARGIN + row_size;
    rows->room = dn_allocate(capacity, 1, error);
    rows->lines = rows->room ? dn_allocate_zeroed(2 * rows->line, 1, error) : NULL;
    rows->samples = rows->lines ? dn_allocate(reader->width * of_pixel, sizeof *rows->samples, error) : NULL;
    if (!rows->samples)
        return DN_ERR_MEMORY;
    return dn_zlib_open(&rows->zlib, compressed, reader->compressed, rows->room, capacity, error);
}

/** Spread a row of a pass over its row of the picture. */
static void spread(const uint16_t *pixels, const png_pass *pass, size_t width, uint16_t *row, size_t channels)
{
    row += pass->left * channels;
    for (size_t x = 0; x < width; x++, pixels += channels, row += pass->right * channels)
        for (size_t channel = 0; channel < channels; channel++)
            row[channel] = pixels[channel];
}

static dn_status read_pass(const png_reader *reader, const png_pass *pass, png_rows *rows,
                           dn_picture *picture, dn_error *error)
{
    const dn_png_format *format = &reader->format;
    const size_t width = every(reader->width, pass->left, pass->right);
    const size_t row_size = dn_png_row_size(format, width);
    uint8_t *above = rows->lines + DN_PNG_MARGIN;
    uint8_t *line = above + rows->line;
    uint16_t *spare = rows->samples + reader->width * format->samples;
    memset(above, 0, row_size);
    for (size_t y = pass->top; y < reader->height && width != 0; y += pass->down) {
        const uint8_t *filtered;
        uint16_t *row = picture->samples + y * picture->width * picture->channels;
        uint16_t *pixels = reader->interlaced ? spare : row;
        DN_TRY(dn_zlib_next(&rows->zlib, 1 + row_size, &filtered, error));
        DN_TRY(dn_png_unfilter(format, filtered, above, line, row_size, error));
        DN_TRY(dn_png_to_pixels(format, line, width, rows->samples, pixels, error));
        if (reader->interlaced)
            spread(pixels, pass, width, row, picture->channels);
        uint8_t *swapped = above;
        above = line;
        line = swapped;
    }
    return DN_OK;
}

static dn_status read_rows(const png_reader *reader, png_rows *rows, dn_picture *picture, dn_error *error)
{
    size_t count;
    const png_pass *passes = passes_of(reader, &count);
    DN_TRY(open_rows(reader, rows, error));
    for (size_t i = 0; i < count; i++)
        DN_TRY(read_pass(reader, &passes[i], rows, picture, error));
    return dn_zlib_close(&rows->zlib, error);
}

/** Offsets in messages about the stream count from its beginning: say so. */
static dn_status fail_in_data(dn_status status, dn_error *error)
{
    char problem[DN_ERROR_TEXT_SIZE];
    if (status != DN_ERR_FORMAT || !error)
        return status;
    memcpy(problem, error->problem, sizeof problem);
    return dn_fail(error, status, remedy, "in the data of its IDAT chunks: %s", problem);
}

static dn_status read_picture(png_reader *reader, dn_picture *picture, dn_error *error)
{
    png_rows rows;
    picture->format = "PNG";
    picture->height = reader->height;
    picture->width = reader->width;
    picture->channels = reader->format.channels;
    DN_TRY(dn_picture_allocate(picture, error));
    rows.gathered = rows.room = rows.lines = NULL;
    rows.samples = NULL;
    const dn_status status = read_rows(reader, &rows, picture, error);
    free_rows(&rows);
    return fail_in_data(status, error);
}

dn_status dn_png_next(const dn_bytes *file, size_t *at, dn_picture *picture, dn_error *error)
{
    png_reader reader = {.data = file->data, .size = file->size, .at = *at + SIGNATURE_SIZE};
    DN_TRY(check_signature(&reader, *at, error));
    dn_crc32_prepare(&reader.crc);
    DN_TRY(read_header(&reader, error));
    DN_TRY(read_chunks(&reader, error));
    DN_TRY(check_data(&reader, error));
    if (reader.format.indexed && is_grey(&reader.format))
        reader.format.channels = 1;
    DN_TRY(read_picture(&reader, picture, error));
    *at = file->size;
    return DN_OK;
}
