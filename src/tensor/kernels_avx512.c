/* Vectors of 64 bytes: newer x86-64 processors. */
#include "tensor/kernels.h"

#ifdef DN_KERNELS_X86

#include "core/memory.h"

#include <immintrin.h>
#include <string.h>

static bool can_run(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

/* Compile the rest of this file for these instructions. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,bmi,bmi2"))),         \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,bmi,bmi2")
#endif

/** Bit i is set where code i of a block is not 0. */
static inline uint64_t mask_of(const uint8_t codes[DN_SPARSE_BLOCK])
{
    return _mm512_test_epi8_mask(_mm512_loadu_si512(codes), _mm512_set1_epi8(-1));
}

#define LANES 16
#define STRIPE_VECTORS 8
#define TILE_ROWS 16
#define TILE_VECTORS 1
#define KERNELS dn_kernels_avx512
#define KERNELS_NAME "avx512"

#include "tensor/kernels_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
