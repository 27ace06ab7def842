#include "io/json_line.h"

#include "core/number.h"
#include "core/unicode.h"
#include "io/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/** Room for nine digits, a sign, a point and an exponent. */
#define NUMBER_SIZE 32

/**
 * A byte that is no UTF-8 (file names may hold any) becomes the replacement character. What a terminal would act on is
 * escaped: all of it is below U+10000.
 */
static void put_string(FILE *stream, const char *text)
{
    const uint8_t *place = (const uint8_t *)text;
    const uint8_t *end = place + strlen(text);
    putc('"', stream);
    while (place < end) {
        uint32_t code;
        const size_t length = dn_utf8_decode(place, (size_t)(end - place), &code);
        if (length == 0)
            fputs("\\ufffd", stream);
        else if (*place == '"' || *place == '\\')
            fprintf(stream, "\\%c", *place);
        else if (!dn_is_shown(code))
            fprintf(stream, "\\u%04" PRIx32, code);
        else
            fwrite(place, 1, length, stream);
        place += length != 0 ? length : 1;
    }
    putc('"', stream);
}

static void put_number(FILE *stream, double value)
{
    char text[NUMBER_SIZE] = "null";
    if (isfinite(value))
        dn_number_text(text, sizeof text, "%.9g", value);
    fputs(text, stream);
}

static void put_key(json_line *line, const char *key)
{
    if (line->any)
        putc(',', line->stream);
    line->any = true;
    if (!key)
        return;
    put_string(line->stream, key);
    putc(':', line->stream);
}

json_line json_line_open(FILE *stream)
{
    putc('{', stream);
    return (json_line){.stream = stream};
}

void json_line_text(json_line *line, const char *key, const char *value)
{
    put_key(line, key);
    put_string(line->stream, value);
}

void json_line_count(json_line *line, const char *key, uint64_t value)
{
    put_key(line, key);
    fprintf(line->stream, "%" PRIu64, value);
}

void json_line_flag(json_line *line, const char *key, bool value)
{
    put_key(line, key);
    fputs(value ? "true" : "false", line->stream);
}

void json_line_number(json_line *line, const char *key, double value)
{
    put_key(line, key);
    put_number(line->stream, value);
}

void json_line_begin(json_line *line, const char *key, char bracket)
{
    put_key(line, key);
    putc(bracket, line->stream);
    line->any = false;
}

void json_line_end(json_line *line, char bracket)
{
    putc(bracket, line->stream);
    line->any = true;
}

void json_line_numbers(json_line *line, const char *key, const float *values, size_t count)
{
    json_line_begin(line, key, '[');
    for (size_t i = 0; i < count; i++)
        json_line_number(line, NULL, (double)values[i]);
    json_line_end(line, ']');
}

void json_line_counts(json_line *line, const char *key, const size_t *values, size_t count)
{
    json_line_begin(line, key, '[');
    for (size_t i = 0; i < count; i++)
        json_line_count(line, NULL, values[i]);
    json_line_end(line, ']');
}

void json_line_close(json_line *line)
{
    fputs("}\n", line->stream);
    fflush(line->stream);
}
