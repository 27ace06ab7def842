#include "io/png_row.h"

#include "core/fail.h"
#include "core/size.h"
#include "io/picture.h"

#include "digitnet/io.h"

#include <stdlib.h>
#include <string.h>

#define BITS_IN_BYTE 8
#define MAX_PIXEL 8 /**< bytes: four samples of 16 bits */

static const char remedy[] = "the picture is damaged: save it again";

static size_t bits_of_pixel(const dn_png_format *format)
{
    return (size_t)format->samples * format->depth;
}

size_t dn_png_row_size(const dn_png_format *format, size_t width)
{
    return dn_divide_up(width * bits_of_pixel(format), BITS_IN_BYTE);
}

/* ---- Section 9.2: filters ---- */

static void add_left(const uint8_t *filtered, uint8_t *row, size_t size, size_t pixel)
{
    for (size_t i = 0; i < size; i++)
        row[i] = (uint8_t)(filtered[i] + (row - pixel)[i]);
}

static void add_above(const uint8_t *filtered, const uint8_t *above, uint8_t *row, size_t size)
{
    for (size_t i = 0; i < size; i++)
        row[i] = (uint8_t)(filtered[i] + above[i]);
}

static void add_average(const uint8_t *filtered, const uint8_t *above, uint8_t *row, size_t size,
                        size_t pixel)
{
    for (size_t i = 0; i < size; i++)
        row[i] = (uint8_t)(filtered[i] + ((row - pixel)[i] + above[i]) / 2);
}

/** Section 9.4: of the three neighbours the one that is nearest to left + above - corner. */
static inline int paeth(int left, int above, int corner)
{
    const int to_left = abs(above - corner);
    const int to_above = abs(left - corner);
    const int to_corner = abs(left + above - 2 * corner);
    const int nearer = to_above <= to_corner ? above : corner;
    return to_left <= (to_above < to_corner ? to_above : to_corner) ? left : nearer;
}

/** It is fast where `pixel` is a constant: the neighbours of a pixel stay in registers then. */
static inline void add_paeth_of(const uint8_t *filtered, const uint8_t *above, uint8_t *row, size_t size,
                                const size_t pixel)
{
    int left[MAX_PIXEL] = {0};
    int corner[MAX_PIXEL] = {0};
    for (size_t i = 0; i < size; i += pixel)
        for (size_t k = 0; k < pixel; k++) {
            left[k] = (filtered[i + k] + paeth(left[k], above[i + k], corner[k])) & UINT8_MAX;
            corner[k] = above[i + k];
            row[i + k] = (uint8_t)left[k];
        }
}

static void add_paeth(const uint8_t *filtered, const uint8_t *above, uint8_t *row, size_t size, size_t pixel)
{
    if (pixel == 1)
        add_paeth_of(filtered, above, row, size, 1);
    else if (pixel == 3)
        add_paeth_of(filtered, above, row, size, 3);
    else if (pixel == 4)
        add_paeth_of(filtered, above, row, size, 4);
    else
        add_paeth_of(filtered, above, row, size, pixel);
}

dn_status dn_png_unfilter(const dn_png_format *format, const uint8_t *filtered, const uint8_t *above,
                          uint8_t *row, size_t size, dn_error *error)
{
    enum { NONE, SUB, UP, AVERAGE, PAETH };
    const size_t bits = bits_of_pixel(format);
    const size_t pixel = bits > BITS_IN_BYTE ? bits / BITS_IN_BYTE : 1;
    switch (*filtered++) {
    case NONE:
        memcpy(row, filtered, size);
        return DN_OK;
    case SUB:
        add_left(filtered, row, size, pixel);
        return DN_OK;
    case UP:
        add_above(filtered, above, row, size);
        return DN_OK;
    case AVERAGE:
        add_average(filtered, above, row, size, pixel);
        return DN_OK;
    case PAETH:
        add_paeth(filtered, above, row, size, pixel);
        return DN_OK;
    default:
        return dn_fail(error, DN_ERR_FORMAT, remedy, "filter %u of a row found, 0 to 4 expected",
                       filtered[-1]);
    }
}

