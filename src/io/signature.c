/** What a file is by its first bytes. */
#include "io/signature.h"

#include "core/ascii.h"
#include "io/file.h"

#include <stdbool.h>
#include <string.h>

/** A file format and the bytes it has at an offset. Where two could match, the more special comes first. */
typedef struct signature {
    size_t offset;
    const char *magic;
    size_t size;
    const char *name;
} signature;

#define SIGNATURE(offset, magic, name)                                                                       \
    {                                                                                                        \
        (offset), (magic), sizeof(magic) - 1, (name)                                                         \
    }

static const signature signatures[] = {
    SIGNATURE(0, "\x1f\x8b", "gzip"),
    SIGNATURE(0, "\xff\xd8\xff", "a JPEG picture"),
    SIGNATURE(0, "GIF8", "a GIF picture"),
    SIGNATURE(8, "WEBP", "a WebP picture"),
    SIGNATURE(0, "II*\0", "a TIFF picture"),
    SIGNATURE(0, "MM\0*", "a TIFF picture"),
    SIGNATURE(0, "II+\0", "a TIFF picture"),
    SIGNATURE(0, "MM\0+", "a TIFF picture"),
    SIGNATURE(4, "ftyp", "a HEIF or AVIF picture"),
    SIGNATURE(0, "BM", "a BMP picture"),
    SIGNATURE(0, "%PDF-", "a PDF document"),
    SIGNATURE(0, "PK\x03\x04", "a zip archive"),
    SIGNATURE(0, "BZh", "bzip2"),
    SIGNATURE(0, "\3757zXZ\0", "xz"),
    SIGNATURE(0, "\x28\xb5\x2f\xfd", "zstd"),
    SIGNATURE(0, "\x93NUMPY", "a NumPy array"),
    SIGNATURE(0, "version https://git-lfs", "a Git LFS pointer, not the file itself"),
};

bool dn_is_pnm(const uint8_t *data, size_t size)
{
    if (size < DN_PNM_MAGIC_SIZE || data[0] != 'P' || data[1] < '1' || data[1] > '6')
        return false;
    if (size == DN_PNM_MAGIC_SIZE)
        return true;
    const uint8_t behind = data[DN_PNM_MAGIC_SIZE];
    return dn_is_space(behind) || dn_is_digit(behind) || behind == '#';
}

bool dn_is_png(const uint8_t *data, size_t size)
{
    static const uint8_t half[] = {0x89, 'P', 'N', 'G'};
    return size >= sizeof half && memcmp(data, half, sizeof half) == 0;
}

/** 0, 0, an element type from unsigned byte to double, and a rank. */
static bool is_idx_magic(uint8_t zero, uint8_t other_zero, uint8_t type, uint8_t rank)
{
    enum { FIRST_TYPE = 0x08, LAST_TYPE = 0x0e };
    return zero == 0 && other_zero == 0 && type >= FIRST_TYPE && type <= LAST_TYPE && rank != 0;
}

static bool is_idx(const uint8_t *data, size_t size)
{
    return size >= 4 && is_idx_magic(data[0], data[1], data[2], data[3]);
}

/** The magic number as a machine of that order keeps it, written as it is. */
static bool is_little_endian_idx(const uint8_t *data, size_t size)
{
    return size >= 4 && is_idx_magic(data[3], data[2], data[1], data[0]);
}

/** A header length of less than 2^32, little-endian, and the brace that opens the header. */
static bool is_safetensors(const uint8_t *data, size_t size)
{
    static const uint8_t upper_half[4] = {0};
    return size > 8 && data[8] == '{' && memcmp(data + 4, upper_half, sizeof upper_half) == 0;
}

/** "<!doctype", "<html", "<head" or "<?xml", in either case, after white space and a byte order mark. */
static bool is_html(const uint8_t *data, size_t size)
{
    static const char *const openings[] = {"<!doctype", "<html", "<head", "<?xml"};
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    size_t start = size >= 3 && memcmp(data, byte_order_mark, 3) == 0 ? 3 : 0;
    while (start < size && dn_is_space(data[start]))
        start++;
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        const size_t length = strlen(openings[i]);
        size_t same = 0;
        while (same < length && start + same < size && dn_to_lower(data[start + same]) == openings[i][same])
            same++;
        if (same == length)
            return true;
    }
    return false;
}

const char *dn_file_guess(const uint8_t *data, size_t size)
{
    static const struct {
        bool (*matches)(const uint8_t *data, size_t size);
        const char *name;
    } checks[] = {
        {is_html, "an HTML page"},
        {dn_is_pnm, "a PNM picture"},
        {dn_is_png, "a PNG picture"},
        {is_idx, "an IDX file"},
        {is_safetensors, "a safetensors file"}, /* its length may look like the next one's magic number */
        {is_little_endian_idx, "an IDX file in little-endian order"},
    };
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const signature *known = &signatures[i];
        if (size >= known->offset + known->size &&
            memcmp(data + known->offset, known->magic, known->size) == 0)
            return known->name;
    }
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (checks[i].matches(data, size))
            return checks[i].name;
    return NULL;
}
