#include "capture.h"
#include "core/fail.h"
#include "core/platform.h"
#include "io/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
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
    assert_ok(dn_file_read(DN_STANDARD_PATH, NO_LIMIT, &bytes, &error));
    assert_int_equal(bytes.size, sizeof sent);
    assert_memory_equal(bytes.data, sent, sizeof sent);
    dn_bytes_free(&bytes);
    feed_stdin("abc", 3);
    assert_int_equal(dn_file_read(DN_STANDARD_PATH, 2, &bytes, &error), DN_ERR_FORMAT);
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
    assert_int_equal(leftovers(path, NULL, 0), 0);
}

static void the_old_file_is_replaced(void **state)
{
    (void)state;
    dn_error error;
    const char *path = temporary_path("again");
    write_bytes(path, "a longer old text", 17);
    assert_ok(write_text(path, "new", &error));
    assert_holds(path, "new");
    assert_int_equal(leftovers(path, NULL, 0), 0);
}

/** Names that this program used to write to, and one like those that it uses: files, a folder, and a link to a file. */
static void files_of_others_beside_the_target_stay(void **state)
{
    (void)state;
    dn_error error;
    struct stat status;
    const char *const names[] = {"target.part", ".target.digitnet-1", "target~", "target.tmp"};
    enum { NAMES = sizeof names / sizeof names[0] };
    for (int written = 0; written < 2; written++) {
        const char *path = temporary_path("target");
        const char *folder = temporary_path("other.part");
        const char *victim = temporary_path("victim");
        for (size_t i = 0; i < NAMES; i++)
            write_bytes(temporary_path(names[i]), "thesis", 6);
        write_bytes(victim, "mine", 4);
        if (written == 0) {
            assert_int_equal(mkdir(folder, 0700), 0);
            assert_int_equal(symlink(victim, temporary_path("trap.part")), 0);
        }
        if (written == 0)
            assert_ok(dn_file_check_writable(path, &error));
        else
            assert_ok(write_text(path, "new", &error));
        assert_ok(write_text(temporary_path("other"), "new", &error));
        assert_ok(write_text(temporary_path("trap"), "new", &error));
        for (size_t i = 0; i < NAMES; i++)
            assert_holds(temporary_path(names[i]), "thesis");
        assert_holds(temporary_path("victim"), "mine");
        assert_int_equal(lstat(temporary_path("other.part"), &status), 0);
        assert_int_equal(lstat(temporary_path("trap.part"), &status), 0);
        assert_true(S_ISLNK(status.st_mode));
    }
    remove(temporary_path(".target.digitnet-1"));
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void permissions_stay_and_a_new_file_has_the_usual_ones(void **state)
{
    (void)state;
    dn_error error;
    static const mode_t modes[] = {0600, 0644, 0640, 0660, 0666, 0755};
    const char *path = temporary_path("mode");
    const mode_t mask = umask(022);
    assert_ok(write_text(path, "x", &error));
    assert_int_equal(mode_of(path), 0644);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_ok(write_text(path, "y", &error));
        assert_int_equal(mode_of(path), modes[i]);
        assert_ok(dn_file_check_writable(path, &error));
        assert_int_equal(mode_of(path), modes[i]);
    }
    remove(path);
    umask(077);
    assert_ok(write_text(path, "x", &error));
    assert_int_equal(mode_of(path), 0600);
    umask(mask);
}

/** What another group may read stays so, where this user may give it. */
static void owner_and_group_stay_where_they_can(void **state)
{
    (void)state;
    dn_error error;
    struct stat status;
    const char *path = temporary_path("owned");
    write_bytes(path, "x", 1);
    if (chown(path, 12345, 23456) != 0) {
        print_message("SKIPPED: this user can't give a file away\n");
        skip();
    }
    assert_ok(write_text(path, "y", &error));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_uid, 12345);
    assert_int_equal(status.st_gid, 23456);
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
    const char *path = full_device_or_skip();
    assert_int_equal(write_text(path, "x", &error), DN_ERR_FILE);
    assert_contains(error.problem, "No space left on device");
    assert_string_equal(error.subject, path);
    assert_ok(dn_file_check_writable(path, &error));
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISCHR(status.st_mode));
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

