/**
 * exp, log, sine and cosine that give the same bits on every machine: IEEE double arithmetic in a fixed
 * order, rounded once to float. The C library's own differ from version to version.
 *
 * Units   Within 1 ulp of the true float result over the whole range, infinities and NaN as in ISO C.
 */
#ifndef DN_CORE_SCALAR_H
#define DN_CORE_SCALAR_H

float dn_exp(float x);
float dn_log(float x);
/** For |x| up to 2^20 radians; NaN beyond, where the reduction to a quarter circle would lose digits. */
float dn_sin(float x);
float dn_cos(float x);

#endif
