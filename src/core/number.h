/**
 * Writes and reads real numbers with the decimal point ".", in every locale; printf and strtod use the locale's.
 */
#ifndef DN_CORE_NUMBER_H
#define DN_CORE_NUMBER_H

#include "core/fail.h"

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Write one number as snprintf does in the locale "C"; format holds no other conversion.
 *
 * Effect  Returns the length of the text. Text that does not fit is cut.
 */
int dn_number_text(char *text, size_t size, const char *format, ...) DN_PRINTF(3, 4);

#define DN_NUMBER_MOST_CHARACTERS 512
/** Read a finite number, decimal or hexadecimal (%a), that is all of text; false when it isn't one. */
bool dn_number_parse(const char *text, double *number);

/** Read a whole number, decimal digits alone, that is all of text[0 .. length - 1]; false when it isn't one or does not fit. */
bool dn_number_parse_whole(const char *text, size_t length, uint64_t *number);

/** Read a whole number that is all of text and fits a size_t; false, and nothing written, when it isn't one. */
bool dn_number_parse_count(const char *text, size_t *count);

#endif
