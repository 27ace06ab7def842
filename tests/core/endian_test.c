#include "support.h"

#include "core/endian.h"

static const uint8_t bytes[] = {0x01, 0x02, 0x03, 0x84, 0x05, 0x06, 0x07, 0xf8};

static void numbers_are_loaded_in_either_order(void **state)
{
    (void)state;
    assert_int_equal(dn_load_big32(bytes), 0x01020384);
    assert_int_equal(dn_load_little32(bytes), 0x84030201);
    assert_true(dn_load_little64(bytes) == UINT64_C(0xf807060584030201));
    assert_int_equal(dn_load_big32(bytes + 4), 0x050607f8);
}

static void what_is_stored_is_loaded_again(void **state)
{
    (void)state;
    uint8_t stored[4];
    dn_store_big32(stored, 0x01020384);
    assert_memory_equal(stored, bytes, sizeof stored);
    dn_store_little32(stored, 0x84030201);
    assert_memory_equal(stored, bytes, sizeof stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_loaded_in_either_order),
        cmocka_unit_test(what_is_stored_is_loaded_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
