#define _GNU_SOURCE /* for terminals */
#include "support.h"

#include "core/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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
    assert_true(dn_platform_processors() <= dn_platform_quota(""));
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
    assert_int_equal(dn_platform_is_at_hand(file), KNOWN(DN_FILE_REGULAR) == DN_FILE_REGULAR);
    assert_false(dn_platform_is_at_hand("/"));
    assert_false(dn_platform_is_at_hand(temporary_path("none")));
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

static void a_folder_is_listed_in_order_up_to_a_number(void **state)
{
    (void)state;
    static const char *const files[] = {"d", "b", "list.2", ".hidden", "a", "c"};
    char folder[1024];
    char names[4][DN_FOLDER_NAME_SIZE] = {"", "", "", "untouched"};
    size_t total = 9;
    snprintf(folder, sizeof folder, "%s", temporary_path("listed"));
    assert_int_equal(mkdir(folder, 0777), 0);
#ifdef DN_PLATFORM_ISO
    assert_false(dn_platform_list_folder(folder, names, 3, &total));
    assert_int_equal(total, 0);
    (void)files;
#else
    char path[2048];
    assert_true(dn_platform_list_folder(folder, names, 3, &total));
    assert_int_equal(total, 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        write_bytes(path, "", 0);
    }
    assert_true(dn_platform_list_folder(folder, names, 3, &total));
    assert_int_equal(total, 5);
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "b");
    assert_string_equal(names[2], "c");
    assert_string_equal(names[3], "untouched");
    assert_true(dn_platform_list_folder(folder, names, 0, &total));
    assert_int_equal(total, 5);
    assert_false(dn_platform_list_folder(path, names, 3, &total)); /* a file */
    assert_int_equal(total, 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        assert_int_equal(remove(path), 0);
    }
#endif
    assert_int_equal(remove(folder), 0);
}