/** Most file systems take names of 255 bytes, whatever a unique name beside them needs. */
static void names_of_any_length_that_the_system_takes_are_written(void **state)
{
    (void)state;
    dn_error error;
    enum { LONGEST = 255 };
    char name[LONGEST + 2];
    for (size_t length = 1; length <= LONGEST; length++) {
        memset(name, 'x', length);
        name[length] = '\0';
        const char *path = temporary_path(name);
        assert_ok(dn_file_check_writable(path, &error));
        assert_ok(write_text(path, "long", &error));
        assert_holds(path, "long");
        remove(path);
    }
    memset(name, 'x', LONGEST + 1);
    name[LONGEST + 1] = '\0';
    assert_refused(temporary_path(name), "cannot be ");
    assert_refused(name, "cannot be ");
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

static void a_folder_that_takes_no_file_leaves_the_target_alone(void **state)
{
    (void)state;
    const char *folder = temporary_path("closed");
    const char *path = temporary_path("closed/file");
    assert_int_equal(mkdir(folder, 0700), 0);
    write_bytes(path, "keep", 4);
    chmod(folder, 0500);
    if (access(folder, W_OK) == 0)
        print_message("SKIPPED: permissions do not bind this user\n");
    else
        assert_refused(path, "cannot be written: ");
    assert_holds(path, "keep");
    chmod(folder, 0700);
    remove(path);
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
    assert_int_equal(leftovers(path, NULL, 0), 0);
}

static void a_dash_and_whatever_leads_there_is_standard_output(void **state)
{
    (void)state;
    dn_error error;
    const char *path = temporary_path("output");
    capture caught = capture_begin(stdout);
    const dn_status before = write_text("-", "one ", &error);
    const dn_status check = dn_file_check_writable("-", &error);
    char *text = capture_end(&caught);
    assert_int_equal(before, DN_OK);
    assert_int_equal(check, DN_OK);
    assert_string_equal(text, "one ");
    free(text);
    assert_missing("-");
    assert_string_equal(dn_file_output_name("-"), "standard output");
    assert_string_equal(dn_file_input_name("-"), "standard input");
    assert_string_equal(dn_file_output_name(path), path);
    assert_null(dn_file_standard_stream(path));
}

/** Standard output, or error, goes to a file that is written by its name as well: one offset, and nothing is overwritten. */
static void a_file_that_a_standard_stream_goes_to_is_written_through_it(void **state)
{
    (void)state;
    needs_file_kinds();
    dn_error error;
    FILE *const streams[] = {stdout, stderr};
    for (size_t i = 0; i < 2; i++) {
        const char *path = temporary_path("redirected");
        fflush(streams[i]);
        const int saved = dup(fileno(streams[i]));
        const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(file, fileno(streams[i]));
        close(file);
        fputs("before ", streams[i]);
        const FILE *found = dn_file_standard_stream(path);
        const dn_status status = write_text(path, "between ", &error);
        fputs("after", streams[i]);
        fflush(streams[i]);
        dup2(saved, fileno(streams[i]));
        close(saved);
        assert_ptr_equal(found, streams[i]);
        assert_int_equal(status, DN_OK);
        assert_holds(path, "before between after");
    }
}

typedef struct head {
    uint8_t bytes[DN_FILE_HEAD_SIZE];
    size_t size;
    size_t limit;
    dn_status status;
} head;

static dn_status keep_head(void *self, const uint8_t *bytes, size_t size, size_t *limit, dn_error *error)
{
    head *kept = self;
    memcpy(kept->bytes, bytes, size);
    kept->size = size;
    *limit = kept->limit;
    return kept->status == DN_OK ? DN_OK : dn_fail(error, kept->status, NULL, "not wanted");
}

static void a_check_sees_the_first_bytes_and_decides(void **state)
{
    (void)state;
    dn_error error;
    dn_bytes bytes;
    uint8_t text[10000];
    const size_t sizes[] = {0,          1, DN_FILE_HEAD_SIZE - 1, DN_FILE_HEAD_SIZE, DN_FILE_HEAD_SIZE + 1,
                            sizeof text};
    const char *path = temporary_path("checked");
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        head kept = {.limit = sizes[i]};
        write_bytes(path, text, sizes[i]);
        assert_ok(dn_file_read_checked(path, keep_head, &kept, &bytes, &error));
        assert_int_equal(kept.size, sizes[i] < DN_FILE_HEAD_SIZE ? sizes[i] : DN_FILE_HEAD_SIZE);
        assert_memory_equal(kept.bytes, text, kept.size);
        assert_int_equal(bytes.size, sizes[i]);
        assert_memory_equal(bytes.data, text, sizes[i]);
        dn_bytes_free(&bytes);
        kept.limit = sizes[i] - 1;
        if (sizes[i] != 0)
            assert_int_equal(dn_file_read_checked(path, keep_head, &kept, &bytes, &error), DN_ERR_FORMAT);
    }
    head refused = {.limit = SIZE_MAX, .status = DN_ERR_SHAPE};
    assert_int_equal(dn_file_read_checked(path, keep_head, &refused, &bytes, &error), DN_ERR_SHAPE);
    assert_string_equal(error.problem, "not wanted");
    assert_string_equal(error.subject, path);
    assert_null(bytes.data);
    const char *zeros = device_or_skip("/dev/zero"); /* an endless one is not read on */
    assert_int_equal(dn_file_read_checked(zeros, keep_head, &refused, &bytes, &error), DN_ERR_SHAPE);
}

