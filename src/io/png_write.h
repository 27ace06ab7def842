/** Writes pictures as PNG files. */
#ifndef DN_IO_PNG_WRITE_H
#define DN_IO_PNG_WRITE_H

#include "digitnet/core.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Make the bytes of a PNG file of 8-bit grey, not compressed.
 *
 * Shapes  pixels [height, width], 0 black to 255 white.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  DN_ERR_FORMAT for extents that dn_picture_next does not read; DN_ERR_MEMORY.
 * Source  PNG (Third Edition), W3C 2025; RFC 1950 and 1951, stored blocks.
 */
DN_NODISCARD dn_status dn_png_encode(const uint8_t *pixels, size_t height, size_t width, dn_bytes *bytes,
                                     dn_error *error);

#endif
