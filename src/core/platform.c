/* -std=c11 hides POSIX's calls (and Linux's sched_getaffinity) unless a program asks for them. */
#if !defined(DN_PLATFORM_ISO) && (defined(__unix__) || defined(__APPLE__))
#define DN_PLATFORM_POSIX
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#endif

#include "core/platform.h"
#include "core/size.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef DN_PLATFORM_POSIX
#include <sys/mman.h>
#endif

#define USUAL_TERMINAL_WIDTH 80

void dn_platform_use_large_pages(void *block, size_t size)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(block, size, MADV_HUGEPAGE);
#else
    (void)block;
    (void)size;
#endif
}

/** The most names that are tried for a new file. */
#define MOST_NAMES 100

/** Write a hidden name beside the path; it holds the path's own name unless that is long. False where it does not fit. */
static bool make_name(const char *path, unsigned long mark, char *name, size_t size)
{
    enum { LONGEST_KEPT = 100 };
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;
    const bool kept = strlen(last) <= LONGEST_KEPT;
    const int length = snprintf(name, size, "%.*s.%s%sdigitnet-%lx", (int)(last - path), path,
                                kept ? last : "", kept ? "." : "", mark);
    if (length >= 0 && (size_t)length < size)
        return true;
    name[0] = '\0';
    return false;
}

/** The first names of a folder, in order, and the number of all. */
typedef struct name_list {
    char (*names)[DN_FOLDER_NAME_SIZE];
    size_t capacity, total;
} name_list;

/** Insert a name among the first ones; the last one may drop out. */
static bool insert_name(void *self, const char *name)
{
    enum { MOST = 100000 };
    name_list *list = self;
    const size_t held = dn_smaller(list->total, list->capacity);
    size_t place = held;
    list->total++;
    while (place > 0 && strcmp(name, list->names[place - 1]) < 0)
        place--;
    if (place < list->capacity) {
        const size_t behind = (held < list->capacity ? held : list->capacity - 1) - place;
        memmove(list->names[place + 1], list->names[place], behind * DN_FOLDER_NAME_SIZE);
        (void)snprintf(list->names[place], DN_FOLDER_NAME_SIZE, "%s", name);
    }
    return list->total < MOST;
}

bool dn_platform_list_folder(const char *path, char names[][DN_FOLDER_NAME_SIZE], size_t capacity,
                             size_t *total)
{
    name_list list = {names, capacity, 0};
    const bool listed = dn_platform_visit_folder(path, insert_name, &list);
    *total = list.total;
    return listed;
}

#ifdef DN_PLATFORM_POSIX

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

bool dn_platform_is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

void dn_platform_hold_standard_streams(void)
{
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        /* Standard input is opened to write and the others to read, so that their use fails; open takes the lowest number. */
        if (fcntl(number, F_GETFD) == -1 &&
            open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1)
            return;
    }
}

size_t dn_platform_terminal_width(FILE *stream)
{
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return USUAL_TERMINAL_WIDTH;
    return size.ws_col;
}

/** Read at most size - 1 bytes of a small text file, and end them with a 0. False when the file can't be opened. */
static bool read_text(const char *path, char *text, size_t size)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    size_t length = 0;
    ssize_t count;
    while ((count = read(descriptor, text + length, size - 1 - length)) > 0)
        length += (size_t)count;
    close(descriptor);
    text[length] = '\0';
    return true;
}

/** A mount of control groups, and the files that hold a group's quota of processor time, or its limit of memory. */
typedef struct quota_place {
    const char *controller; /**< in /proc/self/cgroup; "" for version 2 */
    const char *mount;
    const char *quota;  /**< microseconds in each period; version 2 has both numbers in this file. Or bytes */
    const char *period; /**< NULL for version 2; "" of a number of bytes */
} quota_place;

