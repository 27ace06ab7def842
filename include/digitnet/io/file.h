/**
 * Whole files: read into memory, written so that the target is the old file or the new one, never a mix.
 */
#ifndef DIGITNET_IO_FILE_H
#define DIGITNET_IO_FILE_H

#include "digitnet/core/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes that the holder owns; dn_bytes_free frees them. */
typedef struct dn_bytes {
    uint8_t *data;
    size_t size;
} dn_bytes;

void dn_bytes_free(dn_bytes *bytes);

/** The path that means standard input. */
#define DN_STDIN_PATH "-"

/**
 * Read a whole file; "-" is standard input.
 *
 * Units   limit is the most bytes to accept.
 * Owner   The caller frees *bytes. It is empty after an error.
 * Effect  Memory grows as bytes arrive: never more is asked for than twice what has come. A file that can be
 *         sought in says how long it is and is read into one block of that size.
 * Errors  DN_ERR_FILE when missing (the message says so), a folder, or unreadable; DN_ERR_FORMAT when it
 *         holds more than limit bytes; DN_ERR_MEMORY. The error's subject is path ("standard input" for "-").
 */
DN_NODISCARD dn_status dn_file_read(const char *path, size_t limit, dn_bytes *bytes, dn_error *error);

/**
 * Read only the first bytes of a file, say to tell what it is.
 *
 * Effect  Writes up to size bytes and their number to *read, fewer when the file is shorter.
 * Errors  DN_ERR_FILE as dn_file_read. Standard input can't be peeked into: "-" is a file's name here.
 */
DN_NODISCARD dn_status dn_file_peek(const char *path, uint8_t *data, size_t size, size_t *read,
                                    dn_error *error);

/** A part of what is written: borrowed bytes. */
typedef struct dn_part {
    const void *data;
    size_t size;
} dn_part;

/**
 * Write parts, one after the other, as the whole new contents of path.
 *
 * Effect  Writes path + ".part", flushes it to disk, renames it over path, and flushes the folder: at any
 *         moment, also when the power goes, path is the old file or the new one. After an error path is as
 *         it was and the .part file is gone. A .part file of an earlier run is overwritten. A symbolic link is
 *         followed. Where the platform has no such rename, the target is written over, and .part stays as the whole
 *         copy if that fails. A target that exists and is no regular file (a device, a pipe) is written directly and
 *         never replaced.
 * Errors  DN_ERR_FILE: a folder that does not exist, a target that is a folder or is write-protected, no
 *         permission, a disk that is full, a path that is too long... The error's subject is path.
 */
DN_NODISCARD dn_status dn_file_write(const char *path, const dn_part *parts, size_t count, dn_error *error);

/**
 * Say now what dn_file_write would say later: can path be written?
 *
 * Effect  Makes path + ".part" and removes it again; the target itself is not touched. A device or a pipe is
 *         taken to be writable: asking a pipe would wake its reader.
 * Errors  As dn_file_write.
 */
DN_NODISCARD dn_status dn_file_check_writable(const char *path, dn_error *error);

/**
 * Name what the first bytes of a file say it is when it isn't what was expected: "gzip", "a PNG picture",
 * "a JPEG picture", "an HTML page", ... NULL when they say nothing. A few dozen bytes are enough.
 */
const char *dn_file_guess(const uint8_t *data, size_t size);

#ifdef __cplusplus
}
#endif

#endif
