/** One field of a struct that a table of options describes, as text. */
#include "core/fail.h"
#include "core/number.h"
#include "data/classes.h"

#include "digitnet/settings.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** Room for a float in nine digits. */
#define NUMBER_TEXT_SIZE 32

/** Read a finite decimal number that is all of text. */
static bool real_number(const char *text, double *number)
{
    return text[strspn(text, "0123456789.eE+-")] == '\0' && dn_number_parse(text, number);
}

static dn_status set_count(const dn_option *option, uint64_t *field, const char *text, dn_error *error)
{
    uint64_t number;
    char remedy[DN_ERROR_TEXT_SIZE];
    snprintf(remedy, sizeof remedy, "give a whole number from %" PRIu64 " to %" PRIu64, option->minimum,
             option->maximum);
    if (!dn_number_parse_whole(text, strlen(text), &number))
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "\"%s\" is not such a number", text);
    if (number < option->minimum || number > option->maximum)
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "%s is out of range", text);
    *field = number;
    return DN_OK;
}

/** The range of a kind of real numbers, and the remedy that says it. */
static bool fits(dn_option_kind kind, float number, const char **remedy)
{
    switch (kind) {
    case DN_OPTION_RATE:
        *remedy = "give a number above 0, at most 1000";
        return number > 0.0F && number <= DN_OPTION_MAX_NUMBER;
    case DN_OPTION_FRACTION:
        *remedy = "give a number from 0 to below 1";
        return number >= 0.0F && number < 1.0F;
    default:
        *remedy = "give a number from 0 to 1000";
        return number >= 0.0F && number <= DN_OPTION_MAX_NUMBER;
    }
}

static dn_status set_real(dn_option_kind kind, float *field, const char *text, dn_error *error)
{
    double number = 0.0;
    const char *remedy;
    const bool is_number = real_number(text, &number);
    const bool in_range = fits(kind, (float)number, &remedy) && number <= DN_OPTION_MAX_NUMBER;
    if (!is_number)
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "\"%s\" is not such a number", text);
    if (!in_range)
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "%s is out of range", text);
    *field = (float)number;
    return DN_OK;
}

static dn_status set_choice(const char *const *choices, const char **field, const char *text, dn_error *error)
{
    size_t place;
    DN_TRY(dn_choose(choices, text, "", &place, error));
    *field = choices[place];
    return DN_OK;
}

static const char *const yes_no[] = {"yes", "no", NULL};

static dn_status set_yes_no(bool *field, const char *text, dn_error *error)
{
    size_t place;
    DN_TRY(dn_choose(yes_no, text, "", &place, error));
    *field = place == 0;
    return DN_OK;
}

static dn_status set_widths(const dn_option *option, dn_widths *field, const char *text, dn_error *error)
{
    static const char remedy[] = "give numbers as in 128 or 512,256";
    dn_widths widths = {0};
    const char *rest = text;
    for (;;) {
        uint64_t number;
        const size_t length = strcspn(rest, ",");
        if (!dn_number_parse_whole(rest, length, &number))
            return dn_fail(error, DN_ERR_ARGUMENT, remedy, "\"%s\" is not a list of whole numbers", text);
        if (number < option->minimum || number > option->maximum)
            return dn_fail(error, DN_ERR_ARGUMENT, remedy,
                           "%.*s is out of range: from %" PRIu64 " to %" PRIu64 " will do", (int)length, rest,
                           option->minimum, option->maximum);
        if (widths.count == DN_MAX_HIDDEN)
            return dn_fail(error, DN_ERR_ARGUMENT, remedy, "more than %d numbers", DN_MAX_HIDDEN);
        widths.width[widths.count++] = (size_t)number;
        if (rest[length] == '\0')
            break;
        rest += length + 1;
    }
    *field = widths;
    return DN_OK;
}

static dn_status set_slice(dn_slice *field, const char *text, dn_error *error)
{
    dn_slice slice = {0};
    if (!dn_number_parse_whole(text, strlen(text), &slice.count)) {
        slice.is_fraction = true;
        if (!real_number(text, &slice.fraction) || slice.fraction <= 0.0 || slice.fraction >= 1.0)
            return dn_fail(error, DN_ERR_ARGUMENT,
                           "give a whole number of images, or a fraction between 0 and 1",
                           "\"%s\" is neither", text);
    }
    *field = slice;
    return DN_OK;
}

static dn_status set_text(const char **field, const char *text, dn_error *error)
{
    if (text[0] == '\0')
        return dn_fail(error, DN_ERR_ARGUMENT, "give a name", "an empty value");
    *field = text;
    return DN_OK;
}

