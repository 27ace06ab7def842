/** Classes of ASCII characters, the same in every locale; <ctype.h> depends on the locale. */
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

/** The lower-case letter of an upper-case one; any other character unchanged. */
static inline int dn_to_lower(int character)
{
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

#endif
