#include "support.h"

#include "cli/say.h"
#include "cli/train_options.h"

#include <stdio.h>
#include <string.h>

/** Parse a line of words with spaces between into options. */
static void parse_words(char *words, train_options *options)
{
    cli_option table[TRAIN_OPTION_COUNT];
    cli_operands operands;
    char *arguments[64];
    size_t count = 0;
    int exit_code = CLI_EXIT_DONE;
    train_option_table(options, table);
    const cli_usage usage = {
        .command = "train", .summary = "", .options = table, .option_count = TRAIN_OPTION_COUNT};
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        arguments[count++] = word;
    assert_true(cli_parse(&usage, count, arguments, &operands, &exit_code));
}

static void a_recipe_makes_the_same_recipe_again(void **state)
{
    (void)state;
    char first[TRAIN_RECIPE_SIZE];
    char words[TRAIN_RECIPE_SIZE];
    char second[TRAIN_RECIPE_SIZE];
    char given[] =
        "--hidden 512,256 --epochs 3 --batch-size 17 --lr 0.033 --seed 18446744073709551615 --valid 0.125 "
        "--limit 1000 --loss mse --classes 9,4,0";
    train_options options = train_defaults();
    parse_words(given, &options);
    train_recipe(&options, first);
    memcpy(words, first, sizeof words);
    train_options again = train_defaults();
    parse_words(words, &again);
    assert_string_equal(train_recipe(&again, second), first);
    assert_contains(first, "--hidden 512,256 --epochs 3 --batch-size 17 --lr 0.033");
    assert_contains(first, "--limit 1000");
    assert_contains(first, "--loss mse");
    assert_contains(first, "--classes 9,4,0");
}

static void check(const char *given, dn_status status, const char *subject)
{
    dn_error error;
    char words[TRAIN_RECIPE_SIZE];
    train_options options = train_defaults();
    snprintf(words, sizeof words, "%s", given);
    parse_words(words, &options);
    assert_int_equal(train_check_options(&options, &error), status);
    if (status != DN_OK)
        assert_string_equal(error.subject, subject);
}

static void a_loss_must_suit_the_number_of_classes(void **state)
{
    (void)state;
    check("--loss mnist", DN_ERR_ARGUMENT, "--loss");
    check("--loss mnist --classes 3,7,1", DN_ERR_ARGUMENT, "--loss");
    check("--loss mnist --classes 3,7", DN_OK, NULL);
    check("--loss bce", DN_OK, NULL);
    check("--loss bce --classes 3,7", DN_OK, NULL);
    check("--loss mse --classes 3,7,1", DN_OK, NULL);
    check("--loss mnist --arch mean", DN_OK, NULL); /* mean images have no loss */
}

static void mean_images_have_no_epochs_and_hold_nothing_out(void **state)
{
    (void)state;
    dn_error error;
    train_options options = train_defaults();
    assert_false(train_is_mean(&options));
    check("--arch mean --log x", DN_ERR_ARGUMENT, "--log");
    check("--arch mean --metric rmse --checkpoint x", DN_ERR_ARGUMENT, "--checkpoint");
    check("--arch linear --log x --checkpoint y", DN_OK, NULL);
    assert_ok(train_apply_recipe(&options, "--arch mean --metric rmse --valid 0.1", &error));
    assert_true(train_is_mean(&options));
    assert_ok(train_check_options(&options, &error));
    assert_false(options.valid.is_fraction);
    assert_int_equal(options.valid.count, 0);
}

static void the_defaults_recipe_names_every_setting(void **state)
{
    (void)state;
    char recipe[TRAIN_RECIPE_SIZE];
    train_options options = train_defaults();
    cli_option table[TRAIN_OPTION_COUNT];
    train_option_table(&options, table);
    train_recipe(&options, recipe);
    for (size_t i = 0; i < TRAIN_OPTION_COUNT; i++) {
        if (table[i].recipe && table[i].target != &options.limit)
            assert_contains(recipe, table[i].name);
        else
            assert_null(strstr(recipe, table[i].name));
    }
}

static void paths_and_threads_do_not_belong_to_the_recipe(void **state)
{
    (void)state;
    char plain[TRAIN_RECIPE_SIZE];
    char other[TRAIN_RECIPE_SIZE];
    char given[] =
        "--data /d --output /o --threads 7 --log /l --checkpoint /c --resume /r --json --quiet --force";
    train_options options = train_defaults();
    train_recipe(&options, plain);
    parse_words(given, &options);
    assert_int_equal(options.threads, 7);
    assert_true(options.json && options.quiet && options.force);
    assert_string_equal(train_recipe(&options, other), plain);
}

