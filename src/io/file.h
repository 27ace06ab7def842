/**
 * Whole files: read into memory, written so that the target is the old file or the new one, never a mix.
 */
#ifndef DN_IO_FILE_H
#define DN_IO_FILE_H

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** The path that means standard input where a file is read, and standard output where one is written. */
#define DN_STANDARD_PATH "-"

/** What messages call the file that is read at path: "standard input" for "-". */
const char *dn_file_input_name(const char *path);

/** What they call the file that is written at path: "standard output" for "-", and for whatever else leads to it. */
const char *dn_file_output_name(const char *path);

/**
 * Read a whole file; "-" is standard input.
 *
 * Units   limit is the most bytes to accept.
 * Owner   The caller frees *bytes. It is empty after an error.
 * Effect  Opens the file once, so that a pipe serves as well. Memory grows as bytes arrive: never more is asked for than
 *         twice what has come. A file that can be sought in says how long it is and is read into one block of that size.
 * Errors  DN_ERR_FILE when missing (the message says so), a folder, or unreadable; DN_ERR_FORMAT when it
 *         holds more than limit bytes; DN_ERR_MEMORY. The error's subject is path ("standard input" for "-").
 */
DN_NODISCARD dn_status dn_file_read(const char *path, size_t limit, dn_bytes *bytes, dn_error *error);

/** How many of the first bytes decide what a file is. */
#define DN_FILE_HEAD_SIZE 64

/**
 * Decide by a file's first bytes whether to read the rest, and set the most bytes to accept.
 *
 * Units   size is DN_FILE_HEAD_SIZE, or less when the file is shorter.
 * Errors  Any: the file is read no further then.
 */
typedef dn_status dn_file_check(void *self, const uint8_t *head, size_t size, size_t *limit, dn_error *error);

/** As dn_file_read, but ask a check once the first bytes have come. Errors: those, and the check's. */
DN_NODISCARD dn_status dn_file_read_checked(const char *path, dn_file_check *check, void *self,
                                            dn_bytes *bytes, dn_error *error);

/** Read the first bytes of a regular file, at most capacity, and its length. False for any other file, and where it can't be read. */
bool dn_file_read_head(const char *path, uint8_t *head, size_t capacity, size_t *size, size_t *length);

/** A part of what is written: borrowed bytes. */
typedef struct dn_part {
    const void *data;
    size_t size;
} dn_part;

/**
 * Write parts, one after the other, as the whole new contents of path; "-" is standard output.
 *
 * Effect  Writes a new file in the same folder that no other program knows, flushes it to disk, renames it over path, and
 *         flushes the folder: at any moment, also when the power goes or two programs write it at once, path is the old
 *         file or a new one. After an error path is as it was, and the new file is gone. A file that this call did not
 *         make is never removed. Permissions of the target stay, and its owner if possible; its other hard links keep
 *         the old contents. A symbolic link is followed.
 *         On Linux and most of its file systems the new file has no name until it is whole, and nothing is left even when
 *         the process is killed. Elsewhere, and for a moment before the rename there too, it is
 *         ".TARGET.digitnet-NUMBER": what a killed process leaves under such a name may be removed.
 *         A target that exists and is no regular file (a device, a pipe) is written directly and never replaced, and what
 *         leads to standard output or standard error (/dev/stdout) is written through that stream.
 *         A write beyond a limit on the file's size is an error if the program ignores SIGXFSZ; else the system ends it.
 *         Where the platform has no such rename (the ISO C fallback) the target is written over when the new file is
 *         whole, and that stays if writing over fails. So nothing is lost, but a reader may see a mix, and so may two
 *         writers.
 * Errors  DN_ERR_FILE: a folder that does not exist, a target that is a folder or is write-protected, no
 *         permission, a disk that is full, a path that is too long... The error's subject is dn_file_output_name(path).
 */
DN_NODISCARD dn_status dn_file_write(const char *path, const dn_part *parts, size_t count, dn_error *error);

/** One of several files that are written together. */
typedef struct dn_output {
    const char *path;
    const dn_part *parts;
    size_t count;
} dn_output;

#define DN_MOST_TOGETHER 4

/**
 * Write several regular files, DN_MOST_TOGETHER at most: all of them, or none.
 *
 * Effect  Each as dn_file_write; the first takes its place when all are whole and on the disk. Where taking places fails in between,
 *         files that were not there before are removed again.
 * Errors  As dn_file_write.
 */
DN_NODISCARD dn_status dn_file_write_together(const dn_output *outputs, size_t count, dn_error *error);

/**
 * Write a file that must not be there yet, without waiting for the disk: for thousands of small files in a folder of their own.
 *
 * Errors  DN_ERR_FILE, also where there is a file; a new one that is not whole is removed.
 */
DN_NODISCARD dn_status dn_file_write_new(const char *path, const dn_part *parts, size_t count,
                                         dn_error *error);

/**
 * Say now what dn_file_write would say later: can path be written?
 *
 * Effect  Makes a new file beside path as that does, and gives it up again; the target itself is not touched. A device or
 *         a pipe is taken to be writable: asking a pipe would wake its reader.
 * Errors  As dn_file_write.
 */
DN_NODISCARD dn_status dn_file_check_writable(const char *path, dn_error *error);

/**
 * The standard stream that a path to be written leads to: standard output for "-", and for each path of the file that it
 * or standard error is open on (/dev/stdout). NULL for any other.
 */
FILE *dn_file_standard_stream(const char *path);

/**
 * Name what the first bytes of a file say it is when it isn't what was expected: "gzip", "a PNG picture",
 * "a JPEG picture", "an HTML page", ... NULL when they say nothing. A few dozen bytes are enough.
 */
const char *dn_file_guess(const uint8_t *data, size_t size);

#endif