/* ---- Many at once ---- */

#define WRITERS 8
#define READERS 2
#define LETTERS 3000

/** Write letters of one kind, as many as that kind has, again and again. 0 when all was well. */
static int write_again_and_again(const char *path, int writer, time_t end)
{
    dn_error error;
    static char text[LETTERS * (WRITERS + 1)];
    const size_t size = (size_t)LETTERS * (size_t)(writer + 1);
    memset(text, 'a' + writer, size);
    do {
        const dn_part halves[] = {{text, size / 2}, {text + size / 2, size - size / 2}};
        if (dn_file_check_writable(path, &error) != DN_OK || dn_file_write(path, halves, 2, &error) != DN_OK)
            return 1;
    } while (time(NULL) < end);
    return 0;
}

/** Read it again and again: each time one writer's text, whole. 0 when all was well. */
static int read_again_and_again(const char *path, time_t end)
{
    dn_error error;
    do {
        dn_bytes bytes;
        if (dn_file_read(path, NO_LIMIT, &bytes, &error) != DN_OK || bytes.size == 0)
            return 1;
        const int writer = bytes.data[0] - 'a';
        bool whole = bytes.size == (size_t)LETTERS * (size_t)(writer + 1);
        for (size_t i = 0; whole && i < bytes.size; i++)
            whole = bytes.data[i] == bytes.data[0];
        dn_bytes_free(&bytes);
        if (!whole)
            return 2;
    } while (time(NULL) < end);
    return 0;
}

/** DIGITNET_RACE_SECONDS: how long; default 1. */
static void every_look_at_a_file_with_many_writers_is_whole(void **state)
{
    (void)state;
    needs_file_kinds();
    dn_error error;
    pid_t processes[WRITERS + READERS];
    const char *seconds = getenv("DIGITNET_RACE_SECONDS");
    const char *path = temporary_path("raced");
    assert_ok(write_text(path, "", &error));
    const time_t end = time(NULL) + 1 + (seconds ? atoi(seconds) : 1);
    write_again_and_again(path, 0, 0);
    for (int i = 0; i < WRITERS + READERS; i++) {
        processes[i] = fork();
        assert_true(processes[i] >= 0);
        if (processes[i] == 0)
            _exit(i < WRITERS ? write_again_and_again(path, i, end) : read_again_and_again(path, end));
    }
    for (int i = 0; i < WRITERS + READERS; i++) {
        int result;
        assert_int_equal(waitpid(processes[i], &result, 0), processes[i]);
        assert_int_equal(result, 0);
    }
    assert_int_equal(read_again_and_again(path, 0), 0);
    assert_int_equal(leftovers(path, NULL, 0), 0);
}

static void a_limit_on_the_size_of_files_leaves_nothing(void **state)
{
    (void)state;
    needs_file_kinds();
    const char *path = temporary_path("limited");
    static char text[100000];
    write_bytes(path, "old", 3);
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        dn_error error;
        const dn_part whole = {text, sizeof text};
        const struct rlimit limit = {4096, 4096};
        dn_platform_let_large_writes_fail();
        const bool set = setrlimit(RLIMIT_FSIZE, &limit) == 0;
        const bool refused = dn_file_write(path, &whole, 1, &error) == DN_ERR_FILE;
        _exit(set && refused && strstr(error.problem, "File too large") ? 0 : 1);
    }
    int result;
    assert_int_equal(waitpid(process, &result, 0), process);
    assert_int_equal(result, 0);
    assert_holds(path, "old");
    assert_int_equal(leftovers(path, NULL, 0), 0);
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

