#include "cli/command.h"

#include "capture.h"

#include <string.h>

static char *help_of(cli_command_id id)
{
    capture caught = capture_begin(stdout);
    cli_print_help(id);
    return capture_end(&caught);
}

static void every_option_is_told_of_with_its_value(void **state)
{
    (void)state;
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        cli_row rows[CLI_MAX_ROWS];
        const size_t count = cli_rows(id, rows);
        char *help = help_of(id);
        for (size_t i = 0; i < count; i++) {
            char term[CLI_TERM_SIZE];
            char expected[CLI_TERM_SIZE + 8];
            snprintf(expected, sizeof expected, "\n  %s ", cli_option_term(rows[i].option, term));
            assert_contains(help, expected);
        }
        assert_contains(help, "\n  --help ");
        assert_contains(help, cli_commands[id].name);
        free(help);
    }
}

/** Each heading stands once, before the options of its group. */
static void options_stand_below_the_heading_of_their_group(void **state)
{
    (void)state;
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        cli_row rows[CLI_MAX_ROWS];
        const size_t count = cli_rows(id, rows);
        char *help = help_of(id);
        const char *place = help;
        for (size_t i = 0; i < count; i++) {
            char heading[32];
            char line[CLI_TERM_SIZE + 8];
            char term[CLI_TERM_SIZE];
            snprintf(heading, sizeof heading, "\n\n%s:\n", cli_group_names[rows[i].option->group]);
            snprintf(line, sizeof line, "\n  %s ", cli_option_term(rows[i].option, term));
            if (i == 0 || rows[i].option->group != rows[i - 1].option->group) {
                place = strstr(help, heading);
                assert_non_null(place);
                assert_null(strstr(place + 1, heading));
            }
            place = strstr(place, line);
            assert_non_null(place);
        }
        free(help);
    }
}

static void no_line_is_wider_than_a_terminal(void **state)
{
    (void)state;
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        char *help = help_of(id);
        for (const char *line = help; *line != '\0'; line += strcspn(line, "\n") + 1)
            assert_true(strcspn(line, "\n") < 80);
        free(help);
    }
}

static void assert_default(cli_command_id id, const char *name, const char *expected)
{
    cli_row rows[CLI_MAX_ROWS];
    char text[DN_OPTION_TEXT_SIZE];
    const size_t count = cli_rows(id, rows);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].option->name, name) == 0) {
            assert_string_equal(cli_default_text(&rows[i], text), expected);
            return;
        }
    }
    fail_msg("there is no --%s", name);
}

static void defaults_are_those_that_the_commands_begin_with(void **state)
{
    (void)state;
    const cli_options defaults = cli_options_default();
    assert_int_equal(defaults.settings.epochs, 12);
    assert_default(CLI_TRAIN, "epochs", "12");
    assert_default(CLI_TRAIN, "lr", "0.1");
    assert_default(CLI_TRAIN, "hidden", "512");
    assert_default(CLI_TRAIN, "valid", "0.05");
    assert_default(CLI_TRAIN, "classes", "0,1,2,3,4,5,6,7,8,9");
    assert_default(CLI_TRAIN, "nesterov", "yes");
    assert_default(CLI_TRAIN, "limit", "0");
    assert_default(CLI_TRAIN, "output", defaults.output);
    assert_default(CLI_TRAIN, "threads", ""); /* the program chooses */
    assert_default(CLI_TRAIN, "preset", "");
    assert_default(CLI_TRAIN, "log", "");
    assert_default(CLI_TRAIN, "force", "");
    assert_default(CLI_LR_FIND, "from", "1e-05");
    assert_default(CLI_LR_FIND, "steps", "200");
    assert_default(CLI_PREDICT, "top", "1");
    assert_default(CLI_EVALUATE, "worst", "");
    assert_default(CLI_SHOW, "count", "");
    assert_default(CLI_PACK, "test", "0.2");
    assert_default(CLI_SHOW, "start", "0");
}

static void a_default_stands_behind_the_text(void **state)
{
    (void)state;
    char *help = help_of(CLI_TRAIN);
    assert_contains(help, "  --lr RATE             learning rate [0.1]\n");
    assert_contains(help, "  --epochs N            passes over the training images [12]\n");
    assert_contains(help, "  --output MODEL        file to save the model in; - is standard output\n"
                          "                        [digitnet.safetensors]\n");
    assert_contains(help, "  --quiet               print nothing but results and errors\n");
    free(help);
}

static void long_text_is_broken_at_spaces_and_indented(void **state)
{
    (void)state;
    char *help = help_of(CLI_TRAIN);
    assert_contains(help, "  --classes DIGITS      digits to tell apart, as in 3,7 [0,1,2,3,4,5,6,7,8,9]\n");
    assert_contains(help, "  --limit N             use only the first N training images, of all data sets\n");
    assert_contains(help, "\n  --warmup EPOCHS       epochs in which the learning rate rises from 0 to its\n"
                          "                        schedule, as 0.5 [0]\n");
    free(help);
}

static void presets_come_last_and_with_train_alone(void **state)
{
    (void)state;
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        char *help = help_of(id);
        const char *presets = strstr(help, "\nPresets:\n");
        assert_int_equal(presets != NULL, id == CLI_TRAIN);
        for (size_t i = 0; presets && dn_preset_names[i]; i++) {
            char line[64];
            snprintf(line, sizeof line, "\n  %s ", dn_preset_names[i]);
            assert_contains(presets, line);
        }
        if (presets) {
            assert_contains(presets, "--hidden 1000,500 --epochs 500");
            assert_null(strstr(presets, "\n  --help"));
        }
        free(help);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_is_told_of_with_its_value),
        cmocka_unit_test(options_stand_below_the_heading_of_their_group),
        cmocka_unit_test(no_line_is_wider_than_a_terminal),
        cmocka_unit_test(defaults_are_those_that_the_commands_begin_with),
        cmocka_unit_test(a_default_stands_behind_the_text),
        cmocka_unit_test(long_text_is_broken_at_spaces_and_indented),
        cmocka_unit_test(presets_come_last_and_with_train_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
