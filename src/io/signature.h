/**
 * First bytes that more than one file of this folder looks for.
 */
#ifndef DN_IO_SIGNATURE_H
#define DN_IO_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DN_PNM_MAGIC_SIZE 2

/** P1 to P6, and behind it the end, white space, a comment or the width: what netpbm takes for the beginning of a picture. */
bool dn_is_pnm(const uint8_t *data, size_t size);

/** The first half of PNG's signature: the second tells whether a transfer as text has spoilt the file. */
bool dn_is_png(const uint8_t *data, size_t size);

#endif
