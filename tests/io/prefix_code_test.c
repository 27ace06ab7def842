#include "support.h"

#include "io/prefix_code.h"

#define INDEX_BITS 2
#define UNTOUCHED 0xdeadbeefU

static uint32_t table[TABLE_SIZE(LITERAL_SYMBOLS, INDEX_BITS)];

static dn_code_fault make_table(const uint8_t *lengths, unsigned symbols, bool may_be_single)
{
    const dn_prefix_code code = {lengths, symbols, dn_code_length_entry, INDEX_BITS, may_be_single};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        table[i] = UNTOUCHED;
    return dn_prefix_code_table(table, &code);
}

/** The entry says: this symbol, whose code has so many bits. */
static void assert_entry(uint32_t entry, unsigned symbol, unsigned bits)
{
    assert_int_equal(entry, symbol << VALUE_SHIFT | LITERAL_FLAG | bits << CODE_SHIFT | bits);
}

/** The example of section 3.2.2 with two symbols less: 0 is A, 10 is B, 110 C and 111 D; an index has a code's first bit lowest. */
static void codes_stand_at_every_index_that_begins_with_them(void **state)
{
    (void)state;
    static const uint8_t lengths[] = {1, 2, 3, 3};
    assert_int_equal(make_table(lengths, 4, false), DN_CODE_OK);
    assert_entry(table[0], 0, 1);                                                      /* 00 */
    assert_entry(table[2], 0, 1);                                                      /* 01 */
    assert_entry(table[1], 1, 2);                                                      /* 10 */
    assert_int_equal(table[3] & (SPECIAL_FLAG | LINK_FLAG), SPECIAL_FLAG | LINK_FLAG); /* 11 */
    assert_int_equal(table[3] >> CODE_SHIFT & CODE_MASK, 1);
    assert_int_equal(table[3] >> VALUE_SHIFT, 1 << INDEX_BITS);
    assert_entry(table[4], 2, 1);
    assert_entry(table[5], 3, 1);
    assert_int_equal(table[6], UNTOUCHED);
}

static void second_tables_are_as_deep_as_their_longest_code(void **state)
{
    (void)state;
    static const uint8_t lengths[] = {2, 3, 3, 2, 3, 4, 4};
    assert_int_equal(make_table(lengths, 7, false), DN_CODE_OK);
    assert_entry(table[0], 0, 2);                            /* 00 */
    assert_entry(table[2], 3, 2);                            /* 01 */
    assert_int_equal(table[1] >> CODE_SHIFT & CODE_MASK, 1); /* 10: three bits each */
    assert_int_equal(table[3] >> CODE_SHIFT & CODE_MASK, 2); /* 11: three bits, and four */
    assert_entry(table[(table[1] >> VALUE_SHIFT) + 0], 1, 1);
    assert_entry(table[(table[1] >> VALUE_SHIFT) + 1], 2, 1);
    assert_entry(table[(table[3] >> VALUE_SHIFT) + 0], 4, 1); /* 110, whatever follows */
    assert_entry(table[(table[3] >> VALUE_SHIFT) + 2], 4, 1);
    assert_entry(table[(table[3] >> VALUE_SHIFT) + 1], 5, 2);
    assert_entry(table[(table[3] >> VALUE_SHIFT) + 3], 6, 2);
    assert_int_equal(table[(1 << INDEX_BITS) + 2 + 4], UNTOUCHED);
}

