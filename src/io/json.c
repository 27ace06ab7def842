#include "io/json.h"

#include "core/ascii.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAPACITY 256
#define END_OF_TEXT (-1)
/** Unicode: the halves of a surrogate pair, and the first code point of pairs. */
#define HIGH_SURROGATE 0xD800U
#define LOW_SURROGATE 0xDC00U
#define SURROGATE_END 0xE000U
#define SURROGATE_BITS 10
#define SUPPLEMENTARY 0x10000U
/** Characters below this one are control characters, which JSON escapes. */
#define FIRST_PRINTABLE 0x20
#define HEX_DIGITS_IN_UNIT 4

static const char remedy[] = "the file is damaged or no model: write it again";

/* ---- Reading ---- */

dn_json dn_json_begin(const void *text, size_t size)
{
    return (dn_json){.text = text, .size = size};
}

static int peek(const dn_json *json)
{
    return json->at < json->size ? json->text[json->at] : END_OF_TEXT;
}

static void skip_space(dn_json *json)
{
    static const char space[] = {' ', '\t', '\n', '\r'};
    while (json->at < json->size && memchr(space, json->text[json->at], sizeof space))
        json->at++;
}

static dn_status fail_expected(const dn_json *json, const char *expected, dn_error *error)
{
    return dn_fail_expected(error, remedy, " of the JSON", json->at, peek(json), expected);
}

static dn_status expect(dn_json *json, char character, dn_error *error)
{
    const char quoted[] = {'\'', character, '\'', '\0'};
    skip_space(json);
    if (peek(json) != character)
        return fail_expected(json, quoted, error);
    json->at++;
    return DN_OK;
}

dn_status dn_json_enter(dn_json *json, char bracket, dn_error *error)
{
    DN_TRY(expect(json, bracket, error));
    if (json->depth == DN_JSON_MAX_DEPTH)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: nested more than %d deep",
                       json->at - 1, DN_JSON_MAX_DEPTH);
    json->closing[json->depth++] = bracket == '{' ? '}' : ']';
    json->first = true;
    return DN_OK;
}

dn_status dn_json_next(dn_json *json, bool *more, dn_error *error)
{
    *more = false;
    skip_space(json);
    const uint8_t closing = json->closing[json->depth - 1];
    if (peek(json) == closing) {
        json->at++;
        json->depth--;
        json->first = false;
        return DN_OK;
    }
    if (!json->first && peek(json) != ',')
        return fail_expected(json, closing == '}' ? "',' or '}'" : "',' or ']'", error);
    if (!json->first)
        json->at++;
    json->first = false;
    *more = true;
    return DN_OK;
}

/** The value of four hexadecimal digits. */
static dn_status read_unit(dn_json *json, uint32_t *unit, dn_error *error)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    *unit = 0;
    for (int i = 0; i < HEX_DIGITS_IN_UNIT; i++) {
        const int character = peek(json);
        const char *digit = character > 0 ? strchr(digits, character) : NULL;
        if (!digit)
            return fail_expected(json, "a hexadecimal digit", error);
        const uint32_t place = (uint32_t)(digit - digits);
        *unit = *unit * 16 + (place < 16 ? place : place - 6);
        json->at++;
    }
    return DN_OK;
}

/** Read the digits after \u: one character, or the first half of a pair followed by \u and the second half. */
static dn_status read_code_point(dn_json *json, uint32_t *code, dn_error *error)
{
    DN_TRY(read_unit(json, code, error));
    if (*code == 0)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: a NUL character in a string",
                       json->at - HEX_DIGITS_IN_UNIT);
    if (*code < HIGH_SURROGATE || *code >= SURROGATE_END)
        return DN_OK;
    uint32_t low = 0;
    const bool another = json->size - json->at >= 2 && memcmp(json->text + json->at, "\\u", 2) == 0;
    if (*code < LOW_SURROGATE && another) {
        json->at += 2;
        DN_TRY(read_unit(json, &low, error));
    }
    if (low < LOW_SURROGATE || low >= SURROGATE_END)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: half a surrogate pair", json->at);
    *code = SUPPLEMENTARY + ((*code - HIGH_SURROGATE) << SURROGATE_BITS) + (low - LOW_SURROGATE);
    return DN_OK;
}

