#include "io/zlib.h"

#include "core/endian.h"
#include "core/fail.h"
#include "core/size.h"

/* RFC 1950, section 2.2. */
#define HEADER_SIZE 2
#define METHOD_MASK 0x0f
#define METHOD_DEFLATE 8
#define MAX_WINDOW 7 /**< 2^(7 + 8) bytes */
#define FLAG_DICTIONARY 0x20
#define CHECK_DIVISOR 31
#define TRAILER_SIZE 4

/** Bytes that are unpacked at a time: with the window they fit the second-level cache. */
#define PIECE 131072

/* Section 8: two sums modulo the largest prime below 2^16. */
#define ADLER_MODULUS 65521U
/** So many bytes can't overflow 32 bits, whatever the sums before were. */
#define ADLER_MOST 5552
/** Bytes whose sums are made side by side. */
#define ADLER_BLOCK 16

static const char remedy[] = "get the file again: it is damaged";

uint32_t dn_adler32_add(uint32_t adler, const uint8_t *data, size_t size)
{
    uint32_t sum = adler & 0xffff;
    uint32_t sum_of_sums = adler >> 16;
    while (size != 0) {
        size_t now = dn_smaller(size, ADLER_MOST);
        size -= now;
        for (; now >= ADLER_BLOCK; now -= ADLER_BLOCK, data += ADLER_BLOCK) {
            uint32_t block = 0;
            uint32_t weighted = 0;
            for (uint32_t i = 0; i < ADLER_BLOCK; i++) {
                block += data[i];
                weighted += (ADLER_BLOCK - i) * data[i];
            }
            sum_of_sums += ADLER_BLOCK * sum + weighted;
            sum += block;
        }
        for (; now != 0; now--, data++) {
            sum += *data;
            sum_of_sums += sum;
        }
        sum %= ADLER_MODULUS;
        sum_of_sums %= ADLER_MODULUS;
    }
    return sum_of_sums << 16 | sum;
}

size_t dn_zlib_room(size_t longest)
{
    return DN_INFLATE_WINDOW + longest + PIECE;
}

dn_status dn_zlib_open(dn_zlib *zlib, const uint8_t *data, size_t size, uint8_t *room, size_t capacity,
                       dn_error *error)
{
    if (size < HEADER_SIZE)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: the zlib header is cut short", size);
    const unsigned method = data[0];
    const unsigned flags = data[1];
    if ((method & METHOD_MASK) != METHOD_DEFLATE || method >> 4 > MAX_WINDOW ||
        (method << 8 | flags) % CHECK_DIVISOR != 0 || (flags & FLAG_DICTIONARY) != 0)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte 0: 0x%02x%02x found, no zlib header", method,
                       flags);
    dn_inflate_open(&zlib->in, data, size, HEADER_SIZE, room, capacity);
    zlib->used = 0;
    zlib->adler = DN_ADLER32_BEGIN;
    return DN_OK;
}

/** Unpack as much as there is room for. */
static dn_status unpack(dn_zlib *zlib, dn_error *error)
{
    zlib->used -= dn_inflate_slide(&zlib->in, zlib->used);
    const size_t before = zlib->in.written;
    DN_TRY(dn_inflate_more(&zlib->in, error));
    zlib->adler = dn_adler32_add(zlib->adler, zlib->in.out + before, zlib->in.written - before);
    return DN_OK;
}

dn_status dn_zlib_next(dn_zlib *zlib, size_t size, const uint8_t **bytes, dn_error *error)
{
    while (zlib->in.written - zlib->used < size) {
        if (zlib->in.state == DN_INFLATE_ENDED)
            return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: the compressed data ends too early",
                           zlib->in.next);
        DN_TRY(unpack(zlib, error));
    }
    *bytes = zlib->in.out + zlib->used;
    zlib->used += size;
    return DN_OK;
}

dn_status dn_zlib_close(dn_zlib *zlib, dn_error *error)
{
    const dn_inflater *in = &zlib->in;
    if (in->state != DN_INFLATE_ENDED && in->written == zlib->used)
        DN_TRY(unpack(zlib, error));
    if (in->written != zlib->used)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "there is more compressed data than expected");
    if (in->size - in->next < TRAILER_SIZE)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: the Adler-32 is cut short", in->size);
    const uint32_t stored = dn_load_big32(in->data + in->next);
    if (stored != zlib->adler)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: Adler-32 0x%08lx found, 0x%08lx computed",
                       in->next, (unsigned long)stored, (unsigned long)zlib->adler);
    return DN_OK;
}
