/**
 * Floating-point numbers to whole ones, whatever they are: C leaves a conversion undefined where the number is not in
 * the range of the whole type, and NaN is in none.
 */
#ifndef DN_CORE_CONVERT_H
#define DN_CORE_CONVERT_H

#include <stddef.h>
#include <stdint.h>

/** The whole part of value, from 0 to limit: 0 for what lies below and for NaN, limit for what lies above. */
size_t dn_size_from(double value, size_t limit);

/** A fraction as the nearest of the 256 levels of a byte: 0 for what lies below 0 and for NaN, 255 for what lies above 1. */
uint8_t dn_byte_from(float fraction);

#endif