/* clang-format off */
static const quota_place quota_places[] = {
    {"",    "/sys/fs/cgroup",             "cpu.max",          NULL},
    {"",    "/sys/fs/cgroup/unified",     "cpu.max",          NULL},
    {"cpu", "/sys/fs/cgroup/cpu",         "cpu.cfs_quota_us", "cpu.cfs_period_us"},
    {"cpu", "/sys/fs/cgroup/cpu,cpuacct", "cpu.cfs_quota_us", "cpu.cfs_period_us"},
};
static const quota_place memory_places[] = {
    {"",       "/sys/fs/cgroup",         "memory.max",            ""},
    {"",       "/sys/fs/cgroup/unified", "memory.max",            ""},
    {"memory", "/sys/fs/cgroup/memory",  "memory.limit_in_bytes", ""},
};
/* clang-format on */

/** Read a small file of a group. */
static bool read_group_file(const char *root, const quota_place *place, const char *group, const char *file,
                            char *text, size_t size)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s%s%s/%s", root, place->mount, group, file);
    return length < (int)sizeof path && read_text(path, text, size);
}

/** One group's quota in processors, rounded up; or its limit in bytes. */
static size_t group_quota(const char *root, const quota_place *place, const char *group)
{
    enum { NUMBER_SIZE = 32 };
    char text[2 * NUMBER_SIZE]; /* quota and period, with white space between them */
    if (!read_group_file(root, place, group, place->quota, text, NUMBER_SIZE))
        return SIZE_MAX;
    const size_t length = strlen(text);
    const bool is_number = place->period && place->period[0] == '\0';
    if (place->period && !is_number &&
        !read_group_file(root, place, group, place->period, text + length, NUMBER_SIZE))
        return SIZE_MAX;
    char *end;
    const long long quota = strtoll(text, &end, 10); /* "max" and -1 are no quota */
    const long long period = is_number ? 1 : strtoll(end, NULL, 10);
    if (quota <= 0 || period <= 0)
        return SIZE_MAX;
    return (size_t)((quota - 1) / period + 1);
}

