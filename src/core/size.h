/**
 * The small arithmetic of sizes.
 */
#ifndef DN_CORE_SIZE_H
#define DN_CORE_SIZE_H

#include <stddef.h>

static inline size_t dn_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t dn_larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/** The parts of up to `size` that `count` is cut into: count / size, rounded up. Never overflows. */
static inline size_t dn_divide_up(size_t count, size_t size)
{
    return count / size + (count % size != 0);
}

#endif