/* ---- Samples ---- */

uint16_t dn_png_scale(unsigned sample, unsigned depth)
{
    const unsigned highest = (1U << depth) - 1;
    return (uint16_t)((sample & highest) * (DN_PICTURE_WHITE / highest));
}

/** Samples of 8 bits or less, each multiplied by the factor. */
static void unpack_bits(const uint8_t *row, unsigned depth, unsigned factor, size_t count, uint16_t *samples)
{
    const unsigned highest = (1U << depth) - 1;
    for (size_t i = 0; i < count; row++)
        for (unsigned shift = BITS_IN_BYTE; shift != 0 && i < count; i++) {
            shift -= depth;
            samples[i] = (uint16_t)((*row >> shift & highest) * factor);
        }
}

/** Samples as they stand in the file, or scaled to those of a dn_picture. */
static void unpack(const uint8_t *row, unsigned depth, bool scaled, size_t count, uint16_t *samples)
{
    if (depth == 2 * BITS_IN_BYTE)
        for (size_t i = 0; i < count; i++)
            samples[i] = (uint16_t)(row[2 * i] << BITS_IN_BYTE | row[2 * i + 1]);
    else if (depth == BITS_IN_BYTE && scaled)
        dn_picture_widen(row, count, samples);
    else
        unpack_bits(row, depth, scaled ? dn_png_scale(1, depth) : 1, count, samples);
}

/** Rounded to the nearest; the sum of the products is at most the square of white, which 32 bits hold. */
uint16_t dn_png_over_white(uint32_t sample, uint32_t opacity)
{
    const uint32_t white = DN_PICTURE_WHITE;
    return (uint16_t)((sample * opacity + white * (white - opacity) + white / 2) / white);
}

static void compose(const dn_png_format *format, const uint16_t *samples, size_t width, uint16_t *pixels)
{
    const size_t channels = format->channels;
    for (size_t x = 0; x < width; x++, samples += channels + 1, pixels += channels)
        for (size_t channel = 0; channel < channels; channel++)
            pixels[channel] = dn_png_over_white(samples[channel], samples[channels]);
}

static inline void set_pixel(uint16_t *pixel, const uint16_t *colour, size_t channels)
{
    pixel[0] = colour[0];
    if (channels == 1)
        return;
    pixel[1] = colour[1];
    pixel[2] = colour[2];
}

static void clear_key(const dn_png_format *format, size_t width, uint16_t *pixels)
{
    static const uint16_t white[] = {DN_PICTURE_WHITE, DN_PICTURE_WHITE, DN_PICTURE_WHITE};
    const size_t channels = format->channels;
    for (size_t x = 0; x < width; x++, pixels += channels)
        if (memcmp(pixels, format->key, channels * sizeof *pixels) == 0)
            set_pixel(pixels, white, channels);
}

static dn_status look_up(const dn_png_format *format, const uint16_t *indices, size_t width, uint16_t *pixels,
                         dn_error *error)
{
    for (size_t x = 0; x < width; x++) {
        if (indices[x] >= format->colour_count)
            return dn_fail(error, DN_ERR_FORMAT, remedy, "a pixel of colour %u found, the palette has %zu",
                           indices[x], format->colour_count);
        set_pixel(pixels + x * format->channels, format->colour[indices[x]], format->channels);
    }
    return DN_OK;
}

dn_status dn_png_to_pixels(const dn_png_format *format, const uint8_t *row, size_t width, uint16_t *samples,
                           uint16_t *pixels, dn_error *error)
{
    const bool direct = !format->indexed && !format->alpha;
    unpack(row, format->depth, !format->indexed, width * format->samples, direct ? pixels : samples);
    if (format->indexed)
        return look_up(format, samples, width, pixels, error);
    if (format->alpha)
        compose(format, samples, width, pixels);
    else if (format->has_key)
        clear_key(format, width, pixels);
    return DN_OK;
}
