#include "core/random.h"

#include "core/scalar.h"

#include <math.h>
#include <stddef.h>

/** SplitMix64: an increment (2^64 / golden ratio), and a mix of the counter. */
static uint64_t split_mix(uint64_t *counter)
{
    *counter += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *counter;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

dn_random dn_random_stream(uint64_t seed, dn_purpose purpose, uint64_t first, uint64_t second)
{
    /* Each part of the key passes through the mix before the next is added: (1, 2) and (2, 1) differ. */
    const uint64_t key[] = {seed, (uint64_t)purpose, first, second};
    uint64_t counter = 0;
    for (size_t i = 0; i < sizeof key / sizeof key[0]; i++) {
        counter ^= key[i];
        counter = split_mix(&counter);
    }
    dn_random random;
    for (size_t i = 0; i < sizeof random.state / sizeof random.state[0]; i++)
        random.state[i] = split_mix(&counter);
    return random;
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

uint64_t dn_random_bits(dn_random *random)
{
    uint64_t *s = random->state;
    const uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

float dn_random_uniform(dn_random *random)
{
    return (float)(dn_random_bits(random) >> 40) * 0x1p-24F;
}

/** The high and low half of a 64 x 64 bit product. */
static uint64_t multiply_wide(uint64_t a, uint64_t b, uint64_t *low)
{
    const uint64_t a_low = a & UINT32_MAX;
    const uint64_t a_high = a >> 32;
    const uint64_t b_low = b & UINT32_MAX;
    const uint64_t b_high = b >> 32;
    const uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
    const uint64_t other = a_low * b_high + (middle & UINT32_MAX);
    *low = a * b;
    return a_high * b_high + (middle >> 32) + (other >> 32);
}

uint64_t dn_random_below(dn_random *random, uint64_t bound)
{
    const uint64_t threshold = (0 - bound) % bound; /* 2^64 mod bound: as many low products are refused */
    uint64_t low;
    uint64_t result;
    do {
        result = multiply_wide(dn_random_bits(random), bound, &low);
    } while (low < threshold);
    return result;
}

float dn_random_normal(dn_random *random)
{
    for (;;) {
        const float u = 2.0F * dn_random_uniform(random) - 1.0F;
        const float v = 2.0F * dn_random_uniform(random) - 1.0F;
        const float square = u * u + v * v;
        if (square < 1.0F && square > 0.0F)
            return u * sqrtf(-2.0F * dn_log(square) / square);
    }
}
