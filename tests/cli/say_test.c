#include "capture.h"

#include "cli/say.h"

#include <string.h>

static dn_error error;

static void an_error_is_one_line(void **state)
{
    (void)state;
    const dn_status status = dn_fail(&error, DN_ERR_FORMAT, "do\nthis", "label %d", 12);
    assert_int_equal(dn_fail_in(&error, status, "a\nfile"), DN_ERR_FORMAT);
    capture caught = capture_begin(stderr);
    const int code = cli_say_error(&error);
    char *text = capture_end(&caught);
    assert_string_equal(text, "digitnet: a?file: label 12: do?this\n");
    assert_int_equal(code, CLI_EXIT_BAD_DATA);
    free(text);
}

static void parts_that_are_empty_are_left_out(void **state)
{
    (void)state;
    assert_int_equal(dn_fail(&error, DN_ERR_MEMORY, NULL, "no memory is left"), DN_ERR_MEMORY);
    capture caught = capture_begin(stderr);
    (void)cli_say_error(&error);
    char *text = capture_end(&caught);
    assert_string_equal(text, "digitnet: no memory is left\n");
    free(text);
}

static void each_status_has_its_exit_code(void **state)
{
    (void)state;
    static const struct {
        dn_status status;
        int code;
    } pairs[] = {
        {DN_ERR_MEMORY, 1}, {DN_ERR_FILE, 1},  {DN_ERR_DIVERGED, 1},
        {DN_ERR_FORMAT, 3}, {DN_ERR_SHAPE, 3}, {DN_ERR_ARGUMENT, 2},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_int_equal(dn_fail(&error, pairs[i].status, NULL, "x"), pairs[i].status);
        capture caught = capture_begin(stderr);
        const int code = cli_say_error(&error);
        free(capture_end(&caught));
        assert_int_equal(code, pairs[i].code);
    }
}

static void the_worse_exit_code_is_the_higher(void **state)
{
    (void)state;
    assert_int_equal(cli_worse_exit(CLI_EXIT_FAILED, CLI_EXIT_BAD_DATA), CLI_EXIT_BAD_DATA);
    assert_int_equal(cli_worse_exit(CLI_EXIT_BAD_DATA, CLI_EXIT_FAILED), CLI_EXIT_BAD_DATA);
    assert_int_equal(cli_worse_exit(CLI_EXIT_DONE, CLI_EXIT_FAILED), CLI_EXIT_FAILED);
}

static void notes_and_lines_are_silent_when_quiet(void **state)
{
    (void)state;
    capture caught = capture_begin(stderr);
    cli_say_note(false, "%d pieces", 2);
    cli_say_line(false, "data: %s", "here");
    cli_say_note(true, "not %s", "this");
    cli_say_line(true, "nor this");
    char *text = capture_end(&caught);
    assert_string_equal(text, "digitnet: 2 pieces\ndata: here\n");
    free(text);
}

static void control_characters_of_a_path_are_hidden(void **state)
{
    (void)state;
    char text[CLI_PATH_TEXT_SIZE];
    assert_string_equal(cli_path_text("a\tb\x1b[31m\x7f", text), "a?b?[31m?");
    assert_string_equal(cli_path_text("\xc3\xa9.pgm", text), "\xc3\xa9.pgm");
}

static void a_long_path_keeps_its_end(void **state)
{
    (void)state;
    char path[2 * CLI_PATH_TEXT_SIZE];
    char text[CLI_PATH_TEXT_SIZE];
    memset(path, 'x', sizeof path - 1);
    memcpy(path + sizeof path - 5, ".pgm", 5);
    assert_int_equal(strlen(cli_path_text(path, text)), CLI_PATH_TEXT_SIZE - 1);
    assert_string_equal(text + CLI_PATH_TEXT_SIZE - 5, ".pgm");
}

static void a_path_is_quoted_for_a_shell_where_it_must_be(void **state)
{
    (void)state;
    char text[CLI_PATH_TEXT_SIZE];
    assert_string_equal(cli_shell_text("data/a-1_b.pgm", text), "data/a-1_b.pgm");
    assert_string_equal(cli_shell_text("my model", text), "'my model'");
    assert_string_equal(cli_shell_text("$(rm x)", text), "'$(rm x)'");
    assert_string_equal(cli_shell_text("it's", text), "'it'\\''s'");
}

static void a_path_too_long_to_be_quoted_stays_inside_the_text(void **state)
{
    (void)state;
    char path[2 * CLI_PATH_TEXT_SIZE];
    char text[CLI_PATH_TEXT_SIZE];
    memset(path, '\'', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_true(strlen(cli_shell_text(path, text)) < CLI_PATH_TEXT_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_one_line),
        cmocka_unit_test(parts_that_are_empty_are_left_out),
        cmocka_unit_test(each_status_has_its_exit_code),
        cmocka_unit_test(the_worse_exit_code_is_the_higher),
        cmocka_unit_test(notes_and_lines_are_silent_when_quiet),
        cmocka_unit_test(control_characters_of_a_path_are_hidden),
        cmocka_unit_test(a_long_path_keeps_its_end),
        cmocka_unit_test(a_path_is_quoted_for_a_shell_where_it_must_be),
        cmocka_unit_test(a_path_too_long_to_be_quoted_stays_inside_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
