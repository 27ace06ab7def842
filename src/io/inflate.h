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

#include "io/prefix_code.h"

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How far back a copy may reach. */
#define DN_INFLATE_WINDOW 32768
/** The most bytes that one symbol unpacks to. */
#define DN_INFLATE_MAX_MATCH 258

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

/** What comes next in a stream. */
typedef enum dn_inflate_state {
    DN_INFLATE_HEADER, /**< of a block */
    DN_INFLATE_STORED, /**< bytes of a stored block */
    DN_INFLATE_CODED,  /**< symbols of a block with codes */
    DN_INFLATE_ENDED   /**< nothing */
} dn_inflate_state;

/** A stream that is unpacked piece by piece. Others read state, next and written alone. */
typedef struct dn_inflater {
    dn_inflate_state state;
    const uint8_t *data;
    size_t size;
    size_t next; /**< the first byte that is not in the buffer; at the end the first byte after the stream */
    uint64_t bits; /**< the buffer: the next bit is the lowest; 0 from `count` on, save in run_fast */
    unsigned count;
    uint8_t *out;
    size_t capacity;
    size_t written;
    size_t stored; /**< bytes of a stored block that are still to come */
    bool last;     /**< this block is the last one */
    bool full;     /**< there was more to write than capacity */
    uint32_t literals[TABLE_SIZE(LITERAL_SYMBOLS, LITERAL_BITS)];
    uint32_t distances[TABLE_SIZE(DISTANCE_SYMBOLS, DISTANCE_BITS)];
    dn_error *error;
} dn_inflater;

/** Begin a stream at data[begin]. Owner: borrows data and out until the last call. */
void dn_inflate_open(dn_inflater *in, const uint8_t *data, size_t size, size_t begin, uint8_t *out,
                     size_t capacity);

/**
 * Unpack on, until the stream ends or out has fewer than DN_INFLATE_MAX_MATCH bytes left.
 *
 * Effect  Adds to out, and to in->written.
 * Errors  As dn_inflate.
 */
DN_NODISCARD dn_status dn_inflate_more(dn_inflater *in, dn_error *error);

/**
 * Make room: drop the first bytes of out, up to `used`, but for those that a copy may still reach back to.
 *
 * Effect  Moves what stays to the beginning of out. Returns the number of bytes dropped.
 */
size_t dn_inflate_slide(dn_inflater *in, size_t used);

#endif
