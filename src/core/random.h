/**
 * Random numbers from named streams: the same seed and name give the same numbers on every machine.
 *
 * A stream is keyed by (seed, purpose, first, second), say (seed, shuffle, epoch, 0), and never shared
 * between threads, so that the numbers do not depend on the thread that draws them.
 *
 * Source  xoshiro256** 1.0 and SplitMix64, Blackman and Vigna 2018 (https://prng.di.unimi.it).
 */
#ifndef DN_CORE_RANDOM_H
#define DN_CORE_RANDOM_H

#include <stdint.h>

/** The purpose of a stream. Its numbers decide the bytes of models: never renumber them. */
typedef enum dn_purpose {
    DN_PURPOSE_INIT = 1,    /**< first: the layer */
    DN_PURPOSE_SPLIT = 2,   /**< the validation slice; first: the class */
    DN_PURPOSE_SHUFFLE = 3, /**< first: the epoch */
    DN_PURPOSE_AUGMENT = 4, /**< first: the epoch, second: the image */
    DN_PURPOSE_DROPOUT = 5, /**< first: the step, second: the layer and sample */
    DN_PURPOSE_TENSOR = 6,  /**< anything else; only tests draw from it */
    DN_PURPOSE_HAND = 7     /**< pen and marks; first: the epoch, second: the image */
} dn_purpose;

typedef struct dn_random {
    uint64_t state[4];
} dn_random;

/** Open a stream. Streams with another key are independent for every practical purpose. */
dn_random dn_random_stream(uint64_t seed, dn_purpose purpose, uint64_t first, uint64_t second);

/** 64 random bits. */
uint64_t dn_random_bits(dn_random *random);

/** A float in [0, 1), a multiple of 2^-24. */
float dn_random_uniform(dn_random *random);

/** A whole number in [0, bound), every one equally likely. bound > 0. Source Lemire 2019. */
uint64_t dn_random_below(dn_random *random, uint64_t bound);

/** A float from the normal distribution with mean 0 and variance 1. Source Marsaglia's polar method, 1964. */
float dn_random_normal(dn_random *random);

#endif
