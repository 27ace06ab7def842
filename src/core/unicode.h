/** Characters that must not reach a terminal as they are. */
#ifndef DN_CORE_UNICODE_H
#define DN_CORE_UNICODE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * May a character from a file or a name reach the terminal? Not where a terminal acts on it: control characters (C0, C1, delete),
 * line and paragraph separators, and marks of direction, which make a text read as another one.
 */
bool dn_is_shown(uint32_t code);

#endif
