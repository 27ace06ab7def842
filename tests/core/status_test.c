#include "support.h"

#include "core/fail.h"

#include <string.h>

static void fail_records_status_problem_and_remedy(void **state)
{
    (void)state;
    dn_error error;
    assert_int_equal(dn_fail(&error, DN_ERR_FORMAT, "fetch it again", "byte %d: found %s", 4, "0"),
                     DN_ERR_FORMAT);
    assert_int_equal(error.status, DN_ERR_FORMAT);
    assert_string_equal(error.subject, "");
    assert_string_equal(error.problem, "byte 4: found 0");
    assert_string_equal(error.remedy, "fetch it again");
}

static void fail_accepts_no_error_and_no_remedy(void **state)
{
    (void)state;
    dn_error error;
    assert_int_equal(dn_fail(NULL, DN_ERR_MEMORY, "x", "y"), DN_ERR_MEMORY);
    assert_int_equal(dn_fail(&error, DN_ERR_MEMORY, NULL, "y"), DN_ERR_MEMORY);
    assert_string_equal(error.remedy, "");
}

static void long_text_is_cut_with_dots(void **state)
{
    (void)state;
    dn_error error;
    char text[2 * DN_ERROR_TEXT_SIZE];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(dn_fail(&error, DN_ERR_FILE, text, "%s", text), DN_ERR_FILE);
    assert_int_equal(strlen(error.problem), DN_ERROR_TEXT_SIZE - 1);
    assert_string_equal(error.problem + DN_ERROR_TEXT_SIZE - 5, "a...");
    assert_string_equal(error.remedy + DN_ERROR_TEXT_SIZE - 5, "a...");
}

static void the_deepest_subject_stays(void **state)
{
    (void)state;
    dn_error error;
    dn_status status = dn_fail(&error, DN_ERR_FILE, "", "gone");
    assert_int_equal(dn_fail_in(&error, status, "inner"), DN_ERR_FILE);
    assert_int_equal(dn_fail_in(&error, status, "outer"), DN_ERR_FILE);
    assert_string_equal(error.subject, "inner");
    assert_int_equal(dn_fail_in(&error, DN_OK, "other"), DN_OK);
    assert_string_equal(error.subject, "inner");
    assert_int_equal(dn_fail_in(NULL, DN_ERR_FILE, "other"), DN_ERR_FILE);
}

static void fail_at_names_subject_problem_and_remedy_together(void **state)
{
    (void)state;
    dn_error error = {.subject = "of an earlier failure"};
    assert_int_equal(dn_fail_at(&error, DN_ERR_FORMAT, "x.idx", "save it again", "%d found", 7),
                     DN_ERR_FORMAT);
    assert_int_equal(error.status, DN_ERR_FORMAT);
    assert_string_equal(error.subject, "x.idx");
    assert_string_equal(error.problem, "7 found");
    assert_string_equal(error.remedy, "save it again");
    assert_int_equal(dn_fail_at(NULL, DN_ERR_FILE, "x", NULL, "gone"), DN_ERR_FILE);
}

static void a_long_subject_keeps_its_end(void **state)
{
    (void)state;
    dn_error error;
    char path[2 * DN_ERROR_SUBJECT_SIZE];
    memset(path, 'd', sizeof path);
    strcpy(path + sizeof path - 10, "/name.idx");
    assert_int_equal(dn_fail_in(&error, dn_fail(&error, DN_ERR_FILE, NULL, "gone"), path), DN_ERR_FILE);
    assert_int_equal(strlen(error.subject), DN_ERROR_SUBJECT_SIZE - 1);
    assert_memory_equal(error.subject, "...d", 4);
    assert_string_equal(error.subject + DN_ERROR_SUBJECT_SIZE - 10, "/name.idx");
}

static void a_failure_shows_the_character_that_was_found(void **state)
{
    (void)state;
    static const struct {
        int found;
        const char *problem;
    } cases[] = {
        {-1, "byte 7 of the text: a digit expected, the end found"},
        {'x', "byte 7 of the text: a digit expected, 'x' found"},
        {' ', "byte 7 of the text: a digit expected, ' ' found"},
        {'~' + 1, "byte 7 of the text: a digit expected, byte 0x7f found"},
        {0, "byte 7 of the text: a digit expected, byte 0x00 found"},
        {UINT8_MAX, "byte 7 of the text: a digit expected, byte 0xff found"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dn_error error;
        assert_int_equal(dn_fail_expected(&error, "look", " of the text", 7, cases[i].found, "a digit"),
                         DN_ERR_FORMAT);
        assert_string_equal(error.problem, cases[i].problem);
        assert_string_equal(error.remedy, "look");
    }
}

static void a_choice_is_found_or_all_are_named(void **state)
{
    (void)state;
    static const char *const few[] = {"red", "green", NULL};
    const char *many[DN_ERROR_TEXT_SIZE + 1] = {NULL};
    size_t place = 7;
    dn_error error;
    assert_int_equal(dn_choose(few, "sour", "colour", &place, &error), DN_ERR_ARGUMENT);
    assert_int_equal(place, 7);
    assert_string_equal(error.problem, "there is no colour \"sour\"");
    assert_string_equal(error.remedy, "give one of red, green");
    assert_int_equal(dn_choose(few, "", "", &place, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.problem, "there is no \"\"");
    for (size_t i = 0; i < DN_ERROR_TEXT_SIZE; i++)
        many[i] = "blue";
    assert_int_equal(dn_choose(many, "x", "", &place, &error), DN_ERR_ARGUMENT);
    assert_memory_equal(error.remedy, "give one of blue, blue", 22);
    assert_string_equal(error.remedy + strlen(error.remedy) - 3, "...");
    assert_int_equal(dn_choose(many, "x", "", &place, NULL), DN_ERR_ARGUMENT);
    assert_int_equal(dn_choose(few, "green", "colour", &place, &error), DN_OK);
    assert_int_equal(place, 1);
    assert_int_equal(dn_choose(few, "red", "colour", &place, NULL), DN_OK);
    assert_int_equal(place, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_records_status_problem_and_remedy),
        cmocka_unit_test(fail_accepts_no_error_and_no_remedy),
        cmocka_unit_test(long_text_is_cut_with_dots),
        cmocka_unit_test(the_deepest_subject_stays),
        cmocka_unit_test(fail_at_names_subject_problem_and_remedy_together),
        cmocka_unit_test(a_long_subject_keeps_its_end),
        cmocka_unit_test(a_failure_shows_the_character_that_was_found),
        cmocka_unit_test(a_choice_is_found_or_all_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
