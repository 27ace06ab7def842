/**
 * What one core can do at most: multiplications and additions of floats in registers, in GFLOP/s, one line for each
 * kind of vector that the processor has. Built twice from this source: with and without fused multiply-add.
 *
 * Every sum becomes sum * factor + term. As many sums as registers allow are independent of each other, so that the
 * arithmetic units, not the latency of one chain, set the pace.
 */
#include "bench.h"

#include <stdbool.h>
#include <stdio.h>

#define ROUNDS 1000000
/** Altogether a third of a second: the best of them is undisturbed even beside a neighbour that works now and then. */
#define REPEATS 80

/** So many sums, a factor and a term fill 16 registers. */
#define SUMS 14

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/** Keep a value alive, and what it is unknown to the compiler. */
#if defined(__x86_64__)
#define UNKNOWN(value) __asm__ volatile("" : "+v"(value))
#elif defined(__aarch64__)
#define UNKNOWN(value) __asm__ volatile("" : "+w"(value))
#else
#define UNKNOWN(value) __asm__ volatile("" : "+m"(value))
#endif

/** Define NAME(), which does ROUNDS rounds of SUMS vectors of so many lanes. */
#define DEFINE_LOOP(name, lanes, attribute)                                                                  \
    attribute static void name(void)                                                                         \
    {                                                                                                        \
        typedef float vector __attribute__((vector_size((lanes) * sizeof(float))));                          \
        vector sum[SUMS];                                                                                    \
        vector factor = (vector){0} + 0.5F;                                                                  \
        vector term = (vector){0} + 1.0F;                                                                    \
        UNKNOWN(factor);                                                                                     \
        UNKNOWN(term);                                                                                       \
        UNROLL for (size_t i = 0; i < SUMS; i++) sum[i] = term;                                              \
        for (size_t round = 0; round < ROUNDS; round++) {                                                    \
            UNROLL for (size_t i = 0; i < SUMS; i++)                                                         \
            {                                                                                                \
                sum[i] = sum[i] * factor + term;                                                             \
                UNKNOWN(sum[i]);                                                                             \
            }                                                                                                \
        }                                                                                                    \
    }

typedef struct vector_kind {
    const char *name; /**< as the kernels are called that use such vectors */
    size_t lanes;
    bool can_run;
    void (*loop)(void);
} vector_kind;

DEFINE_LOOP(loop_portable, 4, )
#if defined(__x86_64__)
DEFINE_LOOP(loop_avx2, 8, __attribute__((target("avx2,fma"))))
DEFINE_LOOP(loop_avx512, 16, __attribute__((target("avx512f"))))
#endif

static void measure(const vector_kind *kind)
{
    double best = 0.0;
    for (size_t i = 0; i < REPEATS; i++) {
        const double begin = bench_seconds();
        kind->loop();
        const double rate = bench_gigaflops(ROUNDS * SUMS * kind->lanes, bench_seconds() - begin);
        best = rate > best ? rate : best;
    }
    printf("%s\t%.1f\n", kind->name, best);
}

int main(void)
{
    const vector_kind kinds[] = {
        {"portable", 4, true, loop_portable},
#if defined(__x86_64__)
        {"avx2", 8, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"), loop_avx2},
        {"avx512", 16, __builtin_cpu_supports("avx512f") != 0, loop_avx512},
#endif
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].can_run)
            measure(&kinds[i]);
    }
    return 0;
}
