/* Drawing an image anew with the instructions of x86-64 processors since 2013. */
#include "data/warp.h"

#ifdef DN_WARP_X86

#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define WARP dn_warp_avx2
#include "data/warp_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
