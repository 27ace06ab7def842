#include "cli/say.h"

#include "digitnet/io/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

void cli_say_note(bool quiet, const char *format, ...)
{
    if (quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", program);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void cli_say_line(bool quiet, const char *format, ...)
{
    if (quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

int cli_worse_exit(int a, int b)
{
    return a > b ? a : b;
}

/** What a terminal would act on becomes a question mark. */
static char printable(char character)
{
    const unsigned char byte = (unsigned char)character;
    if (byte < ' ' || byte == 0x7F)
        return '?';
    return character;
}

void cli_print_text(const char *text)
{
    for (; *text != '\0'; text++)
        putchar(printable(*text));
}

const char *cli_path_text(const char *path, char text[CLI_PATH_TEXT_SIZE])
{
    const size_t length = strlen(path);
    const size_t room = CLI_PATH_TEXT_SIZE - 1;
    const char *kept = length > room ? path + length - room : path;
    size_t place = 0;
    for (; kept[place] != '\0'; place++)
        text[place] = printable(kept[place]);
    text[place] = '\0';
    return text;
}

const char *cli_shell_text(const char *path, char text[CLI_PATH_TEXT_SIZE])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+,:@%=";
    static const char quote_in_quotes[] = "'\\''";
    size_t place = 0;
    if (path[strspn(path, plain)] == '\0' || strlen(path) * strlen(quote_in_quotes) + 3 > CLI_PATH_TEXT_SIZE)
        return cli_path_text(path, text);
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
