#include "capture.h"

#include "cli/option.h"
#include "cli/say.h"

#include <string.h>

#define MAX_ARGUMENTS 8

/** A command with an option of each sort, and what one parse of it made. */
typedef struct parsed {
    uint64_t count;
    const char *text;
    bool flag;
    cli_operands operands;
    char storage[MAX_ARGUMENTS][32];
    char *arguments[MAX_ARGUMENTS];
    bool going_on;
    int exit_code;
    char *output;
    char *errors;
} parsed;

static void parse(parsed *result, const char *const *given, size_t most)
{
    *result = (parsed){.count = 1, .exit_code = -1};
    const cli_option table[] = {
        {.name = "--count", "N", "how many", CLI_COUNT, .target = &result->count, .minimum = 1, .maximum = 9},
        {.name = "--text", "TEXT", "some text", CLI_TEXT, .target = &result->text},
        {.name = "--flag", NULL, "a switch", CLI_FLAG, .target = &result->flag},
    };
    const cli_usage usage = {.command = "try",
                             .operands = "FILE...",
                             .summary = "A command for tests.",
                             .options = table,
                             .option_count = 3,
                             .minimum_operands = 1,
                             .maximum_operands = most};
    size_t count = 0;
    for (; given[count]; count++)
        result->arguments[count] = strcpy(result->storage[count], given[count]);
    capture output = capture_begin(stdout);
    capture errors = capture_begin(stderr);
    result->going_on = cli_parse(&usage, count, result->arguments, &result->operands, &result->exit_code);
    result->errors = capture_end(&errors);
    result->output = capture_end(&output);
}

static void release(parsed *result)
{
    free(result->output);
    free(result->errors);
}

#define PARSE(result, most, ...)                                                                             \
    const char *const given_arguments[] = {__VA_ARGS__, NULL};                                               \
    parsed result;                                                                                           \
    parse(&result, given_arguments, (most))

static void options_may_stand_anywhere(void **state)
{
    (void)state;
    PARSE(result, 9, "a", "--count", "3", "b", "--text=x=y", "--flag", "c");
    assert_true(result.going_on);
    assert_int_equal(result.count, 3);
    assert_string_equal(result.text, "x=y");
    assert_true(result.flag);
    assert_int_equal(result.operands.count, 3);
    assert_string_equal(result.operands.values[0], "a");
    assert_string_equal(result.operands.values[1], "b");
    assert_string_equal(result.operands.values[2], "c");
    assert_string_equal(result.output, "");
    assert_string_equal(result.errors, "");
    release(&result);
}

static void the_last_of_two_counts(void **state)
{
    (void)state;
    PARSE(result, 9, "a", "--count=3", "--count", "4");
    assert_true(result.going_on);
    assert_int_equal(result.count, 4);
    release(&result);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    PARSE(result, 9, "--", "--flag", "-");
    assert_true(result.going_on);
    assert_false(result.flag);
    assert_int_equal(result.operands.count, 2);
    assert_string_equal(result.operands.values[0], "--flag");
    release(&result);
}

static void a_dash_alone_is_a_file(void **state)
{
    (void)state;
    PARSE(result, 9, "-");
    assert_true(result.going_on);
    assert_int_equal(result.operands.count, 1);
    assert_string_equal(result.operands.values[0], "-");
    release(&result);
}

static void a_number_may_be_negative_only_to_be_refused(void **state)
{
    (void)state;
    PARSE(result, 9, "a", "--count", "-3");
    assert_false(result.going_on);
    assert_int_equal(result.exit_code, CLI_EXIT_USAGE);
    assert_string_equal(result.errors,
                        "digitnet: --count: \"-3\" is not such a number: give a whole number from 1 to 9\n");
    release(&result);
}

static void help_goes_to_standard_output(void **state)
{
    (void)state;
    PARSE(result, 9, "--count", "2", "--help", "--nonsense");
    assert_false(result.going_on);
    assert_int_equal(result.exit_code, CLI_EXIT_DONE);
    assert_contains(result.output, "Usage: digitnet try [OPTION]... FILE...\n");
    assert_string_equal(result.errors, "");
    release(&result);
}

/** The run ends with this one line on standard error. */
#define assert_usage_error(line, ...)                                                                        \
    do {                                                                                                     \
        PARSE(result, 1, __VA_ARGS__);                                                                       \
        assert_false(result.going_on);                                                                       \
        assert_int_equal(result.exit_code, CLI_EXIT_USAGE);                                                  \
        assert_string_equal(result.errors, "digitnet: " line "\n");                                          \
        assert_string_equal(result.output, "");                                                              \
        release(&result);                                                                                    \
    } while (0)

static void mistakes_are_named_with_what_to_do(void **state)
{
    (void)state;
    assert_usage_error("--cuont: there is no such option: did you mean --count?", "a", "--cuont", "3");
    assert_usage_error("--hepl: there is no such option: did you mean --help?", "--hepl");
    assert_usage_error("-x: there is no such option: digitnet try --help lists the options", "-x");
    assert_usage_error("--count: its value is missing: give --count N", "a", "--count");
    assert_usage_error("--flag: it takes no value: give --flag alone", "--flag=1", "a");
    assert_usage_error("--text: an empty value: give a name", "--text=", "a");
    assert_usage_error("no file was named: usage: digitnet try [OPTION]... FILE...", "--flag");
    assert_usage_error("b: one argument too many: usage: digitnet try [OPTION]... FILE...", "a", "b");
    assert_usage_error("the name of a file is empty: usage: digitnet try [OPTION]... FILE...", "");
}

static void an_option_is_no_text(void **state)
{
    (void)state;
    assert_usage_error("--text: its value is missing: give --text TEXT", "a", "--text", "--flag");
    PARSE(result, 9, "a", "--text=--flag");
    assert_true(result.going_on);
    assert_string_equal(result.text, "--flag");
    release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_may_stand_anywhere),
        cmocka_unit_test(the_last_of_two_counts),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(a_dash_alone_is_a_file),
        cmocka_unit_test(a_number_may_be_negative_only_to_be_refused),
        cmocka_unit_test(help_goes_to_standard_output),
        cmocka_unit_test(mistakes_are_named_with_what_to_do),
        cmocka_unit_test(an_option_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
