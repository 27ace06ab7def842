#include "cli/option.h"

#include "core/fail.h"
#include "core/number.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Room for a float in nine digits. */
#define RATE_TEXT_SIZE 32

static const char decimal_digits[] = "0123456789";

/** Read a whole number that is all of text[0 .. length - 1]; false when it isn't one or does not fit. */
static bool whole_number(const char *text, size_t length, uint64_t *number)
{
    uint64_t value = 0;
    if (length == 0 || strspn(text, decimal_digits) < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        const uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

/** Read a finite decimal number that is all of text. */
static bool real_number(const char *text, double *number)
{
    return text[strspn(text, "0123456789.eE+-")] == '\0' && dn_number_parse(text, number);
}

static dn_status read_count(const cli_option *option, const char *text, dn_error *error)
{
    uint64_t number;
    char remedy[DN_ERROR_TEXT_SIZE];
    snprintf(remedy, sizeof remedy, "give a whole number from %" PRIu64 " to %" PRIu64, option->minimum,
             option->maximum);
    if (!whole_number(text, strlen(text), &number))
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "\"%s\" is not such a number", text);
    if (number < option->minimum || number > option->maximum)
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "%s is out of range", text);
    *(uint64_t *)option->target = number;
    return DN_OK;
}

/** Read a real number into a float; `fits` says which ones are allowed, and the remedy says it in words. */
static dn_status read_real(const cli_option *option, const char *text, bool (*fits)(float),
                           const char *remedy, dn_error *error)
{
    double number;
    if (!real_number(text, &number))
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "\"%s\" is not such a number", text);
    if (!(number <= CLI_RATE_MAX) || !fits((float)number))
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "%s is out of range", text);
    *(float *)option->target = (float)number;
    return DN_OK;
}

static bool is_rate(float number)
{
    return number > 0.0F;
}

static bool is_part(float number)
{
    return number >= 0.0F && number < 1.0F;
}

static bool is_amount(float number)
{
    return number >= 0.0F;
}

static dn_status read_choice(const cli_option *option, const char *text, dn_error *error)
{
    char remedy[DN_ERROR_TEXT_SIZE] = "give one of";
    size_t length = strlen(remedy);
    for (size_t i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], text) == 0) {
            *(const char **)option->target = option->choices[i];
            return DN_OK;
        }
        length += (size_t)snprintf(remedy + length, sizeof remedy - length, "%s %s", i == 0 ? "" : ",",
                                   option->choices[i]);
    }
    return dn_fail(error, DN_ERR_ARGUMENT, remedy, "there is no \"%s\"", text);
}

static dn_status read_widths(const cli_option *option, const char *text, dn_error *error)
{
    static const char remedy[] = "give widths as in 128 or 512,256";
    cli_widths widths = {0};
    const char *rest = text;
    for (;;) {
        uint64_t number;
        const size_t length = strcspn(rest, ",");
        if (!whole_number(rest, length, &number))
            return dn_fail(error, DN_ERR_ARGUMENT, remedy, "\"%s\" is not a list of whole numbers", text);
        if (number < option->minimum || number > option->maximum)
            return dn_fail(error, DN_ERR_ARGUMENT, remedy,
                           "a layer %.*s wide: from %" PRIu64 " to %" PRIu64 " will do", (int)length, rest,
                           option->minimum, option->maximum);
        if (widths.count == CLI_MAX_WIDTHS)
            return dn_fail(error, DN_ERR_ARGUMENT, remedy, "more than %d hidden layers", CLI_MAX_WIDTHS);
        widths.width[widths.count++] = (size_t)number;
        if (rest[length] == '\0')
            break;
        rest += length + 1;
    }
    *(cli_widths *)option->target = widths;
    return DN_OK;
}

static dn_status read_share(const cli_option *option, const char *text, dn_error *error)
{
    cli_share share = {0};
    if (!whole_number(text, strlen(text), &share.count)) {
        share.is_fraction = true;
        if (!real_number(text, &share.fraction) || share.fraction <= 0.0 || share.fraction >= 1.0)
            return dn_fail(error, DN_ERR_ARGUMENT,
                           "give a whole number of images, or a fraction between 0 and 1",
                           "\"%s\" is neither", text);
    }
    *(cli_share *)option->target = share;
    return DN_OK;
}

static dn_status read_text(const cli_option *option, const char *text, dn_error *error)
{
    if (text[0] == '\0')
        return dn_fail(error, DN_ERR_ARGUMENT, "give a name", "an empty value");
    *(const char **)option->target = text;
    return DN_OK;
}

dn_status cli_read_value(const cli_option *option, const char *text, dn_error *error)
{
    switch (option->kind) {
    case CLI_TEXT:
        return read_text(option, text, error);
    case CLI_COUNT:
        return read_count(option, text, error);
    case CLI_RATE:
        return read_real(option, text, is_rate, "give a number above 0, at most 1000", error);
    case CLI_PART:
        return read_real(option, text, is_part, "give a number from 0 to below 1", error);
    case CLI_AMOUNT:
        return read_real(option, text, is_amount, "give a number from 0 to 1000", error);
    case CLI_CHOICE:
        return read_choice(option, text, error);
    case CLI_WIDTHS:
        return read_widths(option, text, error);
    case CLI_DIGITS:
        return dn_classes_parse(text, option->target, error);
    case CLI_SHARE:
        return read_share(option, text, error);
    case CLI_FLAG:
        break;
    }
    *(bool *)option->target = true;
    return DN_OK;
}

static void widths_text(const cli_widths *widths, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < widths->count && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, i == 0 ? "%zu" : ",%zu", widths->width[i]);
}

/** The shortest text that reads back as the same float: 0.1 and not 0.100000001, 10 and not 1e+01. */
static void rate_text(float rate, char *text, size_t size)
{
    text[0] = '\0';
    for (int digits = 1; digits <= FLT_DECIMAL_DIG; digits++) {
        char attempt[RATE_TEXT_SIZE];
        double read_back;
        const int length = dn_number_text(attempt, sizeof attempt, "%.*g", digits, (double)rate);
        if (dn_number_parse(attempt, &read_back) && (float)read_back == rate &&
            (text[0] == '\0' || (size_t)length < strlen(text)))
            snprintf(text, size, "%s", attempt);
    }
}

char *cli_value_text(const cli_option *option, char *text, size_t size)
{
    const cli_share *share = option->target;
    char digits[DN_CLASSES_TEXT_SIZE];
    text[0] = '\0';
    switch (option->kind) {
    case CLI_FLAG:
        break;
    case CLI_TEXT:
    case CLI_CHOICE:
        if (*(const char **)option->target)
            snprintf(text, size, "%s", *(const char **)option->target);
        break;
    case CLI_COUNT:
        snprintf(text, size, "%" PRIu64, *(const uint64_t *)option->target);
        break;
    case CLI_RATE:
    case CLI_PART:
    case CLI_AMOUNT:
        rate_text(*(const float *)option->target, text, size);
        break;
    case CLI_WIDTHS:
        widths_text(option->target, text, size);
        break;
    case CLI_DIGITS:
        snprintf(text, size, "%s", dn_classes_text(option->target, digits));
        break;
    case CLI_SHARE:
        if (share->is_fraction)
            dn_number_text(text, size, "%.15g", share->fraction);
        else
            snprintf(text, size, "%" PRIu64, share->count);
        break;
    }
    return text;
}
