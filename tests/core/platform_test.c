#define _GNU_SOURCE /* for terminals */
#include "support.h"

#include "core/platform.h"

#include <fcntl.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What ISO C alone cannot tell has another answer in a build without the platform's calls. */
#ifdef DN_PLATFORM_ISO
#define KNOWN(kind) DN_FILE_UNKNOWN
#else
#define KNOWN(kind) (kind)
#endif

static void a_file_is_no_terminal_and_80_wide(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_false(dn_platform_is_terminal(file));
    assert_int_equal(dn_platform_terminal_width(file), 80);
    fclose(file);
}

static void there_is_a_processor_and_time_moves_forward(void **state)
{
    (void)state;
    assert_true(dn_platform_processors() >= 1);
    double last = dn_platform_seconds();
    for (int i = 0; i < 1000; i++) {
        const double now = dn_platform_seconds();
        assert_true(now >= last && now < last + 60.0);
        last = now;
    }
}

static void kinds_of_file_are_told_apart(void **state)
{
    (void)state;
    const char *file = temporary_path("file");
    char below_a_file[1024];
    write_bytes(file, "x", 1);
    snprintf(below_a_file, sizeof below_a_file, "%s/x", file);
    assert_int_equal(dn_platform_file_kind(file), KNOWN(DN_FILE_REGULAR));
    assert_int_equal(dn_platform_file_kind("/"), KNOWN(DN_FILE_FOLDER));
    assert_int_equal(dn_platform_file_kind(temporary_path("none")), DN_FILE_MISSING);
    assert_int_equal(dn_platform_file_kind(below_a_file), DN_FILE_MISSING);
}

/** Paths of the same file in two spellings, that exist or not. */
static void spellings_of_one_path_lead_to_one_file(void **state)
{
    (void)state;
    char folder[512];
    char other[1024];
    strcpy(folder, temporary_path("."));
    folder[strlen(folder) - 2] = '\0';
    const char *path = temporary_path("same");
    for (int exists = 0; exists < 2; exists++) {
        snprintf(other, sizeof other, "%s/.///./same", folder);
        assert_true(dn_platform_same_file(path, path));
        assert_true(dn_platform_same_file(path, other));
        assert_true(dn_platform_same_file(other, path));
        assert_false(dn_platform_same_file(path, temporary_path("same2")));
        assert_false(dn_platform_same_file(path, temporary_path("sam")));
        assert_false(dn_platform_same_file(path, temporary_path("none/same")));
        assert_false(dn_platform_same_file(path, "same"));
        write_bytes(path, "x", 1);
    }
    assert_true(dn_platform_same_file("nowhere/b", "nowhere/b"));
    remove(path);
}

static void a_name_beside_is_unique_and_tells_what_it_belongs_to(void **state)
{
    (void)state;
    enum { SIZE = 1024 };
    static const char end[] = ".digitnet-";
    char first[SIZE];
    char second[SIZE];
    const char *path = temporary_path("target");
    FILE *files[] = {dn_platform_create_beside(path, first, sizeof first),
                     dn_platform_create_beside(path, second, sizeof second)};
    assert_non_null(files[0]);
    assert_non_null(files[1]);
    assert_int_equal(dn_platform_name_beside(files[0], path, first, sizeof first), 0);
    assert_int_equal(dn_platform_name_beside(files[1], path, second, sizeof second), 0);
    assert_string_not_equal(first, second);
    assert_contains(first, "/.target.digitnet-");
    assert_contains(second, end);
    assert_int_equal(leftovers(path, NULL, 0), 2);
    for (int i = 0; i < 2; i++)
        fclose(files[i]);
    remove(first);
    remove(second);
    assert_null(dn_platform_create_beside(temporary_path("none/target"), first, sizeof first));
    assert_string_equal(first, "");
}

#ifndef DN_PLATFORM_ISO

static void links_lead_to_one_file(void **state)
{
    (void)state;
    const char *path = temporary_path("linked");
    const char *hard = temporary_path("hard");
    const char *soft = temporary_path("soft");
    const char *dangling = temporary_path("dangling");
    write_bytes(path, "x", 1);
    assert_int_equal(link(path, hard), 0);
    assert_int_equal(symlink("linked", soft), 0);
    assert_int_equal(symlink("unmade", dangling), 0);
    assert_true(dn_platform_same_file(path, hard));
    assert_true(dn_platform_same_file(soft, hard));
    assert_true(dn_platform_same_file(dangling, temporary_path("unmade")));
    assert_false(dn_platform_same_file(dangling, path));
}

