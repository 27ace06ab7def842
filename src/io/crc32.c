#include "io/crc32.h"

#define POLYNOMIAL 0xedb88320U

void dn_crc32_prepare(dn_crc32 *crc)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (unsigned bit = 0; bit < 8; bit++)
            remainder = remainder >> 1 ^ ((remainder & 1) != 0 ? POLYNOMIAL : 0);
        crc->table[0][byte] = remainder;
    }
    for (size_t slice = 1; slice < DN_CRC32_SLICES; slice++)
        for (size_t byte = 0; byte < 256; byte++) {
            const uint32_t before = crc->table[slice - 1][byte];
            crc->table[slice][byte] = before >> 8 ^ crc->table[0][before & 0xff];
        }
}

/** The contribution of four bytes to a slice of 16; `followers` bytes come after them. */
static inline uint32_t look_up(const dn_crc32 *crc, const uint8_t *data, uint32_t mixed_in,
                               unsigned followers)
{
    return crc->table[followers + 3][data[0] ^ (mixed_in & 0xff)] ^
           crc->table[followers + 2][data[1] ^ (mixed_in >> 8 & 0xff)] ^
           crc->table[followers + 1][data[2] ^ (mixed_in >> 16 & 0xff)] ^
           crc->table[followers][data[3] ^ mixed_in >> 24];
}

uint32_t dn_crc32_add(const dn_crc32 *crc, uint32_t before, const uint8_t *data, size_t size)
{
    uint32_t remainder = ~before;
    /* Only the first four bytes depend on the remainder before: the processor does the look-ups side by side. */
    for (; size >= DN_CRC32_SLICES; size -= DN_CRC32_SLICES, data += DN_CRC32_SLICES)
        remainder = look_up(crc, data, remainder, 12) ^ look_up(crc, data + 4, 0, 8) ^
                    look_up(crc, data + 8, 0, 4) ^ look_up(crc, data + 12, 0, 0);
    for (; size != 0; size--, data++)
        remainder = remainder >> 8 ^ crc->table[0][(remainder ^ *data) & 0xff];
    return ~remainder;
}
