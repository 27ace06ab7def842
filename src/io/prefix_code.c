#include "io/prefix_code.h"

static uint32_t entry_of(unsigned value, unsigned extra_bits, uint32_t flags)
{
    return (uint32_t)value << VALUE_SHIFT | extra_bits | flags;
}

uint32_t dn_literal_entry(unsigned symbol)
{
    static const uint16_t base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t extra_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                         2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    if (symbol < END_OF_BLOCK)
        return entry_of(symbol, 0, LITERAL_FLAG);
    if (symbol == END_OF_BLOCK)
        return SPECIAL_FLAG | END_FLAG;
    if (symbol >= USED_LITERALS)
        return SPECIAL_FLAG;
    return entry_of(base[symbol - FIRST_LENGTH], extra_bits[symbol - FIRST_LENGTH], 0);
}

uint32_t dn_distance_entry(unsigned symbol)
{
    static const uint16_t base[] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                    33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    if (symbol >= USED_DISTANCES)
        return SPECIAL_FLAG;
    return entry_of(base[symbol], symbol < 4 ? 0 : symbol / 2 - 1, 0);
}

uint32_t dn_code_length_entry(unsigned symbol)
{
    return entry_of(symbol, 0, LITERAL_FLAG);
}

/** Section 3.2.2: count the codes of each length, check that they fit, and find the first of each length. */
static dn_code_fault assign_codes(const dn_prefix_code *set, unsigned next_code[MAX_CODE_BITS + 1])
{
    unsigned counts[MAX_CODE_BITS + 1] = {0};
    for (unsigned symbol = 0; symbol < set->symbols; symbol++)
        counts[set->lengths[symbol]]++;
    const unsigned used = set->symbols - counts[0];
    counts[0] = 0;
    unsigned first = 0;
    for (unsigned length = 1; length <= MAX_CODE_BITS; length++) {
        first = (first + counts[length - 1]) << 1;
        next_code[length] = first;
        if (first + counts[length] > 1U << length)
            return DN_CODE_OVER_SUBSCRIBED;
    }
    const bool complete = first + counts[MAX_CODE_BITS] == 1U << MAX_CODE_BITS;
    const bool single = used == 0 || (used == 1 && counts[1] == 1);
    return complete || (set->may_be_single && single) ? DN_CODE_OK : DN_CODE_INCOMPLETE;
}

/** A code comes from its highest bit, an index from its lowest. */
static unsigned reverse_bits(unsigned value, unsigned count)
{
    unsigned reversed = 0;
    for (unsigned i = 0; i < count; i++, value >>= 1)
        reversed = reversed << 1 | (value & 1);
    return reversed;
}

/** Enter one code at every index that begins with it. */
static void fill_table(uint32_t *table, unsigned index_bits, unsigned index, unsigned code_bits,
                       uint32_t entry)
{
    entry += code_bits; /* the extra bits stand there already */
    entry |= code_bits << CODE_SHIFT;
    for (; index < 1U << index_bits; index += 1U << code_bits)
        table[index] = entry;
}

/** Give each first index of long codes a second table, as deep as the longest of them wants. */
static void link_second_tables(uint32_t *table, const dn_prefix_code *set, const uint16_t *indices)
{
    const unsigned mask = (1U << set->index_bits) - 1;
    uint8_t depth[1 << LITERAL_BITS] = {0};
    for (unsigned symbol = 0; symbol < set->symbols; symbol++) {
        const unsigned length = set->lengths[symbol];
        if (length > set->index_bits && length - set->index_bits > depth[indices[symbol] & mask])
            depth[indices[symbol] & mask] = (uint8_t)(length - set->index_bits);
    }
    unsigned begin = 1U << set->index_bits;
    for (unsigned index = 0; index <= mask; index++) {
        if (depth[index] == 0)
            continue;
        table[index] = entry_of(begin, set->index_bits, SPECIAL_FLAG | LINK_FLAG) | (uint32_t)depth[index]
                                                                                        << CODE_SHIFT;
        begin += 1U << depth[index];
    }
}

dn_code_fault dn_prefix_code_table(uint32_t *table, const dn_prefix_code *set)
{
    unsigned next_code[MAX_CODE_BITS + 1];
    uint16_t indices[LITERAL_SYMBOLS];
    bool has_long_codes = false;
    const dn_code_fault fault = assign_codes(set, next_code);
    if (fault != DN_CODE_OK)
        return fault;
    for (unsigned index = 0; index < 1U << set->index_bits; index++)
        table[index] = SPECIAL_FLAG; /* what a single code leaves is a bad code */
    for (unsigned symbol = 0; symbol < set->symbols; symbol++) {
        const unsigned length = set->lengths[symbol];
        indices[symbol] = (uint16_t)reverse_bits(next_code[length]++, length);
        has_long_codes = has_long_codes || length > set->index_bits;
        if (length != 0 && length <= set->index_bits)
            fill_table(table, set->index_bits, indices[symbol], length, set->entry(symbol));
    }
    if (!has_long_codes)
        return DN_CODE_OK;
    link_second_tables(table, set, indices);
    for (unsigned symbol = 0; symbol < set->symbols; symbol++) {
        const unsigned length = set->lengths[symbol];
        if (length <= set->index_bits)
            continue;
        const uint32_t link = table[indices[symbol] & ((1U << set->index_bits) - 1)];
        fill_table(table + (link >> VALUE_SHIFT), link >> CODE_SHIFT & CODE_MASK,
                   (unsigned)indices[symbol] >> set->index_bits, length - set->index_bits,
                   set->entry(symbol));
    }
    return DN_CODE_OK;
}

/** A symbol has as many entries as it is probable. */
bool dn_mostly_literals(const uint32_t *table, unsigned index_bits)
{
    const uint32_t entries = 1U << index_bits;
    uint32_t literals = 0;
    for (uint32_t index = 0; index < entries; index++)
        literals += (table[index] & LITERAL_FLAG) != 0;
    return literals > entries - entries / 8;
}

/** From the last index down: the entry of the second literal, at a lower index or the same, is still that of one. */
void dn_pair_literals(uint32_t *table, unsigned index_bits)
{
    for (uint32_t index = 1U << index_bits; index-- > 0;) {
        const uint32_t first = table[index];
        if ((first & LITERAL_FLAG) == 0)
            continue;
        const uint32_t second = table[index >> (first & TAKEN_MASK)];
        const uint32_t taken = (first & TAKEN_MASK) + (second & TAKEN_MASK);
        if ((second & LITERAL_FLAG) != 0 && taken <= index_bits)
            table[index] = LITERAL_FLAG | PAIR_FLAG | taken | (first >> VALUE_SHIFT) << VALUE_SHIFT |
                           (second >> VALUE_SHIFT) << SECOND_SHIFT;
    }
}
