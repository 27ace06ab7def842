#include "cli/command.h"

#include "capture.h"

#include "cli/say.h"

#include <string.h>

#define MAX_ARGUMENTS 20
#define ARGUMENT_SIZE 64

/** What one parse of a command line made. */
typedef struct parsed {
    cli_options options;
    cli_operands operands;
    char storage[MAX_ARGUMENTS][ARGUMENT_SIZE];
    char *arguments[MAX_ARGUMENTS];
    bool going_on;
    int exit_code;
    char *output;
    char *errors;
} parsed;

static void parse(parsed *result, cli_command_id id, const char *const *given)
{
    *result = (parsed){.options = cli_options_default(), .exit_code = -1};
    size_t count = 0;
    for (; given[count]; count++) {
        assert_true(count < MAX_ARGUMENTS && strlen(given[count]) < ARGUMENT_SIZE);
        result->arguments[count] = strcpy(result->storage[count], given[count]);
    }
    capture output = capture_begin(stdout);
    capture errors = capture_begin(stderr);
    result->going_on =
        cli_parse(id, count, result->arguments, &result->options, &result->operands, &result->exit_code);
    result->errors = capture_end(&errors);
    result->output = capture_end(&output);
}

static void release(parsed *result)
{
    free(result->output);
    free(result->errors);
}

#define PARSE(result, id, ...)                                                                               \
    const char *const given_arguments[] = {__VA_ARGS__, NULL};                                               \
    parsed result;                                                                                           \
    parse(&result, (id), given_arguments)

static void options_may_stand_anywhere(void **state)
{
    (void)state;
    PARSE(result, CLI_PREDICT, "a", "--top", "3", "b", "--model=x=y", "--show", "c");
    assert_true(result.going_on);
    assert_int_equal(result.exit_code, CLI_EXIT_DONE);
    assert_int_equal(result.options.top, 3);
    assert_string_equal(result.options.model, "x=y");
    assert_true(result.options.show);
    assert_int_equal(result.operands.count, 3);
    assert_string_equal(result.operands.values[0], "a");
    assert_string_equal(result.operands.values[1], "b");
    assert_string_equal(result.operands.values[2], "c");
    assert_string_equal(result.output, "");
    assert_string_equal(result.errors, "");
    release(&result);
}

static void settings_are_options_of_train(void **state)
{
    (void)state;
    PARSE(result, CLI_TRAIN, "--hidden", "7,8", "--lr=0.5", "--nesterov", "no", "--classes", "3,7",
          "--valid=5", "--limit", "0");
    assert_true(result.going_on);
    assert_int_equal(result.options.settings.hidden.count, 2);
    assert_true(result.options.settings.learning_rate == 0.5F);
    assert_false(result.options.settings.nesterov);
    assert_int_equal(result.options.settings.classes.count, 2);
    assert_int_equal(result.options.settings.valid.count, 5);
    assert_int_equal(result.options.settings.limit, 0);
    release(&result);
}

static void paths_and_threads_do_not_belong_to_the_settings(void **state)
{
    (void)state;
    char text[DN_SETTINGS_TEXT_SIZE];
    char usual[DN_SETTINGS_TEXT_SIZE];
    const dn_settings defaults = dn_settings_default();
    PARSE(result, CLI_TRAIN, "--data", "/d", "--output", "/o", "--threads", "7", "--log", "/l",
          "--checkpoint", "/c", "--resume", "/r", "--json", "--quiet", "--force");
    assert_true(result.going_on);
    assert_int_equal(result.options.threads, 7);
    assert_true(result.options.json && result.options.quiet && result.options.force);
    assert_int_equal(result.options.data.count, 1);
    assert_string_equal(result.options.data.text[0], "/d");
    assert_string_equal(result.options.output, "/o");
    assert_string_equal(result.options.log, "/l");
    assert_string_equal(result.options.checkpoint, "/c");
    assert_string_equal(result.options.resume, "/r");
    assert_string_equal(dn_settings_text(&result.options.settings, text), dn_settings_text(&defaults, usual));
    release(&result);
}

static void the_last_of_two_counts(void **state)
{
    (void)state;
    PARSE(result, CLI_PREDICT, "a", "--top=3", "--top", "4");
    assert_true(result.going_on);
    assert_int_equal(result.options.top, 4);
    release(&result);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    PARSE(result, CLI_PREDICT, "--", "--show", "-");
    assert_true(result.going_on);
    assert_false(result.options.show);
    assert_int_equal(result.operands.count, 2);
    assert_string_equal(result.operands.values[0], "--show");
    release(&result);
}

static void a_dash_alone_is_a_file(void **state)
{
    (void)state;
    PARSE(result, CLI_PREDICT, "-");
    assert_true(result.going_on);
    assert_int_equal(result.operands.count, 1);
    assert_string_equal(result.operands.values[0], "-");
    release(&result);
}

