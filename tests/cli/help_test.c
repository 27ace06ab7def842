#include "capture.h"

#include "cli/train_options.h"

#include <string.h>

static char *help_of(const cli_usage *usage)
{
    capture caught = capture_begin(stdout);
    cli_print_help(usage);
    return capture_end(&caught);
}

static char *help_of_train(train_options *options, cli_option table[TRAIN_OPTION_COUNT])
{
    *options = train_defaults();
    train_option_table(options, table);
    const cli_usage usage = {
        .command = "train", .summary = "Learn.", .options = table, .option_count = TRAIN_OPTION_COUNT};
    return help_of(&usage);
}

static void every_option_is_told_of_with_its_value(void **state)
{
    (void)state;
    train_options options;
    cli_option table[TRAIN_OPTION_COUNT];
    char *help = help_of_train(&options, table);
    for (size_t i = 0; i < TRAIN_OPTION_COUNT; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "\n  %s%s%s ", table[i].name, table[i].value ? " " : "",
                 table[i].value ? table[i].value : "");
        assert_contains(help, expected);
    }
    assert_contains(help, "\n  --help ");
    free(help);
}

static void no_line_is_wider_than_a_terminal(void **state)
{
    (void)state;
    train_options options;
    cli_option table[TRAIN_OPTION_COUNT];
    char *help = help_of_train(&options, table);
    for (const char *line = help; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 80);
    free(help);
}

static void defaults_are_those_that_the_target_holds(void **state)
{
    (void)state;
    uint64_t count = 17;
    float rate = 0.1F;
    uint64_t hidden = 99;
    const char *unset = NULL;
    const cli_option table[] = {
        {.name = "--count", "N", "how many", CLI_COUNT, .target = &count},
        {.name = "--rate", "RATE", "how fast", CLI_RATE, .target = &rate},
        {.name = "--told", "N", "so many [all]", CLI_COUNT, .target = &hidden, .hide_default = true},
        {.name = "--unset", "FILE", "a file", CLI_TEXT, .target = &unset},
    };
    const cli_usage usage = {.command = "try",
                             .operands = "FILE...",
                             .summary = "A command for tests.",
                             .options = table,
                             .option_count = 4};
    char *help = help_of(&usage);
    assert_string_equal(help, "Usage: digitnet try [OPTION]... FILE...\n"
                              "\n"
                              "A command for tests.\n"
                              "\n"
                              "Options, [with their defaults]:\n"
                              "  --count N             how many [17]\n"
                              "  --rate RATE           how fast [0.1]\n"
                              "  --told N              so many [all]\n"
                              "  --unset FILE          a file\n"
                              "  --help                print this and end\n");
    free(help);
}

static void long_text_is_broken_at_spaces_and_indented(void **state)
{
    (void)state;
    bool flag = false;
    const cli_option table[] = {{.name = "--flag",
                                 NULL,
                                 "one two three four five six seven eight nine ten eleven twelve thirteen "
                                 "fourteen",
                                 CLI_FLAG,
                                 .target = &flag}};
    const cli_usage usage = {.command = "try", .summary = "Try.", .options = table, .option_count = 1};
    char *help = help_of(&usage);
    assert_contains(help, "  --flag                one two three four five six seven eight nine ten eleven\n"
                          "                        twelve thirteen fourteen\n");
    free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_is_told_of_with_its_value),
        cmocka_unit_test(no_line_is_wider_than_a_terminal),
        cmocka_unit_test(defaults_are_those_that_the_target_holds),
        cmocka_unit_test(long_text_is_broken_at_spaces_and_indented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
