/* Vectors of 32 bytes: x86-64 processors since 2013. */
#include "core/x86.h"
#include "tensor/kernels.h"

#ifdef DN_X86

#include "core/exponential.h"
#include "core/memory.h"
#include "core/scalar.h"

#include <immintrin.h>
#include <string.h>

static bool can_run(void)
{
    return dn_x86_has_avx2();
}

/* Compile the rest of this file for these instructions. */
DN_X86_BEGIN(DN_X86_AVX2)

/** Bit i is set where code i of a block is not 0. */
static inline uint64_t mask_of(const uint8_t codes[DN_SPARSE_BLOCK])
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i low = _mm256_loadu_si256((const __m256i *)codes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(codes + 32));
    const uint32_t low_zeros = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, zero));
    const uint32_t high_zeros = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, zero));
    return ~((uint64_t)high_zeros << 32 | low_zeros);
}

#define LANES 8
#define HELD_VECTORS 8
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define KERNELS dn_kernels_avx2
#define KERNELS_NAME "avx2"

#include "tensor/kernels_body.h"

DN_X86_END

#endif
