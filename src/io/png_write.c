#include "io/png_write.h"

#include "core/endian.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"
#include "io/crc32.h"
#include "io/picture.h"
#include "io/zlib.h"

#include <string.h>

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define SIGNATURE_SIZE 8
/** Around the data of a chunk: its length, its name, and its CRC. */
#define CHUNK_SIZE 12
#define HEADER_SIZE 13
/** Header and checksum of a zlib stream, the most bytes of a stored block of deflate, and the bytes before them. */
#define ZLIB_SIZE 6
#define BLOCK_MOST 65535
#define BLOCK_HEAD 5

/** Bytes that are being written, into room for all. */
typedef struct output {
    dn_crc32 crc;
    uint8_t *end;
} output;

static void put(output *out, const void *data, size_t size)
{
    memcpy(out->end, data, size);
    out->end += size;
}

static void put_big32(output *out, size_t value)
{
    dn_store_big32(out->end, (uint32_t)value);
    out->end += sizeof(uint32_t);
}

/** Write what stands before the data of a chunk, and hand back where its CRC begins. */
static const uint8_t *open_chunk(output *out, const char name[4], size_t size)
{
    put_big32(out, size);
    put(out, name, 4);
    return out->end - 4;
}

static void close_chunk(output *out, const uint8_t *named)
{
    put_big32(out, dn_crc32_add(&out->crc, 0, named, (size_t)(out->end - named)));
}

static void put_header(output *out, size_t height, size_t width)
{
    static const uint8_t grey8[] = {8, 0, 0, 0, 0}; /* depth, colour, compression, filter, interlace */
    const uint8_t *named = open_chunk(out, "IHDR", HEADER_SIZE);
    put_big32(out, width);
    put_big32(out, height);
    put(out, grey8, sizeof grey8);
    close_chunk(out, named);
}

/** The rows, each behind its filter, none, as a zlib stream of stored blocks. */
static void put_rows(output *out, const uint8_t *rows, size_t size)
{
    static const uint8_t zlib_head[] = {0x78, 0x01};
    const size_t blocks = dn_divide_up(size, BLOCK_MOST);
    const uint8_t *named = open_chunk(out, "IDAT", ZLIB_SIZE + blocks * BLOCK_HEAD + size);
    put(out, zlib_head, sizeof zlib_head);
    for (size_t at = 0; at < size; at += BLOCK_MOST) {
        const size_t now = dn_smaller(size - at, BLOCK_MOST);
        const uint8_t head[BLOCK_HEAD] = {at + now == size, (uint8_t)(now & 0xff), (uint8_t)(now >> 8),
                                          (uint8_t)(~now & 0xff), (uint8_t)(~now >> 8 & 0xff)};
        put(out, head, sizeof head);
        put(out, rows + at, now);
    }
    put_big32(out, dn_adler32_add(DN_ADLER32_BEGIN, rows, size));
    close_chunk(out, named);
}

dn_status dn_png_encode(const uint8_t *pixels, size_t height, size_t width, dn_bytes *bytes, dn_error *error)
{
    *bytes = (dn_bytes){0};
    DN_TRY(dn_picture_check(width, height, 1, error));
    const size_t size = height * (width + 1);
    const size_t blocks = dn_divide_up(size, BLOCK_MOST);
    const size_t capacity =
        SIGNATURE_SIZE + 3 * CHUNK_SIZE + HEADER_SIZE + ZLIB_SIZE + blocks * BLOCK_HEAD + size;
    uint8_t *rows = dn_allocate_zeroed(size, 1, error);
    bytes->data = rows ? dn_allocate(capacity, 1, error) : NULL;
    if (bytes->data) {
        output out = {.end = bytes->data};
        dn_crc32_prepare(&out.crc);
        for (size_t y = 0; y < height; y++)
            memcpy(rows + y * (width + 1) + 1, pixels + y * width, width);
        put(&out, SIGNATURE, SIGNATURE_SIZE);
        put_header(&out, height, width);
        put_rows(&out, rows, size);
        close_chunk(&out, open_chunk(&out, "IEND", 0));
        bytes->size = (size_t)(out.end - bytes->data);
    }
    dn_release(rows);
    return bytes->data ? DN_OK : DN_ERR_MEMORY;
}
