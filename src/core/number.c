#include "core/number.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Room for a decimal point: one character of UTF-8 in the locales that there are. */
#define POINT_SIZE 16

/** The decimal point of printf and strtod: what stands in 0.5 between its two digits. (localeconv is not safe beside threads.) */
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
