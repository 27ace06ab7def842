#include "capture.h"

#include "cli/say.h"
#include "core/fail.h"

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

/** What a terminal acts on, or what makes a text read as another one; each stands for one "?". */
static const char *const hidden[] =
    {
        "\x01",         "\t",           "\n",           "\x1b",
        "\x1f",         "\x7f",                     /* C0, delete */
        "\xc2\x80",     "\xc2\x9b",     "\xc2\x9f", /* C1 */
        "\xd8\x9c",     "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
        "\xe2\x80\xa9",                                                 /* marks, lines, paragraphs */
        "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9", /* directions */
        "\x80",         "\x9b",         "\xff",         "\xc2",
        "\xc0", /* no UTF-8 */
};

/** Neighbours of those, and others of each length. */
static const char *const shown[] = {" ",
                                    "~",
                                    "\xc2\xa0",
                                    "\xc3\xa9",
                                    "\xd8\x9b",
                                    "\xd8\x9d",
                                    "\xe2\x80\x8d",
                                    "\xe2\x80\x90",
                                    "\xe2\x80\xa7",
                                    "\xe2\x80\xaf",
                                    "\xe2\x81\xa5",
                                    "\xe2\x81\xaa",
                                    "\xe2\x82\xac",
                                    "\xf0\x9f\x98\x80"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/** Every way in which text of a file or a name is told. */
static char *tell_everywhere(const char *text)
{
    char path[CLI_PATH_TEXT_SIZE];
    dn_error told = {.status = DN_ERR_FORMAT};
    capture err = capture_begin(stderr);
    capture out = capture_begin(stdout);
    snprintf(told.subject, sizeof told.subject, "%s", text);
    snprintf(told.problem, sizeof told.problem, "%s", text);
    snprintf(told.remedy, sizeof told.remedy, "%s", text);
    (void)cli_say_error(&told);
    cli_say_note(false, "%s", text);
    cli_say_line(false, "%s", text);
    cli_print_text(text);
    char *printed = capture_end(&out);
    char *said = capture_end(&err);
    char *all = malloc(strlen(printed) + strlen(said) + CLI_PATH_TEXT_SIZE + 1);
    assert_non_null(all);
    sprintf(all, "%s%s %s", said, printed, cli_path_text(text, path));
    free(printed);
    free(said);
    return all;
}

static void assert_told(const char *character, const char *expected)
{
    char text[32];
    char line[256];
    snprintf(text, sizeof text, "a%s[31m%s", character, character);
    char *told = tell_everywhere(text);
    snprintf(text, sizeof text, "a%s[31m%s", expected, expected);
    snprintf(line, sizeof line, "digitnet: %s: %s: %s\ndigitnet: %s\n%s\n%s %s", text, text, text, text, text,
             text, text);
    assert_string_equal(told, line);
    free(told);
}

static void what_a_terminal_acts_on_is_hidden(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hidden); i++)
        assert_told(hidden[i], "?");
    for (size_t i = 0; i < COUNT(shown); i++)
        assert_told(shown[i], shown[i]);
}

static void a_line_too_long_for_its_room_is_cut(void **state)
{
    (void)state;
    static char path[8 * CLI_PATH_TEXT_SIZE];
    memset(path, 'x', sizeof path - 1);
    capture caught = capture_begin(stderr);
    cli_say_line(false, "%s", path);
    char *text = capture_end(&caught);
    assert_int_equal(strlen(text), 4 * CLI_PATH_TEXT_SIZE);
    free(text);
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
    assert_string_equal(cli_shell_text("it's \\ \x1b\xc2\x9b\xc3\xa9\xff", text),
                        "$'it\\'s \\\\ \\033\\302\\233\xc3\xa9\\377'");
}

static void a_path_too_long_to_be_quoted_stays_inside_the_text(void **state)
{
    (void)state;
    char path[2 * CLI_PATH_TEXT_SIZE];
    char text[CLI_PATH_TEXT_SIZE];
    for (size_t length = CLI_PATH_TEXT_SIZE / 4 - 4; length < sizeof path; length++) {
        memset(path, length % 2 == 0 ? '\'' : '\x9b', length);
        path[length] = '\0';
        assert_true(strlen(cli_shell_text(path, text)) < CLI_PATH_TEXT_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_one_line),
        cmocka_unit_test(parts_that_are_empty_are_left_out),
        cmocka_unit_test(each_status_has_its_exit_code),
        cmocka_unit_test(the_worse_exit_code_is_the_higher),
        cmocka_unit_test(notes_and_lines_are_silent_when_quiet),
        cmocka_unit_test(what_a_terminal_acts_on_is_hidden),
        cmocka_unit_test(a_line_too_long_for_its_room_is_cut),
        cmocka_unit_test(a_long_path_keeps_its_end),
        cmocka_unit_test(a_path_is_quoted_for_a_shell_where_it_must_be),
        cmocka_unit_test(a_path_too_long_to_be_quoted_stays_inside_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
