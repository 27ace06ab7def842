/**
 * SHA-256. Source FIPS 180-4.
 */
#ifndef DN_IO_SHA256_H
#define DN_IO_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define DN_SHA256_SIZE 32
#define DN_SHA256_BLOCK 64
/** 64 hexadecimal digits and the closing 0. */
#define DN_SHA256_TEXT_SIZE 65

typedef struct dn_sha256 {
    uint32_t state[8];
    uint64_t length;                /**< bytes so far */
    uint8_t block[DN_SHA256_BLOCK]; /**< bytes that do not fill a block yet */
} dn_sha256;

void dn_sha256_begin(dn_sha256 *hash);
void dn_sha256_add(dn_sha256 *hash, const void *data, size_t size);
/** Effect: writes the digest; hash must begin again before it is used again. */
void dn_sha256_end(dn_sha256 *hash, uint8_t digest[DN_SHA256_SIZE]);

/** Write the digest in lower-case hexadecimal, and hand text back. */
char *dn_sha256_text(const uint8_t digest[DN_SHA256_SIZE], char text[DN_SHA256_TEXT_SIZE]);

#endif
