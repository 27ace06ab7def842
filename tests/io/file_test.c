#include "support.h"

#include "digitnet/io/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define NO_LIMIT SIZE_MAX

/** ISO C alone can't tell a folder, a link or a pipe from a file. */
static void needs_file_kinds(void)
{
#ifdef DN_PLATFORM_ISO
    print_message("SKIPPED: this build knows files only by opening them\n");
    skip();
#endif
}

static void assert_holds(const char *path, const char *text)
{
    size_t size;
    uint8_t *data = read_bytes(path, &size);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(data, text, size);
    free(data);
}

static void assert_missing(const char *path)
{
    assert_int_equal(access(path, F_OK), -1);
}

static dn_status write_text(const char *path, const char *text, dn_error *error)
{
    const dn_part part = {text, strlen(text)};
    return dn_file_write(path, &part, 1, error);
}

static void a_file_is_read_whole(void **state)
{
    (void)state;
    dn_error error;
    dn_bytes bytes;
    const char *path = temporary_path("whole");
    write_bytes(path, "a\0b\n", 4);
    assert_ok(dn_file_read(path, NO_LIMIT, &bytes, &error));
    assert_int_equal(bytes.size, 4);
    assert_memory_equal(bytes.data, "a\0b\n", 4);
    dn_bytes_free(&bytes);
    assert_null(bytes.data);
    assert_int_equal(bytes.size, 0);
    dn_bytes_free(NULL);
}

static void an_empty_file_is_read_as_no_bytes(void **state)
{
    (void)state;
    dn_error error;
    dn_bytes bytes;
    const char *path = temporary_path("empty");
    write_bytes(path, "", 0);
    assert_ok(dn_file_read(path, 0, &bytes, &error));
    assert_int_equal(bytes.size, 0);
    dn_bytes_free(&bytes);
}

static void a_file_at_the_limit_is_read_and_one_above_is_refused(void **state)
{
    (void)state;
    dn_error error;
    dn_bytes bytes;
    const char *path = temporary_path("limit");
    write_bytes(path, "12345", 5);
    assert_ok(dn_file_read(path, 5, &bytes, &error));
    assert_int_equal(bytes.size, 5);
    dn_bytes_free(&bytes);
    assert_int_equal(dn_file_read(path, 4, &bytes, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "more than 4 bytes");
    assert_string_equal(error.subject, path);
    assert_null(bytes.data);
    assert_int_equal(bytes.size, 0);
}

static void an_endless_device_ends_at_the_limit(void **state)
{
    (void)state;
    dn_error error;
    dn_bytes bytes;
    assert_int_equal(dn_file_read(device_or_skip("/dev/zero"), 100000, &bytes, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "more than 100000 bytes");
}

static void a_missing_file_and_a_folder_are_named(void **state)
{
    (void)state;
    needs_file_kinds();
    dn_error error;
    dn_bytes bytes;
    const char *path = temporary_path("nowhere");
    assert_int_equal(dn_file_read(path, NO_LIMIT, &bytes, &error), DN_ERR_FILE);
    assert_contains(error.problem, "there is no such file");
    assert_string_equal(error.subject, path);
    assert_int_equal(dn_file_read("/", NO_LIMIT, &bytes, &error), DN_ERR_FILE);
    assert_contains(error.problem, "is a folder");
    assert_null(bytes.data);
}

static void an_unreadable_file_says_why(void **state)
{
    (void)state;
    dn_error error;
    dn_bytes bytes;
    const char *path = temporary_path("secret");
    write_bytes(path, "x", 1);
    chmod(path, 0);
    if (access(path, R_OK) == 0) {
        print_message("SKIPPED: permissions do not bind this user\n");
        skip();
    }
    assert_int_equal(dn_file_read(path, NO_LIMIT, &bytes, &error), DN_ERR_FILE);
    assert_contains(error.problem, "Permission denied");
}

/** Standard input becomes a pipe that brings size bytes; more than a pipe holds would block. */
static void feed_stdin(const void *data, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], data, size), size);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    clearerr(stdin);
}

static void a_dash_reads_standard_input_as_it_arrives(void **state)
{
    (void)state;
    dn_error error;
    dn_bytes bytes;
    static uint8_t sent[30000];
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (uint8_t)(i * 7);
    feed_stdin(sent, sizeof sent);
    assert_ok(dn_file_read(DN_STDIN_PATH, NO_LIMIT, &bytes, &error));
    assert_int_equal(bytes.size, sizeof sent);
    assert_memory_equal(bytes.data, sent, sizeof sent);
    dn_bytes_free(&bytes);
    feed_stdin("abc", 3);
    assert_int_equal(dn_file_read(DN_STDIN_PATH, 2, &bytes, &error), DN_ERR_FORMAT);
    assert_string_equal(error.subject, "standard input");
}