/** The smallest quota of a group and of all groups above it. */
static size_t least_quota(const char *root, const quota_place *place, const char *group)
{
    char path[PATH_MAX];
    size_t least = SIZE_MAX;
    if (snprintf(path, sizeof path, "%s", group) >= (int)sizeof path)
        return least;
    for (;;) {
        const size_t quota = group_quota(root, place, path);
        least = dn_smaller(quota, least);
        char *slash = strrchr(path, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

/** The group that a line of /proc/self/cgroup, ID:CONTROLLER,...:GROUP, names for the controller; or NULL. */
static const char *group_in_line(const char *line, const char *controller)
{
    const char *list = strchr(line, ':');
    const char *list_end = list ? strchr(list + 1, ':') : NULL;
    if (!list_end)
        return NULL;
    for (const char *word = list + 1; word <= list_end;) {
        const size_t length = strcspn(word, ",:");
        if (length == strlen(controller) && strncmp(word, controller, length) == 0)
            return list_end + 1;
        word += length + 1;
    }
    return NULL;
}

/** The smallest of the quotas, or limits, of this process's groups in each of the places. */
static size_t least_of_groups(const char *root, const quota_place *places, size_t count)
{
    enum { TEXT_SIZE = 16384 };
    char path[PATH_MAX];
    char text[TEXT_SIZE];
    size_t least = SIZE_MAX;
    if (snprintf(path, sizeof path, "%s/proc/self/cgroup", root) >= (int)sizeof path ||
        !read_text(path, text, sizeof text))
        return least;
    for (char *line = text, *end; *line != '\0'; line = end + 1) {
        end = line + strcspn(line, "\n");
        if (*end == '\0')
            break; /* a line without a line feed was cut */
        *end = '\0';
        for (size_t i = 0; i < count; i++) {
            const char *group = group_in_line(line, places[i].controller);
            const size_t quota = group ? least_quota(root, &places[i], group) : SIZE_MAX;
            least = dn_smaller(quota, least);
        }
    }
    return least;
}

size_t dn_platform_quota(const char *root)
{
    return least_of_groups(root, quota_places, sizeof quota_places / sizeof quota_places[0]);
}

/** Memory that the system could give to programs: by its own estimate, or else all that there is. */
static size_t system_memory(const char *root)
{
    enum { TEXT_SIZE = 4096, KILOBYTE = 1024 };
    static const char key[] = "MemAvailable:";
    char path[PATH_MAX];
    char text[TEXT_SIZE];
    if (snprintf(path, sizeof path, "%s/proc/meminfo", root) < (int)sizeof path &&
        read_text(path, text, sizeof text)) {
        const char *found = strstr(text, key);
        const long long kilobytes = found ? strtoll(found + strlen(key), NULL, 10) : 0;
        if (kilobytes > 0)
            return (size_t)kilobytes * KILOBYTE;
    }
#ifdef _SC_PHYS_PAGES
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page_size = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page_size > 0)
        return (size_t)pages * (size_t)page_size;
#endif
    return SIZE_MAX;
}

size_t dn_platform_memory(const char *root)
{
    const size_t groups =
        least_of_groups(root, memory_places, sizeof memory_places / sizeof memory_places[0]);
    size_t least = system_memory(root);
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < least)
        least = (size_t)limit.rlim_cur;
    return dn_smaller(groups, least);
}

/** Processors that the scheduler may put this process on. */
static size_t allowed_processors(void)
{
#ifdef CPU_COUNT_S
    cpu_set_t allowed[16]; /* each holds 1024 processors; the kernel refuses a set that is too small */
    if (sched_getaffinity(0, sizeof allowed, allowed) == 0)
        return (size_t)CPU_COUNT_S(sizeof allowed, allowed);
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

size_t dn_platform_processors(void)
{
    const size_t allowed = allowed_processors();
    const size_t quota = dn_platform_quota("");
    return dn_smaller(quota, allowed);
}

double dn_platform_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static dn_file_kind kind_of(const struct stat *status)
{
    if (S_ISREG(status->st_mode))
        return DN_FILE_REGULAR;
    return S_ISDIR(status->st_mode) ? DN_FILE_FOLDER : DN_FILE_OTHER;
}

bool dn_platform_own_path(char *path, size_t size)
{
    const ssize_t length = readlink("/proc/self/exe", path, size);
    if (length <= 0 || (size_t)length == size)
        return false;
    path[length] = '\0';
    return true;
}

dn_file_kind dn_platform_file_kind(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR ? DN_FILE_MISSING : DN_FILE_UNKNOWN;
    return kind_of(&status);
}

bool dn_platform_is_at_hand(const char *path)
{
    return dn_platform_file_kind(path) == DN_FILE_REGULAR;
}

dn_file_kind dn_platform_stream_kind(FILE *stream)
{
    struct stat status;
    return fstat(fileno(stream), &status) == 0 ? kind_of(&status) : DN_FILE_UNKNOWN;
}

static bool same_inode(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/** Write the folder that holds path, with its slash, or "."; false where it does not fit. */
static bool folder_of(const char *path, char folder[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    if (length >= PATH_MAX)
        return false;
    const char *kept = length != 0 ? path : ".";
    const size_t kept_length = length != 0 ? length : 1;
    memcpy(folder, kept, kept_length);
    folder[kept_length] = '\0';
    return true;
}

/** Are two paths of missing files the same name in the same folder? */
static bool same_place(const char *path, const char *other)
{
    char resolved[2][PATH_MAX];
    char folder[PATH_MAX];
    struct stat status[2] = {0};
    const char *name[2] = {path, other};
    const char *const paths[2] = {path, other};
    for (int i = 0; i < 2; i++) {
        if (!dn_platform_follow_links(paths[i], resolved[i], sizeof resolved[i]) ||
            !folder_of(resolved[i], folder) || stat(folder, &status[i]) != 0)
            return strcmp(path, other) == 0;
        const char *slash = strrchr(resolved[i], '/');
        name[i] = slash ? slash + 1 : resolved[i];
    }
    return same_inode(&status[0], &status[1]) && strcmp(name[0], name[1]) == 0;
}

bool dn_platform_same_file(const char *path, const char *other)
{
    struct stat status;
    struct stat other_status;
    const bool exists = stat(path, &status) == 0;
    if ((stat(other, &other_status) == 0) != exists)
        return false;
    return exists ? same_inode(&status, &other_status) : same_place(path, other);
}

bool dn_platform_leads_to(const char *path, FILE *standard)
{
    struct stat status;
    struct stat open_status;
    if (stat(path, &status) != 0 || fstat(fileno(standard), &open_status) != 0 ||
        !same_inode(&status, &open_status))
        return false;
    return !S_ISCHR(status.st_mode) || dn_platform_is_terminal(standard);
}

/** A number that no other process has at this time; it differs from attempt to attempt. */
static unsigned long make_mark(unsigned attempt)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return ((unsigned long)getpid() << 20 ^ (unsigned long)now.tv_sec << 30 ^ (unsigned long)now.tv_nsec) +
           attempt;
}

static int create_named(const char *path, mode_t mode, char *name, size_t size)
{
    for (unsigned attempt = 0; attempt < MOST_NAMES; attempt++) {
        if (!make_name(path, make_mark(attempt), name, size)) {
            errno = ENAMETOOLONG;
            return -1;
        }
        const int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (descriptor >= 0)
            return descriptor;
        name[0] = '\0'; /* the file with that name is not ours */
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

#ifdef O_TMPFILE

#define LINK_SIZE 32

/** The path of a file without a name, where /proc is mounted. */
static const char *descriptor_path(int descriptor, char path[LINK_SIZE])
{
    snprintf(path, LINK_SIZE, "/proc/self/fd/%d", descriptor);
    return path;
}

/** Create a file without a name; -1 where the file system has none, or where it could not be named later. */
static int create_nameless(const char *path, mode_t mode)
{
    char folder[PATH_MAX];
    char link[LINK_SIZE];
    const int descriptor =
        folder_of(path, folder) ? open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode) : -1;
    if (descriptor < 0 || access(descriptor_path(descriptor, link), F_OK) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

int dn_platform_name_beside(FILE *stream, const char *path, char *name, size_t size)
{
    char link[LINK_SIZE];
    descriptor_path(fileno(stream), link);
    for (unsigned attempt = 0; name[0] == '\0'; attempt++) {
        if (!make_name(path, make_mark(attempt), name, size))
            return ENAMETOOLONG;
        if (linkat(AT_FDCWD, link, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0)
            return 0;
        name[0] = '\0'; /* the file with that name is not ours */
        if (errno != EEXIST || attempt == MOST_NAMES)
            return errno;
    }
    return 0;
}

#else

static int create_nameless(const char *path, mode_t mode)
{
    (void)path;
    (void)mode;
    return -1;
}

#endif

/** Copy owner and group as far as this user may, then the mode, which a change of owner clears. */
static void take_permissions(int descriptor, const struct stat *from)
{
    const bool given = fchown(descriptor, from->st_uid, from->st_gid) == 0 ||
                       fchown(descriptor, (uid_t)-1, from->st_gid) == 0;
    (void)given;
    (void)fchmod(descriptor, from->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO));
}

FILE *dn_platform_create_beside(const char *path, char *name, size_t size)
{
    struct stat old;
    const bool replaces = stat(path, &old) == 0;
    const mode_t mode =
        replaces ? S_IRUSR | S_IWUSR : S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
    name[0] = '\0';
    int descriptor = create_nameless(path, mode);
    if (descriptor < 0)
        descriptor = create_named(path, mode, name, size);
    if (descriptor < 0)
        return NULL;
    if (replaces)
        take_permissions(descriptor, &old);
    FILE *stream = fdopen(descriptor, "wb");
    if (stream)
        return stream;
    const int reason = errno;
    close(descriptor);
    if (name[0] != '\0')
        (void)remove(name);
    name[0] = '\0';
    errno = reason;
    return NULL;
}

void dn_platform_let_large_writes_fail(void)
{
#ifdef SIGXFSZ
    (void)signal(SIGXFSZ, SIG_IGN);
#endif
}

void dn_platform_let_broken_pipes_fail(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
}

bool dn_platform_visit_folder(const char *path, dn_platform_visitor *visitor, void *self)
{
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.' && !visitor(self, entry->d_name))
            break;
    (void)closedir(folder);
    return true;
}

int dn_platform_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 ? 0 : errno;
}

bool dn_platform_rename_replaces(void)
{
    return true;
}

int dn_platform_flush_to_disk(FILE *stream)
{
    if (fflush(stream) != 0)
        return errno;
    /* A pipe or a device can't be synced. */
    if (fsync(fileno(stream)) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        return errno;
    return 0;
}

void dn_platform_flush_folder(const char *path)
{
    char folder[PATH_MAX];
    if (!folder_of(path, folder))
        return;
    const int descriptor = open(folder, O_RDONLY);
    if (descriptor < 0)
        return;
    (void)fsync(descriptor);
    close(descriptor);
}

/** Replace path by the target of the symbolic link at path, relative to the link's folder. False if it does not fit. */
static bool follow_one_link(char *path, size_t size, const char *target, size_t target_length)
{
    const char *slash = strrchr(path, '/');
    const size_t kept = target[0] == '/' || !slash ? 0 : (size_t)(slash - path) + 1;
    if (kept + target_length + 1 > size)
        return false;
    memcpy(path + kept, target, target_length);
    path[kept + target_length] = '\0';
    return true;
}

bool dn_platform_follow_links(const char *path, char *resolved, size_t size)
{
    enum { MAX_LINKS = 40 };
    if (strlen(path) + 1 > size)
        return false;
    memcpy(resolved, path, strlen(path) + 1);
    for (int links = 0; links <= MAX_LINKS; links++) {
        char target[PATH_MAX];
        const ssize_t length = readlink(resolved, target, sizeof target);
        if (length < 0)
            return true;
        if ((size_t)length == sizeof target || !follow_one_link(resolved, size, target, (size_t)length))
            return false;
    }
    return false;
}

/** Call handler on one signal, unless the process was started to ignore it. */
static bool handle_signal(int number, dn_signal_handler *handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction before;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) != 0)
        return false;
    return before.sa_handler == SIG_IGN || sigaction(number, &action, NULL) == 0;
}

_Noreturn void dn_platform_quit(int exit_code)
{
    _exit(exit_code);
}

#else

#include <signal.h>

bool dn_platform_is_terminal(FILE *stream)
{
    (void)stream;
    return false;
}

void dn_platform_hold_standard_streams(void) {}

size_t dn_platform_terminal_width(FILE *stream)
{
    (void)stream;
    return USUAL_TERMINAL_WIDTH;
}

size_t dn_platform_quota(const char *root)
{
    (void)root;
    return SIZE_MAX;
}

size_t dn_platform_memory(const char *root)
{
    (void)root;
    return SIZE_MAX;
}

size_t dn_platform_processors(void)
{
    return 1;
}

double dn_platform_seconds(void)
{
    struct timespec now;
    if (timespec_get(&now, TIME_UTC) != TIME_UTC)
        return (double)time(NULL);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

bool dn_platform_own_path(char *path, size_t size)
{
    (void)path;
    (void)size;
    return false;
}

/** Does errno say that the file is missing? ISO C lacks these names, but nearly every library has them. */
static bool says_missing(int reason)
{
#ifdef ENOENT
    if (reason == ENOENT)
        return true;
#endif
#ifdef ENOTDIR
    if (reason == ENOTDIR)
        return true;
#endif
    return reason == 0;
}

dn_file_kind dn_platform_file_kind(const char *path)
{
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (!file)
        return says_missing(errno) ? DN_FILE_MISSING : DN_FILE_UNKNOWN;
    (void)fclose(file);
    return DN_FILE_UNKNOWN;
}

bool dn_platform_is_at_hand(const char *path)
{
    (void)path;
    return false;
}

dn_file_kind dn_platform_stream_kind(FILE *stream)
{
    (void)stream;
    return DN_FILE_UNKNOWN;
}

/** Skip slashes and "." at the beginning. */
static const char *skip_idle(const char *path)
{
    while (path[0] == '/' || (path[0] == '.' && path[1] == '/'))
        path += path[0] == '/' ? 1 : 2;
    return path;
}

bool dn_platform_same_file(const char *path, const char *other)
{
    if ((path[0] == '/') != (other[0] == '/'))
        return false;
    for (;;) {
        path = skip_idle(path);
        other = skip_idle(other);
        const size_t length = strcspn(path, "/");
        if (strcspn(other, "/") != length || memcmp(path, other, length) != 0)
            return false;
        if (length == 0)
            return true;
        path += length;
        other += length;
    }
}

bool dn_platform_leads_to(const char *path, FILE *standard)
{
    return strcmp(path, standard == stdout ? "/dev/stdout" : "/dev/stderr") == 0;
}

FILE *dn_platform_create_beside(const char *path, char *name, size_t size)
{
    for (unsigned attempt = 0; attempt < MOST_NAMES; attempt++) {
        struct timespec now = {0};
        (void)timespec_get(&now, TIME_UTC);
        const unsigned long mark =
            ((unsigned long)now.tv_nsec ^ (unsigned long)now.tv_sec << 30 ^ (unsigned long)clock()) + attempt;
        if (!make_name(path, mark, name, size))
            return NULL;
        FILE *stream = fopen(name, "wbx");
        if (stream)
            return stream;
    }
    name[0] = '\0';
    return NULL;
}

void dn_platform_let_large_writes_fail(void) {}

void dn_platform_let_broken_pipes_fail(void) {}

bool dn_platform_visit_folder(const char *path, dn_platform_visitor *visitor, void *self)
{
    (void)path;
    (void)visitor;
    (void)self;
    return false;
}

int dn_platform_make_folder(const char *path)
{
    (void)path;
    return -1;
}

bool dn_platform_rename_replaces(void)
{
    return false;
}

int dn_platform_flush_to_disk(FILE *stream)
{
    errno = 0;
    if (fflush(stream) == 0)
        return 0;
    return errno != 0 ? errno : -1; /* ISO C lets fflush fail without setting errno */
}

void dn_platform_flush_folder(const char *path)
{
    (void)path;
}

bool dn_platform_follow_links(const char *path, char *resolved, size_t size)
{
    if (strlen(path) + 1 > size)
        return false;
    memcpy(resolved, path, strlen(path) + 1);
    return true;
}

/** Call handler on one signal, unless the process was started to ignore it. ISO C reports the old handler only on a change. */
static bool handle_signal(int number, dn_signal_handler *handler)
{
    dn_signal_handler *const before = signal(number, SIG_IGN);
    if (before == SIG_ERR)
        return false;
    return before == SIG_IGN || signal(number, handler) != SIG_ERR;
}

_Noreturn void dn_platform_quit(int exit_code)
{
    _Exit(exit_code);
}

#endif

#if !defined(DN_PLATFORM_POSIX) || !defined(O_TMPFILE)

int dn_platform_name_beside(FILE *stream, const char *path, char *name, size_t size)
{
    (void)stream;
    (void)path;
    (void)name;
    (void)size;
    return 0;
}

#endif

bool dn_platform_on_interrupt(dn_signal_handler *handler)
{
    bool handled = handle_signal(SIGINT, handler);
    handled = handle_signal(SIGTERM, handler) && handled;
#ifdef SIGHUP
    handled = handle_signal(SIGHUP, handler) && handled;
#endif
    return handled;
}

bool dn_platform_is_hangup(int signal_number)
{
#ifdef SIGHUP
    return signal_number == SIGHUP;
#else
    (void)signal_number;
    return false;
#endif
}
