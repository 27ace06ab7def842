/* Vectors of 64 bytes: newer x86-64 processors. */
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
    return dn_x86_has_avx512();
}

/* Compile the rest of this file for these instructions. */
DN_X86_BEGIN(DN_X86_AVX512)

/** Bit i is set where code i of a block is not 0. */
static inline uint64_t mask_of(const uint8_t codes[DN_SPARSE_BLOCK])
{
    return _mm512_test_epi8_mask(_mm512_loadu_si512(codes), _mm512_set1_epi8(-1));
}

#define LANES 16
#define HELD_VECTORS 4
#define TILE_ROWS 16
#define TILE_VECTORS 1
#define KERNELS dn_kernels_avx512
#define KERNELS_NAME "avx512"

#include "tensor/kernels_body.h"

DN_X86_END

#endif
