/**
 * Converts any floating-point number to a whole one. C leaves the conversion of NaN, and of a number outside the range of
 * the whole type, undefined.
 */
#ifndef DN_CORE_CONVERT_H
#define DN_CORE_CONVERT_H

#include <stddef.h>
#include <stdint.h>

/** The whole part of value, clamped to 0 .. limit; 0 for NaN. */
size_t dn_size_from(double value, size_t limit);

/** The nearest of the 256 levels of a byte to a fraction, clamped to 0 .. 1; 0 for NaN. */
uint8_t dn_byte_from(float fraction);

#endif
