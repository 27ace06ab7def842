#include "data/csv.h"

#include "core/ascii.h"
#include "core/fail.h"

#include <string.h>

/** A label, and the pixels. */
#define CELLS (1 + (size_t)DN_DIGIT_PIXELS)
/** So many bytes of a wrong cell are shown. */
#define CELL_SHOWN 20

static const char remedy_cell[] = "give whole numbers: a label from 0 to 9, and pixels from 0 to 255";
static const char remedy_row[] = "give a row for each image: its label, and its 28 x 28 pixels";

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool is_at(const dn_csv *csv, uint8_t byte)
{
    return csv->at < csv->size && csv->text[csv->at] == byte;
}

static void skip_blanks(dn_csv *csv)
{
    while (csv->at < csv->size && is_blank(csv->text[csv->at]))
        csv->at++;
}

static void skip_line(dn_csv *csv)
{
    const uint8_t *end = memchr(csv->text + csv->at, '\n', csv->size - csv->at);
    csv->at = end ? (size_t)(end - csv->text) + 1 : csv->size;
    csv->line++;
}

dn_csv dn_csv_open(const uint8_t *text, size_t size)
{
    static const char mark[] = "\xef\xbb\xbf";
    dn_csv csv = {.text = text, .size = size, .line = 1};
    if (size >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0)
        csv.at = strlen(mark);
    if (csv.at < size &&
        (text[csv.at] == '"' || (dn_to_lower(text[csv.at]) >= 'a' && dn_to_lower(text[csv.at]) <= 'z')))
        skip_line(&csv);
    csv.line--; /* none was read yet */
    return csv;
}

/** Read one cell: a number that is at most `most`. Effect: stands behind it, at a comma or at the end of the line. */
static dn_status read_cell(dn_csv *csv, size_t cell, unsigned most, uint8_t *value, dn_error *error)
{
    unsigned number = 0;
    skip_blanks(csv);
    const size_t begin = csv->at;
    for (; csv->at < csv->size && dn_is_digit(csv->text[csv->at]) && number <= most; csv->at++)
        number = 10 * number + (unsigned)(csv->text[csv->at] - '0');
    const bool any = csv->at != begin;
    skip_blanks(csv);
    if (any && number <= most && (csv->at == csv->size || is_at(csv, ',') || is_at(csv, '\n'))) {
        *value = (uint8_t)number;
        return DN_OK;
    }
    size_t end = begin;
    while (end < csv->size && end - begin < CELL_SHOWN && csv->text[end] != ',' && csv->text[end] != '\n' &&
           !is_blank(csv->text[end]))
        end++;
    return dn_fail(error, DN_ERR_FORMAT, remedy_cell, "line %zu, cell %zu: \"%.*s\" found, 0 to %u expected",
                   csv->line, cell + 1, (int)(end - begin), (const char *)csv->text + begin, most);
}

/** Find the next line that is not empty. False at the end. */
static bool find_row(dn_csv *csv)
{
    for (;;) {
        csv->line++;
        skip_blanks(csv);
        if (csv->at == csv->size)
            return false;
        if (!is_at(csv, '\n'))
            return true;
        csv->at++;
    }
}

static dn_status fail_count(const dn_csv *csv, const uint8_t *row, dn_error *error)
{
    size_t cells = 1;
    for (const uint8_t *place = row; place < csv->text + csv->size && *place != '\n'; place++)
        cells += *place == ',';
    return dn_fail(error, DN_ERR_FORMAT, remedy_row, "line %zu: %zu cells found, %zu expected", csv->line,
                   cells, CELLS);
}

dn_status dn_csv_next(dn_csv *csv, bool *found, uint8_t *label, uint8_t pixels[DN_DIGIT_PIXELS],
                      dn_error *error)
{
    *found = find_row(csv);
    if (!*found)
        return DN_OK;
    const uint8_t *row = csv->text + csv->at;
    DN_TRY(read_cell(csv, 0, DN_DIGIT_CLASSES - 1, label, error));
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        if (!is_at(csv, ','))
            return fail_count(csv, row, error);
        csv->at++;
        DN_TRY(read_cell(csv, i + 1, DN_DIGIT_WHITE, &pixels[i], error));
    }
    if (is_at(csv, ','))
        return fail_count(csv, row, error);
    if (csv->at < csv->size)
        csv->at++;
    return DN_OK;
}
