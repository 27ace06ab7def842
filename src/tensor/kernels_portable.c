/* Vectors of 16 bytes: SSE2, NEON, s390x; elsewhere the compiler imitates them. */
#include "core/endian.h"
#include "tensor/kernels.h"

#define LANES 4
#define HELD_VECTORS 8
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define KERNELS dn_kernels_portable
#define KERNELS_NAME "portable"

static bool can_run(void)
{
    return true;
}

/** Bit i is set where code i of a block is not 0. */
static inline uint64_t mask_of(const uint8_t codes[DN_SPARSE_BLOCK])
{
    const uint64_t low = 0x7F7F7F7F7F7F7F7F;
    uint64_t mask = 0;
    for (size_t i = 0; i < DN_SPARSE_BLOCK; i += 8) {
        const uint64_t word = dn_load_little64(codes + i);
        const uint64_t flags =
            (word | ((word & low) + low)) & ~low; /* the highest bit of each byte that is not 0 */
        mask |= ((flags >> 7) * 0x0102040810204080 >> 56) << i;
    }
    return mask;
}

#include "tensor/kernels_body.h"
