/* Vectors of 32 bytes: x86-64 processors since 2013. */
#include "tensor/kernels.h"

#ifdef DN_KERNELS_X86

#include "core/memory.h"

#include <string.h>

static bool can_run(void)
{
    return __builtin_cpu_supports("avx2");
}

/* Compile the rest of this file for these instructions. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define LANES 8
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define KERNELS dn_kernels_avx2
#define KERNELS_NAME "avx2"

#include "tensor/kernels_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
