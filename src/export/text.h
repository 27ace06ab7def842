/**
 * A text that grows, and what templates are filled with: JSON that no text of a file can end, base64, numbers.
 *
 * A template is a file beside the code that the build embeds; each "{{NAME}}" in it is a hole.
 */
#ifndef DN_EXPORT_TEXT_H
#define DN_EXPORT_TEXT_H

#include "core/fail.h"

#include "digitnet/io.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Start from {0}. A failure is kept, and what follows it is left out: the caller asks once, at the end. */
typedef struct dn_text {
    uint8_t *data;
    size_t size;
    size_t capacity;
    bool any; /**< a member of JSON stands before the next one */
    dn_status status;
    dn_error *error;
} dn_text;

void dn_text_free(dn_text *text);

/** Give the bytes to the caller, who frees them. Errors: DN_ERR_MEMORY of any call before; *bytes is empty then. */
DN_NODISCARD dn_status dn_text_take(dn_text *text, dn_bytes *bytes);

void dn_text_put(dn_text *text, const void *bytes, size_t size);
void dn_text_string(dn_text *text, const char *string);
/** Bytes as base64. Source RFC 4648, section 4. */
void dn_text_base64(dn_text *text, const uint8_t *bytes, size_t size);

/*
 * JSON. key is NULL inside an array. A string may hold anything: "<", ">" and "&" are escaped, so that it ends no script and begins
 * no comment in HTML; so are control characters and marks of direction; a byte that is no UTF-8 becomes U+FFFD.
 */
void dn_text_begin(dn_text *text, const char *key, char bracket);
void dn_text_end(dn_text *text, char bracket);
void dn_text_member(dn_text *text, const char *key, const char *value);
/** A string of so many bytes, without a key. */
void dn_text_quoted(dn_text *text, const char *string, size_t size);
void dn_text_count(dn_text *text, const char *key, uint64_t value);
void dn_text_flag(dn_text *text, const char *key, bool value);
/** Nine digits, enough for every float; null where it is not finite. */
void dn_text_number(dn_text *text, const char *key, double value);
/** "98.05 %" as the commands print a fraction, or "-" where there is none. */
void dn_text_percent(dn_text *text, const char *key, double fraction);
/** A number with so many decimals, as a string. */
void dn_text_fixed(dn_text *text, const char *key, double value, int decimals);
void dn_text_bytes(dn_text *text, const char *key, const uint8_t *bytes, size_t size);

/** The metadata as [[key, value], ...]; of a great many, and of long ones, the beginning. archive may be NULL. */
void dn_text_metadata(dn_text *text, const char *key, const dn_archive *archive);

/** A template with a hole, "{{DATA}}": what stands before it, and behind it. */
void dn_text_before(dn_text *text, const unsigned char *template, size_t size, const char *hole);
void dn_text_behind(dn_text *text, const unsigned char *template, size_t size, const char *hole);

#endif
