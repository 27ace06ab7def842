/** Before main: choose the locale of numbers that the environment names, as a program around the library might. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_SKIPPED 77

__attribute__((constructor)) static void choose_locale(void)
{
    const char *locale = getenv("DIGITNET_TEST_LOCALE");
    if (!locale || (setlocale(LC_NUMERIC, locale) && strcmp(localeconv()->decimal_point, ".") != 0))
        return;
    fprintf(stderr, "SKIPPED: this system has no locale \"%s\" with a decimal point of its own\n", locale);
    exit(EXIT_SKIPPED);
}
