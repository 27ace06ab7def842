/**
 * Instructions that only some x86-64 processors have: the names of a set for the compiler, and the check for the same names when the
 * program runs.
 *
 * DN_X86 says that the compiler knows them. Functions between DN_X86_BEGIN(names) and DN_X86_END are compiled for the instructions named.
 */
#ifndef DN_CORE_X86_H
#define DN_CORE_X86_H

#if defined(__x86_64__) && defined(__GNUC__)
#define DN_X86

#include <cpuid.h>
#include <stdbool.h>

#define DN_X86_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define DN_X86_BEGIN(names)                                                                                  \
    DN_X86_PRAGMA(clang attribute push(__attribute__((target(names))), apply_to = function))
#define DN_X86_END DN_X86_PRAGMA(clang attribute pop)
#else
#define DN_X86_BEGIN(names) DN_X86_PRAGMA(GCC push_options) DN_X86_PRAGMA(GCC target(names))
#define DN_X86_END DN_X86_PRAGMA(GCC pop_options)
#endif

/** Vectors of 32 bytes: processors since 2013. */
#define DN_X86_AVX2 "avx2,bmi,bmi2"

static inline bool dn_x86_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

/** Vectors of 64 bytes: newer processors. */
#define DN_X86_AVX512 "avx512f,avx512vl,avx512dq,avx512bw,bmi,bmi2"

static inline bool dn_x86_has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

/** Rounds of SHA-256: processors since 2016. */
#define DN_X86_SHA "sha,sse4.1"

/** Compilers do not know "sha" when the program runs. */
static inline bool dn_x86_has_sha(void)
{
    unsigned eax;
    unsigned ebx;
    unsigned ecx;
    unsigned edx;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 &&
           (ebx & bit_SHA) != 0;
}

#endif

#endif