static void a_path_leads_to_the_file_that_a_stream_is_open_on(void **state)
{
    (void)state;
    const char *path = temporary_path("stream");
    const char *other = temporary_path("other");
    FILE *stream = fopen(path, "wb");
    FILE *null = fopen("/dev/null", "wb");
    write_bytes(other, "x", 1);
    assert_non_null(stream);
    assert_true(dn_platform_leads_to(path, stream));
    assert_false(dn_platform_leads_to(other, stream));
    assert_false(dn_platform_leads_to(temporary_path("none"), stream));
    assert_int_equal(dn_platform_stream_kind(stream), DN_FILE_REGULAR);
    assert_non_null(null);
    assert_false(dn_platform_leads_to("/dev/null", null)); /* it has no offset that two could disagree on */
    fclose(null);
    fclose(stream);
}

static void a_terminal_has_its_width_unless_it_tells_none(void **state)
{
    (void)state;
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        print_message("SKIPPED: no terminal can be made here\
");
        skip();
    }
    FILE *terminal = fdopen(open(ptsname(master), O_RDWR | O_NOCTTY), "r+");
    assert_non_null(terminal);
    assert_true(dn_platform_is_terminal(terminal));
    assert_int_equal(ioctl(master, TIOCSWINSZ, &(struct winsize){.ws_col = 57}), 0);
    assert_int_equal(dn_platform_terminal_width(terminal), 57);
    assert_int_equal(ioctl(master, TIOCSWINSZ, &(struct winsize){.ws_col = 0}), 0);
    assert_int_equal(dn_platform_terminal_width(terminal), 80);
    fclose(terminal);
    close(master);
}

static void a_pipe_is_no_regular_file(void **state)
{
    (void)state;
    const char *pipe = temporary_path("fifo");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(dn_platform_file_kind(pipe), DN_FILE_OTHER);
}

#endif

static void only_a_known_platform_trusts_rename(void **state)
{
    (void)state;
#ifdef DN_PLATFORM_ISO
    assert_false(dn_platform_rename_replaces());
#else
    assert_true(dn_platform_rename_replaces());
#endif
}

static void what_is_flushed_is_in_the_file(void **state)
{
    (void)state;
    const char *path = temporary_path("flushed");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs("abc", file) >= 0);
    assert_int_equal(dn_platform_flush_to_disk(file), 0);
    size_t size;
    uint8_t *bytes = read_bytes(path, &size);
    assert_string_equal((char *)bytes, "abc");
    free(bytes);
    fclose(file);
    dn_platform_flush_folder(path);
    dn_platform_flush_folder("a name alone");
    dn_platform_flush_folder("/no such folder/x");
}

static void a_full_device_fails_to_flush(void **state)
{
    (void)state;
    FILE *full = fopen(device_or_skip("/dev/full"), "wb");
    assert_non_null(full);
    assert_true(fputs("abc", full) >= 0);
    assert_int_not_equal(dn_platform_flush_to_disk(full), 0);
    fclose(full);
}

static void a_device_that_cannot_be_synced_is_fine(void **state)
{
    (void)state;
    FILE *null = fopen(device_or_skip("/dev/null"), "wb");
    assert_non_null(null);
    assert_true(fputs("abc", null) >= 0);
    assert_int_equal(dn_platform_flush_to_disk(null), 0);
    fclose(null);
}

static void a_plain_path_leads_to_itself(void **state)
{
    (void)state;
    char resolved[64];
    assert_true(dn_platform_follow_links("no/such/file", resolved, sizeof resolved));
    assert_string_equal(resolved, "no/such/file");
    char small[4];
    assert_false(dn_platform_follow_links("four", small, sizeof small));
}

#ifndef DN_PLATFORM_ISO

