#include "support.h"

#include "cli/file_type.h"

#include <string.h>

static dn_error error;

static dn_status recognise(const void *bytes, size_t size, cli_file_type *type)
{
    const char *path = temporary_path("file");
    write_bytes(path, bytes, size);
    return cli_recognise_file(path, type, &error);
}

#define assert_type(bytes, expected)                                                                         \
    do {                                                                                                     \
        cli_file_type type;                                                                                  \
        assert_ok(recognise((bytes), sizeof(bytes) - 1, &type));                                             \
        assert_int_equal(type, (expected));                                                                  \
    } while (0)

#define assert_unknown(bytes, part)                                                                          \
    do {                                                                                                     \
        cli_file_type type;                                                                                  \
        assert_int_equal(recognise((bytes), sizeof(bytes) - 1, &type), DN_ERR_FORMAT);                       \
        assert_contains(error.problem, (part));                                                              \
        assert_contains(error.subject, "file");                                                              \
    } while (0)

static void files_are_known_by_their_first_bytes(void **state)
{
    (void)state;
    assert_type("\0\0\x08\x03\0\0\0\x01", CLI_FILE_IDX);
    assert_type("\0\0\x08\x01\0\0\0\0", CLI_FILE_IDX);
    assert_type("\x1f\x8b\x08\0\0\0\0\0", CLI_FILE_IDX);
    assert_type("P1", CLI_FILE_PNM);
    assert_type("P6\n1 1\n255\n", CLI_FILE_PNM);
    assert_type("P5# made by hand\n", CLI_FILE_PNM);
    assert_type("\x40\0\0\0\0\0\0\0{\"a\"", CLI_FILE_MODEL);
}

static void a_model_is_known_though_its_length_looks_like_idx(void **state)
{
    (void)state;
    assert_type("\0\0\x08\0\0\0\0\0{", CLI_FILE_MODEL);
    assert_type("P5\0\0\0\0\0\0{", CLI_FILE_MODEL); /* a header of 13648 bytes */
}

static void other_files_are_named(void **state)
{
    (void)state;
    assert_unknown("", "an empty file");
    assert_unknown("P", "an unknown format");
    assert_unknown("P7\n", "an unknown format");
    assert_unknown("P0\n", "an unknown format");
    assert_unknown("P5x", "an unknown format");
    assert_unknown("\0x\x08\x03", "an unknown format");
    assert_unknown("\0\0\x08", "an unknown format");
    assert_unknown("hello", "an unknown format");
    assert_unknown("\x89PNG\r\n\x1a\n", "a PNG picture");
    assert_unknown("<html>", "an HTML page");
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    cli_file_type type;
    assert_int_equal(cli_recognise_file(temporary_path("missing"), &type, &error), DN_ERR_FILE);
    assert_int_equal(cli_recognise_file("-", &type, &error), DN_ERR_ARGUMENT);
}

static bool is_svg(const char *text)
{
    const char *path = temporary_path("picture");
    write_bytes(path, text, strlen(text));
    return cli_is_svg(path);
}

static void an_svg_picture_is_known_behind_declarations_and_comments(void **state)
{
    (void)state;
    assert_true(is_svg("<svg xmlns='http://www.w3.org/2000/svg'/>"));
    assert_true(is_svg("<svg>"));
    assert_true(is_svg("<?xml version=\"1.0\"?>\n<!-- a > b -->\n<!DOCTYPE svg>\n <svg\nwidth='1'>"));
    assert_false(is_svg(""));
    assert_false(is_svg("svg"));
    assert_false(is_svg("<svgs>"));
    assert_false(is_svg("<html><svg></svg></html>"));
    assert_false(is_svg("<?xml version=\"1.0\"?><html><svg/></html>"));
    assert_false(is_svg("<!-- <svg>"));
    assert_false(cli_is_svg(temporary_path("missing")));
}

static void a_file_holds_something_where_there_is_one(void **state)
{
    (void)state;
    const char *path = temporary_path("something");
    write_bytes(path, "x", 1);
    assert_true(cli_holds_something(path));
    assert_false(cli_holds_something(temporary_path("nothing")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_known_by_their_first_bytes),
        cmocka_unit_test(a_model_is_known_though_its_length_looks_like_idx),
        cmocka_unit_test(other_files_are_named),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(an_svg_picture_is_known_behind_declarations_and_comments),
        cmocka_unit_test(a_file_holds_something_where_there_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
