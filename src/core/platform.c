/* The calls below are POSIX's (and sched_getaffinity Linux's), hidden by -std=c11 unless asked for. */
#if !defined(DN_PLATFORM_ISO) && (defined(__unix__) || defined(__APPLE__))
#define DN_PLATFORM_POSIX
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#endif

#include "core/platform.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define USUAL_TERMINAL_WIDTH 80

void dn_platform_prefetch(const void *data, size_t size)
{
#if defined(__GNUC__) && !defined(DN_PLATFORM_ISO)
    enum { CACHE_LINE = 64 };
    for (size_t offset = 0; offset < size; offset += CACHE_LINE)
        __builtin_prefetch((const char *)data + offset);
#else
    (void)data;
    (void)size;
#endif
}

#ifdef DN_PLATFORM_POSIX

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

bool dn_platform_is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

void dn_platform_hold_standard_streams(void)
{
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        /* Opened the wrong way round, so that reading or writing it still fails; open takes the lowest free number. */
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

size_t dn_platform_processors(void)
{
#ifdef CPU_COUNT
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return (size_t)CPU_COUNT(&allowed);
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

double dn_platform_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

dn_file_kind dn_platform_file_kind(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR ? DN_FILE_MISSING : DN_FILE_UNKNOWN;
    if (S_ISREG(status.st_mode))
        return DN_FILE_REGULAR;
    return S_ISDIR(status.st_mode) ? DN_FILE_FOLDER : DN_FILE_OTHER;
}

bool dn_platform_rename_replaces(void)
{
    return true;
}

int dn_platform_flush_to_disk(FILE *stream)
{
    if (fflush(stream) != 0)
        return errno;
    /* A pipe or a device has nothing to sync, and says so. */
    if (fsync(fileno(stream)) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        return errno;
    return 0;
}

void dn_platform_flush_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    if (length >= sizeof folder)
        return;
    memcpy(folder, path, length);
    folder[length] = '\0';
    const int descriptor = open(length != 0 ? folder : ".", O_RDONLY);
    if (descriptor < 0)
        return;
    (void)fsync(descriptor);
    close(descriptor);
}

/** Replace path by what the symbolic link at path says; relative to the link's folder. False if it does not fit. */
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

/** These names are not ISO C's, but nearly every library has them. */
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

bool dn_platform_rename_replaces(void)
{
    return false;
}

int dn_platform_flush_to_disk(FILE *stream)
{
    errno = 0;
    if (fflush(stream) == 0)
        return 0;
    return errno != 0 ? errno : -1; /* ISO C lets fflush fail without a word */
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

/** Call handler on one signal, unless the process was started to ignore it: ISO C tells only by a change. */
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