static void a_number_may_be_negative_only_to_be_refused(void **state)
{
    (void)state;
    PARSE(result, CLI_PREDICT, "a", "--top", "-3");
    assert_false(result.going_on);
    assert_int_equal(result.exit_code, CLI_EXIT_USAGE);
    assert_string_equal(result.errors,
                        "digitnet: --top: \"-3\" is not such a number: give a whole number from 1 to 10\n");
    release(&result);
}

static void help_goes_to_standard_output(void **state)
{
    (void)state;
    PARSE(result, CLI_PREDICT, "--top", "2", "--help", "--nonsense");
    assert_false(result.going_on);
    assert_int_equal(result.exit_code, CLI_EXIT_DONE);
    assert_contains(result.output, "Usage: digitnet predict [OPTION]... PICTURE...\n");
    assert_string_equal(result.errors, "");
    release(&result);
}

/** The run ends with this one line on standard error. */
#define assert_usage_error(id, line, ...)                                                                    \
    do {                                                                                                     \
        PARSE(result, (id), __VA_ARGS__);                                                                    \
        assert_false(result.going_on);                                                                       \
        assert_int_equal(result.exit_code, CLI_EXIT_USAGE);                                                  \
        assert_string_equal(result.errors, "digitnet: " line "\n");                                          \
        assert_string_equal(result.output, "");                                                              \
        release(&result);                                                                                    \
    } while (0)

static void mistakes_are_named_with_what_to_do(void **state)
{
    (void)state;
    assert_usage_error(CLI_PREDICT, "--tpo: there is no such option: did you mean --top?", "a", "--tpo", "3");
    assert_usage_error(CLI_PREDICT, "--hepl: there is no such option: did you mean --help?", "--hepl");
    assert_usage_error(CLI_PREDICT, "-x: there is no such option: digitnet predict --help lists the options",
                       "-x");
    assert_usage_error(CLI_PREDICT, "--top: its value is missing: give --top K", "a", "--top");
    assert_usage_error(CLI_PREDICT, "--show: it takes no value: give --show alone", "--show=1", "a");
    assert_usage_error(CLI_PREDICT, "--model: an empty value: give a name", "--model=", "a");
    assert_usage_error(CLI_PREDICT, "no file was named: usage: digitnet predict [OPTION]... PICTURE...",
                       "--show");
    assert_usage_error(CLI_SHOW, "b: one argument too many: usage: digitnet show [OPTION]... FILE", "a", "b");
    assert_usage_error(CLI_TRAIN, "a: one argument too many: usage: digitnet train [OPTION]...", "a");
    assert_usage_error(CLI_PREDICT,
                       "the name of a file is empty: usage: digitnet predict [OPTION]... PICTURE...", "");
}

/** An option of one command is none of another. */
static void a_command_takes_its_own_options(void **state)
{
    (void)state;
    assert_usage_error(CLI_LR_FIND,
                       "--epochs: there is no such option: digitnet lr-find --help lists the options",
                       "--epochs", "1");
    assert_usage_error(CLI_SHOW, "--hidden: there is no such option: digitnet show --help lists the options",
                       "--hidden", "1");
    assert_usage_error(CLI_TRAIN, "--worst: there is no such option: digitnet train --help lists the options",
                       "--worst", "1");
}

static void an_option_is_no_text(void **state)
{
    (void)state;
    assert_usage_error(CLI_PREDICT, "--model: its value is missing: give --model FILE", "a", "--model",
                       "--show");
    PARSE(result, CLI_PREDICT, "a", "--model=--show");
    assert_true(result.going_on);
    assert_string_equal(result.options.model, "--show");
    release(&result);
}

/* ---- The tables ---- */

static bool has_option(cli_command_id id, const char *name)
{
    cli_row rows[CLI_MAX_ROWS];
    const size_t count = cli_rows(id, rows);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].option->name, name) == 0)
            return true;
    return false;
}

static void names_are_distinct_and_have_help(void **state)
{
    (void)state;
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        cli_row rows[CLI_MAX_ROWS];
        const size_t count = cli_rows(id, rows);
        assert_true(count < CLI_MAX_ROWS);
        for (size_t i = 0; i < count; i++) {
            const dn_option *option = rows[i].option;
            assert_true(strlen(option->name) + 2 < DN_OPTION_NAME_SIZE);
            assert_true(strlen(option->help) > 0);
            assert_true((option->kind == DN_OPTION_FLAG) == (option->value == NULL));
            assert_true(rows[i].base + option->offset < sizeof(cli_options));
            assert_true(i == 0 || option->group >= rows[i - 1].option->group);
            for (size_t j = 0; j < i; j++)
                assert_string_not_equal(option->name, rows[j].option->name);
        }
    }
}

