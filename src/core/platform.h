/**
 * The few calls that ISO C lacks. Each has an ISO fallback, built with -DDN_PLATFORM_ISO, which the tests
 * build as well. No other file includes a system header.
 */
#ifndef DN_CORE_PLATFORM_H
#define DN_CORE_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Is the stream a terminal? Fallback: no. */
bool dn_platform_is_terminal(FILE *stream);

/**
 * See that the three standard streams are open, if only to fail: a file opened where one is closed would get its
 * number, and what the program prints would end up in that file. Fallback: nothing.
 */
void dn_platform_hold_standard_streams(void);

/** Columns of the terminal behind the stream. Fallback, and where unknown: 80. */
size_t dn_platform_terminal_width(FILE *stream);

/**
 * Processors that this process may use: as many as its affinity allows and its control groups' quota pays for, at least 1.
 * Fallback: 1.
 */
size_t dn_platform_processors(void);

/**
 * Processors' worth of time that the quotas of control groups (version 1 or 2, the process's own group and all above it)
 * leave to this process, rounded up; SIZE_MAX without a quota. Root stands before /proc and /sys: "", or the folder of a
 * test. Fallback: SIZE_MAX.
 */
size_t dn_platform_quota(const char *root);

/** The absolute path of the running program, symbolic links followed; false where it is unknown. Fallback: false. */
bool dn_platform_own_path(char *path, size_t size);

/** Seconds on a clock that only moves forward. Fallback: timespec_get's wall clock. */
double dn_platform_seconds(void);

/** Ask for memory that will be read soon. Fallback: nothing. */
void dn_platform_prefetch(const void *data, size_t size);

typedef enum dn_file_kind {
    DN_FILE_MISSING,
    DN_FILE_REGULAR,
    DN_FILE_FOLDER,
    DN_FILE_OTHER,  /**< a device, a pipe, a socket */
    DN_FILE_UNKNOWN /**< may not be asked, or the platform does not say */
} dn_file_kind;

/**
 * What is at the path, symbolic links followed. Fallback: MISSING or UNKNOWN, by trying to open it; where the
 * library gives no reason for a failure, MISSING.
 */
dn_file_kind dn_platform_file_kind(const char *path);

/** The same of a file that is open. Fallback: UNKNOWN. */
dn_file_kind dn_platform_stream_kind(FILE *stream);

/**
 * Do two paths lead to one file, symbolic and hard links followed, be it there or still to be made? Nothing is opened
 * or made to find out. Names of a missing file that differ in case alone are taken for two.
 * Fallback: compares the texts, without "." and doubled slashes.
 */
bool dn_platform_same_file(const char *path, const char *other);

/**
 * Does the path lead to the very file, pipe or terminal that a standard stream is open on, as /dev/stdout does? Opened a
 * second time it would have a second offset. A device that is no terminal has none: it does not count.
 * Fallback: only the names /dev/stdout and /dev/stderr.
 */
bool dn_platform_leads_to(const char *path, FILE *standard);

/** Room for what dn_platform_create_beside adds to a path. */
#define DN_BESIDE_SIZE 64

/**
 * Create a file in the folder of path that no other program knows, to be written and to take path's place.
 *
 * Effect  Nothing that is there is touched. The file has the permissions, and if possible the owner, of what is at path;
 *         else those of any new file. Where the system can (Linux, most file systems) it has no name yet: name is "" and
 *         the file vanishes with the process. Elsewhere its name is unique, created exclusively, and written to name.
 *         NULL, with errno, where that fails; nothing is left then, and name is "".
 *         Fallback: a name of time and clock, created exclusively; permissions of any new file.
 */
FILE *dn_platform_create_beside(const char *path, char *name, size_t size);

/** Name such a file now, if it has none. 0, or what errno says: name is "" then. Fallback: it has one. */
int dn_platform_name_beside(FILE *stream, const char *path, char *name, size_t size);

/**
 * From now on a write beyond the limit on a file's size (ulimit -f) fails like one on a full disk, instead of ending the
 * process. Fallback: nothing.
 */
void dn_platform_let_large_writes_fail(void);

/**
 * From now on a write to a pipe whose reader is gone fails, instead of ending the process: a training does not lose its model
 * with its log. Fallback: nothing.
 */
void dn_platform_let_broken_pipes_fail(void);

#define DN_FOLDER_NAME_SIZE 256
/**
 * List a folder: its first names in the order of their bytes, without those that begin with a dot.
 *
 * Effect  Writes up to capacity names, each cut where it does not fit, and how many there are to *total; counting stops at 100,000.
 *         False where the folder can't be read. Fallback: false.
 */
bool dn_platform_list_folder(const char *path, char names[][DN_FOLDER_NAME_SIZE], size_t capacity,
                             size_t *total);

/**
 * May rename() be trusted to put one regular file in another's place, in one step? Fallback: no. ISO C does
 * not say what rename() does to a file that exists, and a device can't be told from a file there.
 */
bool dn_platform_rename_replaces(void);

/**
 * Flush an open stream to disk (fflush, then fsync; a target that cannot be synced is fine).
 * 0, or what errno says (-1 where it says nothing). Fallback: fflush.
 */
int dn_platform_flush_to_disk(FILE *stream);

/** Flush the folder that holds path to disk, so that a rename in it survives a power cut. Best effort. */
void dn_platform_flush_folder(const char *path);

/**
 * The file that a path leads to when symbolic links are followed, even if that file does not exist yet.
 *
 * Effect  Writes the path into resolved; false when it does not fit or links go in a circle.
 *         Fallback: the path itself.
 */
bool dn_platform_follow_links(const char *path, char *resolved, size_t size);

typedef void dn_signal_handler(int signal_number);

/**
 * Call handler on SIGINT, SIGTERM and, where there is one, SIGHUP; safely beside threads, and system calls restart.
 *
 * Effect  A signal that the process was started to ignore (by nohup, or in the background of sh) stays ignored.
 *         False where the platform refuses a handler.
 */
bool dn_platform_on_interrupt(dn_signal_handler *handler);

/** Is this the signal of a terminal that was closed, SIGHUP? May be called from a signal handler. */
bool dn_platform_is_hangup(int signal_number);

/** End the process from inside a signal handler, at once. Fallback: _Exit. */
_Noreturn void dn_platform_quit(int exit_code);

#endif