static void parts_are_written_one_after_the_other(void **state)
{
    (void)state;
    dn_error error;
    const char *path = temporary_path("parts");
    const dn_part parts[] = {{"ab", 2}, {NULL, 0}, {"c", 1}};
    assert_ok(dn_file_write(path, parts, 3, &error));
    assert_holds(path, "abc");
    assert_ok(dn_file_write(path, NULL, 0, &error));
    assert_holds(path, "");
    assert_missing(temporary_path("parts.part"));
}

static void the_old_file_is_replaced_also_over_a_leftover(void **state)
{
    (void)state;
    dn_error error;
    const char *path = temporary_path("again");
    write_bytes(path, "a longer old text", 17);
    write_bytes(temporary_path("again.part"), "left by a run that was killed", 29);
    assert_ok(write_text(path, "new", &error));
    assert_holds(path, "new");
    assert_missing(temporary_path("again.part"));
}

static void a_leftover_that_is_a_link_is_not_written_through(void **state)
{
    (void)state;
    dn_error error;
    const char *victim = temporary_path("victim");
    write_bytes(victim, "mine", 4);
    assert_int_equal(symlink(victim, temporary_path("trap.part")), 0);
    assert_ok(write_text(temporary_path("trap"), "new", &error));
    assert_holds(victim, "mine");
    assert_holds(temporary_path("trap"), "new");
}

static void a_link_is_followed_and_stays_a_link(void **state)
{
    (void)state;
    dn_error error;
    struct stat status;
    const char *link = temporary_path("link");
    const char *target = temporary_path("linked");
    write_bytes(target, "old", 3);
    assert_int_equal(symlink("linked", link), 0);
    assert_ok(write_text(link, "new", &error));
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_holds(target, "new");
}

static void links_in_a_circle_are_an_error(void **state)
{
    (void)state;
    needs_file_kinds();
    dn_error error;
    assert_int_equal(symlink("circle", temporary_path("circle")), 0);
    assert_int_equal(write_text(temporary_path("circle"), "x", &error), DN_ERR_FILE);
    assert_contains(error.problem, "circle");
}

/**
 * A device that is always full. Root could destroy the system's own by a fault in what is tested here: it
 * gets a node of its own.
 */
static const char *full_device_or_skip(void)
{
    if (access("/dev", W_OK) != 0)
        return device_or_skip("/dev/full");
    const char *path = temporary_path("full");
    const bool made = mknod(path, S_IFCHR | 0666, makedev(1, 7)) == 0;
    FILE *file = made ? fopen(path, "r+b") : NULL;
    if (!file) {
        print_message("SKIPPED: there is no device to write to\n");
        skip();
    }
    fclose(file);
    return path;
}

static void a_device_is_written_directly_and_stays_a_device(void **state)
{
    (void)state;
    dn_error error;
    struct stat status;
    char part[1100];
    const char *path = full_device_or_skip();
    snprintf(part, sizeof part, "%s.part", path);
    assert_int_equal(write_text(path, "x", &error), DN_ERR_FILE);
    assert_contains(error.problem, "No space left on device");
    assert_string_equal(error.subject, path);
    assert_missing(part);
    assert_ok(dn_file_check_writable(path, &error));
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISCHR(status.st_mode));
    assert_missing(part);
}

static void a_pipe_is_written_directly_and_not_woken_by_the_check(void **state)
{
    (void)state;
    dn_error error;
    struct stat status;
    char found[4] = "";
    needs_file_kinds();
    const char *path = temporary_path("pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_ok(dn_file_check_writable(path, &error)); /* would wait for ever if it opened the pipe */
    const int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_ok(write_text(path, "abc", &error));
    assert_int_equal(read(reader, found, sizeof found), 3);
    assert_memory_equal(found, "abc", 3);
    close(reader);
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
}

static void a_socket_is_refused_and_stays_a_socket(void **state)
{
    (void)state;
    dn_error error;
    struct stat status;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = temporary_path("socket");
    if (strlen(path) >= sizeof address.sun_path)
        skip();
    memcpy(address.sun_path, path, strlen(path));
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write_text(path, "x", &error), DN_ERR_FILE);
    assert_contains(error.problem, "cannot be ");
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISSOCK(status.st_mode));
    close(listener);
}

