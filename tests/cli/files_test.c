#include "support.h"

#include "cli/files.h"

#include <stdio.h>
#include <unistd.h>

static dn_error error;

/** Write a file and read it again: what is read is what was written. */
static dn_status recognise(const void *bytes, size_t size, cli_file_type *type)
{
    dn_bytes file;
    const char *path = temporary_path("file");
    write_bytes(path, bytes, size);
    const dn_status status = cli_read_file(path, &file, type, &error);
    if (status == DN_OK) {
        assert_int_equal(file.size, size);
        assert_memory_equal(file.data, bytes, size);
    }
    assert_true(status == DN_OK || !file.data);
    dn_bytes_free(&file);
    return status;
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
    assert_type("P1", CLI_FILE_PICTURE);
    assert_type("P6\n1 1\n255\n", CLI_FILE_PICTURE);
    assert_type("P5# made by hand\n", CLI_FILE_PICTURE);
    assert_type("\x89PNG\r\n\x1a\n", CLI_FILE_PICTURE);
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
    assert_unknown("\xff\xd8\xff\xe0", "a JPEG picture");
    assert_unknown("<html>", "an HTML page");
}

static void a_missing_file_is_refused(void **state)
{
    (void)state;
    cli_file_type type;
    dn_bytes file;
    assert_int_equal(cli_read_file(temporary_path("missing"), &file, &type, &error), DN_ERR_FILE);
    assert_null(file.data);
}

/** What comes through a pipe comes once. */
static void a_pipe_is_read_once_and_whole(void **state)
{
    (void)state;
    cli_file_type type;
    dn_bytes file;
    int ends[2];
    char path[32];
    static uint8_t sent[40000] = "P5\n200 200\n255\n";
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    if (access(path, R_OK) != 0) {
        print_message("SKIPPED: there is no /dev/fd\n");
        skip();
    }
    assert_int_equal(write(ends[1], sent, sizeof sent), sizeof sent);
    close(ends[1]);
    assert_ok(cli_read_file(path, &file, &type, &error));
    assert_int_equal(type, CLI_FILE_PICTURE);
    assert_int_equal(file.size, sizeof sent);
    assert_memory_equal(file.data, sent, sizeof sent);
    dn_bytes_free(&file);
    close(ends[0]);
}

static void standard_output_has_several_names(void **state)
{
    (void)state;
    assert_true(cli_is_stdout("-"));
    assert_false(cli_is_stdout(NULL));
    assert_false(cli_is_stdout(temporary_path("file")));
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
        cmocka_unit_test(a_missing_file_is_refused),
        cmocka_unit_test(a_pipe_is_read_once_and_whole),
        cmocka_unit_test(standard_output_has_several_names),
        cmocka_unit_test(a_file_holds_something_where_there_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
