#include "support.h"

#include "cli/option.h"

#include <string.h>

static dn_error error;

static dn_status read_count(const char *text, uint64_t *target)
{
    const cli_option option = {
        .name = "--n", .kind = CLI_COUNT, .target = target, .minimum = 1, .maximum = 100};
    return cli_read_value(&option, text, &error);
}

static void counts_are_whole_numbers_in_their_range(void **state)
{
    (void)state;
    uint64_t count = 7;
    assert_ok(read_count("1", &count));
    assert_int_equal(count, 1);
    assert_ok(read_count("100", &count));
    assert_int_equal(count, 100);
    assert_ok(read_count("007", &count));
    assert_int_equal(count, 7);
}

static void what_is_no_count_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    "0",   "101", "-1",   "+1",  " 1",
                                        "1 ",  "1.0", "1e1", "0x10", "12a", "18446744073709551617",
                                        "1\n", "one"};
    uint64_t count = 42;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(read_count(wrong[i], &count), DN_ERR_ARGUMENT);
        assert_contains(error.problem, wrong[i]);
        assert_contains(error.remedy, "from 1 to 100");
    }
    assert_int_equal(count, 42);
}

static void the_largest_count_fits(void **state)
{
    (void)state;
    uint64_t count = 0;
    const cli_option option = {.name = "--seed", .kind = CLI_COUNT, .target = &count, .maximum = UINT64_MAX};
    assert_ok(cli_read_value(&option, "18446744073709551615", &error));
    assert_true(count == UINT64_MAX);
    assert_int_equal(cli_read_value(&option, "18446744073709551616", &error), DN_ERR_ARGUMENT);
    assert_true(count == UINT64_MAX);
}