static void sets_of_lengths_that_are_no_code_are_told(void **state)
{
    (void)state;
    static const uint8_t too_many[] = {1, 1, 1};
    static const uint8_t too_few[] = {1, 2};
    static const uint8_t single[] = {0, 1, 0};
    static const uint8_t single_of_two_bits[] = {0, 2, 0};
    static const uint8_t none[] = {0, 0};
    assert_int_equal(make_table(too_many, 3, true), DN_CODE_OVER_SUBSCRIBED);
    assert_int_equal(make_table(too_few, 2, true), DN_CODE_INCOMPLETE);
    assert_int_equal(make_table(single_of_two_bits, 3, true), DN_CODE_INCOMPLETE);
    assert_int_equal(make_table(none, 2, false), DN_CODE_INCOMPLETE);
    assert_int_equal(make_table(single, 3, false), DN_CODE_INCOMPLETE);
    assert_int_equal(table[0], UNTOUCHED);
    assert_int_equal(make_table(single, 3, true), DN_CODE_OK);
    assert_entry(table[0], 1, 1);
    assert_entry(table[2], 1, 1);
    assert_int_equal(table[1], SPECIAL_FLAG);
    assert_int_equal(make_table(none, 2, true), DN_CODE_OK);
    assert_int_equal(table[0], SPECIAL_FLAG);
}

/** Section 3.2.5. */
static void symbols_mean_what_the_specification_says(void **state)
{
    (void)state;
    assert_int_equal(dn_literal_entry('a'), 'a' << VALUE_SHIFT | LITERAL_FLAG);
    assert_int_equal(dn_literal_entry(256), SPECIAL_FLAG | END_FLAG);
    assert_int_equal(dn_literal_entry(257), 3 << VALUE_SHIFT);
    assert_int_equal(dn_literal_entry(265), 11 << VALUE_SHIFT | 1);
    assert_int_equal(dn_literal_entry(284), 227 << VALUE_SHIFT | 5);
    assert_int_equal(dn_literal_entry(285), 258 << VALUE_SHIFT);
    assert_int_equal(dn_literal_entry(286), SPECIAL_FLAG);
    assert_int_equal(dn_distance_entry(0), 1 << VALUE_SHIFT);
    assert_int_equal(dn_distance_entry(3), 4 << VALUE_SHIFT);
    assert_int_equal(dn_distance_entry(4), 5 << VALUE_SHIFT | 1);
    assert_int_equal(dn_distance_entry(29), 24577 << VALUE_SHIFT | 13);
    assert_int_equal(dn_distance_entry(30), SPECIAL_FLAG);
}

static void two_literals_share_an_entry_where_both_codes_fit_the_index(void **state)
{
    (void)state;
    enum { BITS = 4 };
    const uint8_t lengths[] = {1, 2, 4, 4, 3}; /* codes 0, 10, 1110, 1111, 110 */
    const dn_prefix_code code = {lengths, 5, dn_literal_entry, BITS, false};
    uint32_t paired[1 << BITS];
    assert_int_equal(dn_prefix_code_table(paired, &code), DN_CODE_OK);
    assert_true(dn_mostly_literals(paired, BITS));
    dn_pair_literals(paired, BITS);
    static const struct {
        unsigned index, first, second, taken; /* the index has its codes from the lowest bit on */
    } pairs[] = {{0, 0, 0, 2}, {2, 0, 1, 3}, {1, 1, 0, 3}, {5, 1, 1, 4}, {6, 0, 4, 4}, {3, 4, 0, 4}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const uint32_t entry = paired[pairs[i].index];
        assert_int_equal(entry & (LITERAL_FLAG | PAIR_FLAG | SPECIAL_FLAG), LITERAL_FLAG | PAIR_FLAG);
        assert_int_equal(entry & TAKEN_MASK, pairs[i].taken);
        assert_int_equal(entry >> VALUE_SHIFT & UINT8_MAX, pairs[i].first);
        assert_int_equal(entry >> SECOND_SHIFT, pairs[i].second);
    }
    assert_entry(paired[7], 2, 4); /* 1110 leaves no room */
    assert_entry(paired[15], 3, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_stand_at_every_index_that_begins_with_them),
        cmocka_unit_test(second_tables_are_as_deep_as_their_longest_code),
        cmocka_unit_test(sets_of_lengths_that_are_no_code_are_told),
        cmocka_unit_test(symbols_mean_what_the_specification_says),
        cmocka_unit_test(two_literals_share_an_entry_where_both_codes_fit_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