static void assert_refused(const char *path, const char *problem)
{
    dn_error error;
    assert_int_equal(write_text(path, "x", &error), DN_ERR_FILE);
    assert_contains(error.problem, problem);
    assert_string_equal(error.subject, path);
    assert_int_equal(dn_file_check_writable(path, &error), DN_ERR_FILE);
    assert_contains(error.problem, problem);
    assert_string_equal(error.subject, path);
}

static void targets_that_cannot_be_are_refused_before_and_when_writing(void **state)
{
    (void)state;
    needs_file_kinds();
    char folder[1024];
    char long_path[8192];
    const char *file = temporary_path("file");
    write_bytes(file, "x", 1);
    snprintf(folder, sizeof folder, "%s/", temporary_path("."));
    assert_refused(folder, "is a folder");
    assert_refused("", "the path is empty");
    assert_refused("/no-such-folder/model", "the folder /no-such-folder does not exist");
    assert_refused(temporary_path("none/model"), "/none does not exist");
    assert_refused(temporary_path("file/model"), "/file is not a folder");
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    dn_error error;
    assert_int_equal(write_text(long_path, "x", &error), DN_ERR_FILE);
    assert_contains(error.problem, "too long");
    assert_holds(file, "x");
}

/** Most file systems take names of 255 bytes: then there is no room for what .part adds. */
static void a_name_that_leaves_no_room_for_part_is_refused(void **state)
{
    (void)state;
    enum { LENGTH = 253 };
    char path[LENGTH + 2] = "/";
    memset(path + 1, 'x', LENGTH);
    assert_refused(path, "cannot be ");
    assert_refused(path + 1, "cannot be ");
    assert_missing(path);
    assert_missing(path + 1);
}

static void a_protected_file_is_refused(void **state)
{
    (void)state;
    const char *path = temporary_path("protected");
    write_bytes(path, "keep", 4);
    chmod(path, 0444);
    if (access(path, W_OK) == 0) {
        print_message("SKIPPED: permissions do not bind this user\n");
        skip();
    }
    assert_refused(path, "Permission denied");
    assert_holds(path, "keep");
}

static void a_part_that_cannot_be_made_leaves_the_target_alone(void **state)
{
    (void)state;
    const char *path = temporary_path("blocked");
    char inside[1100];
    write_bytes(path, "keep", 4);
    assert_int_equal(mkdir(temporary_path("blocked.part"), 0700), 0);
    snprintf(inside, sizeof inside, "%s/file", temporary_path("blocked.part"));
    write_bytes(inside, "x", 1);
    assert_refused(path, "cannot be written: ");
    assert_holds(path, "keep");
    remove(inside);
}

static void the_check_touches_nothing(void **state)
{
    (void)state;
    dn_error error;
    const char *path = temporary_path("check");
    assert_ok(dn_file_check_writable(path, &error));
    assert_missing(path);
    write_bytes(path, "keep", 4);
    assert_ok(dn_file_check_writable(path, &error));
    assert_holds(path, "keep");
    assert_missing(temporary_path("check.part"));
}

static void first_bytes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *name;
    } cases[] = {
        {"\x1f\x8b\x08", 3, "gzip"},
        {"\x89PNG\r\n\x1a\n", 8, "a PNG picture"},
        {"\xff\xd8\xff\xe0", 4, "a JPEG picture"},
        {"GIF89a", 6, "a GIF picture"},
        {"RIFF\0\0\0\0WEBP", 12, "a WebP picture"},
        {"II*\0", 4, "a TIFF picture"},
        {"MM\0*", 4, "a TIFF picture"},
        {"\0\0\0\x1c"
         "ftypheic",
         12, "a HEIF or AVIF picture"},
        {"BM\x36\0", 4, "a BMP picture"},
        {"%PDF-1.7", 8, "a PDF document"},
        {"PK\x03\x04", 4, "a zip archive"},
        {"BZh91AY", 7, "bzip2"},
        {"\xfd\x37zXZ\0", 6, "xz"},
        {"\x28\xb5\x2f\xfd", 4, "zstd"},
        {"\x93NUMPY\1\0", 8, "a NumPy array"},
        {"<!DOCTYPE html>", 15, "an HTML page"},
        {"\xef\xbb\xbf\n <HTML lang", 15, "an HTML page"},
        {" <head>", 7, "an HTML page"},
        {"<?xml", 5, "an HTML page"},
        {"P1 ", 3, "a PNM picture"},
        {"P5\n28 28", 8, "a PNM picture"},
        {"P6\t", 3, "a PNM picture"},
        {"P5#by hand", 10, "a PNM picture"},
        {"P528 28", 7, "a PNM picture"},
        {"P4", 2, "a PNM picture"},
        {"\0\0\x08\x03", 4, "an IDX file"},
        {"\0\0\x0e\x01", 4, "an IDX file"},
        {"\x40\0\0\0\0\0\0\0{", 9, "a safetensors file"},
        {"version https://git-lfs.github.com/spec/v1", 42, "a Git LFS pointer, not the file itself"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *name = dn_file_guess((const uint8_t *)cases[i].bytes, cases[i].size);
        assert_non_null(name);
        assert_string_equal(name, cases[i].name);
    }
}