/** Write a code point that is no surrogate as UTF-8; returns the number of bytes. */
static size_t encode_utf8(uint32_t code, char *out)
{
    static const uint32_t lead[] = {0xC0, 0xE0, 0xF0}; /* of two bytes, three and four */
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t length = code < 0x800 ? 2 : code < SUPPLEMENTARY ? 3 : 4;
    for (size_t i = length; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(lead[length - 2] | code);
    return length;
}

static dn_status read_escape(dn_json *json, char *out, size_t *length, dn_error *error)
{
    static const char names[] = "\"\\/bfnrtu";
    static const char values[] = "\"\\/\b\f\n\r\t";
    const int character = peek(json);
    const char *name = character > 0 ? strchr(names, character) : NULL;
    if (!name)
        return fail_expected(json, "an escape (one of \"\\/bfnrtu)", error);
    json->at++;
    if (*name != 'u') {
        *out = values[name - names];
        *length = 1;
        return DN_OK;
    }
    uint32_t code;
    DN_TRY(read_code_point(json, &code, error));
    *length = encode_utf8(code, out);
    return DN_OK;
}

size_t dn_utf8_length(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    const uint8_t lead = bytes[0];
    if (lead < 0x80)
        return 1;
    const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead < 0xC2 || lead > 0xF4 || size < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    }
    const uint8_t second = bytes[1];
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate = lead == 0xED && second >= 0xA0;
    const bool beyond_unicode = lead == 0xF4 && second >= 0x90;
    return overlong || surrogate || beyond_unicode ? 0 : length;
}

size_t dn_utf8_decode(const uint8_t *bytes, size_t size, uint32_t *code)
{
    static const uint8_t lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07}; /* by the length */
    const size_t length = dn_utf8_length(bytes, size);
    *code = length != 0 ? bytes[0] & lead_bits[length] : 0;
    for (size_t i = 1; i < length; i++)
        *code = *code << 6 | (bytes[i] & 0x3F);
    return length;
}

bool dn_utf8_valid(const char *string)
{
    size_t size = strlen(string);
    while (size > 0) {
        const size_t length = dn_utf8_length((const uint8_t *)string, size);
        if (length == 0)
            return false;
        string += length;
        size -= length;
    }
    return true;
}

/** One character of a string, escaped or not, as UTF-8. */
static dn_status read_character(dn_json *json, char *out, size_t *length, dn_error *error)
{
    const int character = peek(json);
    if (character == '\\') {
        json->at++;
        return read_escape(json, out, length, error);
    }
    if (character < FIRST_PRINTABLE)
        return fail_expected(json, "the rest of a string", error);
    *length = dn_utf8_length(json->text + json->at, json->size - json->at);
    if (*length == 0)
        return fail_expected(json, "UTF-8", error);
    memcpy(out, json->text + json->at, *length);
    json->at += *length;
    return DN_OK;
}

/** The characters up to the closing quote; out has room for as many bytes as the text has up to there, and a 0. */
static dn_status read_characters(dn_json *json, char *out, dn_error *error)
{
    while (peek(json) != '"') {
        size_t length = 0;
        DN_TRY(read_character(json, out, &length, error));
        out += length;
    }
    json->at++;
    *out = '\0';
    return DN_OK;
}

/** The number of bytes before the closing quote or the end; the decoded string is not longer. */
static size_t length_to_quote(const dn_json *json)
{
    size_t at = json->at;
    while (at < json->size && json->text[at] != '"')
        at += json->text[at] == '\\' ? 2 : 1;
    return dn_smaller(at, json->size) - json->at;
}

