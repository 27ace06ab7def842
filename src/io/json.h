/**
 * Strict JSON (RFC 8259): a cursor that the caller moves through a text, and a text that grows.
 *
 * It knows strings, unsigned integers, objects and arrays, which the headers of model files need, and builds no
 * tree. An object is read like this:
 *
 *     enter '{'; while next reports more: key, then its value; at last end.
 *
 * Source  RFC 8259; RFC 3629 for UTF-8
 */
#ifndef DN_IO_JSON_H
#define DN_IO_JSON_H

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How deep objects and arrays may be nested. */
#define DN_JSON_MAX_DEPTH 8

/** A cursor in a text that the caller keeps. */
typedef struct dn_json {
    const uint8_t *text;
    size_t size;
    size_t at;                          /**< the next byte to read: where an error is */
    size_t depth;                       /**< objects and arrays entered and not left yet */
    bool first;                         /**< nothing of the innermost one has been read yet */
    uint8_t closing[DN_JSON_MAX_DEPTH]; /**< the bracket that leaves each of them */
} dn_json;

/** Begin at the first byte of a text. */
dn_json dn_json_begin(const void *text, size_t size);

/*
 * Each of these reads one thing and moves on behind it.
 * Errors: DN_ERR_FORMAT with the byte offset, what was expected and what was found.
 */

/** Enter an object ('{') or an array ('['). Errors also where it is nested too deep. */
DN_NODISCARD dn_status dn_json_enter(dn_json *json, char bracket, dn_error *error);

/** Inside an object or array: is there another member or element? If not, leave it. */
DN_NODISCARD dn_status dn_json_next(dn_json *json, bool *more, dn_error *error);

/**
 * A string, as UTF-8 with its escapes undone.
 *
 * Owner   The caller frees *string with dn_release; it is NULL after an error.
 * Errors  Also: bytes that are no UTF-8, half a surrogate pair, a NUL character (C ends its strings there);
 *         DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_json_string(dn_json *json, char **string, dn_error *error);

/** A member's name and its colon. As dn_json_string. */
DN_NODISCARD dn_status dn_json_key(dn_json *json, char **key, dn_error *error);

/** An unsigned integer. Errors also for a sign, a fraction, an exponent, leading zeros, 2^64 and more. */
DN_NODISCARD dn_status dn_json_unsigned(dn_json *json, uint64_t *number, dn_error *error);

/** The end: nothing but white space follows. */
DN_NODISCARD dn_status dn_json_end(dn_json *json, dn_error *error);

/** The length of the UTF-8 sequence at the beginning of bytes, 1 to 4; 0 when it is none. */
size_t dn_utf8_length(const uint8_t *bytes, size_t size);

/** As dn_utf8_length; *code is the character's code point then. */
size_t dn_utf8_decode(const uint8_t *bytes, size_t size, uint32_t *code);

/** Is the string UTF-8 from beginning to end? */
bool dn_utf8_valid(const char *string);

/** A text that grows. Start from {0}; dn_json_text_free frees it. */
typedef struct dn_json_text {
    char *data; /**< not closed by a 0 */
    size_t length;
    size_t capacity;
} dn_json_text;

void dn_json_text_free(dn_json_text *text);

/** Append characters as they are. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_json_put(dn_json_text *text, const char *characters, dn_error *error);

/** Append a string in quotes, escaped where JSON requires it. string is UTF-8. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_json_put_string(dn_json_text *text, const char *string, dn_error *error);

/** Append a number. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_json_put_unsigned(dn_json_text *text, uint64_t number, dn_error *error);

#endif
