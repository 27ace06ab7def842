/** Characters of file formats: ASCII, in every locale, where <ctype.h> follows the locale of the program around the library. */
#ifndef DN_CORE_ASCII_H
#define DN_CORE_ASCII_H

#include <stdbool.h>

/** Blank, tab, line feed, vertical tab, form feed or carriage return. */
static inline bool dn_is_space(int character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static inline bool dn_is_digit(int character)
{
    return character >= '0' && character <= '9';
}

/** The small letter of a capital one; any other character as it is. */
static inline int dn_to_lower(int character)
{
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

#endif
