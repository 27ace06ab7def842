#include "support.h"

#include "core/memory.h"
#include "io/json.h"

#include <stdio.h>
#include <string.h>

static dn_error error;

static dn_json begin(const char *text)
{
    return dn_json_begin(text, strlen(text));
}

/** The JSON text is one string, and this is it. */
static void assert_string(const char *text, const char *expected)
{
    dn_json json = begin(text);
    char *string;
    assert_ok(dn_json_string(&json, &string, &error));
    assert_string_equal(string, expected);
    assert_ok(dn_json_end(&json, &error));
    dn_release(string);
}

static void assert_no_string(const char *text, const char *problem)
{
    dn_json json = begin(text);
    char *string;
    assert_int_equal(dn_json_string(&json, &string, &error), DN_ERR_FORMAT);
    assert_null(string);
    assert_contains(error.problem, problem);
}

static void strings_lose_their_quotes_and_escapes(void **state)
{
    (void)state;
    assert_string("\"\"", "");
    assert_string(" \n\t\r\"a b\" ", "a b");
    assert_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    assert_string("\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac");
    assert_string("\"\\u007f\\u0080\"", "\x7f\xc2\x80"); /* the last of one byte, and the first of two */
    assert_string("\"\\u07ff\\u0800\"", "\xdf\xbf\xe0\xa0\x80");
    assert_string("\"\\uffff\"", "\xef\xbf\xbf");
    assert_string("\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80");
    assert_string("\"\\ud800\\udc00\"", "\xf0\x90\x80\x80"); /* the first pair, and the last */
    assert_string("\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf");
    assert_string("\"\xc3\xa9\xf0\x9f\x98\x80\"", "\xc3\xa9\xf0\x9f\x98\x80");
}

/** Longer than the blocks that memory comes in: a sanitizer sees where it is too little. */
static void an_escaped_quote_is_not_the_end(void **state)
{
    (void)state;
    char text[200];
    char expected[200];
    const int length = 150;
    snprintf(text, sizeof text, "\"\\\"%0*d\"", length, 0);
    snprintf(expected, sizeof expected, "\"%0*d", length, 0);
    assert_string(text, expected);
}

static void strings_that_are_not_right_are_refused_with_the_offset(void **state)
{
    (void)state;
    assert_no_string("", "byte 0 of the JSON: '\"' expected, the end found");
    assert_no_string("12", "byte 0 of the JSON: '\"' expected, '1' found");
    assert_no_string("\"abc", "byte 4");
    assert_no_string("\"abc\\", "byte 5");
    assert_no_string("\"abc\\\"", "byte 6");
    assert_no_string("\"a\nb\"", "byte 2 of the JSON: the rest of a string expected, byte 0x0a found");
    assert_no_string("\"\\x41\"", "byte 2 of the JSON: an escape");
    assert_no_string("\"\\u00g0\"", "byte 5 of the JSON: a hexadecimal digit expected, 'g' found");
    assert_no_string("\"\\u00 0\"", "byte 5 of the JSON: a hexadecimal digit expected, ' ' found");
    assert_no_string("\"\\u00~0\"", "byte 5 of the JSON: a hexadecimal digit expected, '~' found");
    assert_no_string("\"\\u00\x7f\"", "byte 5 of the JSON: a hexadecimal digit expected, byte 0x7f found");
    assert_no_string("\"\\u00", "byte 5");
    assert_no_string("\"\\u0000\"", "byte 3 of the JSON: a NUL character");
    assert_no_string("\"\\ud83d\"", "half a surrogate pair");
    assert_no_string("\"\\ud83dx\"", "half a surrogate pair");
    assert_no_string("\"\\ud83d\\u", "byte 9 of the JSON: a hexadecimal digit expected");
    assert_no_string("\"\\ud83d\\u0041\"", "half a surrogate pair");
    assert_no_string("\"\\ud83d\\udbff\"", "half a surrogate pair");
    assert_no_string("\"\\ud83d\\ue000\"", "half a surrogate pair");
    assert_no_string("\"\\ud83d\\u00g0\"", "byte 11 of the JSON: a hexadecimal digit expected, 'g' found");
    assert_no_string("\"\\ude00\"", "half a surrogate pair");
    assert_no_string("\"\\ude00\\ude00\"", "half a surrogate pair");
    assert_no_string("\"\xff\"", "byte 1 of the JSON: UTF-8 expected, byte 0xff found");
}

