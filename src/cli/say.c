#include "cli/say.h"

#include "core/fail.h"
#include "core/unicode.h"
#include "io/file.h"
#include "io/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/** Room for three paths and some words. */
#define LINE_SIZE (4 * CLI_PATH_TEXT_SIZE)
/** Of a byte in a word for a shell: a backslash and three digits, or a quote out of quotes. */
#define LONGEST_ESCAPE 4

static const char program[] = "digitnet";

static int exit_code_of(dn_status status)
{
    switch (status) {
    case DN_OK:
        return CLI_EXIT_DONE;
    case DN_ERR_ARGUMENT:
        return CLI_EXIT_USAGE;
    case DN_ERR_FORMAT:
    case DN_ERR_SHAPE:
        return CLI_EXIT_BAD_DATA;
    case DN_ERR_MEMORY:
    case DN_ERR_FILE:
    case DN_ERR_DIVERGED:
        break;
    }
    return CLI_EXIT_FAILED;
}

static void put_part(const char *part)
{
    char text[CLI_PATH_TEXT_SIZE];
    if (part[0] != '\0')
        fprintf(stderr, ": %s", cli_path_text(part, text));
}

int cli_say_error(const dn_error *error)
{
    fputs(program, stderr);
    put_part(error->subject);
    put_part(error->problem);
    put_part(error->remedy);
    fputc('\n', stderr);
    if (strcmp(error->subject, dn_file_output_name(DN_STANDARD_PATH)) == 0)
        clearerr(stdout);
    return exit_code_of(error->status);
}

int cli_worse_exit(int a, int b)
{
    return a > b ? a : b;
}

/** The bytes of the first character, and whether it is shown; a byte that is no UTF-8 is one that is not. */
static size_t first_character(const char *text, bool *shown)
{
    uint32_t code;
    const size_t length = dn_utf8_decode((const uint8_t *)text, strlen(text), &code);
    *shown = length != 0 && dn_is_shown(code);
    return length != 0 ? length : 1;
}

/** Write text with question marks for what is not shown; it gets no longer. */
static char *shown_text(const char *text, char *shown)
{
    char *place = shown;
    while (*text != '\0') {
        bool as_it_is;
        const size_t length = first_character(text, &as_it_is);
        if (as_it_is)
            memcpy(place, text, length);
        else
            *place = '?';
        place += as_it_is ? length : 1;
        text += length;
    }
    *place = '\0';
    return shown;
}

void cli_print_text(const char *text)
{
    while (*text != '\0') {
        bool as_it_is;
        const size_t length = first_character(text, &as_it_is);
        fwrite(as_it_is ? text : "?", 1, as_it_is ? length : 1, stdout);
        text += length;
    }
}

static void say(const char *format, va_list arguments) DN_PRINTF(1, 0);

static void say(const char *format, va_list arguments)
{
    char line[LINE_SIZE];
    char shown[LINE_SIZE];
    vsnprintf(line, sizeof line, format, arguments);
    fprintf(stderr, "%s\n", shown_text(line, shown));
}

void cli_say_note(bool quiet, const char *format, ...)
{
    if (quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", program);
    say(format, arguments);
    va_end(arguments);
}

void cli_say_line(bool quiet, const char *format, ...)
{
    if (quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

const char *cli_path_text(const char *path, char text[CLI_PATH_TEXT_SIZE])
{
    const size_t length = strlen(path);
    const size_t room = CLI_PATH_TEXT_SIZE - 1;
    return shown_text(length > room ? path + length - room : path, text);
}

static bool is_shown_whole(const char *text)
{
    bool shown = true;
    while (shown && *text != '\0')
        text += first_character(text, &shown);
    return shown;
}

/** In quotes that know escapes (POSIX.1-2024, section 2.2.4): for a path that can't be shown as it is. */
static void put_escaped(const char *path, char text[CLI_PATH_TEXT_SIZE])
{
    size_t place = (size_t)snprintf(text, CLI_PATH_TEXT_SIZE, "$'");
    while (*path != '\0') {
        bool shown;
        const size_t length = first_character(path, &shown);
        if (*path == '\'' || *path == '\\')
            text[place++] = '\\';
        for (size_t i = 0; i < length; i++, path++) {
            if (shown)
                text[place++] = *path;
            else
                place += (size_t)snprintf(text + place, CLI_PATH_TEXT_SIZE - place, "\\%03o",
                                          (unsigned)(unsigned char)*path);
        }
    }
    memcpy(text + place, "'", sizeof "'");
}

const char *cli_shell_text(const char *path, char text[CLI_PATH_TEXT_SIZE])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+,:@%=";
    static const char quote_in_quotes[] = "'\\''";
    size_t place = 0;
    if (path[strspn(path, plain)] == '\0' ||
        strlen(path) * LONGEST_ESCAPE + sizeof "$''" > CLI_PATH_TEXT_SIZE)
        return cli_path_text(path, text);
    if (!is_shown_whole(path)) {
        put_escaped(path, text);
        return text;
    }
    text[place++] = '\'';
    for (; *path != '\0'; path++) {
        if (*path == '\'')
            place += (size_t)snprintf(text + place, CLI_PATH_TEXT_SIZE - place, "%s", quote_in_quotes);
        else
            text[place++] = *path;
    }
    text[place++] = '\'';
    text[place] = '\0';
    return text;
}