/** As many files as are written together, and what each should hold afterwards. */
static void files_written_together_are_all_there_or_none(void **state)
{
    (void)state;
    dn_error error;
    char paths[DN_MOST_TOGETHER][64 + FILENAME_MAX];
    dn_part parts[2] = {{"new ", 4}, {"part", 4}};
    dn_output outputs[DN_MOST_TOGETHER];
    size_t size;
    for (size_t i = 0; i < DN_MOST_TOGETHER; i++) {
        char name[32];
        snprintf(name, sizeof name, "together%zu", i);
        snprintf(paths[i], sizeof paths[i], "%s", temporary_path(name));
        outputs[i] = (dn_output){paths[i], parts, 1 + i % 2};
    }
    write_bytes(paths[1], "old", 3);
    /* The third can't be written: no file is new, the old one stays. */
    outputs[2].path = temporary_path("none/together");
    assert_int_equal(dn_file_write_together(outputs, DN_MOST_TOGETHER, &error), DN_ERR_FILE);
    assert_contains(error.subject, "none/together");
    for (size_t i = 0; i < DN_MOST_TOGETHER; i++) {
        FILE *file = fopen(paths[i], "rb");
        assert_true((file != NULL) == (i == 1));
        if (file)
            fclose(file);
        assert_int_equal(leftovers(paths[i], NULL, 0), 0);
    }
    uint8_t *found = read_bytes(paths[1], &size);
    assert_int_equal(size, 3);
    assert_memory_equal(found, "old", 3);
    free(found);
    outputs[2].path = paths[2];
    assert_ok(dn_file_write_together(outputs, DN_MOST_TOGETHER, &error));
    for (size_t i = 0; i < DN_MOST_TOGETHER; i++) {
        found = read_bytes(paths[i], &size);
        assert_int_equal(size, 4 + 4 * (i % 2));
        assert_memory_equal(found, "new part", size);
        free(found);
        assert_int_equal(leftovers(paths[i], NULL, 0), 0);
    }
}

static void a_new_file_never_replaces_one(void **state)
{
    (void)state;
    dn_error error;
    const char *path = temporary_path("only_new");
    const dn_part part = {"first", 5};
    size_t size;
    assert_ok(dn_file_write_new(path, &part, 1, &error));
    assert_int_equal(dn_file_write_new(path, &(dn_part){"second", 6}, 1, &error), DN_ERR_FILE);
    assert_contains(error.subject, "only_new");
    uint8_t *found = read_bytes(path, &size);
    assert_int_equal(size, 5);
    free(found);
    assert_int_equal(dn_file_write_new(temporary_path("none/new"), &part, 1, &error), DN_ERR_FILE);
    assert_contains(error.problem, "does not exist");
    const char *full = device_or_skip("/dev/full");
    assert_int_equal(dn_file_write_new(full, &part, 1, &error), DN_ERR_FILE); /* it is there */
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
        cmocka_unit_test(the_old_file_is_replaced),
        cmocka_unit_test(files_of_others_beside_the_target_stay),
        cmocka_unit_test(permissions_stay_and_a_new_file_has_the_usual_ones),
        cmocka_unit_test(owner_and_group_stay_where_they_can),
        cmocka_unit_test(a_link_is_followed_and_stays_a_link),
        cmocka_unit_test(links_in_a_circle_are_an_error),
        cmocka_unit_test(a_device_is_written_directly_and_stays_a_device),
        cmocka_unit_test(a_pipe_is_written_directly_and_not_woken_by_the_check),
        cmocka_unit_test(a_socket_is_refused_and_stays_a_socket),
        cmocka_unit_test(targets_that_cannot_be_are_refused_before_and_when_writing),
        cmocka_unit_test(names_of_any_length_that_the_system_takes_are_written),
        cmocka_unit_test(a_protected_file_is_refused),
        cmocka_unit_test(a_folder_that_takes_no_file_leaves_the_target_alone),
        cmocka_unit_test(the_check_touches_nothing),
        cmocka_unit_test(a_dash_and_whatever_leads_there_is_standard_output),
        cmocka_unit_test(a_file_that_a_standard_stream_goes_to_is_written_through_it),
        cmocka_unit_test(a_check_sees_the_first_bytes_and_decides),
        cmocka_unit_test(every_look_at_a_file_with_many_writers_is_whole),
        cmocka_unit_test(a_limit_on_the_size_of_files_leaves_nothing),
        cmocka_unit_test(first_bytes_are_named),
        cmocka_unit_test(bytes_that_say_nothing_have_no_name),
        cmocka_unit_test(files_written_together_are_all_there_or_none),
        cmocka_unit_test(a_new_file_never_replaces_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
