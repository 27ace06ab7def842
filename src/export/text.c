#include "export/text.h"

#include "core/memory.h"
#include "core/number.h"
#include "core/size.h"
#include "io/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAPACITY 4096
/** Room for any number. */
#define NUMBER_SIZE 40
/** What is shown of metadata: a foreign file may hold a megabyte of it. The settings of a training fit. */
#define MOST_METADATA 32
#define MOST_CHARACTERS 1024

void dn_text_free(dn_text *text)
{
    dn_release(text->data);
    *text = (dn_text){0};
}

dn_status dn_text_take(dn_text *text, dn_bytes *bytes)
{
    const dn_status status = text->status;
    *bytes = (dn_bytes){0};
    if (status == DN_OK) {
        *bytes = (dn_bytes){text->data, text->size};
        text->data = NULL;
    }
    dn_text_free(text);
    return status;
}

/** Make room for so many more bytes. */
static bool reserve(dn_text *text, size_t more)
{
    size_t wanted;
    if (text->status != DN_OK)
        return false;
    if (!dn_size_add(text->size, more, &wanted))
        wanted = SIZE_MAX;
    if (wanted <= text->capacity)
        return true;
    const size_t doubled = text->capacity > SIZE_MAX / 2 ? wanted : 2 * text->capacity;
    const size_t capacity = dn_larger(dn_larger(wanted, doubled), FIRST_CAPACITY);
    uint8_t *moved = dn_reallocate(text->data, text->size, capacity, 1, text->error);
    if (!moved) {
        text->status = DN_ERR_MEMORY;
        return false;
    }
    text->data = moved;
    text->capacity = capacity;
    return true;
}

void dn_text_put(dn_text *text, const void *bytes, size_t size)
{
    if (size == 0 || !reserve(text, size))
        return;
    memcpy(text->data + text->size, bytes, size);
    text->size += size;
}

void dn_text_string(dn_text *text, const char *string)
{
    dn_text_put(text, string, strlen(string));
}

void dn_text_base64(dn_text *text, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (!reserve(text, size / 3 * 4 + 4))
        return;
    for (size_t i = 0; i < size; i += 3) {
        const size_t left = size - i;
        const uint32_t three = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (left > 2 ? (uint32_t)bytes[i + 2] : 0);
        char four[4] = {digits[three >> 18], digits[three >> 12 & 63], '=', '='};
        if (left > 1)
            four[2] = digits[three >> 6 & 63];
        if (left > 2)
            four[3] = digits[three & 63];
        dn_text_put(text, four, sizeof four);
    }
}

/* ---- JSON ---- */

/** Does a browser or a terminal act on it, or may it end a script in HTML? */
static bool must_be_escaped(uint32_t code)
{
    return code < 0x20 || code == '<' || code == '>' || code == '&' || (code >= 0x7f && code < 0xa0) ||
           code == 0x61c || (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

static void put_quoted(dn_text *text, const char *string, size_t size)
{
    const uint8_t *place = (const uint8_t *)string;
    const uint8_t *end = place + size;
    char escape[8];
    dn_text_string(text, "\"");
    while (place < end) {
        uint32_t code = 0;
        const size_t length = dn_utf8_decode(place, (size_t)(end - place), &code);
        if (code == '"' || code == '\\') {
            const char pair[2] = {'\\', (char)code};
            dn_text_put(text, pair, sizeof pair);
        } else if (length == 0 || must_be_escaped(code)) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(length == 0 ? 0xfffd : code & 0xffff));
            dn_text_string(text, escape);
        } else {
            dn_text_put(text, place, length);
        }
        place += length != 0 ? length : 1;
    }
    dn_text_string(text, "\"");
}

static void put_key(dn_text *text, const char *key)
{
    if (text->any)
        dn_text_string(text, ",");
    text->any = true;
    if (!key)
        return;
    put_quoted(text, key, strlen(key));
    dn_text_string(text, ":");
}

void dn_text_begin(dn_text *text, const char *key, char bracket)
{
    put_key(text, key);
    dn_text_put(text, &bracket, 1);
    text->any = false;
}

void dn_text_end(dn_text *text, char bracket)
{
    dn_text_put(text, &bracket, 1);
    text->any = true;
}

void dn_text_member(dn_text *text, const char *key, const char *value)
{
    put_key(text, key);
    put_quoted(text, value, strlen(value));
}

void dn_text_quoted(dn_text *text, const char *string, size_t size)
{
    put_key(text, NULL);
    put_quoted(text, string, size);
}

void dn_text_count(dn_text *text, const char *key, uint64_t value)
{
    char digits[NUMBER_SIZE];
    put_key(text, key);
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    dn_text_string(text, digits);
}

void dn_text_flag(dn_text *text, const char *key, bool value)
{
    put_key(text, key);
    dn_text_string(text, value ? "true" : "false");
}

void dn_text_number(dn_text *text, const char *key, double value)
{
    char digits[NUMBER_SIZE] = "null";
    put_key(text, key);
    if (isfinite(value))
        dn_number_text(digits, sizeof digits, "%.9g", value);
    dn_text_string(text, digits);
}

void dn_text_percent(dn_text *text, const char *key, double fraction)
{
    char digits[NUMBER_SIZE] = "-";
    if (!isnan(fraction))
        dn_number_text(digits, sizeof digits, "%.2f %%", 100.0 * fraction);
    dn_text_member(text, key, digits);
}

void dn_text_fixed(dn_text *text, const char *key, double value, int decimals)
{
    char digits[NUMBER_SIZE];
    dn_number_text(digits, sizeof digits, "%.*f", decimals, value);
    dn_text_member(text, key, digits);
}

void dn_text_bytes(dn_text *text, const char *key, const uint8_t *bytes, size_t size)
{
    put_key(text, key);
    dn_text_string(text, "\"");
    dn_text_base64(text, bytes, size);
    dn_text_string(text, "\"");
}

static void put_cut(dn_text *text, const char *string)
{
    const size_t length = strlen(string);
    dn_text_quoted(text, string, dn_smaller(length, MOST_CHARACTERS));
}

void dn_text_metadata(dn_text *text, const char *key, const dn_archive *archive)
{
    dn_text_begin(text, key, '[');
    for (size_t i = 0; archive && i < archive->metadata_count && i < MOST_METADATA; i++) {
        dn_text_begin(text, NULL, '[');
        put_cut(text, archive->metadata[i].key);
        put_cut(text, archive->metadata[i].value);
        dn_text_end(text, ']');
    }
    dn_text_end(text, ']');
}

/* ---- Templates ---- */

static size_t find_hole(const unsigned char *template, size_t size, const char *hole)
{
    const size_t length = strlen(hole);
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(template + i, hole, length) == 0)
            return i;
    return size;
}

void dn_text_before(dn_text *text, const unsigned char *template, size_t size, const char *hole)
{
    dn_text_put(text, template, find_hole(template, size, hole));
}

void dn_text_behind(dn_text *text, const unsigned char *template, size_t size, const char *hole)
{
    const size_t behind = find_hole(template, size, hole) + strlen(hole);
    if (behind < size)
        dn_text_put(text, template + behind, size - behind);
}
