#include "cli/json_line.h"

#include <inttypes.h>
#include <math.h>

/** Length of the UTF-8 sequence that text begins with (RFC 3629), 0 when there is none. */
static size_t utf8_length(const unsigned char *text)
{
    const unsigned char first = text[0];
    if (first < 0x80)
        return 1;
    const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    }
    const bool overlong = (first == 0xE0 && text[1] < 0xA0) || (first == 0xF0 && text[1] < 0x90);
    const bool surrogate = first == 0xED && text[1] > 0x9F;
    const bool beyond = first == 0xF4 && text[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

/** A byte that is no UTF-8 (file names may hold any) becomes the replacement character. */
static void put_string(FILE *stream, const char *text)
{
    const unsigned char *place = (const unsigned char *)text;
    putc('"', stream);
    while (*place != '\0') {
        const size_t length = utf8_length(place);
        if (length == 0)
            fputs("\\ufffd", stream);
        else if (*place == '"' || *place == '\\')
            fprintf(stream, "\\%c", *place);
        else if (*place < ' ')
            fprintf(stream, "\\u%04x", *place);
        else
            fwrite(place, 1, length, stream);
        place += length != 0 ? length : 1;
    }
    putc('"', stream);
}

static void put_number(FILE *stream, double value)
{
    if (isfinite(value))
        fprintf(stream, "%.9g", value);
    else
        fputs("null", stream);
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
