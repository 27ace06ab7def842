#include "png_maker.h"

#include "io/crc32.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PIXEL 8
#define STORED_MOST 65535

static void append(png_file *file, const void *data, size_t size)
{
    if (file->size + size >= file->capacity) {
        file->capacity = 2 * (file->size + size) + 1;
        file->data = realloc(file->data, file->capacity);
    }
    if (!file->data)
        abort();
    if (size != 0)
        memcpy(file->data + file->size, data, size);
    file->size += size;
}

static void append_u32(png_file *file, uint32_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                             (uint8_t)value};
    append(file, bytes, sizeof bytes);
}

static uint32_t load_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t crc_of(const uint8_t *data, size_t size)
{
    static dn_crc32 crc;
    dn_crc32_prepare(&crc);
    return dn_crc32_add(&crc, 0, data, size);
}

unsigned png_samples(unsigned colour_type)
{
    static const unsigned samples[] = {1, 0, 3, 1, 2, 0, 4};
    return samples[colour_type];
}

void png_signature(png_file *file)
{
    append(file, "\x89PNG\r\n\x1a\n", 8);
}

void png_chunk(png_file *file, const char *type, const void *data, size_t size)
{
    const size_t begin = file->size;
    append_u32(file, (uint32_t)size);
    append(file, type, 4);
    append(file, data, size);
    append_u32(file, crc_of(file->data + begin + 4, 4 + size));
}

void png_header(png_file *file, const png_spec *spec)
{
    png_file data = {0};
    append_u32(&data, (uint32_t)spec->width);
    append_u32(&data, (uint32_t)spec->height);
    const uint8_t rest[] = {(uint8_t)spec->depth, (uint8_t)spec->colour_type, 0, 0, spec->interlaced};
    append(&data, rest, sizeof rest);
    png_chunk(file, "IHDR", data.data, data.size);
    free(data.data);
}

void png_mend(uint8_t *data, size_t size)
{
    for (size_t at = 8; size >= 12 && at <= size - 12;) {
        const size_t length = load_u32(data + at);
        if (length > size - at - 12)
            return;
        const uint32_t crc = crc_of(data + at + 4, 4 + length);
        for (size_t i = 0; i < 4; i++)
            data[at + 8 + length + i] = (uint8_t)(crc >> (24 - 8 * i));
        at += 12 + length;
    }
}

/** zlib, of stored blocks. */
static png_file pack(const png_file *plain)
{
    png_file packed = {0};
    uint32_t sum = 1;
    uint32_t sum_of_sums = 0;
    append(&packed, "\x78\x01", 2);
    for (size_t at = 0; at < plain->size || at == 0; at += STORED_MOST) {
        const size_t left = plain->size - at;
        const size_t size = left < STORED_MOST ? left : STORED_MOST;
        const uint8_t head[] = {left <= STORED_MOST, (uint8_t)size, (uint8_t)(size >> 8), (uint8_t)~size,
                                (uint8_t)(~size >> 8)};
        append(&packed, head, sizeof head);
        append(&packed, plain->data + at, size);
    }
    for (size_t i = 0; i < plain->size; i++) {
        sum = (sum + plain->data[i]) % 65521;
        sum_of_sums = (sum_of_sums + sum) % 65521;
    }
    append_u32(&packed, sum_of_sums << 16 | sum);
    return packed;
}

static int nearest(int left, int above, int corner)
{
    const int estimate = left + above - corner;
    if (abs(estimate - left) <= abs(estimate - above) && abs(estimate - left) <= abs(estimate - corner))
        return left;
    return abs(estimate - above) <= abs(estimate - corner) ? above : corner;
}

static void append_filtered(png_file *file, unsigned filter, const uint8_t *above, const uint8_t *row,
                            size_t size, size_t pixel)
{
    const uint8_t type = (uint8_t)filter;
    append(file, &type, 1);
    for (size_t i = 0; i < size; i++) {
        const int left = i >= pixel ? row[i - pixel] : 0;
        const int corner = i >= pixel ? above[i - pixel] : 0;
        const int guesses[] = {0, left, above[i], (left + above[i]) / 2, nearest(left, above[i], corner)};
        const uint8_t byte = (uint8_t)(row[i] - guesses[filter]);
        append(file, &byte, 1);
    }
}

/** One pass, of every right-th pixel in every down-th row. */
static void append_pass(png_file *file, const png_spec *spec, png_sample *sample, const size_t pass[4])
{
    const size_t samples = png_samples(spec->colour_type);
    const size_t pixel = samples * spec->depth < 8 ? 1 : samples * spec->depth / 8;
    const size_t most = spec->width * MAX_PIXEL;
    uint8_t *above = calloc(2, most);
    size_t number = 0;
    for (size_t y = pass[1]; y < spec->height && spec->width > pass[0] && above; y += pass[3]) {
        uint8_t *row = above + most;
        size_t bits = 0;
        memset(row, 0, most);
        for (size_t x = pass[0]; x < spec->width; x += pass[2])
            for (size_t k = 0; k < samples; k++)
                for (unsigned bit = spec->depth; bit-- > 0; bits++)
                    row[bits / 8] |= (uint8_t)((sample(y, x, k) >> bit & 1) << (7 - bits % 8));
        const unsigned filter = spec->filter == 5 ? (unsigned)(number % 5) : spec->filter;
        append_filtered(file, filter, above, row, (bits + 7) / 8, pixel);
        memcpy(above, row, most);
        number++;
    }
    free(above);
}

png_file png_make(const png_spec *spec, png_sample *sample)
{
    static const size_t passes[][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                       {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    static const size_t whole[] = {0, 0, 1, 1};
    png_file rows = {0};
    png_file file = {0};
    for (size_t i = 0; i < (spec->interlaced ? 7 : 1); i++)
        append_pass(&rows, spec, sample, spec->interlaced ? passes[i] : whole);
    png_file packed = pack(&rows);
    png_signature(&file);
    png_header(&file, spec);
    if (spec->palette)
        png_chunk(&file, "PLTE", spec->palette, spec->palette_size);
    if (spec->transparency)
        png_chunk(&file, "tRNS", spec->transparency, spec->transparency_size);
    const size_t chunk = spec->chunk != 0 ? spec->chunk : packed.size;
    for (size_t at = 0; at < packed.size; at += chunk)
        png_chunk(&file, "IDAT", packed.data + at, packed.size - at < chunk ? packed.size - at : chunk);
    png_chunk(&file, "IEND", NULL, 0);
    free(rows.data);
    free(packed.data);
    return file;
}
