/**
 * gzip, unpacked: RFC 1951 (deflate) and RFC 1952 (gzip).
 *
 *     offset size
 *     0      2    0x1f 0x8b
 *     2      1    compression method, 8 = deflate
 *     3      1    flags: 1 text, 2 header CRC, 4 extra field, 8 file name, 16 comment
 *     4      6    time, extra flags, operating system (ignored)
 *     10     ...  the fields that flags name, then the deflate stream
 *     -8     4    CRC-32 of the unpacked bytes, little-endian
 *     -4     4    their number modulo 2^32, little-endian
 *
 * Several members one after the other unpack to the concatenation of their contents. Zeros may follow the last one, as padding.
 */
#ifndef DN_IO_GZIP_H
#define DN_IO_GZIP_H

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Deflate's best ratio: 258 bytes in two bits. */
#define DN_DEFLATE_MAX_RATIO 1032

/** Are these the first bytes of gzip? */
bool dn_gzip_recognise(const uint8_t *data, size_t size);

/**
 * Unpack only the first bytes, such as a header that gives the length of the rest.
 *
 * Effect  Writes up to capacity bytes to out and their number to *written (fewer when the contents are
 *         shorter). CRC and length are not checked.
 * Errors  DN_ERR_FORMAT with the byte offset in data.
 */
DN_NODISCARD dn_status dn_gzip_peek(const uint8_t *data, size_t size, uint8_t *out, size_t capacity,
                                    size_t *written, dn_error *error);

/**
 * Unpack everything into the caller's memory.
 *
 * Units   At least 200 MB/s of output on one core.
 * Effect  Writes up to capacity bytes to out and their number to *written.
 * Owner   Borrows every argument; allocates nothing.
 * Errors  DN_ERR_FORMAT with the byte offset in data: a bad header, a bad code, data cut short, a wrong CRC or length,
 *         bytes other than zeros after the end, contents that do not fit capacity.
 */
DN_NODISCARD dn_status dn_gzip_unpack(const uint8_t *data, size_t size, uint8_t *out, size_t capacity,
                                      size_t *written, dn_error *error);

#endif