static void links_are_followed_to_what_may_not_exist_yet(void **state)
{
    (void)state;
    char resolved[1024];
    const char *target = temporary_path("target");
    const char *relative = temporary_path("relative");
    const char *absolute = temporary_path("absolute");
    assert_int_equal(symlink("target", relative), 0);
    assert_int_equal(symlink(relative, absolute), 0);
    assert_true(dn_platform_follow_links(relative, resolved, sizeof resolved));
    assert_string_equal(resolved, target);
    assert_true(dn_platform_follow_links(absolute, resolved, sizeof resolved));
    assert_string_equal(resolved, target);
    assert_int_equal(dn_platform_file_kind(absolute), DN_FILE_MISSING);
    write_bytes(target, "x", 1);
    assert_int_equal(dn_platform_file_kind(absolute), DN_FILE_REGULAR);
    const char *long_way = temporary_path("l");
    assert_int_equal(symlink("a target that is too long", long_way), 0);
    assert_false(dn_platform_follow_links(long_way, resolved, strlen(long_way) + 2));
}

static void a_circle_of_links_leads_nowhere(void **state)
{
    (void)state;
    char resolved[1024];
    const char *one = temporary_path("one");
    assert_int_equal(symlink("two", one), 0);
    assert_int_equal(symlink("one", temporary_path("two")), 0);
    assert_false(dn_platform_follow_links(one, resolved, sizeof resolved));
    assert_int_equal(dn_platform_file_kind(one), DN_FILE_UNKNOWN);
}

#endif

static volatile sig_atomic_t caught;

static void catch_signal(int number)
{
    caught = number;
}

static void interrupts_reach_the_handler(void **state)
{
    (void)state;
    assert_true(dn_platform_on_interrupt(catch_signal));
    raise(SIGINT);
    assert_int_equal(caught, SIGINT);
    assert_true(dn_platform_on_interrupt(catch_signal)); /* ISO C forgets a handler that was called */
    raise(SIGTERM);
    assert_int_equal(caught, SIGTERM);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

static void quit_ends_the_process_with_its_code(void **state)
{
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        dn_platform_quit(130);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
}

#ifndef DN_PLATFORM_ISO
/** In a child with the three streams closed: is each held, and does it fail? */
static int hold_closed_streams(const char *path)
{
    char byte = 'x';
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    dn_platform_hold_standard_streams();
    FILE *file = fopen(path, "w");
    if (!file || fileno(file) <= STDERR_FILENO)
        return 1;
    if (read(STDIN_FILENO, &byte, 1) != -1)
        return 2;
    return write(STDOUT_FILENO, &byte, 1) == -1 && write(STDERR_FILENO, &byte, 1) == -1 ? 0 : 3;
}

static void a_file_never_gets_the_number_of_a_closed_stream(void **state)
{
    (void)state;
    const char *path = temporary_path("file");
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(hold_closed_streams(path));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}
#endif

static void streams_that_are_open_stay(void **state)
{
    (void)state;
    struct stat before;
    struct stat after;
    assert_int_equal(fstat(STDOUT_FILENO, &before), 0);
    dn_platform_hold_standard_streams();
    assert_int_equal(fstat(STDOUT_FILENO, &after), 0);
    assert_true(before.st_ino == after.st_ino && before.st_dev == after.st_dev);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_no_terminal_and_80_wide),
        cmocka_unit_test(there_is_a_processor_and_time_moves_forward),
        cmocka_unit_test(kinds_of_file_are_told_apart),
        cmocka_unit_test(spellings_of_one_path_lead_to_one_file),
        cmocka_unit_test(a_name_beside_is_unique_and_tells_what_it_belongs_to),
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(a_pipe_is_no_regular_file),
        cmocka_unit_test(a_terminal_has_its_width_unless_it_tells_none),
#endif
        cmocka_unit_test(only_a_known_platform_trusts_rename),
        cmocka_unit_test(what_is_flushed_is_in_the_file),
        cmocka_unit_test(a_full_device_fails_to_flush),
        cmocka_unit_test(a_device_that_cannot_be_synced_is_fine),
        cmocka_unit_test(a_plain_path_leads_to_itself),
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(links_are_followed_to_what_may_not_exist_yet),
        cmocka_unit_test(a_circle_of_links_leads_nowhere),
#endif
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(links_lead_to_one_file),
        cmocka_unit_test(a_path_leads_to_the_file_that_a_stream_is_open_on),
        cmocka_unit_test(a_file_never_gets_the_number_of_a_closed_stream),
#endif
        cmocka_unit_test(streams_that_are_open_stay),
        cmocka_unit_test(interrupts_reach_the_handler),
        cmocka_unit_test(quit_ends_the_process_with_its_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
