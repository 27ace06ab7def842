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
 * Open each standard stream that is closed, in a way that makes its use fail. Otherwise the next file would get the stream's
 * number, and receive what the program prints. Fallback: does nothing.
 */
void dn_platform_hold_standard_streams(void);

/** Columns of the terminal behind the stream. Fallback, and where unknown: 80. */
size_t dn_platform_terminal_width(FILE *stream);

/** Processors that this process may use, by its affinity and by the quota of its control groups; at least 1. Fallback: 1. */
size_t dn_platform_processors(void);

/**
 * The processor time that control groups (version 1 or 2, the process's own group and all above it) leave to this process,
 * in processors, rounded up; SIZE_MAX without a quota. The prefix of /proc and /sys is root: "", or a folder of a test.
 * Fallback: SIZE_MAX.
 */
size_t dn_platform_quota(const char *root);

/**
 * Bytes of memory that this process can get: what the system has to give, at most the limits of the process and of its control groups.
 * SIZE_MAX where unknown. root is as above. Fallback: SIZE_MAX.
 */
size_t dn_platform_memory(const char *root);

/** The absolute path of the running program, symbolic links followed; false where it is unknown. Fallback: false. */
bool dn_platform_own_path(char *path, size_t size);

/** Seconds on a clock that only moves forward. Fallback: timespec_get's wall clock. */
double dn_platform_seconds(void);

/** Ask for large pages under a block of memory: its first use takes a fraction of the time then. Fallback: does nothing. */
void dn_platform_use_large_pages(void *block, size_t size);

typedef enum dn_file_kind {
    DN_FILE_MISSING,
    DN_FILE_REGULAR,
    DN_FILE_FOLDER,
    DN_FILE_OTHER,  /**< a device, a pipe, a socket */
    DN_FILE_UNKNOWN /**< permission is missing, or the platform does not say */
} dn_file_kind;

/**
 * The kind of the file at a path, symbolic links followed. Fallback: tries to open it, and returns MISSING or UNKNOWN;
 * MISSING also where the C library gives no reason for the failure.
 */
dn_file_kind dn_platform_file_kind(const char *path);

/** Is it known, without opening it, that the path leads to a regular file, whose bytes are all there? Fallback: false. */
bool dn_platform_is_at_hand(const char *path);

/** The kind of an open file. Fallback: UNKNOWN. */
dn_file_kind dn_platform_stream_kind(FILE *stream);

/**
 * Do two paths lead to one file, symbolic and hard links followed? The file need not exist, and is neither opened nor created.
 * Names of a missing file that differ in case alone count as two files.
 * Fallback: compares the texts, without "." and doubled slashes.
 */
bool dn_platform_same_file(const char *path, const char *other);

/**
 * Does the path lead to the same file, pipe or terminal as an open standard stream, as /dev/stdout does? Opened a second time
 * it would have a second offset. A device that is no terminal has no offset and does not count.
 * Fallback: recognises only the names /dev/stdout and /dev/stderr.
 */
bool dn_platform_leads_to(const char *path, FILE *standard);

/** Room for what dn_platform_create_beside adds to a path. */
#define DN_BESIDE_SIZE 64

/**
 * Create a file in the folder of path that no other program knows, to be written and to replace path.
 *
 * Effect  Touches no existing file. The new file has the permissions, and if possible the owner, of the file at path;
 *         without one, those of any new file. Where the system can (Linux, most file systems) the new file has no name yet:
 *         name is "", and the file vanishes with the process. Elsewhere its name is unique, created exclusively, and written
 *         to name. Fallback: a name made of time and clock, created exclusively; permissions of any new file.
 * Errors  NULL, with errno. Nothing is left then, and name is "".
 */
FILE *dn_platform_create_beside(const char *path, char *name, size_t size);

/** Name a file of dn_platform_create_beside, if it has no name. Returns 0, or an errno value; name is "" then. Fallback: 0. */
int dn_platform_name_beside(FILE *stream, const char *path, char *name, size_t size);

/**
 * From now on a write beyond the limit on a file's size (ulimit -f) fails, as on a full disk, instead of ending the process.
 * Fallback: does nothing.
 */
void dn_platform_let_large_writes_fail(void);

/**
 * From now on a write to a pipe without a reader fails instead of ending the process: a training that loses the reader of its
 * log keeps its model. Fallback: does nothing.
 */
void dn_platform_let_broken_pipes_fail(void);

#define DN_FOLDER_NAME_SIZE 256
/**
 * List the first names in a folder in the order of their bytes, without names that begin with a dot.
 *
 * Effect  Writes up to capacity names, each cut where it does not fit, and the number of all names, at most 100,000, to *total.
 *         False where the folder can't be read. Fallback: false.
 */
bool dn_platform_list_folder(const char *path, char names[][DN_FOLDER_NAME_SIZE], size_t capacity,
                             size_t *total);

/** Told of a name in a folder; false ends the visit. */
typedef bool dn_platform_visitor(void *self, const char *name);

/**
 * Tell the visitor of each name in a folder, in no order, without names that begin with a dot.
 *
 * Effect  False where the folder can't be read. Fallback: false.
 */
bool dn_platform_visit_folder(const char *path, dn_platform_visitor *visitor, void *self);

/** Make a folder, whose parent exists. Returns 0, or an errno value. Fallback: -1. */
int dn_platform_make_folder(const char *path);

/**
 * Does rename() replace an existing regular file in one step? Fallback: no. ISO C does not say what rename() does to an
 * existing file, and can't tell a device from a file.
 */
bool dn_platform_rename_replaces(void);

/**
 * Flush an open stream to disk (fflush, then fsync; a device that can't be synced is no error).
 * Returns 0, or an errno value (-1 where errno is not set). Fallback: fflush.
 */
int dn_platform_flush_to_disk(FILE *stream);

/** Flush the folder that holds path to disk, so that a rename in it survives a power cut. Best effort. */
void dn_platform_flush_folder(const char *path);

/**
 * Follow the symbolic links of a path to its last target, which need not exist.
 *
 * Effect  Writes the target's path to resolved; false when it does not fit or the links form a circle.
 *         Fallback: the path itself.
 */
bool dn_platform_follow_links(const char *path, char *resolved, size_t size);

typedef void dn_signal_handler(int signal_number);

/**
 * Call handler on SIGINT, SIGTERM and, where it exists, SIGHUP; safely beside threads, and system calls restart.
 *
 * Effect  A signal that the process was started to ignore (by nohup, or in the background of sh) stays ignored.
 *         False where the platform refuses a handler.
 */
bool dn_platform_on_interrupt(dn_signal_handler *handler);

/** Is this SIGHUP, the signal of a closed terminal? May be called from a signal handler. */
bool dn_platform_is_hangup(int signal_number);

/** End the process from inside a signal handler, at once. Fallback: _Exit. */
_Noreturn void dn_platform_quit(int exit_code);

#endif
