/** What the measuring programs share. */
#ifndef DN_BENCH_H
#define DN_BENCH_H

#include <stddef.h>
#include <time.h>

static inline double bench_seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/** Of so many multiplications, each with its addition. */
static inline double bench_gigaflops(size_t multiplications, double seconds)
{
    return 2e-9 * (double)multiplications / seconds;
}

#endif
