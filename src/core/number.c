#include "core/number.h"

#include "core/ascii.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Room for a decimal point: one character of UTF-8 in every known locale. */
#define POINT_SIZE 16

/** The decimal point of printf and strtod, taken from the text of 0.5. (localeconv is not safe beside threads.) */
static void decimal_point(char point[POINT_SIZE])
{
    char half[POINT_SIZE];
    const int length = snprintf(half, sizeof half, "%.1f", 0.5);
    snprintf(point, POINT_SIZE, "%.*s", length - 2, half + 1);
}

int dn_number_text(char *text, size_t size, const char *format, ...)
{
    char point[POINT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    decimal_point(point);
    char *found = size != 0 ? strstr(text, point) : NULL;
    if (!found || strcmp(point, ".") == 0)
        return length;
    const char *rest = found + strlen(point);
    *found = '.';
    memmove(found + 1, rest, strlen(rest) + 1);
    return length - (int)strlen(point) + 1;
}

bool dn_number_parse(const char *text, double *number)
{
    char point[POINT_SIZE];
    char local[DN_NUMBER_MOST_CHARACTERS + POINT_SIZE];
    if (text[0] == '\0' || text[strspn(text, "0123456789abcdefABCDEFxXpP.+-")] != '\0' ||
        strlen(text) > DN_NUMBER_MOST_CHARACTERS)
        return false;
    decimal_point(point);
    const size_t whole = strcspn(text, ".");
    const bool pointed = text[whole] == '.';
    snprintf(local, sizeof local, "%.*s%s%s", (int)whole, text, pointed ? point : "",
             text + whole + (pointed ? 1 : 0));
    char *end;
    *number = strtod(local, &end);
    return *end == '\0' && isfinite(*number);
}

bool dn_number_parse_whole(const char *text, size_t length, uint64_t *number)
{
    uint64_t value = 0;
    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        const uint64_t digit = (uint64_t)(text[i] - '0');
        if (!dn_is_digit(text[i]) || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

bool dn_number_parse_count(const char *text, size_t *count)
{
    uint64_t number;
    if (!dn_number_parse_whole(text, strlen(text), &number) || number > SIZE_MAX)
        return false;
    *count = (size_t)number;
    return true;
}
