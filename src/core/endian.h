/** Numbers as bytes of a file, in either order, on any machine. */
#ifndef DN_CORE_ENDIAN_H
#define DN_CORE_ENDIAN_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t dn_load_big32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static inline uint32_t dn_load_little32(const uint8_t *bytes)
{
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static inline uint64_t dn_load_little64(const uint8_t *bytes)
{
    return (uint64_t)dn_load_little32(bytes + 4) << 32 | dn_load_little32(bytes);
}

static inline void dn_store_big32(uint8_t *bytes, uint32_t value)
{
    for (size_t i = 0; i < sizeof value; i++)
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void dn_store_little32(uint8_t *bytes, uint32_t value)
{
    for (size_t i = 0; i < sizeof value; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

#endif
