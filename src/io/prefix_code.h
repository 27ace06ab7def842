/**
 * Deflate's prefix codes, as tables to decode with. Source RFC 1951, sections 3.2.2, 3.2.5 and 3.2.7.
 */
#ifndef DN_IO_PREFIX_CODE_H
#define DN_IO_PREFIX_CODE_H

#include <stdbool.h>
#include <stdint.h>

/* Section 3.2.7 and 3.2.5: the alphabets. */
#define LITERAL_SYMBOLS 288
#define DISTANCE_SYMBOLS 32
#define LENGTH_SYMBOLS 19
#define END_OF_BLOCK 256
#define FIRST_LENGTH 257
#define USED_LITERALS 286 /**< 286 and 287 have codes in a fixed block, but may not occur */
#define USED_DISTANCES 30 /**< so have 30 and 31 */
#define MAX_CODE_BITS 15
#define MAX_LENGTH_CODE_BITS 7

/*
 * Decoding tables: the next bits of the input are the index. Codes longer than a table's index bits lead to a
 * second table, indexed by the bits that follow.
 *
 * A second table of k index bits has at least k + 1 codes in it, as its codes are a complete set. So all of
 * them together have at most (symbols / (K + 1) + 1) * 2^K entries, K being the largest k there can be.
 */
#define LITERAL_BITS 11
#define DISTANCE_BITS 9
#define SECOND_TABLES(symbols, bits)                                                                         \
    (((symbols) / (MAX_CODE_BITS - (bits) + 1) + 1) << (MAX_CODE_BITS - (bits)))
#define TABLE_SIZE(symbols, bits) ((1 << (bits)) + SECOND_TABLES(symbols, bits))

/*
 * An entry of a table:
 *
 *     bits  0 to  5   how many bits it takes from the input: its code and its extra bits
 *     bit   6         it is two literals, one after the other
 *     bits  8 to 11   its code alone; nothing where it is two literals
 *     bit  12         it is a literal
 *     bit  13         it is neither literal, length nor distance: one of the next three
 *     bit  14         it leads to a second table, whose index bits stand in 8 to 11
 *     bit  15         it is the end of the block; a bad code has neither 14 nor 15
 *     bits 16 to 31   the literal, and the second from 24 on; the least length or distance, extra bits are added; where a second table begins
 */
#define TAKEN_MASK 0x3fU
#define PAIR_FLAG (1U << 6)
#define CODE_SHIFT 8
#define CODE_MASK 0xfU
#define LITERAL_FLAG (1U << 12)
#define SPECIAL_FLAG (1U << 13)
#define LINK_FLAG (1U << 14)
#define END_FLAG (1U << 15)
#define VALUE_SHIFT 16
#define SECOND_SHIFT 24

/** Section 3.2.5: the entry of a symbol of the literal and length alphabet, or of the distances, without its code. */
uint32_t dn_literal_entry(unsigned symbol);
uint32_t dn_distance_entry(unsigned symbol);

/** Section 3.2.7: the entry of a code length. */
uint32_t dn_code_length_entry(unsigned symbol);

/** A prefix code: for each symbol the length of its code in bits, 0 for none. */
typedef struct dn_prefix_code {
    const uint8_t *lengths;
    unsigned symbols;
    uint32_t (*entry)(unsigned symbol);
    unsigned index_bits;
    bool may_be_single; /**< one code of one bit, the other bit unused, or no code at all: section 3.2.7 */
} dn_prefix_code;

typedef enum dn_code_fault { DN_CODE_OK, DN_CODE_OVER_SUBSCRIBED, DN_CODE_INCOMPLETE } dn_code_fault;

/**
 * Make a code's table.
 *
 * Effect  Fills the first 2^index_bits entries, and behind them the second tables: at most TABLE_SIZE(symbols, index_bits).
 * Errors  What is wrong with the set of lengths; the table is not touched then.
 */
dn_code_fault dn_prefix_code_table(uint32_t *table, const dn_prefix_code *set);

/** Are more than 7 of 8 symbols literals? */
bool dn_mostly_literals(const uint32_t *table, unsigned index_bits);

/** Where the index of a literal has room for another literal's code, make the entry that of both: they are decoded at once. */
void dn_pair_literals(uint32_t *table, unsigned index_bits);

#endif
