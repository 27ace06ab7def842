/**
 * CRC-32 as gzip has it. Source RFC 1952, section 8 (reflected polynomial 0xedb88320).
 */
#ifndef DN_IO_CRC32_H
#define DN_IO_CRC32_H

#include <stddef.h>
#include <stdint.h>

/** Bytes that are looked up side by side. */
#define DN_CRC32_SLICES 16

/** table[k][b]: what byte b does to the remainder when k more bytes follow it. */
typedef struct dn_crc32 {
    uint32_t table[DN_CRC32_SLICES][256];
} dn_crc32;

/** Fill the tables; a few microseconds. */
void dn_crc32_prepare(dn_crc32 *crc);

/** The CRC of bytes whose beginning has the CRC `before` (0 for none), continued over data. */
uint32_t dn_crc32_add(const dn_crc32 *crc, uint32_t before, const uint8_t *data, size_t size);

#endif
