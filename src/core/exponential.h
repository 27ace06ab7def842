/** The arithmetic of exp, for dn_exp and for loops of it in kernels. */
#ifndef DN_CORE_EXPONENTIAL_H
#define DN_CORE_EXPONENTIAL_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: the first has so few bits that its product with a small integer is exact. */
#define DN_LN2_HIGH 0x1.62e42fefap-1
#define DN_LN2_LOW 0x1.cf79abc9e3b3ap-40
#define DN_LOG2_E 0x1.71547652b82fep+0

/* Beyond these the float result is infinite or 0. */
#define DN_EXP_OVERFLOW 89.0F
#define DN_EXP_UNDERFLOW (-104.0F)

/** 2^k for -1022 <= k <= 1023. */
static inline double dn_power_of_two(int32_t k)
{
    const uint64_t bits = (uint64_t)(uint32_t)(k + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/** The polynomial with these coefficients, the one of the highest power first. */
static inline double dn_polynomial(double x, const double *coefficients, size_t count)
{
    double sum = coefficients[0];
    for (size_t i = 1; i < count; i++)
        sum = sum * x + coefficients[i];
    return sum;
}
#define DN_POLYNOMIAL(x, coefficients)                                                                       \
    dn_polynomial((x), (coefficients), sizeof(coefficients) / sizeof(coefficients)[0])

/** exp of a number in range. Without a branch, so that a loop of it becomes vector code. */
static inline float dn_exp_in_range(float x)
{
    static const double series[] = {1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0,
                                    1.0 / 24.0,     1.0 / 6.0,     0.5,          1.0,         1.0};
    /* exp(x) = 2^k exp(r) with |r| <= ln 2 / 2; Taylor's series of exp(r) up to r^9 leaves 7e-12. */
    const int32_t k = (int32_t)((double)x * DN_LOG2_E + copysign(0.5, (double)x));
    const double r = ((double)x - (double)k * DN_LN2_HIGH) - (double)k * DN_LN2_LOW;
    return (float)(DN_POLYNOMIAL(r, series) * dn_power_of_two(k));
}

static inline bool dn_exp_is_in_range(float x)
{
    return x >= DN_EXP_UNDERFLOW && x <= DN_EXP_OVERFLOW;
}

#endif
