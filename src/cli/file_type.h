/** Which kind of file is this? By its first bytes, not by its name. */
#ifndef DN_CLI_FILE_TYPE_H
#define DN_CLI_FILE_TYPE_H

#include "digitnet/core/status.h"

#include <stdbool.h>

typedef enum cli_file_type {
    CLI_FILE_IDX, /**< plain or gzip */
    CLI_FILE_PNM,
    CLI_FILE_MODEL
} cli_file_type;

/** Errors: DN_ERR_FILE; DN_ERR_FORMAT when it is none of them; DN_ERR_ARGUMENT for standard input, which can't be read twice. */
DN_NODISCARD dn_status cli_recognise_file(const char *path, cli_file_type *type, dn_error *error);

/** Is there a file with something in it to lose? Where the platform can't tell a file from a device, its bytes do. */
bool cli_holds_something(const char *path);

/** Does the file begin as an SVG picture does, perhaps after an XML declaration, a document type and comments? */
bool cli_is_svg(const char *path);

#endif