static void a_program_knows_where_it_lies_or_that_it_does_not(void **state)
{
    (void)state;
    char path[4096];
    struct stat status;
    assert_false(dn_platform_own_path(path, 4)); /* no room */
    const bool known = dn_platform_own_path(path, sizeof path);
#ifdef DN_PLATFORM_ISO
    (void)status;
    assert_false(known);
#else
    assert_true(known == (lstat("/proc/self/exe", &status) == 0));
    if (known) {
        assert_int_equal(path[0], '/');
        assert_string_equal(strrchr(path, '/'), "/test_core_platform");
    }
#endif
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

/** A system as its files tell it, and the processors that its quotas pay for. */
typedef struct quota_case {
    const char *files[8][2]; /* path below the root, text */
    size_t processors;
} quota_case;

#define GROUP_FILE "/proc/self/cgroup"
#define V1_LINES "9:name=systemd:/other\n7:memory:/mem\n"

static const quota_case quota_cases[] = {
    {{{"/proc/self/status", "no groups at all"}}, SIZE_MAX},
    {{{GROUP_FILE, ""}}, SIZE_MAX},
    {{{GROUP_FILE, "garbage\n:\n0:\n"}}, SIZE_MAX},
    /* Version 2: in a container, whose group is the root; whole, in part, rounded up, and without a quota. */
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", "400000 100000\n"}}, 4},
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", "150000 100000\n"}}, 2},
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", "100001 100000\n"}}, 2},
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", "1000 100000\n"}}, 1},
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", "max 100000\n"}}, SIZE_MAX},
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", "400000 0\n"}}, SIZE_MAX},
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", "400000\n"}}, SIZE_MAX},
    {{{GROUP_FILE, "0::/\n"}, {"/sys/fs/cgroup/cpu.max", ""}}, SIZE_MAX},
    /* The quota of a parent binds too, and the smallest counts. */
    {{{GROUP_FILE, "0::/a.slice/b/c.scope\n"}, {"/sys/fs/cgroup/a.slice/cpu.max", "300000 100000\n"}}, 3},
    {{{GROUP_FILE, "0::/a/b/c\n"},
      {"/sys/fs/cgroup/a/cpu.max", "300000 100000\n"},
      {"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
      {"/sys/fs/cgroup/a/b/c/cpu.max", "500000 100000\n"},
      {"/sys/fs/cgroup/a/other/cpu.max", "100000 100000\n"}},
     3},
    {{{GROUP_FILE, "0::/a/b:c\n"}, {"/sys/fs/cgroup/a/b:c/cpu.max", "100000 50000\n"}}, 2},
    /* A path of the host that is not mounted in the container: what is mounted is the group itself. */
    {{{GROUP_FILE, "0::/docker/0123\n"}, {"/sys/fs/cgroup/cpu.max", "200000 100000\n"}}, 2},
    {{{GROUP_FILE, "0::/../sibling\n"}, {"/sys/fs/cgroup/cpu.max", "200000 100000\n"}}, 2},
    /* Version 1. */
    {{{GROUP_FILE, V1_LINES "4:cpu,cpuacct:/docker/0123\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_quota_us", "250000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_period_us", "100000\n"}},
     3},
    {{{GROUP_FILE, V1_LINES "4:cpuacct,cpu:/docker/0123\n"},
      {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n"},
      {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "25000\n"}},
     2},
    {{{GROUP_FILE, V1_LINES "4:cpu:/a\n"},
      {"/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "-1\n"},
      {"/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"}},
     SIZE_MAX},
    {{{GROUP_FILE, V1_LINES "4:cpu:/a\n"}, {"/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "100000\n"}}, SIZE_MAX},
    /* The controller is cpu, not one that begins or ends like it; and the memory group's path is not its. */
    {{{GROUP_FILE, V1_LINES "4:cpuset:/a\n3:cpuacct:/a\n"},
      {"/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "100000\n"},
      {"/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"},
      {"/sys/fs/cgroup/cpu/mem/cpu.cfs_quota_us", "100000\n"},
      {"/sys/fs/cgroup/cpu/mem/cpu.cfs_period_us", "100000\n"}},
     SIZE_MAX},
    /* Both versions at once: the stricter binds. */
    {{{GROUP_FILE, "4:cpu:/a\n0::/b\n"},
      {"/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "600000\n"},
      {"/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"},
      {"/sys/fs/cgroup/unified/b/cpu.max", "500000 100000\n"}},
     5},
};

/** Write a file below the folder root, with the folders that it needs. */
static void plant(const char *root, const char *file, const char *text)
{
    char path[2048];
    snprintf(path, sizeof path, "%s%s", root, file);
    for (char *slash = strchr(path + strlen(root), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    write_bytes(path, text, strlen(text));
}

/** Remove a file below the folder root, and the folders above it that are empty then. */
static void uproot(const char *root, const char *file)
{
    char path[2048];
    snprintf(path, sizeof path, "%s%s", root, file);
    do {
        (void)remove(path);
        *strrchr(path, '/') = '\0';
    } while (strlen(path) >= strlen(root));
}

static const quota_case memory_cases[] = {
    {{{"/proc/meminfo", "MemTotal: 9000 kB\nMemFree: 1 kB\nMemAvailable:    5000 kB\n"}}, 5000 * 1024},
    {{{"/proc/meminfo", "MemAvailable: 5000 kB\n"},
      {GROUP_FILE, "0::/a/b\n"},
      {"/sys/fs/cgroup/a/memory.max", "4096\n"}},
     4096},
    {{{"/proc/meminfo", "MemAvailable: 5000 kB\n"},
      {GROUP_FILE, "0::/\n"},
      {"/sys/fs/cgroup/memory.max", "max\n"}},
     5000 * 1024},
    {{{"/proc/meminfo", "MemAvailable: 5000 kB\n"},
      {GROUP_FILE, "0::/\n"},
      {"/sys/fs/cgroup/memory.max", "9999999999\n"}},
     5000 * 1024},
    {{{"/proc/meminfo", "MemAvailable: 5000 kB\n"},
      {GROUP_FILE, V1_LINES},
      {"/sys/fs/cgroup/memory/mem/memory.limit_in_bytes", "8192\n"}},
     8192},
};

static void memory_is_what_system_and_groups_leave(void **state)
{
    (void)state;
    const char *root = temporary_path("memory");
    assert_true(dn_platform_memory("") > 0);
    for (size_t i = 0; i < sizeof memory_cases / sizeof memory_cases[0]; i++) {
        const quota_case *at = &memory_cases[i];
        for (size_t file = 0; file < 8 && at->files[file][0]; file++)
            plant(root, at->files[file][0], at->files[file][1]);
        assert_int_equal(dn_platform_memory(root), at->processors);
        for (size_t file = 0; file < 8 && at->files[file][0]; file++)
            uproot(root, at->files[file][0]);
    }
}

static void quotas_of_control_groups_count_processors(void **state)
{
    (void)state;
    const char *root = temporary_path("system");
    for (size_t i = 0; i < sizeof quota_cases / sizeof quota_cases[0]; i++) {
        const quota_case *at = &quota_cases[i];
        for (size_t file = 0; file < 8 && at->files[file][0]; file++)
            plant(root, at->files[file][0], at->files[file][1]);
        const size_t found = dn_platform_quota(root);
        for (size_t file = 0; file < 8 && at->files[file][0]; file++)
            uproot(root, at->files[file][0]);
        if (found != at->processors)
            fail_msg("case %zu (%s): %zu processors, %zu expected", i, at->files[0][1], found,
                     at->processors);
    }
}

#ifdef CPU_SET
/** In a child that may run on one processor alone. */
static int count_on_one_processor(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        return 2;
    return dn_platform_processors() == 1 ? 0 : 1;
}

static void the_affinity_of_the_process_counts(void **state)
{
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(count_on_one_processor());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}
#endif

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
    assert_false(dn_platform_is_at_hand(pipe));
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

/** Count the names; end at the third. */
static bool count_three(void *self, const char *name)
{
    size_t *count = self;
    assert_true(name[0] == 'f');
    return ++*count < 3;
}

static void a_visit_ends_where_the_visitor_says_so(void **state)
{
    (void)state;
    char folder[1024];
    size_t count = 0;
    snprintf(folder, sizeof folder, "%s", temporary_path("visited"));
#ifdef DN_PLATFORM_ISO
    assert_int_equal(dn_platform_make_folder(folder), -1);
    assert_false(dn_platform_visit_folder(temporary_path(""), count_three, &count));
#else
    assert_false(dn_platform_visit_folder(folder, count_three, &count));
    assert_int_equal(dn_platform_make_folder(folder), 0);
    assert_int_equal(dn_platform_make_folder(folder), EEXIST);
    assert_int_equal(dn_platform_make_folder(temporary_path("none/deep")), ENOENT);
    for (size_t files = 1; files < 6; files++) {
        char path[2048];
        snprintf(path, sizeof path, "%s/f%zu", folder, files);
        write_bytes(path, "", 0);
        count = 0;
        assert_true(dn_platform_visit_folder(folder, count_three, &count));
        assert_int_equal(count, files < 3 ? files : 3);
    }
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_no_terminal_and_80_wide),
        cmocka_unit_test(there_is_a_processor_and_time_moves_forward),
        cmocka_unit_test(kinds_of_file_are_told_apart),
        cmocka_unit_test(spellings_of_one_path_lead_to_one_file),
        cmocka_unit_test(a_name_beside_is_unique_and_tells_what_it_belongs_to),
        cmocka_unit_test(a_folder_is_listed_in_order_up_to_a_number),

        cmocka_unit_test(a_program_knows_where_it_lies_or_that_it_does_not),
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(quotas_of_control_groups_count_processors),
        cmocka_unit_test(memory_is_what_system_and_groups_leave),
#ifdef CPU_SET
        cmocka_unit_test(the_affinity_of_the_process_counts),
#endif
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
        cmocka_unit_test(a_visit_ends_where_the_visitor_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