static void train_takes_every_setting_and_others_what_they_use(void **state)
{
    (void)state;
    size_t count;
    const dn_option *settings = dn_settings_options(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(has_option(CLI_TRAIN, settings[i].name));
        assert_int_equal(has_option(CLI_LR_FIND, settings[i].name), (settings[i].uses & DN_USE_LR_FIND) != 0);
        const bool is_shown = strcmp(settings[i].name, "augment") == 0; /* an option of its own */
        assert_int_equal(has_option(CLI_SHOW, settings[i].name),
                         is_shown || (settings[i].uses & DN_USE_SHOW) != 0);
        assert_false(has_option(CLI_VERIFY, settings[i].name));
        assert_false(has_option(CLI_EVALUATE, settings[i].name));
    }
    assert_true(has_option(CLI_LR_FIND, "seed") && has_option(CLI_LR_FIND, "data"));
    assert_false(has_option(CLI_LR_FIND, "epochs"));
    assert_true(has_option(CLI_SHOW, "augment") && has_option(CLI_SHOW, "start"));
}

/* ---- Suggestions ---- */

static void words_are_as_far_apart_as_the_letters_that_differ(void **state)
{
    (void)state;
    assert_int_equal(cli_edit_distance("", ""), 0);
    assert_int_equal(cli_edit_distance("train", "train"), 0);
    assert_int_equal(cli_edit_distance("", "abc"), 3);
    assert_int_equal(cli_edit_distance("train", "trai"), 1);
    assert_int_equal(cli_edit_distance("train", "traain"), 1);
    assert_int_equal(cli_edit_distance("train", "tra1n"), 1);
    assert_int_equal(cli_edit_distance("train", "tarin"), 1);
    assert_int_equal(cli_edit_distance("kitten", "sitting"), 3);
}

static void the_distance_is_the_same_both_ways(void **state)
{
    (void)state;
    static const char *const words[] = {"", "a", "ab", "ba", "train", "tarin", "evaluate", "predict"};
    const size_t count = sizeof words / sizeof words[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            assert_int_equal(cli_edit_distance(words[i], words[j]), cli_edit_distance(words[j], words[i]));
}

static void words_too_long_to_compare_are_far_apart(void **state)
{
    (void)state;
    static const char word[] = "a-word-that-is-longer-than-anything-that-digitnet-knows";
    assert_true(cli_edit_distance(word, "train") > 30);
    assert_null(cli_nearer(word, NULL, "train"));
}

static void the_nearest_candidate_is_kept(void **state)
{
    (void)state;
    const char *best = cli_nearer("--epcohs", NULL, "--hidden");
    assert_null(best);
    best = cli_nearer("--epcohs", best, "--epochs");
    assert_string_equal(best, "--epochs");
    assert_string_equal(cli_nearer("--epcohs", best, "--epcoh"), "--epochs");
    assert_string_equal(cli_nearer("--epcohs", "--epcoch", "--epochs"), "--epochs");
}

static void the_beginning_of_a_word_is_near_to_it(void **state)
{
    (void)state;
    assert_string_equal(cli_nearer("eval", NULL, "evaluate"), "evaluate");
    assert_string_equal(cli_nearer("--batch", NULL, "--batch-size"), "--batch-size");
}

static void a_letter_names_the_option_that_begins_with_it(void **state)
{
    (void)state;
    assert_string_equal(cli_nearer("-V", NULL, "--version"), "--version");
    assert_null(cli_nearer("-V", NULL, "--help"));
    assert_null(cli_nearer("-V", NULL, "verify"));
    assert_null(cli_nearer("-Vx", NULL, "--version"));
}

static void nothing_is_near_to_no_word_or_to_a_letter_that_is_wrong(void **state)
{
    (void)state;
    assert_null(cli_nearer("", NULL, "train"));
    assert_null(cli_nearer("", NULL, "a"));
    assert_null(cli_nearer("-x", NULL, "--h"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_may_stand_anywhere),
        cmocka_unit_test(settings_are_options_of_train),
        cmocka_unit_test(paths_and_threads_do_not_belong_to_the_settings),
        cmocka_unit_test(the_last_of_two_counts),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(a_dash_alone_is_a_file),
        cmocka_unit_test(a_number_may_be_negative_only_to_be_refused),
        cmocka_unit_test(help_goes_to_standard_output),
        cmocka_unit_test(mistakes_are_named_with_what_to_do),
        cmocka_unit_test(a_command_takes_its_own_options),
        cmocka_unit_test(an_option_is_no_text),
        cmocka_unit_test(names_are_distinct_and_have_help),
        cmocka_unit_test(train_takes_every_setting_and_others_what_they_use),
        cmocka_unit_test(words_are_as_far_apart_as_the_letters_that_differ),
        cmocka_unit_test(the_distance_is_the_same_both_ways),
        cmocka_unit_test(words_too_long_to_compare_are_far_apart),
        cmocka_unit_test(the_nearest_candidate_is_kept),
        cmocka_unit_test(the_beginning_of_a_word_is_near_to_it),
        cmocka_unit_test(a_letter_names_the_option_that_begins_with_it),
        cmocka_unit_test(nothing_is_near_to_no_word_or_to_a_letter_that_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