static void bytes_that_say_nothing_have_no_name(void **state)
{
    (void)state;
    assert_null(dn_file_guess(NULL, 0));
    assert_null(dn_file_guess((const uint8_t *)"\x1f", 1));
    assert_null(dn_file_guess((const uint8_t *)"P7\n", 3));
    assert_null(dn_file_guess((const uint8_t *)"P0\n", 3));
    assert_null(dn_file_guess((const uint8_t *)"Q5\n", 3));
    assert_null(dn_file_guess((const uint8_t *)"P5x", 3));
    assert_null(dn_file_guess((const uint8_t *)"P", 1));
    assert_null(dn_file_guess((const uint8_t *)"\1\0\x08\x03", 4));
    assert_null(dn_file_guess((const uint8_t *)"\0\1\x08\x03", 4));
    assert_null(dn_file_guess((const uint8_t *)"\0\0\x07\x03", 4));
    assert_null(dn_file_guess((const uint8_t *)"\0\0\x0f\x03", 4));
    assert_null(dn_file_guess((const uint8_t *)"\0\0\x08\0", 4));
    assert_null(dn_file_guess((const uint8_t *)"\x40\0\0\0\1\0\0\0{", 9));
    assert_null(dn_file_guess((const uint8_t *)"\x40\0\0\0\0\0\0\1{", 9));
    assert_null(dn_file_guess((const uint8_t *)"\x40\0\0\0\0\0\0\0[", 9));
    assert_null(dn_file_guess((const uint8_t *)"\x40\0\0\0\0\1\0\0{\"", 10)); /* a header of terabytes */
    assert_null(dn_file_guess((const uint8_t *)"   ", 3));
    assert_null(dn_file_guess((const uint8_t *)"<htm", 4));
    assert_null(dn_file_guess((const uint8_t *)"hello, world", 12));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(an_empty_file_is_read_as_no_bytes),
        cmocka_unit_test(a_file_at_the_limit_is_read_and_one_above_is_refused),
        cmocka_unit_test(an_endless_device_ends_at_the_limit),
        cmocka_unit_test(a_missing_file_and_a_folder_are_named),
        cmocka_unit_test(an_unreadable_file_says_why),
        cmocka_unit_test(a_dash_reads_standard_input_as_it_arrives),
        cmocka_unit_test(parts_are_written_one_after_the_other),
        cmocka_unit_test(the_old_file_is_replaced_also_over_a_leftover),
        cmocka_unit_test(a_leftover_that_is_a_link_is_not_written_through),
        cmocka_unit_test(a_link_is_followed_and_stays_a_link),
        cmocka_unit_test(links_in_a_circle_are_an_error),
        cmocka_unit_test(a_device_is_written_directly_and_stays_a_device),
        cmocka_unit_test(a_pipe_is_written_directly_and_not_woken_by_the_check),
        cmocka_unit_test(a_socket_is_refused_and_stays_a_socket),
        cmocka_unit_test(targets_that_cannot_be_are_refused_before_and_when_writing),
        cmocka_unit_test(a_name_that_leaves_no_room_for_part_is_refused),
        cmocka_unit_test(a_protected_file_is_refused),
        cmocka_unit_test(a_part_that_cannot_be_made_leaves_the_target_alone),
        cmocka_unit_test(the_check_touches_nothing),
        cmocka_unit_test(first_bytes_are_named),
        cmocka_unit_test(bytes_that_say_nothing_have_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