static void rates_are_above_zero_and_finite(void **state)
{
    (void)state;
    float rate = 3.0F;
    const cli_option option = {.name = "--lr", .kind = CLI_RATE, .target = &rate};
    static const char *const wrong[] = {"",    "0",  "-0.1", "nan",  "inf", "1e999", "1e-999", "1000.1",
                                        "0,1", "1x", "0x1",  "-inf", "1e",  ".",     " 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(cli_read_value(&option, wrong[i], &error), DN_ERR_ARGUMENT);
    assert_true(rate == 3.0F);
    assert_ok(cli_read_value(&option, "0.1", &error));
    assert_true(rate == 0.1F);
    assert_ok(cli_read_value(&option, "1e-3", &error));
    assert_true(rate == 0.001F);
    assert_ok(cli_read_value(&option, "1000", &error));
    assert_true(rate == 1000.0F);
}

static void widths_are_a_list(void **state)
{
    (void)state;
    cli_widths widths = {.count = 1, .width = {9}};
    const cli_option option = {
        .name = "--hidden", .kind = CLI_WIDTHS, .target = &widths, .minimum = 1, .maximum = 1000};
    static const char *const wrong[] = {"", ",", "1,", ",1", "1,,2", "0", "1001", "1,x", "1, 2", "1;2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(cli_read_value(&option, wrong[i], &error), DN_ERR_ARGUMENT);
    assert_int_equal(widths.count, 1);
    assert_int_equal(widths.width[0], 9);
    assert_ok(cli_read_value(&option, "512,256,1", &error));
    assert_int_equal(widths.count, 3);
    assert_int_equal(widths.width[0], 512);
    assert_int_equal(widths.width[1], 256);
    assert_int_equal(widths.width[2], 1);
}

static void a_list_has_as_many_widths_as_there_is_room_for(void **state)
{
    (void)state;
    char list[2 * (CLI_MAX_WIDTHS + 1)] = "";
    cli_widths widths = {0};
    const cli_option option = {
        .name = "--hidden", .kind = CLI_WIDTHS, .target = &widths, .minimum = 1, .maximum = 9};
    for (size_t i = 0; i < CLI_MAX_WIDTHS; i++)
        strcat(list, i == 0 ? "1" : ",1");
    assert_ok(cli_read_value(&option, list, &error));
    assert_int_equal(widths.count, CLI_MAX_WIDTHS);
    strcat(list, ",1");
    assert_int_equal(cli_read_value(&option, list, &error), DN_ERR_ARGUMENT);
}

static void a_share_is_a_number_of_images_or_a_fraction(void **state)
{
    (void)state;
    cli_share share = {0};
    const cli_option option = {.name = "--valid", .kind = CLI_SHARE, .target = &share};
    assert_ok(cli_read_value(&option, "1000", &error));
    assert_false(share.is_fraction);
    assert_int_equal(share.count, 1000);
    assert_ok(cli_read_value(&option, "0.25", &error));
    assert_true(share.is_fraction);
    assert_true(share.fraction == 0.25);
    assert_ok(cli_read_value(&option, "0", &error));
    assert_false(share.is_fraction);
    static const char *const wrong[] = {"", "1.0", "0.0", "-1", "1.5", "nan", "5%"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(cli_read_value(&option, wrong[i], &error), DN_ERR_ARGUMENT);
    assert_int_equal(share.count, 0);
}

static void a_text_is_not_empty(void **state)
{
    (void)state;
    const char *text = "before";
    const cli_option option = {.name = "--data", .kind = CLI_TEXT, .target = &text};
    assert_int_equal(cli_read_value(&option, "", &error), DN_ERR_ARGUMENT);
    assert_string_equal(text, "before");
    assert_ok(cli_read_value(&option, "a folder", &error));
    assert_string_equal(text, "a folder");
}

/** Read text, write it again. */
static void assert_written_as(cli_kind kind, const char *given, const char *expected)
{
    union {
        uint64_t count;
        float rate;
        cli_widths widths;
        cli_share share;
        const char *text;
    } target;
    char text[64];
    memset(&target, 0, sizeof target);
    const cli_option option = {
        .name = "--x", .kind = kind, .target = &target, .minimum = 0, .maximum = UINT64_MAX};
    assert_ok(cli_read_value(&option, given, &error));
    assert_string_equal(cli_value_text(&option, text, sizeof text), expected);
}

static void values_are_written_as_they_would_be_given(void **state)
{
    (void)state;
    assert_written_as(CLI_COUNT, "18446744073709551615", "18446744073709551615");
    assert_written_as(CLI_RATE, "0.1", "0.1");
    assert_written_as(CLI_RATE, "1e-3", "0.001");
    assert_written_as(CLI_RATE, "1e1", "10");
    assert_written_as(CLI_RATE, "200", "200");
    assert_written_as(CLI_RATE, "1e-5", "1e-05");
    assert_written_as(CLI_RATE, "0.333333343", "0.33333334");
    assert_written_as(CLI_WIDTHS, "512,256", "512,256");
    assert_written_as(CLI_SHARE, "0.05", "0.05");
    assert_written_as(CLI_SHARE, "500", "500");
    assert_written_as(CLI_TEXT, "some text", "some text");
}

static void an_unset_text_is_empty(void **state)
{
    (void)state;
    const char *unset = NULL;
    char text[8] = "x";
    const cli_option option = {.name = "--data", .kind = CLI_TEXT, .target = &unset};
    assert_string_equal(cli_value_text(&option, text, sizeof text), "");
}

static void a_written_rate_reads_back_as_the_same_float(void **state)
{
    (void)state;
    const float rates[] = {0.1F, 0.3F, 1.0F / 3.0F, 1e-7F, 123.456F, 999.99994F, 0.05F, 1e-38F};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        float rate = rates[i];
        char text[32];
        const cli_option option = {.name = "--lr", .kind = CLI_RATE, .target = &rate};
        cli_value_text(&option, text, sizeof text);
        rate = 0.0F;
        assert_ok(cli_read_value(&option, text, &error));
        assert_true(rate == rates[i]);
    }
}

static void digits_are_a_list_of_classes(void **state)
{
    (void)state;
    dn_classes classes = dn_classes_all();
    char text[64];
    const cli_option option = {.name = "--classes", .kind = CLI_DIGITS, .target = &classes};
    assert_string_equal(cli_value_text(&option, text, sizeof text), "0,1,2,3,4,5,6,7,8,9");
    assert_ok(cli_read_value(&option, "7,3", &error));
    assert_int_equal(classes.count, 2);
    assert_int_equal(classes.digit[0], 7);
    assert_int_equal(cli_read_value(&option, "7,7", &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "7,7");
    assert_string_equal(cli_value_text(&option, text, sizeof text), "7,3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_whole_numbers_in_their_range),
        cmocka_unit_test(what_is_no_count_is_refused_and_changes_nothing),
        cmocka_unit_test(the_largest_count_fits),
        cmocka_unit_test(rates_are_above_zero_and_finite),
        cmocka_unit_test(widths_are_a_list),
        cmocka_unit_test(a_list_has_as_many_widths_as_there_is_room_for),
        cmocka_unit_test(a_share_is_a_number_of_images_or_a_fraction),
        cmocka_unit_test(a_text_is_not_empty),
        cmocka_unit_test(values_are_written_as_they_would_be_given),
        cmocka_unit_test(an_unset_text_is_empty),
        cmocka_unit_test(a_written_rate_reads_back_as_the_same_float),
        cmocka_unit_test(digits_are_a_list_of_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
