#include "support.h"

#include "core/number.h"

#include <math.h>
#include <string.h>

/* These run in other locales too: see tests/CMakeLists.txt. */

static void numbers_are_written_with_a_point(void **state)
{
    (void)state;
    char text[64];
    assert_int_equal(dn_number_text(text, sizeof text, "%.9g", 0.1), 3);
    assert_string_equal(text, "0.1");
    assert_int_equal(dn_number_text(text, sizeof text, "%.9g", -1234567.5), 10);
    assert_string_equal(text, "-1234567.5");
    assert_int_equal(dn_number_text(text, sizeof text, "%a", 1.0 / 3.0), 20);
    assert_string_equal(text, "0x1.5555555555555p-2");
    assert_int_equal(dn_number_text(text, sizeof text, "%.*e", 2, 1e-300), 9);
    assert_string_equal(text, "1.00e-300");
    assert_int_equal(dn_number_text(text, sizeof text, "%g", 12.0), 2);
    assert_string_equal(text, "12");
    assert_int_equal(dn_number_text(text, sizeof text, "%g", (double)INFINITY), 3);
    assert_string_equal(text, "inf");
}

static void a_text_without_room_is_cut(void **state)
{
    (void)state;
    char text[4] = "xyz";
    dn_number_text(text, 2, "%g", 0.5);
    assert_string_equal(text, "0");
    assert_true(dn_number_text(text, 0, "%g", 0.5) >= 3);
    assert_string_equal(text, "0");
}

static void what_is_written_reads_back_to_the_bit(void **state)
{
    (void)state;
    static const double numbers[] = {0.0,       -0.0,
                                     0.1,       1.0 / 3.0,
                                     -2.5e-310, 4.9406564584124654e-324,
                                     1e300,     12345678,
                                     0.5,       1.7976931348623157e308,
                                     -1e-5};
    static const char *const formats[] = {"%a", "%.17g"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        for (size_t form = 0; form < 2; form++) {
            char text[64];
            double back;
            if (form == 0)
                dn_number_text(text, sizeof text, "%a", numbers[i]);
            else
                dn_number_text(text, sizeof text, "%.17g", numbers[i]);
            if (!dn_number_parse(text, &back) || memcmp(&back, &numbers[i], sizeof back) != 0)
                fail_msg("%s of number %zu does not read back: %s", formats[form], i, text);
        }
    }
}

static void numbers_are_rounded_correctly(void **state)
{
    (void)state;
    double number;
    assert_true(dn_number_parse("9007199254740993", &number) && number == 9007199254740992.0);
    assert_true(dn_number_parse("9007199254740993.0000000000000000000000000000001", &number) &&
                number == 9007199254740994.0);
    assert_true(dn_number_parse("1e-400", &number) && number == 0.0);
    assert_true(dn_number_parse(".5", &number) && number == 0.5);
    assert_true(dn_number_parse("5.", &number) && number == 5.0);
    assert_true(dn_number_parse("+0X1.8P1", &number) && number == 3.0);
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",      ".",       "-",          "1,5",       "0,5",   "1.5.5",
                                        "1.5,5", "1.234,5", " 1",         "1 ",        "1x",    "nan",
                                        "inf",   "e5",      "1e",         "0x",        "1e999", "--1",
                                        "0x1p",  "1'000",   "1\331\2535", "1.000.000", "\n1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        double number;
        if (dn_number_parse(wrong[i], &number))
            fail_msg("\"%s\" is read as %a", wrong[i], number);
    }
}

static void a_number_may_be_long_but_not_endless(void **state)
{
    (void)state;
    char text[DN_NUMBER_MOST_CHARACTERS + 2] = "1.";
    double number;
    memset(text + 2, '0', sizeof text - 3);
    text[DN_NUMBER_MOST_CHARACTERS] = '\0';
    assert_true(dn_number_parse(text, &number) && number == 1.0);
    text[DN_NUMBER_MOST_CHARACTERS] = '0';
    text[DN_NUMBER_MOST_CHARACTERS + 1] = '\0';
    assert_false(dn_number_parse(text, &number));
}

static void a_whole_number_is_digits_alone(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "+1", "-1", " 1", "1 ", "1x", "1.0", "0x1", "18446744073709551616"};
    uint64_t number = 5;
    size_t count = 5;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(dn_number_parse_whole(wrong[i], strlen(wrong[i]), &number));
        assert_false(dn_number_parse_count(wrong[i], &count));
    }
    assert_true(number == 5 && count == 5);
    assert_true(dn_number_parse_whole("18446744073709551615", 20, &number) && number == UINT64_MAX);
    assert_true(dn_number_parse_whole("12,34", 2, &number) && number == 12);
    assert_true(dn_number_parse_count("007", &count) && count == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_with_a_point),
        cmocka_unit_test(a_text_without_room_is_cut),
        cmocka_unit_test(what_is_written_reads_back_to_the_bit),
        cmocka_unit_test(numbers_are_rounded_correctly),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(a_number_may_be_long_but_not_endless),
        cmocka_unit_test(a_whole_number_is_digits_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
