#include "io/sha256.h"

#include "core/endian.h"
#include "core/size.h"

#include <string.h>

/** The first 32 bits of the fractions of the cube roots of the first 64 primes (section 4.2.2). */
const uint32_t dn_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/** The first 32 bits of the fractions of the square roots of the first 8 primes (section 5.3.3). */
static const uint32_t initial_state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/** The message's length in bits closes the last block. */
#define LENGTH_SIZE 8
#define PADDING_MARK 0x80

static inline uint32_t rotate_right(uint32_t x, unsigned count)
{
    return x >> count | x << (32 - count);
}

/* The six functions of section 4.1.2. */
static inline uint32_t choose(uint32_t x, uint32_t y, uint32_t z)
{
    return z ^ (x & (y ^ z));
}
static inline uint32_t majority(uint32_t x, uint32_t y, uint32_t z)
{
    return (x & y) | (z & (x | y));
}
static inline uint32_t big_sigma0(uint32_t x)
{
    return rotate_right(x, 2) ^ rotate_right(x, 13) ^ rotate_right(x, 22);
}
static inline uint32_t big_sigma1(uint32_t x)
{
    return rotate_right(x, 6) ^ rotate_right(x, 11) ^ rotate_right(x, 25);
}
static inline uint32_t small_sigma0(uint32_t x)
{
    return rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
}
static inline uint32_t small_sigma1(uint32_t x)
{
    return rotate_right(x, 17) ^ rotate_right(x, 19) ^ x >> 10;
}

/** Word t of the message schedule; the last 16 are kept, each in the place of the one it no longer needs. */
static inline uint32_t next_word(uint32_t schedule[16], unsigned t)
{
    schedule[t % 16] +=
        small_sigma1(schedule[(t + 14) % 16]) + schedule[(t + 9) % 16] + small_sigma0(schedule[(t + 1) % 16]);
    return schedule[t % 16];
}

/** One round. The eight variables change names from round to round instead of moving. */
#define ROUND(a, b, c, d, e, f, g, h, constant, word)                                                        \
    do {                                                                                                     \
        const uint32_t added = (h) + big_sigma1(e) + choose(e, f, g) + (constant) + (word);                  \
        (d) += added;                                                                                        \
        (h) = added + big_sigma0(a) + majority(a, b, c);                                                     \
    } while (0)

#define EIGHT_ROUNDS(t, word)                                                                                \
    do {                                                                                                     \
        ROUND(a, b, c, d, e, f, g, h, dn_sha256_constants[t], word(t));                                      \
        ROUND(h, a, b, c, d, e, f, g, dn_sha256_constants[(t) + 1], word((t) + 1));                          \
        ROUND(g, h, a, b, c, d, e, f, dn_sha256_constants[(t) + 2], word((t) + 2));                          \
        ROUND(f, g, h, a, b, c, d, e, dn_sha256_constants[(t) + 3], word((t) + 3));                          \
        ROUND(e, f, g, h, a, b, c, d, dn_sha256_constants[(t) + 4], word((t) + 4));                          \
        ROUND(d, e, f, g, h, a, b, c, dn_sha256_constants[(t) + 5], word((t) + 5));                          \
        ROUND(c, d, e, f, g, h, a, b, dn_sha256_constants[(t) + 6], word((t) + 6));                          \
        ROUND(b, c, d, e, f, g, h, a, dn_sha256_constants[(t) + 7], word((t) + 7));                          \
    } while (0)

#define MESSAGE_WORD(t) (schedule[t] = dn_load_big32(block + 4 * (size_t)(t)))
#define SCHEDULE_WORD(t) next_word(schedule, (unsigned)(t))

void dn_sha256_add_portable(uint32_t state[8], const uint8_t *block, size_t blocks)
{
    for (; blocks != 0; blocks--, block += DN_SHA256_BLOCK) {
        uint32_t schedule[16];
        uint32_t a = state[0];
        uint32_t b = state[1];
        uint32_t c = state[2];
        uint32_t d = state[3];
        uint32_t e = state[4];
        uint32_t f = state[5];
        uint32_t g = state[6];
        uint32_t h = state[7];
        EIGHT_ROUNDS(0, MESSAGE_WORD);
        EIGHT_ROUNDS(8, MESSAGE_WORD);
        for (unsigned t = 16; t < 64; t += 16) {
            EIGHT_ROUNDS(t, SCHEDULE_WORD);
            EIGHT_ROUNDS(t + 8, SCHEDULE_WORD);
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
}

void dn_sha256_init(dn_sha256 *hash)
{
    dn_sha256_add *const fast = dn_sha256_find_instructions();
    hash->add = fast ? fast : dn_sha256_add_portable;
    memcpy(hash->state, initial_state, sizeof hash->state);
    hash->length = 0;
}

void dn_sha256_update(dn_sha256 *hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    const size_t held = (size_t)(hash->length % DN_SHA256_BLOCK);
    hash->length += size;
    if (held != 0) {
        const size_t room = DN_SHA256_BLOCK - held;
        const size_t taken = dn_smaller(size, room);
        memcpy(hash->block + held, bytes, taken);
        if (taken < room)
            return;
        hash->add(hash->state, hash->block, 1);
        bytes += taken;
        size -= taken;
    }
    hash->add(hash->state, bytes, size / DN_SHA256_BLOCK);
    if (size % DN_SHA256_BLOCK != 0)
        memcpy(hash->block, bytes + (size - size % DN_SHA256_BLOCK), size % DN_SHA256_BLOCK);
}

/** Section 5.1.1: a one bit, zeros, and the length in bits, up to the end of a block. */
static void add_padding(dn_sha256 *hash)
{
    static const uint8_t padding[DN_SHA256_BLOCK] = {PADDING_MARK};
    const uint64_t bits = hash->length * 8;
    const size_t held = (size_t)(hash->length % DN_SHA256_BLOCK);
    const size_t end = held < DN_SHA256_BLOCK - LENGTH_SIZE ? DN_SHA256_BLOCK : 2 * DN_SHA256_BLOCK;
    uint8_t length[LENGTH_SIZE];
    dn_store_big32(length, (uint32_t)(bits >> 32));
    dn_store_big32(length + 4, (uint32_t)(bits & UINT32_MAX));
    dn_sha256_update(hash, padding, end - LENGTH_SIZE - held);
    dn_sha256_update(hash, length, sizeof length);
}

void dn_sha256_final(dn_sha256 *hash, uint8_t digest[DN_SHA256_SIZE])
{
    add_padding(hash);
    for (size_t i = 0; i < DN_SHA256_SIZE / 4; i++)
        dn_store_big32(digest + 4 * i, hash->state[i]);
}

char *dn_sha256_text(const uint8_t digest[DN_SHA256_SIZE], char text[DN_SHA256_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DN_SHA256_SIZE; i++) {
        text[2 * i] = digits[digest[i] / 16];
        text[2 * i + 1] = digits[digest[i] % 16];
    }
    text[2 * (size_t)DN_SHA256_SIZE] = '\0';
    return text;
}

char *dn_sha256_sum(const void *data, size_t size, char text[DN_SHA256_TEXT_SIZE])
{
    dn_sha256 hash;
    uint8_t digest[DN_SHA256_SIZE];
    dn_sha256_init(&hash);
    dn_sha256_update(&hash, data, size);
    dn_sha256_final(&hash, digest);
    return dn_sha256_text(digest, text);
}
