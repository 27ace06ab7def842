#include "support.h"

#include "export/protobuf.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;

#define assert_bytes(text, ...)                                                                              \
    expect_bytes((text), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void expect_bytes(dn_text *text, const uint8_t *expected, size_t size)
{
    dn_bytes bytes;
    assert_ok(dn_text_take(text, &bytes));
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data, expected, size);
    dn_bytes_free(&bytes);
}

/* The examples of the specification. */
static void the_examples_of_the_specification(void **state)
{
    (void)state;
    dn_text text = {.error = &error};
    dn_protobuf_number(&text, 1, 150);
    assert_bytes(&text, 0x08, 0x96, 0x01);
    dn_protobuf_string(&text, 2, "testing");
    assert_bytes(&text, 0x12, 0x07, 't', 'e', 's', 't', 'i', 'n', 'g');
    const size_t begin = dn_protobuf_begin(&text, 3);
    dn_protobuf_number(&text, 1, 150);
    dn_protobuf_end(&text, begin);
    assert_bytes(&text, 0x1a, 0x03, 0x08, 0x96, 0x01);
}

static void numbers_have_seven_bits_a_byte(void **state)
{
    (void)state;
    dn_text text = {.error = &error};
    dn_protobuf_number(&text, 1, 0);
    assert_bytes(&text, 0x08, 0x00);
    dn_protobuf_number(&text, 1, 127);
    assert_bytes(&text, 0x08, 0x7f);
    dn_protobuf_number(&text, 1, 128);
    assert_bytes(&text, 0x08, 0x80, 0x01);
    dn_protobuf_number(&text, 20, 16384);
    assert_bytes(&text, 0xa0, 0x01, 0x80, 0x80, 0x01);
    dn_protobuf_number(&text, 1, UINT64_MAX);
    assert_bytes(&text, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
}

/** A message in a message, whose lengths take one byte, two or three, keeps its bytes in their order. */
static void lengths_are_inserted_before_what_they_measure(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,     1,     123,   124,   125,   126,   127,  128,
                                   16379, 16380, 16381, 16382, 16383, 16384, 20000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t content[20000];
        dn_bytes bytes;
        dn_text text = {.error = &error};
        for (size_t j = 0; j < sizes[i]; j++)
            content[j] = (uint8_t)(j * 7 + j / 251);
        const size_t outer = dn_protobuf_begin(&text, 1);
        const size_t inner = dn_protobuf_begin(&text, 2);
        dn_text_put(&text, content, sizes[i]);
        dn_protobuf_end(&text, inner);
        dn_protobuf_end(&text, outer);
        assert_ok(dn_text_take(&text, &bytes));
        size_t at = 0;
        for (unsigned field = 1; field <= 2; field++) {
            size_t length = 0;
            assert_int_equal(bytes.data[at++], field << 3 | 2);
            for (unsigned shift = 0;; shift += 7) {
                length |= (size_t)(bytes.data[at] & 0x7f) << shift;
                if ((bytes.data[at++] & 0x80) == 0)
                    break;
            }
            assert_int_equal(length, bytes.size - at);
        }
        assert_int_equal(bytes.size - at, sizes[i]);
        assert_memory_equal(bytes.data + at, content, sizes[i]);
        dn_bytes_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_specification),
        cmocka_unit_test(numbers_have_seven_bits_a_byte),
        cmocka_unit_test(lengths_are_inserted_before_what_they_measure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
