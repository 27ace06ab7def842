/**
 * A row of a PNG picture: its filter undone, its samples made those of a dn_picture.
 *
 * Source  https://www.w3.org/TR/png-3/, sections 7.2, 9 and 11.2.1 (PLTE and tRNS: 11.2.2 and 11.3.1.1)
 */
#ifndef DN_IO_PNG_ROW_H
#define DN_IO_PNG_ROW_H

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DN_PNG_MAX_COLOURS 256
/** Bytes of 0 that stand before each row without filter: the left neighbours of its first pixel. */
#define DN_PNG_MARGIN 8

/** What a pixel is made of. */
typedef struct dn_png_format {
    unsigned depth;      /**< bits of a sample: 1, 2, 4, 8 or 16 */
    unsigned samples;    /**< of a pixel, with alpha */
    unsigned channels;   /**< of a pixel of the dn_picture: 1 or 3 */
    bool indexed;        /**< the sample is an index of colour */
    bool alpha;          /**< the last sample is opacity */
    bool has_key;        /**< there is a colour that is transparent: key */
    uint16_t key[3];     /**< as the samples of a dn_picture */
    size_t colour_count; /**< of the palette */
    uint16_t colour[DN_PNG_MAX_COLOURS][3];
} dn_png_format;

/** A sample over white, by its opacity; DN_PICTURE_WHITE is opaque. */
uint16_t dn_png_over_white(uint32_t sample, uint32_t opacity);

/** A sample of that many bits as one of a dn_picture. */
uint16_t dn_png_scale(unsigned sample, unsigned depth);

/** Bytes of a row without its filter byte. */
size_t dn_png_row_size(const dn_png_format *format, size_t width);

/**
 * Undo a row's filter.
 *
 * Shapes  filtered: the filter byte and size bytes; above and row: size bytes, DN_PNG_MARGIN bytes of 0 before each.
 * Effect  Writes row.
 * Errors  DN_ERR_FORMAT for an unknown filter.
 */
DN_NODISCARD dn_status dn_png_unfilter(const dn_png_format *format, const uint8_t *filtered,
                                       const uint8_t *above, uint8_t *row, size_t size, dn_error *error);

/**
 * Make a row's samples the pixels of a dn_picture.
 *
 * Shapes  samples: room for width x format->samples; pixels gets width x format->channels.
 * Effect  Overwrites both.
 * Errors  DN_ERR_FORMAT for an index without a colour.
 */
DN_NODISCARD dn_status dn_png_to_pixels(const dn_png_format *format, const uint8_t *row, size_t width,
                                        uint16_t *samples, uint16_t *pixels, dn_error *error);

#endif
