/* Vectors of 64 bytes: newer x86-64 processors. */
#include "tensor/kernels.h"

#ifdef DN_KERNELS_X86

#include "core/memory.h"

#include <string.h>

static bool can_run(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

/* Compile the rest of this file for these instructions. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))),                  \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw")
#endif

#define LANES 16
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
