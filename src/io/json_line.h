/**
 * One JSON object on one line (JSON Lines): opened, filled key by key, closed.
 *
 * Source  RFC 8259.
 */
#ifndef DN_IO_JSON_LINE_H
#define DN_IO_JSON_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct json_line {
    FILE *stream;
    bool any; /**< a member stands before the next one */
} json_line;

json_line json_line_open(FILE *stream);
void json_line_text(json_line *line, const char *key, const char *value);
void json_line_count(json_line *line, const char *key, uint64_t value);
void json_line_flag(json_line *line, const char *key, bool value);
/** A number that is not finite becomes null: JSON has no other word for it. */
void json_line_number(json_line *line, const char *key, double value);
void json_line_numbers(json_line *line, const char *key, const float *values, size_t count);
void json_line_counts(json_line *line, const char *key, const size_t *values, size_t count);
/** Open an object or array as a member; what follows up to the closing call is inside it. key NULL inside an array. */
void json_line_begin(json_line *line, const char *key, char bracket);
void json_line_end(json_line *line, char bracket);
/** Close the object and the line, and flush it, so that a reader sees whole lines. */
void json_line_close(json_line *line);

#endif