static void utf8_is_what_rfc_3629_allows(void **state)
{
    (void)state;
    assert_true(dn_utf8_valid(""));
    assert_true(dn_utf8_valid(
        "a\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
    static const char *const wrong[] = {
        "\x80",         "\xc0\x80",         "\xc1\xbf",         "\xc2",
        "\xc2\x41",     "\xe0\x9f\xbf",     "\xed\xa0\x80",     "\xe2\x82",
        "\xe2\x82\x41", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xf0\x90\x80"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(dn_utf8_valid(wrong[i]));
    assert_int_equal(dn_utf8_length((const uint8_t *)"", 0), 0);
}

static void assert_no_number(const char *text, const char *problem)
{
    dn_json json = begin(text);
    uint64_t number;
    assert_int_equal(dn_json_unsigned(&json, &number, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, problem);
}

static void numbers_are_unsigned_integers_up_to_64_bits(void **state)
{
    (void)state;
    uint64_t number;
    dn_json json = begin("0");
    assert_ok(dn_json_unsigned(&json, &number, &error));
    assert_int_equal(number, 0);
    json = begin(" 18446744073709551615 ");
    assert_ok(dn_json_unsigned(&json, &number, &error));
    assert_true(number == UINT64_MAX);
    assert_ok(dn_json_end(&json, &error));
    assert_no_number("18446744073709551616", "byte 0 of the JSON: a number above 2^64 - 1");
    assert_no_number("99999999999999999999999", "above 2^64 - 1");
    assert_no_number("-1", "an unsigned integer expected, '-' found");
    assert_no_number("007", "leading zeros");
    assert_no_number("1.0", "byte 1 of the JSON: an integer expected, '.' found");
    assert_no_number("1e3", "an integer expected, 'e' found");
    assert_no_number("", "an unsigned integer expected, the end found");
}

/** Walk through {"KEY": [NUMBER, ...], ...}; adds up the numbers. */
static dn_status walk(const char *text, uint64_t *sum)
{
    dn_json json = begin(text);
    bool more;
    dn_status status = dn_json_enter(&json, '{', &error);
    if (status == DN_OK)
        status = dn_json_next(&json, &more, &error);
    while (status == DN_OK && more) {
        char *key;
        status = dn_json_key(&json, &key, &error);
        dn_release(key);
        if (status == DN_OK)
            status = dn_json_enter(&json, '[', &error);
        if (status == DN_OK)
            status = dn_json_next(&json, &more, &error);
        while (status == DN_OK && more) {
            uint64_t number;
            status = dn_json_unsigned(&json, &number, &error);
            *sum += number;
            if (status == DN_OK)
                status = dn_json_next(&json, &more, &error);
        }
        if (status == DN_OK)
            status = dn_json_next(&json, &more, &error);
    }
    return status == DN_OK ? dn_json_end(&json, &error) : status;
}

static void objects_and_arrays_are_walked(void **state)
{
    (void)state;
    uint64_t sum = 0;
    assert_ok(walk("{}", &sum));
    assert_ok(walk(" { \"a\" : [ 1 , 2 ] , \"b\" : [ ] , \"c\":[4]} ", &sum));
    assert_int_equal(sum, 7);
}

static void commas_and_brackets_must_be_where_they_belong(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "[",
                                        "{",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":[1]",
                                        "{\"a\":[1}",
                                        "{\"a\":[1]]",
                                        "{\"a\":[1,]}",
                                        "{\"a\":[,1]}",
                                        "{\"a\":[1 2]}",
                                        "{\"a\":[1],}",
                                        "{,}",
                                        "{\"a\":[1]\"b\":[2]}",
                                        "{\"a\":[1]}}",
                                        "{\"a\":[1]} x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint64_t sum = 0;
        assert_int_equal(walk(wrong[i], &sum), DN_ERR_FORMAT);
    }
    assert_contains(error.problem, "byte 10 of the JSON: the end expected, 'x' found");
    uint64_t sum = 0;
    assert_int_equal(walk("{\"a\":[1 2]}", &sum), DN_ERR_FORMAT);
    assert_contains(error.problem, "byte 8 of the JSON: ',' or ']' expected, '2' found");
    assert_int_equal(walk("{\"a\":[1]\"b\":[2]}", &sum), DN_ERR_FORMAT);
    assert_contains(error.problem, "byte 8 of the JSON: ',' or '}' expected, '\"' found");
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    dn_json json = begin("[[[[[[[[[");
    for (int depth = 0; depth < DN_JSON_MAX_DEPTH; depth++)
        assert_ok(dn_json_enter(&json, '[', &error));
    assert_int_equal(dn_json_enter(&json, '[', &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "byte 8 of the JSON: nested more than 8 deep");
}

static void texts_grow_and_strings_are_escaped(void **state)
{
    (void)state;
    dn_json_text text = {0};
    assert_ok(dn_json_put(&text, "[", &error));
    assert_ok(dn_json_put_string(&text, "a\"\\\b\f\n\r\t\x01\x1f !\x7f/\xc3\xa9", &error));
    assert_ok(dn_json_put(&text, ",", &error));
    assert_ok(dn_json_put_unsigned(&text, UINT64_MAX, &error));
    static const char expected[] =
        "[\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f !\x7f/\xc3\xa9\",18446744073709551615";
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.data, expected, text.length);
    for (int i = 0; i < 1000; i++)
        assert_ok(dn_json_put(&text, "xyz", &error));
    assert_int_equal(text.length, strlen(expected) + 3000);
    assert_memory_equal(text.data + text.length - 3, "xyz", 3);
    dn_json_text_free(&text);
    assert_null(text.data);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    char all[256];
    for (int i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    strcpy(all + 127, "\xe2\x82\xac");
    dn_json_text text = {0};
    assert_ok(dn_json_put_string(&text, all, &error));
    dn_json json = dn_json_begin(text.data, text.length);
    char *string;
    assert_ok(dn_json_string(&json, &string, &error));
    assert_string_equal(string, all);
    dn_release(string);
    dn_json_text_free(&text);
}

static void a_text_longer_than_memory_is_refused(void **state)
{
    (void)state;
    dn_json_text text = {.length = SIZE_MAX - 2};
    assert_int_equal(dn_json_put(&text, "xyz", &error), DN_ERR_MEMORY);
    text.length = SIZE_MAX / 2;
    assert_int_equal(dn_json_put(&text, "x", &error), DN_ERR_MEMORY);
    assert_int_equal(text.length, SIZE_MAX / 2);
    assert_null(text.data);
}

static void a_code_point_is_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        uint32_t code;
    } cases[] = {{"A", 1, 'A'},
                 {"\x7f", 1, 0x7F},
                 {"\xc2\x80", 2, 0x80},
                 {"\xdf\xbf", 2, 0x7FF},
                 {"\xe0\xa0\x80", 3, 0x800},
                 {"\xef\xbf\xbf", 3, 0xFFFF},
                 {"\xf0\x90\x80\x80", 4, 0x10000},
                 {"\xf4\x8f\xbf\xbf", 4, 0x10FFFF},
                 {"\x80", 0, 0},
                 {"\xc2", 0, 0},
                 {"", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t code = 1;
        const uint8_t *bytes = (const uint8_t *)cases[i].bytes;
        assert_int_equal(dn_utf8_decode(bytes, strlen(cases[i].bytes), &code), cases[i].length);
        assert_int_equal(code, cases[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_point_is_decoded),
        cmocka_unit_test(strings_lose_their_quotes_and_escapes),
        cmocka_unit_test(an_escaped_quote_is_not_the_end),
        cmocka_unit_test(strings_that_are_not_right_are_refused_with_the_offset),
        cmocka_unit_test(utf8_is_what_rfc_3629_allows),
        cmocka_unit_test(numbers_are_unsigned_integers_up_to_64_bits),
        cmocka_unit_test(objects_and_arrays_are_walked),
        cmocka_unit_test(commas_and_brackets_must_be_where_they_belong),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(texts_grow_and_strings_are_escaped),
        cmocka_unit_test(a_text_longer_than_memory_is_refused),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
