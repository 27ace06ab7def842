#include "support.h"

#include "core/number.h"
#include "io/json_line.h"

#include <math.h>
#include <string.h>

static FILE *file;
static char text[512];

static int open_file(void **state)
{
    (void)state;
    file = tmpfile();
    return file ? 0 : -1;
}

static int close_file(void **state)
{
    (void)state;
    return fclose(file);
}

/** Everything that was written. */
static const char *written(void)
{
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    return text;
}

static void an_empty_object_is_a_line(void **state)
{
    (void)state;
    json_line line = json_line_open(file);
    json_line_close(&line);
    assert_string_equal(written(), "{}\n");
}

static void members_have_commas_between(void **state)
{
    (void)state;
    const float numbers[] = {0.5F, -1.0F};
    const size_t counts[] = {1, 2, 3};
    json_line line = json_line_open(file);
    json_line_text(&line, "path", "a.pgm");
    json_line_count(&line, "images", UINT64_MAX);
    json_line_number(&line, "loss", 0.25);
    json_line_flag(&line, "good", true);
    json_line_flag(&line, "bad", false);
    json_line_numbers(&line, "numbers", numbers, 2);
    json_line_counts(&line, "counts", counts, 3);
    json_line_counts(&line, "none", counts, 0);
    json_line_close(&line);
    assert_string_equal(
        written(),
        "{\"path\":\"a.pgm\",\"images\":18446744073709551615,\"loss\":0.25,\"good\":true,\"bad\":false,"
        "\"numbers\":[0.5,-1],\"counts\":[1,2,3],\"none\":[]}\n");
}

static void objects_and_arrays_nest(void **state)
{
    (void)state;
    const size_t counts[] = {1, 2};
    json_line line = json_line_open(file);
    json_line_begin(&line, "metadata", '{');
    json_line_text(&line, "a", "b");
    json_line_text(&line, "c", "d");
    json_line_end(&line, '}');
    json_line_begin(&line, "rows", '[');
    json_line_counts(&line, NULL, counts, 2);
    json_line_counts(&line, NULL, counts, 2);
    json_line_end(&line, ']');
    json_line_begin(&line, "empty", '{');
    json_line_end(&line, '}');
    json_line_close(&line);
    assert_string_equal(written(),
                        "{\"metadata\":{\"a\":\"b\",\"c\":\"d\"},\"rows\":[[1,2],[1,2]],\"empty\":{}}\n");
}

static void what_json_forbids_in_a_string_is_escaped(void **state)
{
    (void)state;
    json_line line = json_line_open(file);
    json_line_text(&line, "k\"ey", "a\"b\\c\nd\te\x01/");
    json_line_close(&line);
    assert_string_equal(written(), "{\"k\\\"ey\":\"a\\\"b\\\\c\\u000ad\\u0009e\\u0001/\"}\n");
}

static void what_a_terminal_acts_on_is_escaped(void **state)
{
    (void)state;
    json_line line = json_line_open(file);
    json_line_text(&line, "\x7f", "\xc2\x9b\xc2\xa0\xe2\x80\xa8\xe2\x80\xae\xd8\x9c\xe2\x81\xa9");
    json_line_close(&line);
    assert_string_equal(written(), "{\"\\u007f\":\"\\u009b\xc2\xa0\\u2028\\u202e\\u061c\\u2069\"}\n");
}

static void utf8_stays_and_other_bytes_become_the_replacement_character(void **state)
{
    (void)state;
    json_line line = json_line_open(file);
    json_line_text(&line, "good", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    json_line_text(&line, "bad", "a\xff\xc3z\xed\xa0\x80");
    json_line_close(&line);
    assert_string_equal(written(), "{\"good\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\","
                                   "\"bad\":\"a\\ufffd\\ufffdz\\ufffd\\ufffd\\ufffd\"}\n");
}

static void numbers_that_json_lacks_are_null(void **state)
{
    (void)state;
    json_line line = json_line_open(file);
    json_line_number(&line, "nan", (double)NAN);
    json_line_number(&line, "inf", HUGE_VAL);
    json_line_number(&line, "minus", -HUGE_VAL);
    json_line_close(&line);
    assert_string_equal(written(), "{\"nan\":null,\"inf\":null,\"minus\":null}\n");
}

static void a_float_can_be_read_back(void **state)
{
    (void)state;
    const float value = 1.0F / 3.0F;
    json_line line = json_line_open(file);
    json_line_number(&line, "x", (double)value);
    json_line_close(&line);
    double found;
    char *number = strchr(written(), ':') + 1;
    number[strcspn(number, "}")] = '\0';
    assert_true(dn_number_parse(number, &found) && (float)found == value);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_file, close_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_object_is_a_line),
        TEST(members_have_commas_between),
        TEST(objects_and_arrays_nest),
        TEST(what_json_forbids_in_a_string_is_escaped),
        TEST(what_a_terminal_acts_on_is_escaped),
        TEST(utf8_stays_and_other_bytes_become_the_replacement_character),
        TEST(numbers_that_json_lacks_are_null),
        TEST(a_float_can_be_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
