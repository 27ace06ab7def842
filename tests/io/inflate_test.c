#include "support.h"

#include "io/inflate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Streams are written bit by bit here, so that each may be wrong in exactly one way. */

#define STREAM_SIZE 65536
#define OUT_SIZE 70000
#define END_OF_BLOCK 256

enum { STORED, FIXED, DYNAMIC };

typedef struct stream {
    uint8_t bytes[STREAM_SIZE];
    size_t bits;
} stream;

/** Numbers go from their lowest bit. */
static void put(stream *to, unsigned value, unsigned count)
{
    for (unsigned i = 0; i < count; i++, to->bits++)
        if ((value >> i & 1) != 0)
            to->bytes[to->bits / 8] |= (uint8_t)(1U << to->bits % 8);
}

/** Codes go from their highest bit. */
static void put_code(stream *to, unsigned code, unsigned count)
{
    while (count-- != 0)
        put(to, code >> count & 1, 1);
}

/** A symbol in the canonical code that the lengths make: codes count up by length, then by symbol. */
static void put_symbol(stream *to, const uint8_t *lengths, size_t symbols, size_t symbol)
{
    unsigned code = 0;
    for (unsigned length = 1; length <= lengths[symbol]; length++, code <<= 1)
        for (size_t i = 0; i < symbols; i++) {
            if (lengths[i] != length)
                continue;
            if (i == symbol) {
                put_code(to, code, length);
                return;
            }
            code++;
        }
}

/** A dynamic block's beginning; the lengths stand in a code of 4 bits for each of 0 to 15. */
static void put_dynamic_header(stream *to, const uint8_t *literals, unsigned literal_count,
                               const uint8_t *distances, unsigned distance_count)
{
    put(to, 1, 1);
    put(to, DYNAMIC, 2);
    put(to, literal_count - 257, 5);
    put(to, distance_count - 1, 5);
    put(to, 19 - 4, 4);
    for (unsigned i = 0; i < 19; i++)
        put(to, i < 3 ? 0 : 4, 3);
    for (unsigned i = 0; i < literal_count; i++)
        put_code(to, literals[i], 4);
    for (unsigned i = 0; i < distance_count; i++)
        put_code(to, distances[i], 4);
}

static dn_status run(const stream *from, size_t capacity, uint8_t *out, dn_inflated *inflated,
                     dn_error *error)
{
    const size_t size = (from->bits + 7) / 8;
    uint8_t *copy = malloc(size != 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, from->bytes, size);
    const dn_status status = dn_inflate(copy, size, 0, out, capacity, inflated, error);
    free(copy);
    return status;
}

static void assert_gives(const stream *from, const char *expected, size_t length)
{
    dn_error error;
    dn_inflated inflated;
    static uint8_t out[OUT_SIZE];
    assert_ok(run(from, length, out, &inflated, &error));
    assert_true(inflated.complete);
    assert_int_equal(inflated.end, (from->bits + 7) / 8);
    assert_int_equal(inflated.written, length);
    assert_memory_equal(out, expected, length);
    assert_ok(run(from, OUT_SIZE, out, &inflated, &error));
    assert_int_equal(inflated.written, length);
    assert_memory_equal(out, expected, length);
}