static void the_longest_recipe_fits(void **state)
{
    (void)state;
    char recipe[TRAIN_RECIPE_SIZE];
    train_options options = train_defaults();
    options.hidden.count = CLI_MAX_WIDTHS;
    for (size_t i = 0; i < CLI_MAX_WIDTHS; i++)
        options.hidden.width[i] = 65535;
    options.epochs = 1000000;
    options.batch_size = 100000000;
    options.learning_rate = 1.23456789e-30F;
    options.seed = UINT64_MAX;
    options.valid = (cli_share){.is_fraction = true, .fraction = 0.123456789012345};
    options.limit = 100000000;
    options.classes = (dn_classes){10, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
    train_recipe(&options, recipe);
    assert_true(strlen(recipe) + 1 < TRAIN_RECIPE_SIZE);
    assert_contains(recipe, "--limit 100000000");
}

static void option_names_are_distinct_and_have_help(void **state)
{
    (void)state;
    train_options options = train_defaults();
    cli_option table[TRAIN_OPTION_COUNT];
    train_option_table(&options, table);
    for (size_t i = 0; i < TRAIN_OPTION_COUNT; i++) {
        assert_true(strncmp(table[i].name, "--", 2) == 0);
        assert_true(strlen(table[i].help) > 0);
        assert_non_null(table[i].target);
        assert_true((table[i].kind == CLI_FLAG) == (table[i].value == NULL));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(table[i].name, table[j].name);
    }
}

static void another_command_may_pick_options(void **state)
{
    (void)state;
    static const char *const names[] = {"--seed", "--data", NULL};
    cli_option rows[2];
    train_options options = train_defaults();
    assert_int_equal(train_pick_options(&options, names, rows), 2);
    assert_string_equal(rows[0].name, "--seed");
    assert_ptr_equal(rows[0].target, &options.seed);
    assert_string_equal(rows[1].name, "--data");
    assert_ptr_equal(rows[1].target, &options.data);
    assert_int_equal(train_pick_options(&options, &names[2], rows), 0);
}

static void assert_recipe_refused(const char *recipe, const char *problem)
{
    dn_error error;
    train_options options = train_defaults();
    assert_int_equal(train_apply_recipe(&options, recipe, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, problem);
}

static void a_recipe_sets_what_it_names_and_nothing_else(void **state)
{
    (void)state;
    dn_error error;
    char text[TRAIN_RECIPE_SIZE];
    train_options options = train_defaults();
    train_options defaults = train_defaults();
    assert_ok(train_apply_recipe(&options, "", &error));
    assert_null(train_difference(&options, &defaults, text));
    assert_ok(train_apply_recipe(&options, "--epochs 7  --nesterov no --schedule linear", &error));
    assert_int_equal(options.epochs, 7);
    assert_false(train_has_nesterov(&options));
    assert_string_equal(options.schedule, "linear");
    assert_int_equal(options.batch_size, train_defaults().batch_size);
}

/** A file must not name where to write, and its text must not stay behind in a pointer. */
static void a_recipe_names_nothing_but_settings(void **state)
{
    (void)state;
    assert_recipe_refused("--output x", "metadata arguments: --output: there is no such option");
    assert_recipe_refused("--data x", "--data: there is no such option");
    assert_recipe_refused("--force", "--force: there is no such option");
    assert_recipe_refused("--threads 2", "--threads: there is no such option");
    assert_recipe_refused("--epochs", "--epochs: its value is missing");
    assert_recipe_refused("--epochs x", "--epochs: \"x\"");
    assert_recipe_refused("--epochs 3 words", "words: one argument too many");
}

static void a_recipe_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char recipe[2 * TRAIN_RECIPE_SIZE];
    memset(recipe, 'x', sizeof recipe);
    recipe[TRAIN_RECIPE_SIZE] = '\0';
    assert_recipe_refused(recipe, "longer than any");
    for (size_t i = 0; i < TRAIN_RECIPE_SIZE - 1; i++)
        recipe[i] = i % 2 == 0 ? 'x' : ' ';
    recipe[TRAIN_RECIPE_SIZE - 1] = '\0';
    assert_recipe_refused(recipe, "more words than");
}

static void assert_difference(const char *a, const char *b, const char *expected)
{
    dn_error error;
    char text[TRAIN_RECIPE_SIZE];
    train_options of_a = train_defaults();
    train_options of_b = train_defaults();
    assert_ok(train_apply_recipe(&of_a, a, &error));
    assert_ok(train_apply_recipe(&of_b, b, &error));
    if (expected)
        assert_string_equal(train_difference(&of_a, &of_b, text), expected);
    else
        assert_null(train_difference(&of_a, &of_b, text));
}

static void the_first_setting_that_differs_is_told_as_the_first_run_has_it(void **state)
{
    (void)state;
    assert_difference("", "", NULL);
    assert_difference("--lr 0.5 --limit 3", "--limit 3 --lr 5e-1", NULL);
    assert_difference("--lr 0.5", "--lr 0.25", "with --lr 0.5");
    assert_difference("--hidden 7", "--hidden 7,1", "with --hidden 7");
    assert_difference("--nesterov no", "", "with --nesterov no");
    assert_difference("--limit 3", "--limit 4", "with --limit 3");
    assert_difference("--limit 3", "", "with --limit 3");
    assert_difference("", "--limit 4", "without --limit");
    assert_difference("--epochs 2 --seed 2", "", "with --epochs 2");
}

static void paths_and_threads_are_no_difference(void **state)
{
    (void)state;
    char text[TRAIN_RECIPE_SIZE];
    char given[] =
        "--data /d --output /o --threads 7 --log /l --checkpoint c --resume r --json --quiet --force";
    train_options a = train_defaults();
    train_options b = train_defaults();
    parse_words(given, &b);
    assert_null(train_difference(&a, &b, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recipe_makes_the_same_recipe_again),
        cmocka_unit_test(a_loss_must_suit_the_number_of_classes),
        cmocka_unit_test(mean_images_have_no_epochs_and_hold_nothing_out),
        cmocka_unit_test(the_defaults_recipe_names_every_setting),
        cmocka_unit_test(paths_and_threads_do_not_belong_to_the_recipe),
        cmocka_unit_test(the_longest_recipe_fits),
        cmocka_unit_test(a_recipe_sets_what_it_names_and_nothing_else),
        cmocka_unit_test(a_recipe_names_nothing_but_settings),
        cmocka_unit_test(a_recipe_that_is_too_long_is_refused),
        cmocka_unit_test(the_first_setting_that_differs_is_told_as_the_first_run_has_it),
        cmocka_unit_test(paths_and_threads_are_no_difference),
        cmocka_unit_test(option_names_are_distinct_and_have_help),
        cmocka_unit_test(another_command_may_pick_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
