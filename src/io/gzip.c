#include "io/gzip.h"

#include "core/endian.h"
#include "core/fail.h"
#include "core/size.h"
#include "io/crc32.h"
#include "io/inflate.h"

#include <string.h>

/* RFC 1952, section 2.3. */
#define ID1 0x1f
#define ID2 0x8b
#define METHOD_OFFSET 2
#define FLAGS_OFFSET 3
#define FIXED_HEADER_SIZE 10
#define METHOD_DEFLATE 8
#define FLAG_HEADER_CRC 0x02
#define FLAG_EXTRA 0x04
#define FLAG_NAME 0x08
#define FLAG_COMMENT 0x10
#define RESERVED_FLAGS 0xe0
#define TRAILER_SIZE 8

static const char remedy[] = "get the file again: it is damaged";

bool dn_gzip_recognise(const uint8_t *data, size_t size)
{
    return size >= 2 && data[0] == ID1 && data[1] == ID2;
}

static dn_status fail_cut_short(size_t size, const char *where, dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: the gzip data ends inside %s", size, where);
}

static dn_status check_fixed_header(const uint8_t *data, size_t size, size_t begin, dn_error *error)
{
    const uint8_t *header = data + begin;
    if (size - begin < FIXED_HEADER_SIZE)
        return fail_cut_short(size, "its header", error);
    if (!dn_gzip_recognise(header, FIXED_HEADER_SIZE))
        return dn_fail(error, DN_ERR_FORMAT, "give a gzip file",
                       "byte %zu: 0x%02x%02x found, gzip begins with 0x1f8b", begin, header[0], header[1]);
    if (header[METHOD_OFFSET] != METHOD_DEFLATE)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "byte %zu: compression method %u found, 8 (deflate) expected", begin + METHOD_OFFSET,
                       header[METHOD_OFFSET]);
    if ((header[FLAGS_OFFSET] & RESERVED_FLAGS) != 0)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: flags 0x%02x, of which 0xe0 are reserved",
                       begin + FLAGS_OFFSET, header[FLAGS_OFFSET]);
    return DN_OK;
}

/** Skip text up to its closing 0. */
static dn_status skip_text(const uint8_t *data, size_t size, size_t *position, const char *name,
                           dn_error *error)
{
    const uint8_t *end = memchr(data + *position, 0, size - *position);
    if (!end)
        return fail_cut_short(size, name, error);
    *position = (size_t)(end - data) + 1;
    return DN_OK;
}

static dn_status skip_extra_field(const uint8_t *data, size_t size, size_t *position, dn_error *error)
{
    const size_t left = size - *position;
    const size_t length = left < 2 ? 0 : (size_t)data[*position] | (size_t)data[*position + 1] << 8;
    if (left < 2 + length)
        return fail_cut_short(size, "its extra field", error);
    *position += 2 + length;
    return DN_OK;
}

/** The low 16 bits of the CRC-32 of the header so far. */
static dn_status check_header_crc(const dn_crc32 *crc, const uint8_t *data, size_t size, size_t begin,
                                  size_t *position, dn_error *error)
{
    if (size - *position < 2)
        return fail_cut_short(size, "its header's CRC", error);
    const unsigned stored = data[*position] | (unsigned)data[*position + 1] << 8;
    const unsigned computed = dn_crc32_add(crc, 0, data + begin, *position - begin) & 0xffff;
    if (stored != computed)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: header CRC 0x%04x found, 0x%04x computed",
                       *position, stored, computed);
    *position += 2;
    return DN_OK;
}

/** Check a member's header. Effect: *position moves from its first byte to the deflate stream. */
static dn_status skip_header(const dn_crc32 *crc, const uint8_t *data, size_t size, size_t *position,
                             dn_error *error)
{
    const size_t begin = *position;
    DN_TRY(check_fixed_header(data, size, begin, error));
    const uint8_t flags = data[begin + FLAGS_OFFSET];
    *position += FIXED_HEADER_SIZE;
    if ((flags & FLAG_EXTRA) != 0)
        DN_TRY(skip_extra_field(data, size, position, error));
    if ((flags & FLAG_NAME) != 0)
        DN_TRY(skip_text(data, size, position, "its file name", error));
    if ((flags & FLAG_COMMENT) != 0)
        DN_TRY(skip_text(data, size, position, "its comment", error));
    if ((flags & FLAG_HEADER_CRC) != 0)
        DN_TRY(check_header_crc(crc, data, size, begin, position, error));
    return DN_OK;
}

/** Check a member's trailer. Effect: *position moves behind it. */
static dn_status check_trailer(const dn_crc32 *crc, const uint8_t *data, size_t size, size_t *position,
                               const uint8_t *out, size_t written, dn_error *error)
{
    if (size - *position < TRAILER_SIZE)
        return fail_cut_short(size, "its trailer", error);
    const uint32_t stored_crc = dn_load_little32(data + *position);
    const uint32_t stored_length = dn_load_little32(data + *position + 4);
    if (stored_length != (uint32_t)(written & UINT32_MAX))
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "byte %zu: a length of %lu bytes found, %zu were unpacked", *position + 4,
                       (unsigned long)stored_length, written);
    const uint32_t computed_crc = dn_crc32_add(crc, 0, out, written);
    if (stored_crc != computed_crc)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: CRC 0x%08lx found, 0x%08lx computed",
                       *position, (unsigned long)stored_crc, (unsigned long)computed_crc);
    *position += TRAILER_SIZE;
    return DN_OK;
}

/** Zeros alone: tapes and disks pad files with them, and gzip itself passes over them behind its last member. */
static bool is_padding(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] != 0)
            return false;
    return true;
}

/** Unpack all members, and check their trailers and the bytes behind them; unchecked, as many members as fill the capacity. */
static dn_status unpack(const uint8_t *data, size_t size, uint8_t *out, size_t capacity, size_t *written,
                        bool checked, dn_error *error)
{
    dn_crc32 crc;
    size_t position = 0;
    dn_inflated inflated;
    *written = 0;
    dn_crc32_prepare(&crc);
    do {
        uint8_t *member = out + *written;
        DN_TRY(skip_header(&crc, data, size, &position, error));
        DN_TRY(dn_inflate(data, size, position, member, capacity - *written, &inflated, error));
        position = inflated.end;
        *written += inflated.written;
        if (!inflated.complete)
            return checked ? dn_fail(error, DN_ERR_FORMAT, remedy,
                                     "byte %zu: it unpacks to more than the %zu bytes expected", position,
                                     capacity)
                           : DN_OK;
        if (checked)
            DN_TRY(check_trailer(&crc, data, size, &position, member, inflated.written, error));
        else
            position += dn_smaller(size - position, TRAILER_SIZE);
    } while (dn_gzip_recognise(data + position, size - position) && (checked || *written < capacity));
    if (checked && !is_padding(data + position, size - position))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu: %zu bytes after the end of the gzip data",
                       position, size - position);
    return DN_OK;
}

dn_status dn_gzip_peek(const uint8_t *data, size_t size, uint8_t *out, size_t capacity, size_t *written,
                       dn_error *error)
{
    return unpack(data, size, out, capacity, written, false, error);
}

dn_status dn_gzip_unpack(const uint8_t *data, size_t size, uint8_t *out, size_t capacity, size_t *written,
                         dn_error *error)
{
    return unpack(data, size, out, capacity, written, true, error);
}