dn_status dn_json_string(dn_json *json, char **string, dn_error *error)
{
    *string = NULL;
    DN_TRY(expect(json, '"', error));
    char *text = dn_allocate(length_to_quote(json) + 1, 1, error);
    if (!text)
        return DN_ERR_MEMORY;
    const dn_status status = read_characters(json, text, error);
    if (status == DN_OK)
        *string = text;
    else
        dn_release(text);
    return status;
}

dn_status dn_json_key(dn_json *json, char **key, dn_error *error)
{
    DN_TRY(dn_json_string(json, key, error));
    const dn_status status = expect(json, ':', error);
    if (status != DN_OK) {
        dn_release(*key);
        *key = NULL;
    }
    return status;
}

dn_status dn_json_unsigned(dn_json *json, uint64_t *number, dn_error *error)
{
    skip_space(json);
    const size_t begin = json->at;
    *number = 0;
    if (!dn_is_digit(peek(json)))
        return fail_expected(json, "an unsigned integer", error);
    for (; dn_is_digit(peek(json)); json->at++) {
        const uint64_t digit = (uint64_t)(peek(json) - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: a number above 2^64 - 1",
                           begin);
        *number = *number * 10 + digit;
    }
    const int after = peek(json);
    if (json->text[begin] == '0' && json->at - begin > 1)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: a number with leading zeros",
                       begin);
    if (after == '.' || after == 'e' || after == 'E')
        return fail_expected(json, "an integer", error);
    return DN_OK;
}

dn_status dn_json_end(dn_json *json, dn_error *error)
{
    skip_space(json);
    return json->at == json->size ? DN_OK : fail_expected(json, "the end", error);
}

/* ---- Writing ---- */

void dn_json_text_free(dn_json_text *text)
{
    dn_release(text->data);
    *text = (dn_json_text){0};
}

static dn_status put_bytes(dn_json_text *text, const char *bytes, size_t count, dn_error *error)
{
    size_t needed;
    if (!dn_size_add(text->length, count, &needed) || needed > SIZE_MAX / 2)
        return dn_fail(error, DN_ERR_MEMORY, "write less", "a text of more than %zu bytes", text->length);
    if (needed > text->capacity) {
        const size_t capacity = needed > FIRST_CAPACITY / 2 ? 2 * needed : FIRST_CAPACITY;
        char *data = dn_reallocate(text->data, text->length, capacity, 1, error);
        if (!data)
            return DN_ERR_MEMORY;
        text->data = data;
        text->capacity = capacity;
    }
    if (count > 0)
        memcpy(text->data + text->length, bytes, count);
    text->length = needed;
    return DN_OK;
}

dn_status dn_json_put(dn_json_text *text, const char *characters, dn_error *error)
{
    return put_bytes(text, characters, strlen(characters), error);
}

static bool needs_escape(char character)
{
    return (unsigned char)character < FIRST_PRINTABLE || character == '"' || character == '\\';
}

static dn_status put_escape(dn_json_text *text, char character, dn_error *error)
{
    static const char values[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    char escape[sizeof "\\u0000"];
    const char *value = strchr(values, character);
    if (value)
        snprintf(escape, sizeof escape, "\\%c", names[value - values]);
    else
        snprintf(escape, sizeof escape, "\\u00%02x", (unsigned char)character);
    return dn_json_put(text, escape, error);
}

dn_status dn_json_put_string(dn_json_text *text, const char *string, dn_error *error)
{
    DN_TRY(dn_json_put(text, "\"", error));
    while (*string != '\0') {
        size_t plain = 0;
        while (string[plain] != '\0' && !needs_escape(string[plain]))
            plain++;
        DN_TRY(put_bytes(text, string, plain, error));
        string += plain;
        if (*string != '\0')
            DN_TRY(put_escape(text, *string++, error));
    }
    return dn_json_put(text, "\"", error);
}

dn_status dn_json_put_unsigned(dn_json_text *text, uint64_t number, dn_error *error)
{
    char digits[sizeof "18446744073709551615"];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    return dn_json_put(text, digits, error);
}
