/**
 * exp, log, sigmoid, sine and cosine with the same bits on every machine: IEEE double arithmetic in a fixed order,
 * rounded once to float. Those of C libraries differ from version to version.
 *
 * Units   Within 1 ulp of the true float result over the whole range, infinities and NaN as in ISO C.
 */
#ifndef DN_CORE_SCALAR_H
#define DN_CORE_SCALAR_H

float dn_exp(float x);
float dn_log(float x);
/** The sigmoid, 1 / (1 + exp(-x)), without overflow; 1 minus it is dn_logistic(-x), without cancellation. */
float dn_logistic(float x);
/** For |x| up to 2^20 radians; NaN beyond, where the reduction to a quarter circle would lose digits. */
float dn_sin(float x);
float dn_cos(float x);

#endif
