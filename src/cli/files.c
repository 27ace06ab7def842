#include "cli/files.h"

#include "core/fail.h"
#include "core/platform.h"
#include "io/file.h"
#include "io/gzip.h"
#include "io/idx.h"
#include "io/signature.h"

#include "digitnet/io.h"

/** A safetensors file has its header's "{" behind eight bytes of length. */
#define MODEL_BRACE 8

static bool is_idx(const uint8_t *head, size_t size)
{
    return dn_gzip_recognise(head, size) || (size >= 4 && head[0] == 0 && head[1] == 0);
}

static dn_status fail_unknown(const uint8_t *head, size_t size, dn_error *error)
{
    const char *guess = dn_file_guess(head, size);
    return dn_fail(error, DN_ERR_FORMAT, "give an IDX file, a PNG or PNM picture or a model", "%s found",
                   guess       ? guess
                   : size == 0 ? "an empty file"
                               : "an unknown format");
}

/** Sets the type that self points to. */
static dn_status recognise(void *self, const uint8_t *head, size_t size, size_t *limit, dn_error *error)
{
    cli_file_type *type = self;
    if (dn_is_pnm(head, size) || dn_is_png(head, size)) {
        *type = CLI_FILE_PICTURE;
        *limit = DN_PICTURE_MAX_FILE;
    } else if (size > MODEL_BRACE && head[MODEL_BRACE] == '{') {
        *type = CLI_FILE_MODEL;
        *limit = DN_SAFETENSORS_MAX_FILE;
    } else if (is_idx(head, size)) {
        *type = CLI_FILE_IDX;
        *limit = dn_idx_limit(head, size);
    } else {
        return fail_unknown(head, size, error);
    }
    return DN_OK;
}

dn_status cli_read_file(const char *path, dn_bytes *bytes, cli_file_type *type, dn_error *error)
{
    return dn_file_read_checked(path, recognise, type, bytes, error);
}

bool cli_is_stdout(const char *path)
{
    return path && dn_file_standard_stream(path) == stdout;
}

bool cli_holds_something(const char *path)
{
    dn_bytes none;
    const dn_file_kind kind = dn_platform_file_kind(path);
    if (kind != DN_FILE_UNKNOWN && kind != DN_FILE_REGULAR)
        return false;
    const bool empty = dn_file_read(path, 0, &none, NULL) == DN_OK;
    dn_bytes_free(&none);
    return !empty;
}

dn_status cli_check_output(const char *path, bool force, cli_check_ours *check, const char *what,
                           const char *remedy, dn_error *error)
{
    DN_TRY(dn_file_check_writable(path, error));
    if (force || dn_file_standard_stream(path) || !cli_holds_something(path))
        return DN_OK;
    dn_status status = check(path, error);
    if (status == DN_ERR_FORMAT)
        status = dn_fail(error, DN_ERR_FILE, remedy, "exists and is not %s", what);
    return dn_fail_in(error, status, path);
}
