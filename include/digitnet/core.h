/**
 * Statuses and errors, and random numbers: what every part uses.
 */
#ifndef DIGITNET_CORE_H
#define DIGITNET_CORE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Statuses and errors.
 *
 * A function that can fail returns a dn_status, which must be used, and fills a dn_error: the file or field, the problem,
 * and the remedy. The library never prints: the caller decides what to show.
 */

#if defined(__GNUC__)
/** What the shared library exports: the functions of these headers, and nothing else. */
#define DN_API __attribute__((visibility("default")))
#define DN_NODISCARD __attribute__((warn_unused_result))
#define DN_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))
#else
#define DN_API
#define DN_NODISCARD
#define DN_PRINTF(format_index, first_argument)
#endif

/** The version of the library, "1.2.3". */
DN_API const char *dn_version(void);

typedef enum dn_status {
    DN_OK = 0,
    DN_ERR_MEMORY,   /**< the system has no memory left */
    DN_ERR_FILE,     /**< a file is missing, unreadable or unwritable */
    DN_ERR_FORMAT,   /**< the bytes of a file are not what its format demands */
    DN_ERR_SHAPE,    /**< extents disagree, or an axis or index is out of range */
    DN_ERR_ARGUMENT, /**< a value is outside its range */
    DN_ERR_DIVERGED  /**< training produced a loss that is not finite */
} dn_status;

#define DN_ERROR_SUBJECT_SIZE 1024
#define DN_ERROR_TEXT_SIZE 512

/** Why a call failed: `subject: problem: remedy` reads as one line. Each part may be empty. */
typedef struct dn_error {
    dn_status status;
    char subject[DN_ERROR_SUBJECT_SIZE]; /**< the file or field, as the caller named it */
    char problem[DN_ERROR_TEXT_SIZE];    /**< the value found and the value expected, with the byte offset */
    char remedy[DN_ERROR_TEXT_SIZE];     /**< what the user can do about it */
} dn_error;

/** Bytes that the holder owns; dn_bytes_free frees them. */
typedef struct dn_bytes {
    uint8_t *data;
    size_t size;
} dn_bytes;

DN_API void dn_bytes_free(dn_bytes *bytes);

/**
 * Random numbers from named streams: the same seed and name give the same numbers on every machine.
 *
 * A stream is keyed by (seed, purpose, first, second), say (seed, shuffle, epoch, 0), and never shared
 * between threads, so that the numbers do not depend on the thread that draws them.
 *
 * Source  xoshiro256** 1.0 and SplitMix64, Blackman and Vigna 2018 (https://prng.di.unimi.it).
 */

/** The purpose of a stream. Its numbers decide the bytes of models: never renumber them. */
typedef enum dn_purpose {
    DN_PURPOSE_INIT = 1,    /**< first: the layer */
    DN_PURPOSE_SPLIT = 2,   /**< the validation slice; first: the class */
    DN_PURPOSE_SHUFFLE = 3, /**< first: the epoch */
    DN_PURPOSE_AUGMENT = 4, /**< first: the epoch, second: the image */
    DN_PURPOSE_DROPOUT = 5, /**< first: the step, second: the layer and sample */
    DN_PURPOSE_TENSOR = 6   /**< a random tensor */
} dn_purpose;

typedef struct dn_random {
    uint64_t state[4];
} dn_random;

/** Open a stream. Streams with another key are independent for every practical purpose. */
DN_API dn_random dn_random_stream(uint64_t seed, dn_purpose purpose, uint64_t first, uint64_t second);

/** 64 random bits. */
DN_API uint64_t dn_random_bits(dn_random *random);

/** A float in [0, 1), a multiple of 2^-24. */
DN_API float dn_random_uniform(dn_random *random);

/** A whole number in [0, bound), every one equally likely. bound > 0. Source Lemire 2019. */
DN_API uint64_t dn_random_below(dn_random *random, uint64_t bound);

/** A float from the normal distribution with mean 0 and variance 1. Source Marsaglia's polar method, 1964. */
DN_API float dn_random_normal(dn_random *random);

#ifdef __cplusplus
}
#endif

#endif
