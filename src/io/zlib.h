/**
 * A zlib stream, unpacked piece by piece. Source RFC 1950.
 *
 *     offset size
 *     0      1    8: deflate, in the low four bits; the size of the window
 *     1      1    flags; the first two bytes as a big-endian number are a multiple of 31
 *     2      ...  the deflate stream
 *     -4     4    Adler-32 of the unpacked bytes, big-endian
 */
#ifndef DN_IO_ZLIB_H
#define DN_IO_ZLIB_H

#include "io/inflate.h"

#include "digitnet/core.h"

#include <stddef.h>
#include <stdint.h>

#define DN_ADLER32_BEGIN 1U
/** The Adler-32 of bytes whose beginning has the Adler-32 `adler` (DN_ADLER32_BEGIN for none), continued over data. */
uint32_t dn_adler32_add(uint32_t adler, const uint8_t *data, size_t size);

/** A stream while it is read; its fields are zlib.c's own. */
typedef struct dn_zlib {
    dn_inflater in;
    size_t used;    /**< bytes of in.out that the caller has had */
    uint32_t adler; /**< of all that was unpacked */
} dn_zlib;

/** The room that dn_zlib_open wants for pieces up to that length. */
size_t dn_zlib_room(size_t longest);

/**
 * Begin a stream that is all of data.
 *
 * Units   capacity is dn_zlib_room of the longest piece.
 * Owner   Borrows data and room until the last call.
 * Errors  DN_ERR_FORMAT with the byte offset in data.
 */
DN_NODISCARD dn_status dn_zlib_open(dn_zlib *zlib, const uint8_t *data, size_t size, uint8_t *room,
                                    size_t capacity, dn_error *error);

/**
 * Unpack the next `size` bytes.
 *
 * Owner   *bytes is valid until the next call.
 * Errors  DN_ERR_FORMAT with the byte offset in data; also where the stream ends before.
 */
DN_NODISCARD dn_status dn_zlib_next(dn_zlib *zlib, size_t size, const uint8_t **bytes, dn_error *error);

/**
 * The stream must end here: check that, and the Adler-32. What follows in data is not looked at.
 *
 * Errors  DN_ERR_FORMAT with the byte offset in data.
 */
DN_NODISCARD dn_status dn_zlib_close(dn_zlib *zlib, dn_error *error);

#endif
