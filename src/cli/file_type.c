#include "cli/file_type.h"

#include "core/platform.h"
#include "core/try.h"

#include "digitnet/io/file.h"
#include "digitnet/io/gzip.h"

#include <ctype.h>
#include <string.h>

/** A safetensors file has its header's "{" behind eight bytes of length. */
#define MODEL_BRACE 8
#define HEAD_SIZE 64

/** White space or a comment must follow: a model's header length may begin as a PNM does. */
static bool is_pnm(const uint8_t *head, size_t size)
{
    return size >= 2 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' &&
           (size == 2 || isspace(head[2]) || head[2] == '#');
}

static bool is_idx(const uint8_t *head, size_t size)
{
    return dn_gzip_recognise(head, size) || (size >= 4 && head[0] == 0 && head[1] == 0);
}

dn_status cli_recognise_file(const char *path, cli_file_type *type, dn_error *error)
{
    uint8_t head[HEAD_SIZE];
    size_t size;
    if (strcmp(path, DN_STDIN_PATH) == 0)
        return dn_fail_in(error,
                          dn_fail(error, DN_ERR_ARGUMENT, "save it in a file first",
                                  "standard input is read by predict alone"),
                          path);
    DN_TRY(dn_file_peek(path, head, sizeof head, &size, error));
    if (is_pnm(head, size))
        *type = CLI_FILE_PNM;
    else if (size > MODEL_BRACE && head[MODEL_BRACE] == '{')
        *type = CLI_FILE_MODEL;
    else if (is_idx(head, size))
        *type = CLI_FILE_IDX;
    else {
        const char *guess = dn_file_guess(head, size);
        const dn_status status =
            dn_fail(error, DN_ERR_FORMAT, "give an IDX file, a PNM picture or a model", "%s found",
                    guess       ? guess
                    : size == 0 ? "an empty file"
                                : "an unknown format");
        return dn_fail_in(error, status, path);
    }
    return DN_OK;
}

bool cli_holds_something(const char *path)
{
    uint8_t first;
    size_t size = 0;
    const dn_file_kind kind = dn_platform_file_kind(path);
    if (kind != DN_FILE_UNKNOWN)
        return kind == DN_FILE_REGULAR;
    return dn_file_peek(path, &first, sizeof first, &size, NULL) != DN_OK || size != 0;
}

bool cli_is_svg(const char *path)
{
    enum { SIZE = 1024 };
    char head[SIZE + 1] = "";
    size_t size = 0;
    if (dn_file_peek(path, (uint8_t *)head, SIZE, &size, NULL) != DN_OK)
        return false;
    const char *root = head + strspn(head, " \t\r\n");
    while (root[0] == '<' && (root[1] == '?' || root[1] == '!')) {
        const bool comment = strncmp(root, "<!--", 4) == 0;
        const char *end = strstr(root, comment ? "-->" : ">");
        if (!end)
            return false;
        root = end + (comment ? 3 : 1);
        root += strspn(root, " \t\r\n");
    }
    return strncmp(root, "<svg", 4) == 0 && (isspace((unsigned char)root[4]) || root[4] == '>');
}