static dn_status add_text(dn_texts *field, const char *text, dn_error *error)
{
    if (field->count == DN_MAX_SETS)
        return dn_fail(error, DN_ERR_ARGUMENT, "give fewer", "given more than %d times", DN_MAX_SETS);
    DN_TRY(set_text(&field->text[field->count], text, error));
    field->count++;
    return DN_OK;
}

dn_status dn_option_set(const dn_option *option, void *object, const char *text, dn_error *error)
{
    void *field = (char *)object + option->offset;
    switch (option->kind) {
    case DN_OPTION_TEXT:
        return set_text(field, text, error);
    case DN_OPTION_TEXTS:
        return add_text(field, text, error);
    case DN_OPTION_COUNT:
        return set_count(option, field, text, error);
    case DN_OPTION_RATE:
    case DN_OPTION_FRACTION:
    case DN_OPTION_NUMBER:
        return set_real(option->kind, field, text, error);
    case DN_OPTION_YES_NO:
        return set_yes_no(field, text, error);
    case DN_OPTION_CHOICE:
        return set_choice(option->choices, field, text, error);
    case DN_OPTION_WIDTHS:
        return set_widths(option, field, text, error);
    case DN_OPTION_CLASSES:
        return dn_classes_parse(text, field, error);
    case DN_OPTION_SLICE:
        return set_slice(field, text, error);
    case DN_OPTION_FLAG:
        break;
    }
    *(bool *)field = true;
    return DN_OK;
}

static void widths_text(const dn_widths *widths, char text[DN_OPTION_TEXT_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < widths->count && widths->count <= DN_MAX_HIDDEN && length < DN_OPTION_TEXT_SIZE;
         i++)
        length += (size_t)snprintf(text + length, DN_OPTION_TEXT_SIZE - length, i == 0 ? "%zu" : ",%zu",
                                   widths->width[i]);
}

/** The shortest text that reads back as the same float: 0.1 and not 0.100000001, 10 and not 1e+01. */
static void real_text(float number, char text[DN_OPTION_TEXT_SIZE])
{
    for (int digits = 1; digits <= FLT_DECIMAL_DIG; digits++) {
        char attempt[NUMBER_TEXT_SIZE];
        double read_back;
        const int length = dn_number_text(attempt, sizeof attempt, "%.*g", digits, (double)number);
        if (dn_number_parse(attempt, &read_back) && (float)read_back == number &&
            (text[0] == '\0' || (size_t)length < strlen(text)))
            snprintf(text, DN_OPTION_TEXT_SIZE, "%s", attempt);
    }
}

/** A fraction outside its range must not look like a number of images. */
static void slice_text(const dn_slice *slice, char text[DN_OPTION_TEXT_SIZE])
{
    if (slice->is_fraction)
        dn_number_text(text, DN_OPTION_TEXT_SIZE,
                       slice->fraction > 0.0 && slice->fraction < 1.0 ? "%.15g" : "%e", slice->fraction);
    else
        snprintf(text, DN_OPTION_TEXT_SIZE, "%" PRIu64, slice->count);
}

char *dn_option_text(const dn_option *option, const void *object, char text[DN_OPTION_TEXT_SIZE])
{
    const void *field = (const char *)object + option->offset;
    text[0] = '\0';
    switch (option->kind) {
    case DN_OPTION_FLAG:
    case DN_OPTION_TEXTS: /* they have no default */
        break;
    case DN_OPTION_TEXT:
    case DN_OPTION_CHOICE:
        if (*(const char *const *)field)
            snprintf(text, DN_OPTION_TEXT_SIZE, "%s", *(const char *const *)field);
        break;
    case DN_OPTION_COUNT:
        snprintf(text, DN_OPTION_TEXT_SIZE, "%" PRIu64, *(const uint64_t *)field);
        break;
    case DN_OPTION_RATE:
    case DN_OPTION_FRACTION:
    case DN_OPTION_NUMBER:
        real_text(*(const float *)field, text);
        break;
    case DN_OPTION_YES_NO:
        snprintf(text, DN_OPTION_TEXT_SIZE, "%s", yes_no[*(const bool *)field ? 0 : 1]);
        break;
    case DN_OPTION_WIDTHS:
        widths_text(field, text);
        break;
    case DN_OPTION_CLASSES:
        if (((const dn_classes *)field)->count <= DN_DIGIT_CLASSES)
            dn_classes_text(field, text);
        break;
    case DN_OPTION_SLICE:
        slice_text(field, text);
        break;
    }
    return text;
}
