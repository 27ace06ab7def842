/**
 * Real numbers as text that means the same everywhere: the decimal point is ".", whatever locale the program around the
 * library has chosen (printf and strtod use that locale's).
 */
#ifndef DN_CORE_NUMBER_H
#define DN_CORE_NUMBER_H

#include "core/fail.h"

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Write one number as snprintf does in the locale "C"; format holds no other conversion.
 *
 * Effect  Hands back the length of the text. What does not fit is cut.
 */
int dn_number_text(char *text, size_t size, const char *format, ...) DN_PRINTF(3, 4);

#define DN_NUMBER_MOST_CHARACTERS 512
/** Read a finite number, decimal or hexadecimal (%a), that is all of text; false when it isn't one. */
bool dn_number_parse(const char *text, double *number);

#endif
