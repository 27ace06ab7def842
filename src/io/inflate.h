/**
 * Deflate, unpacked. Source RFC 1951.
 *
 *     stream  = block ... block, the last one marked
 *     block   = 1 bit last, 2 bits type, contents; bits from the lowest of each byte, codes from their highest
 *     stored  (type 0)  up to the next byte; u16 length, u16 its complement, bytes
 *     fixed   (type 1)  symbols in codes that the specification gives
 *     dynamic (type 2)  the lengths of the codes, themselves in a code; symbols
 *     symbol  = a literal byte | the end of the block | a length, followed by a distance to copy from
 */
#ifndef DN_IO_INFLATE_H
#define DN_IO_INFLATE_H

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What was unpacked, and how far it went. */
typedef struct dn_inflated {
    size_t end;     /**< offset of the first byte after the stream */
    size_t written; /**< bytes written to out */
    bool complete;  /**< the stream's end was reached; otherwise out is full and more would follow */
} dn_inflated;

/**
 * Unpack one deflate stream that begins at data[begin].
 *
 * Units   begin <= size. At least 200 MB/s of output on one core.
 * Effect  Writes up to capacity bytes to out; every byte of out may be overwritten.
 * Owner   Borrows every argument; allocates nothing, takes about 16 KiB of stack.
 * Errors  DN_ERR_FORMAT with the byte offset in data. `inflated` says nothing then.
 */
DN_NODISCARD dn_status dn_inflate(const uint8_t *data, size_t size, size_t begin, uint8_t *out,
                                  size_t capacity, dn_inflated *inflated, dn_error *error);

#endif
