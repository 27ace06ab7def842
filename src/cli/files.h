/** Files of the commands: the kind of one that is read, and whether one may be written. */
#ifndef DN_CLI_FILES_H
#define DN_CLI_FILES_H

#include "io/file.h"

#include <stdbool.h>

typedef enum cli_file_type {
    CLI_FILE_IDX, /**< plain or gzip */
    CLI_FILE_PICTURE,
    CLI_FILE_MODEL /**< or a checkpoint */
} cli_file_type;

/**
 * Read a file of any of these kinds, once and whole; "-" is standard input. Its first bytes tell the kind.
 *
 * Owner   The caller frees *bytes. Empty after an error.
 * Errors  As dn_file_read; DN_ERR_FORMAT when it is none of them, and then it is not read on.
 */
DN_NODISCARD dn_status cli_read_file(const char *path, dn_bytes *bytes, cli_file_type *type, dn_error *error);

/** Does a path that is written lead to standard output: "-", /dev/stdout, or the file that it goes to? NULL does not. */
bool cli_is_stdout(const char *path);

/** Did digitnet write the file at path, and is it whole? Errors: DN_ERR_FORMAT when not; others where that can't be told. */
typedef dn_status cli_check_ours(const char *path, dn_error *error);

/**
 * Check before the work that an output may be written: a file that exists is replaced only if digitnet wrote one of its kind.
 *
 * Units   what: "a model that digitnet wrote"; force: replace any file.
 * Errors  Those of dn_file_check_writable; DN_ERR_FILE with the remedy for a file that is none of ours; the check's.
 */
DN_NODISCARD dn_status cli_check_output(const char *path, bool force, cli_check_ours *check, const char *what,
                                        const char *remedy, dn_error *error);

/** Is there a file that is not empty? Where the platform can't tell a file from a device, its bytes do. */
bool cli_holds_something(const char *path);

#endif
