/**
 * SHA-256. Source FIPS 180-4.
 */
#ifndef DN_IO_SHA256_H
#define DN_IO_SHA256_H

#include "digitnet/io.h"

#include <stddef.h>
#include <stdint.h>

#define DN_SHA256_SIZE 32
#define DN_SHA256_BLOCK 64

/** Section 6.2.2: add whole blocks to the state. */
typedef void dn_sha256_add(uint32_t state[8], const uint8_t *block, size_t blocks);

typedef struct dn_sha256 {
    dn_sha256_add *add; /**< the fastest that the processor can run; all give the same digest */
    uint32_t state[8];
    uint64_t length;                /**< bytes so far */
    uint8_t block[DN_SHA256_BLOCK]; /**< bytes that do not fill a block yet */
} dn_sha256;

/** The constants of section 4.2.2. */
extern const uint32_t dn_sha256_constants[64];

dn_sha256_add dn_sha256_add_portable;
/** By the processor's own instructions; NULL where it has none. */
dn_sha256_add *dn_sha256_find_instructions(void);

void dn_sha256_init(dn_sha256 *hash);
void dn_sha256_update(dn_sha256 *hash, const void *data, size_t size);
/** Effect: writes the digest; the hash needs dn_sha256_init before its next use. */
void dn_sha256_final(dn_sha256 *hash, uint8_t digest[DN_SHA256_SIZE]);

/** Write the SHA-256 of bytes in lower-case hexadecimal, and return text. */
char *dn_sha256_sum(const void *data, size_t size, char text[DN_SHA256_TEXT_SIZE]);

/** Write the digest in lower-case hexadecimal, and return text. */
char *dn_sha256_text(const uint8_t digest[DN_SHA256_SIZE], char text[DN_SHA256_TEXT_SIZE]);

#endif
