#include "core/scalar.h"

#include "core/exponential.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Excess precision would make the bits depend on the machine: on 32-bit x86, build with -msse2 -mfpmath=sse. 16 is of narrower types alone. */
_Static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16,
               "float arithmetic must be rounded to float at every step");

/* pi / 2 in two parts, as ln 2. */
#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#define HALF_PI_HIGH 0x1.921fb544p+0
#define HALF_PI_LOW 0x1.0b4611a626331p-34

/* Up to here k has so few bits that k * HALF_PI_HIGH is exact. */
#define MAX_RADIANS 0x1p20F

static double nearest_integer(double x)
{
    return (double)(int64_t)(x + (x < 0.0 ? -0.5 : 0.5));
}

float dn_exp(float x)
{
    if (isnan(x))
        return x;
    if (!dn_exp_is_in_range(x))
        return x > 0.0F ? INFINITY : 0.0F;
    return dn_exp_in_range(x);
}

float dn_log(float x)
{
    static const double series[] = {1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0,
                                    1.0 / 7.0,  1.0 / 5.0,  1.0 / 3.0,  1.0};
    if (isnan(x) || x < 0.0F)
        return NAN;
    if (x == 0.0F)
        return -INFINITY;
    if (isinf(x))
        return x;
    /* x = 2^k m with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172. */
    int exponent;
    double m = frexp((double)x, &exponent);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2.0;
        exponent--;
    }
    const double s = (m - 1.0) / (m + 1.0);
    const double square = s * s;
    return (float)((double)exponent * DN_LN2_HIGH +
                   ((double)exponent * DN_LN2_LOW + 2.0 * s * DN_POLYNOMIAL(square, series)));
}

float dn_logistic(float x)
{
    if (x < 0.0F) {
        const float power = dn_exp(x);
        return power / (1.0F + power);
    }
    return 1.0F / (1.0F + dn_exp(-x));
}

/** sin(r) for |r| <= pi / 4, by Taylor's series up to r^13. */
static double sine_series(double r)
{
    static const double series[] = {1.0 / 6227020800.0, -1.0 / 39916800.0, 1.0 / 362880.0,
                                    -1.0 / 5040.0,      1.0 / 120.0,       -1.0 / 6.0};
    const double square = r * r;
    return r + r * square * DN_POLYNOMIAL(square, series);
}

/** cos(r) for |r| <= pi / 4, by Taylor's series up to r^14. */
static double cosine_series(double r)
{
    static const double series[] = {-1.0 / 87178291200.0,
                                    1.0 / 479001600.0,
                                    -1.0 / 3628800.0,
                                    1.0 / 40320.0,
                                    -1.0 / 720.0,
                                    1.0 / 24.0,
                                    -0.5};
    const double square = r * r;
    return 1.0 + square * DN_POLYNOMIAL(square, series);
}

/** sin(x + quarters * pi / 2). */
static float sine_of(float x, int64_t quarters)
{
    if (!(fabsf(x) <= MAX_RADIANS))
        return NAN;
    const double k = nearest_integer((double)x * TWO_OVER_PI);
    const double r = ((double)x - k * HALF_PI_HIGH) - k * HALF_PI_LOW;
    switch (((int64_t)k + quarters) & 3) {
    case 0:
        return (float)sine_series(r);
    case 1:
        return (float)cosine_series(r);
    case 2:
        return (float)-sine_series(r);
    default:
        return (float)-cosine_series(r);
    }
}

float dn_sin(float x)
{
    return x == 0.0F ? x : sine_of(x, 0);
}

float dn_cos(float x)
{
    return sine_of(x, 1);
}