static void assert_bad(const stream *from, const char *problem)
{
    dn_error error;
    dn_inflated inflated;
    static uint8_t out[OUT_SIZE];
    assert_int_equal(run(from, OUT_SIZE, out, &inflated, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, problem);
}

/** Long enough for the fast loop to meet what was put before. */
static void put_zeros(stream *to)
{
    to->bits += 400;
}

static void an_empty_stored_block_gives_nothing(void **state)
{
    (void)state;
    stream s = {0};
    put(&s, 1, 8);
    put(&s, 0, 16);
    put(&s, 0xffff, 16);
    assert_gives(&s, "", 0);
}

static void stored_blocks_begin_at_a_byte_after_other_blocks(void **state)
{
    (void)state;
    stream s = {0};
    put(&s, 0, 1);
    put(&s, FIXED, 2);
    put_code(&s, 0x30 + 'a', 8);
    put_code(&s, 0, 7);
    put(&s, 1, 1);
    put(&s, STORED, 2);
    s.bits = (s.bits + 7) / 8 * 8;
    put(&s, 2, 16);
    put(&s, 0xfffd, 16);
    put(&s, 'b', 8);
    put(&s, 'c', 8);
    assert_gives(&s, "abc", 3);
}

static void a_stored_block_whose_lengths_disagree_is_refused(void **state)
{
    (void)state;
    stream s = {0};
    put(&s, 1, 8);
    put(&s, 1, 16);
    put(&s, 0xffff, 16);
    put(&s, 'x', 8);
    assert_bad(&s, "byte 5: a stored block's length and its complement disagree");
}

static void a_stored_block_that_is_cut_is_refused(void **state)
{
    (void)state;
    stream s = {0};
    put(&s, 1, 8);
    put(&s, 3, 16);
    put(&s, 0xfffc, 16);
    put(&s, 'x', 8);
    assert_bad(&s, "byte 6: the compressed data ends too early");
}

static void block_type_3_is_refused(void **state)
{
    (void)state;
    stream s = {0};
    put(&s, 7, 3);
    put_zeros(&s);
    assert_bad(&s, "byte 0: a block of type 3");
}

static stream fixed_block(void)
{
    stream s = {0};
    put(&s, 1, 1);
    put(&s, FIXED, 2);
    return s;
}

static void symbols_that_may_not_occur_are_refused(void **state)
{
    (void)state;
    for (unsigned symbol = 286; symbol <= 287; symbol++)
        for (int tail = 0; tail < 2; tail++) {
            stream s = fixed_block();
            put_code(&s, 0xc0 + symbol - 280, 8);
            put(&s, 0, 8);
            if (tail)
                put_zeros(&s);
            assert_bad(&s, "byte 0: a code that means nothing");
        }
    for (unsigned symbol = 30; symbol <= 31; symbol++) {
        stream s = fixed_block();
        put_code(&s, 0x30 + 'a', 8);
        put_code(&s, 1, 7);
        put_code(&s, symbol, 5);
        assert_bad(
            &s, "the compressed data ends too early"); /* what is missing might have made it another code */
        put_zeros(&s);
        assert_bad(&s, "byte 2: a code that means nothing");
    }
}

static void a_copy_from_before_the_beginning_is_refused(void **state)
{
    (void)state;
    for (int tail = 0; tail < 2; tail++) {
        stream s = fixed_block();
        put_code(&s, 0x30 + 'a', 8);
        put_code(&s, 1, 7);
        put_code(&s, 1, 5);
        put(&s, 0, 8);
        if (tail)
            put_zeros(&s);
        assert_bad(&s, "a copy from 2 bytes back, where only 1 are there");
    }
}

static void a_copy_may_overlap_itself(void **state)
{
    (void)state;
    stream s = fixed_block();
    put_code(&s, 0x30 + 'a', 8);
    put_code(&s, 0x30 + 'b', 8);
    put_code(&s, 5, 7); /* length 7 */
    put_code(&s, 1, 5); /* distance 2 */
    put_code(&s, 0, 7);
    assert_gives(&s, "ababababa", 9);
}

static void the_longest_copy_from_the_farthest_place_is_right(void **state)
{
    (void)state;
    enum { WINDOW = 32768 };
    static char expected[WINDOW + 258];
    stream s = {0};
    put(&s, 0, 8);
    put(&s, 2, 16);
    put(&s, 0xfffd, 16);
    put(&s, 'x', 8);
    put(&s, 'y', 8);
    put(&s, 1, 1);
    put(&s, FIXED, 2);
    size_t length = 2;
    for (; length + 258 <= WINDOW; length += 258) {
        put_code(&s, 0xc0 + 285 - 280, 8);
        put_code(&s, 1, 5); /* distance 2 */
    }
    for (; length < WINDOW; length++)
        put_code(&s, 0x30 + 'z', 8);
    put_code(&s, 0xc0 + 285 - 280, 8);
    put_code(&s, 29, 5);
    put(&s, 8191, 13);
    put_code(&s, 0, 7);
    for (size_t i = 0; i < WINDOW; i++)
        expected[i] = i % 2 == 0 ? 'x' : 'y';
    memset(expected + 2 + (WINDOW - 2) / 258 * 258, 'z', (WINDOW - 2) % 258);
    memcpy(expected + WINDOW, expected, 258);
    assert_gives(&s, expected, sizeof expected);
}

static void output_stops_at_its_room(void **state)
{
    (void)state;
    dn_error error;
    dn_inflated inflated;
    uint8_t out[16];
    stream s = fixed_block();
    put_code(&s, 0x30 + 'a', 8);
    put_code(&s, 0xc0 + 285 - 280, 8);
    put_code(&s, 0, 5);
    put_code(&s, 0, 7);
    memset(out, '.', sizeof out);
    assert_ok(run(&s, 10, out, &inflated, &error));
    assert_false(inflated.complete);
    assert_int_equal(inflated.written, 10);
    assert_memory_equal(out, "aaaaaaaaaa......", 16);
}

/** A code whose lengths are 1, 2, 3 ... 15, 15: it needs a second table in every decoder. */
static void set_deep_lengths(uint8_t *lengths, const unsigned *symbols)
{
    for (unsigned i = 0; i < 16; i++)
        lengths[symbols[i]] = (uint8_t)(i < 15 ? i + 1 : 15);
}

static void codes_of_every_length_are_decoded(void **state)
{
    (void)state;
    static const unsigned literal_symbols[16] = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
                                                 'i', 'j', 'k', 'l', 257, 265, 285, END_OF_BLOCK};
    static const unsigned distance_symbols[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t literals[286] = {0};
    uint8_t distances[16] = {0};
    char expected[STREAM_SIZE];
    size_t length = 0;
    stream s = {0};
    set_deep_lengths(literals, literal_symbols);
    set_deep_lengths(distances, distance_symbols);
    put_dynamic_header(&s, literals, 286, distances, 16);
    for (unsigned round = 0; round < 20; round++)
        for (unsigned i = 0; i < 12; i++) {
            put_symbol(&s, literals, 286, literal_symbols[(i * 5 + round) % 12]);
            expected[length++] = (char)literal_symbols[(i * 5 + round) % 12];
        }
    /* Distance symbols from 4 on have symbol / 2 - 1 extra bits; here all are 0. */
    for (unsigned symbol = 0; symbol < 16; symbol++) {
        const unsigned extra_bits = symbol < 4 ? 0 : symbol / 2 - 1;
        const size_t distance = symbol < 4 ? symbol + 1 : 1 + ((size_t)(2 + symbol % 2) << extra_bits);
        const unsigned length_symbol = symbol % 3 == 0 ? 257 : symbol % 3 == 1 ? 265 : 285;
        size_t copied = symbol % 3 == 0 ? 3 : symbol % 3 == 1 ? 12 : 258;
        put_symbol(&s, literals, 286, length_symbol);
        if (length_symbol == 265)
            put(&s, 1, 1); /* 11 or, as here, 12 */
        put_symbol(&s, distances, 16, symbol);
        put(&s, 0, extra_bits);
        for (; copied != 0; copied--, length++)
            expected[length] = expected[length - distance];
    }
    put_symbol(&s, literals, 286, END_OF_BLOCK);
    assert_gives(&s, expected, length);
}

/** Two bytes, and repeated 258 times: history in a fixed block. */
static size_t put_history(stream *to, char *expected, size_t rounds)
{
    size_t length = 0;
    for (size_t round = 0; round < rounds; round++) {
        const char pair[2] = {(char)('a' + round * 7 % 23), (char)('A' + round / 3 % 26)};
        put_code(to, 0x30U + (unsigned char)pair[0], 8);
        put_code(to, 0x30U + (unsigned char)pair[1], 8);
        put_code(to, 0xc0 + 285 - 280, 8);
        put_code(to, 1, 5);
        for (size_t i = 0; i < 260; i++)
            expected[length++] = pair[i % 2];
    }
    return length;
}

/** 15 + 5 bits of a length and 15 + 13 of a distance: all that one refill must bring. */
static void copies_that_take_the_most_bits_follow_each_other(void **state)
{
    (void)state;
    static const unsigned literal_symbols[16] = {'a', 'b', 'c', 'd', 'e', 'f', 'g',          'h',
                                                 'i', 'j', 'k', 'l', 'm', 257, END_OF_BLOCK, 284};
    static const unsigned distance_symbols[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 29};
    static char expected[OUT_SIZE];
    uint8_t literals[286] = {0};
    uint8_t distances[30] = {0};
    stream s = {0};
    put(&s, 0, 1);
    put(&s, FIXED, 2);
    size_t length = put_history(&s, expected, 130);
    put_code(&s, 0, 7);
    set_deep_lengths(literals, literal_symbols);
    set_deep_lengths(distances, distance_symbols);
    put_dynamic_header(&s, literals, 286, distances, 30);
    for (unsigned i = 0; i < 100; i++) {
        const unsigned more = i * 11 % 31;
        const unsigned back = i * 2741 % 8192;
        put_symbol(&s, literals, 286, 284);
        put(&s, more, 5);
        put_symbol(&s, distances, 30, 29);
        put(&s, back, 13);
        for (size_t end = length + 227 + more; length < end; length++)
            expected[length] = expected[length - 24577 - back];
    }
    put_symbol(&s, literals, 286, END_OF_BLOCK);
    assert_gives(&s, expected, length);
}

/** A length by its place in the alphabet, in a fixed block; the extra bits are all 0 or all 1. Hands back the length. */
static size_t put_fixed_length(stream *to, unsigned place, bool ones)
{
    const unsigned extra_bits = place < 8 || place == 28 ? 0 : place / 4 - 1;
    const unsigned extra = ones ? (1U << extra_bits) - 1 : 0;
    if (place < 23)
        put_code(to, 1 + place, 7);
    else
        put_code(to, 0xc0 + place - 23, 8);
    put(to, extra, extra_bits);
    return place == 28 ? 258 : (place < 8 ? 3 + place : 3 + ((4 + place % 4) << extra_bits)) + extra;
}

static size_t put_fixed_distance(stream *to, unsigned symbol, bool ones)
{
    const unsigned extra_bits = symbol < 4 ? 0 : symbol / 2 - 1;
    const unsigned extra = ones ? (1U << extra_bits) - 1 : 0;
    put_code(to, symbol, 5);
    put(to, extra, extra_bits);
    return (symbol < 4 ? 1 + symbol : 1 + ((2 + symbol % 2) << extra_bits)) + extra;
}

static void every_length_and_every_distance_is_the_specifications(void **state)
{
    (void)state;
    static char expected[OUT_SIZE];
    stream s = fixed_block();
    size_t length = put_history(&s, expected, 130);
    for (unsigned i = 0; i < 120;
         i++) { /* each of 29 lengths and 30 distances, both its least and its most */
        const size_t end = length + put_fixed_length(&s, i % 29, i / 29 % 2 == 1);
        const size_t distance = put_fixed_distance(&s, i % 30, i / 30 % 2 == 1);
        for (; length < end; length++)
            expected[length] = expected[length - distance];
    }
    put_code(&s, 0, 7);
    assert_gives(&s, expected, length);
}

static void one_distance_code_of_one_bit_is_allowed(void **state)
{
    (void)state;
    uint8_t literals[258] = {0};
    const uint8_t distances[1] = {1};
    literals['a'] = 1;
    literals[END_OF_BLOCK] = 2;
    literals[257] = 2;
    for (unsigned bit = 0; bit < 2; bit++) {
        stream s = {0};
        put_dynamic_header(&s, literals, 258, distances, 1);
        put_symbol(&s, literals, 258, 'a');
        put_symbol(&s, literals, 258, 257);
        put(&s, bit, 1);
        put_symbol(&s, literals, 258, END_OF_BLOCK);
        if (bit == 0) {
            assert_gives(&s, "aaaa", 4);
            continue;
        }
        put_zeros(&s);
        assert_bad(&s, "a code that means nothing");
    }
}

static void a_block_without_distances_is_allowed_until_it_needs_one(void **state)
{
    (void)state;
    uint8_t literals[258] = {0};
    const uint8_t distances[1] = {0};
    literals['a'] = 1;
    literals[END_OF_BLOCK] = 2;
    literals[257] = 2;
    stream s = {0};
    put_dynamic_header(&s, literals, 258, distances, 1);
    put_symbol(&s, literals, 258, 'a');
    stream needs = s;
    put_symbol(&s, literals, 258, END_OF_BLOCK);
    assert_gives(&s, "a", 1);
    put_symbol(&needs, literals, 258, 257);
    put_zeros(&needs);
    assert_bad(&needs, "a code that means nothing");
}

static void incomplete_and_over_subscribed_codes_are_refused(void **state)
{
    (void)state;
    uint8_t literals[257] = {0};
    uint8_t distances[3] = {0};
    stream s = {0};
    literals['a'] = 2;
    literals[END_OF_BLOCK] = 2;
    put_dynamic_header(&s, literals, 257, distances, 1);
    put_zeros(&s);
    assert_bad(&s, "the literal and length code is incomplete");
    literals['a'] = 0;
    memset(&s, 0, sizeof s);
    put_dynamic_header(&s, literals, 257, distances, 1);
    put_zeros(&s);
    assert_bad(&s, "the literal and length code is incomplete");
    literals['a'] = literals['b'] = literals[END_OF_BLOCK] = 1;
    memset(&s, 0, sizeof s);
    put_dynamic_header(&s, literals, 257, distances, 1);
    put_zeros(&s);
    assert_bad(&s, "the literal and length code is over-subscribed");
    literals['b'] = 0;
    distances[0] = distances[1] = 2;
    memset(&s, 0, sizeof s);
    put_dynamic_header(&s, literals, 257, distances, 3);
    put_zeros(&s);
    assert_bad(&s, "the distance code is incomplete");
    distances[0] = distances[1] = distances[2] = 1;
    memset(&s, 0, sizeof s);
    put_dynamic_header(&s, literals, 257, distances, 3);
    put_zeros(&s);
    assert_bad(&s, "the distance code is over-subscribed");
}

static void a_block_that_cannot_end_is_refused(void **state)
{
    (void)state;
    uint8_t literals[257] = {0};
    const uint8_t distances[1] = {0};
    stream s = {0};
    literals['a'] = literals['b'] = 1;
    put_dynamic_header(&s, literals, 257, distances, 1);
    put_zeros(&s);
    assert_bad(&s, "there is no code for the end of the block");
}

/** A dynamic block's first fields, and the lengths of the code length code in the specification's order. */
static stream dynamic_start(unsigned literals, unsigned distances, const uint8_t *lengths, unsigned count)
{
    stream s = {0};
    put(&s, 1, 1);
    put(&s, DYNAMIC, 2);
    put(&s, literals - 257, 5);
    put(&s, distances - 1, 5);
    put(&s, count - 4, 4);
    for (unsigned i = 0; i < count; i++)
        put(&s, lengths[i], 3);
    return s;
}

static void bad_code_lengths_are_refused(void **state)
{
    (void)state;
    static const uint8_t none[4] = {0, 0, 0, 0};
    static const uint8_t single[4] = {0, 0, 0, 1};
    static const uint8_t crowded[4] = {1, 1, 1, 0};
    static const uint8_t repeat_or_zeros[4] = {1, 0, 1, 0}; /* symbol 16 is 0, symbol 18 is 1 */
    stream s = dynamic_start(257, 1, none, 4);
    put_zeros(&s);
    assert_bad(&s, "the code length code is incomplete");
    s = dynamic_start(257, 1, single, 4);
    put_zeros(&s);
    assert_bad(&s, "the code length code is incomplete");
    s = dynamic_start(257, 1, crowded, 4);
    put_zeros(&s);
    assert_bad(&s, "the code length code is over-subscribed");
    s = dynamic_start(287, 1, none, 4);
    put_zeros(&s);
    assert_bad(&s, "byte 2: more than 286 literal and length codes");
    s = dynamic_start(257, 1, repeat_or_zeros, 4);
    put_zeros(&s);
    assert_bad(&s, "a code length is repeated before there is one");
    s = dynamic_start(257, 1, repeat_or_zeros, 4);
    put(&s, 1, 1);
    put(&s, 127, 7); /* 138 zeros */
    put(&s, 1, 1);
    put(&s, 110, 7); /* 121 zeros, one more than are left */
    put_zeros(&s);
    assert_bad(&s, "more code lengths than there are symbols");
}

static void repeats_run_on_from_literals_into_distances(void **state)
{
    (void)state;
    /* Symbols 16, 18, 1 and 2, each of 2 bits: codes 1 = 00, 2 = 01, 16 = 10, 18 = 11. */
    static const uint8_t lengths[18] = {2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2};
    stream s = dynamic_start(258, 4, lengths, 18);
    put_code(&s, 3, 2);
    put(&s, 'a' - 11, 7); /* zeros up to 'a' */
    put_code(&s, 0, 2);   /* 'a': 1 */
    put_code(&s, 3, 2);
    put(&s, 138 - 11, 7);
    put_code(&s, 3, 2);
    put(&s, END_OF_BLOCK - 'a' - 1 - 138 - 11, 7); /* zeros up to the end of the block */
    put_code(&s, 1, 2);                            /* 2 for it */
    put_code(&s, 2, 2);
    put(&s, 5 - 3, 2);  /* and for the next literal, and four distances */
    put_code(&s, 0, 1); /* 'a' */
    put_code(&s, 3, 2); /* length 3 */
    put_code(&s, 0, 2); /* distance 1 */
    put_code(&s, 2, 2); /* end */
    assert_gives(&s, "aaaa", 4);
}

static void short_runs_of_zeros_are_3_to_10(void **state)
{
    (void)state;
    /* Symbols 17, 18, 1 and 2, each of 2 bits: codes 1 = 00, 2 = 01, 17 = 10, 18 = 11. */
    static const uint8_t lengths[18] = {0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2};
    stream s = dynamic_start(258, 1, lengths, 18);
    put_code(&s, 2, 2);
    put(&s, 10 - 3, 3);
    put_code(&s, 3, 2);
    put(&s, 'a' - 10 - 11, 7); /* zeros up to 'a' */
    put_code(&s, 0, 2);        /* 'a': 1 */
    put_code(&s, 3, 2);
    put(&s, 138 - 11, 7);
    const unsigned runs[] = {3, 10,
                             END_OF_BLOCK - 'a' - 1 - 138 - 3 - 10}; /* zeros up to the end of the block */
    for (unsigned i = 0; i < 3; i++) {
        put_code(&s, 2, 2);
        put(&s, runs[i] - 3, 3);
    }
    put_code(&s, 1, 2); /* 2 for it */
    put_code(&s, 1, 2); /* and for the next literal */
    put_code(&s, 0, 2); /* a distance: 1 */
    put_code(&s, 0, 1); /* 'a' */
    put_code(&s, 3, 2); /* length 3 */
    put_code(&s, 0, 1); /* distance 1 */
    put_code(&s, 2, 2); /* end */
    assert_gives(&s, "aaaa", 4);
}

static void every_cut_is_an_error(void **state)
{
    (void)state;
    uint8_t literals[258] = {0};
    const uint8_t distances[2] = {1, 1};
    stream s = {0};
    literals['a'] = 1;
    literals[END_OF_BLOCK] = 2;
    literals[257] = 2;
    put_dynamic_header(&s, literals, 258, distances, 2);
    put_symbol(&s, literals, 258, 'a');
    put_symbol(&s, literals, 258, 257);
    put_symbol(&s, distances, 2, 0);
    put(&s, 0, 8 - s.bits % 8);
    const size_t bytes = s.bits / 8;
    for (size_t size = 0; size < bytes; size++) {
        stream cut = s;
        cut.bits = 8 * size;
        assert_bad(&cut, "the compressed data ends too early");
    }
}

/** An empty block, or one of a literal of 9 bits, which shifts what follows by a bit. */
static void put_fixed_block(stream *to, bool odd)
{
    put(to, 0, 1);
    put(to, FIXED, 2);
    if (odd)
        put_code(to, 0x190, 9);
    put_code(to, 0, 7);
}

static void a_cut_inside_a_block_header_is_an_error(void **state)
{
    (void)state;
    stream s = {0};
    put_fixed_block(&s, true);
    assert_int_equal(s.bits, 19); /* 5 bits of the byte are left: type and flag, and not all of a length */
    put(&s, 1, 1);
    put(&s, DYNAMIC, 2);
    put(&s, 0, 2);
    assert_bad(&s, "byte 3: the compressed data ends too early");
    s = (stream){0};
    put_fixed_block(&s, true);
    put_fixed_block(&s, false);
    put_fixed_block(&s, false);
    assert_int_equal(s.bits, 39); /* room for the flag alone */
    put(&s, 1, 1);
    assert_bad(&s, "byte 5: the compressed data ends too early");
}

static void a_cut_inside_a_code_of_two_tables_is_an_error(void **state)
{
    (void)state;
    uint8_t literals[260];
    const uint8_t distances[1] = {0};
    stream s = {0};
    memset(literals, 12, sizeof literals); /* their first 4 bits are ones */
    for (unsigned i = 0; i < 4; i++)
        literals[END_OF_BLOCK + i] = (uint8_t)(i + 1);
    put_dynamic_header(&s, literals, sizeof literals, distances, 1);
    put_code(&s, 0xf, 4);
    assert_true((s.bits + 7) / 8 * 8 - (s.bits - 4) < 11);
    assert_bad(&s, "the compressed data ends too early");
}

/** A picture's worth of bytes: noise in few values, so that two literals have short codes, and copies of far places. */
static void put_long_stream(stream *to, uint8_t *plain, size_t *size)
{
    uint8_t literals[258] = {0};
    uint8_t distances[30] = {0};
    const size_t copy = 257; /* of three bytes */
    for (size_t i = 0; i < 4; i++)
        literals[i] = (uint8_t)(2 + i / 2); /* 2, 2, 3, 3 bits */
    literals[END_OF_BLOCK] = 5;
    literals[copy] = 5;
    literals[4] = 3;
    literals[5] = 4;
    distances[29] = 1; /* from 24577 back, 13 extra bits */
    *size = 0;
    put_dynamic_header(to, literals, 258, distances, 30);
    for (uint32_t i = 0; *size < OUT_SIZE - 3; i++) {
        if (*size > 33000 && i % 7 == 0) {
            put_symbol(to, literals, 258, copy);
            put_symbol(to, distances, 30, 29);
            put(to, 8191, 13);
            for (size_t k = 0; k < 3; k++, (*size)++)
                plain[*size] = plain[*size - 32768];
        } else {
            const uint8_t value = (uint8_t)((i * 2654435761U >> 13) % 6);
            put_symbol(to, literals, 258, value);
            plain[(*size)++] = value;
        }
    }
    put_symbol(to, literals, 258, END_OF_BLOCK);
}

/** The room may end between two literals of one entry, or inside a copy. */
static void output_of_any_size_is_the_beginning_of_the_whole(void **state)
{
    (void)state;
    static stream long_stream;
    static uint8_t plain[OUT_SIZE];
    static uint8_t out[OUT_SIZE];
    dn_error error;
    dn_inflated inflated;
    size_t size;
    put_long_stream(&long_stream, plain, &size);
    for (size_t room = 0; room <= size; room += room < 40 || room + 100 > size ? 1 : 4999) {
        assert_ok(run(&long_stream, room, out, &inflated, &error));
        assert_int_equal(inflated.written, room);
        assert_true(inflated.complete == (room == size));
        assert_memory_equal(out, plain, room);
    }
}

/** Each piece is what the whole is, whatever the room; the window is kept for copies from 32768 bytes back. */
static void a_stream_is_unpacked_piece_by_piece(void **state)
{
    (void)state;
    static stream long_stream;
    static uint8_t plain[OUT_SIZE];
    static uint8_t out[DN_INFLATE_WINDOW + 3000];
    static dn_inflater in;
    dn_error error;
    size_t size;
    put_long_stream(&long_stream, plain, &size);
    for (size_t room = DN_INFLATE_MAX_MATCH + 1; room <= 3000; room += 457) {
        size_t seen = 0;
        size_t used = 0;
        dn_inflate_open(&in, long_stream.bytes, long_stream.bits / 8 + 1, 0, out, DN_INFLATE_WINDOW + room);
        while (in.state != DN_INFLATE_ENDED) {
            used -= dn_inflate_slide(&in, used);
            assert_ok(dn_inflate_more(&in, &error));
            assert_true(in.written - used <= size - seen);
            assert_memory_equal(out + used, plain + seen, in.written - used);
            seen += in.written - used;
            used = in.written;
        }
        assert_int_equal(seen, size);
        assert_int_equal(in.next, (long_stream.bits + 7) / 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_stored_block_gives_nothing),
        cmocka_unit_test(stored_blocks_begin_at_a_byte_after_other_blocks),
        cmocka_unit_test(a_stored_block_whose_lengths_disagree_is_refused),
        cmocka_unit_test(a_stored_block_that_is_cut_is_refused),
        cmocka_unit_test(block_type_3_is_refused),
        cmocka_unit_test(symbols_that_may_not_occur_are_refused),
        cmocka_unit_test(a_copy_from_before_the_beginning_is_refused),
        cmocka_unit_test(a_copy_may_overlap_itself),
        cmocka_unit_test(the_longest_copy_from_the_farthest_place_is_right),
        cmocka_unit_test(output_stops_at_its_room),
        cmocka_unit_test(codes_of_every_length_are_decoded),
        cmocka_unit_test(copies_that_take_the_most_bits_follow_each_other),
        cmocka_unit_test(every_length_and_every_distance_is_the_specifications),
        cmocka_unit_test(one_distance_code_of_one_bit_is_allowed),
        cmocka_unit_test(a_block_without_distances_is_allowed_until_it_needs_one),
        cmocka_unit_test(incomplete_and_over_subscribed_codes_are_refused),
        cmocka_unit_test(a_block_that_cannot_end_is_refused),
        cmocka_unit_test(bad_code_lengths_are_refused),
        cmocka_unit_test(repeats_run_on_from_literals_into_distances),
        cmocka_unit_test(short_runs_of_zeros_are_3_to_10),
        cmocka_unit_test(every_cut_is_an_error),
        cmocka_unit_test(a_cut_inside_a_block_header_is_an_error),
        cmocka_unit_test(a_cut_inside_a_code_of_two_tables_is_an_error),
        cmocka_unit_test(output_of_any_size_is_the_beginning_of_the_whole),
        cmocka_unit_test(a_stream_is_unpacked_piece_by_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
