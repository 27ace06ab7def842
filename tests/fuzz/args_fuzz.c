/**
 * The command line's parser: one word a line, the first one the command. Settings that are taken, written as text and read again, are
 * the same.
 */
#include "cli/command.h"
#include "cli/say.h"
#include "core/unicode.h"
#include "io/json.h"
#include "support/fuzz.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_WORDS 64
#define LONGEST 2048

static size_t split(char *text, char **words)
{
    size_t count = 0;
    for (char *line = text; line && count < MOST_WORDS; count++) {
        char *end = strchr(line, '\n');
        words[count] = line;
        if (end)
            *end++ = '\0';
        line = end;
    }
    return count;
}

static void round_trip(const dn_settings *settings)
{
    char text[DN_SETTINGS_TEXT_SIZE];
    char again[DN_SETTINGS_TEXT_SIZE];
    dn_error error;
    dn_settings read = dn_settings_default();
    dn_settings_text(settings, text);
    fuzz_require(dn_settings_parse(&read, text, &error) == DN_OK);
    fuzz_require(strcmp(dn_settings_text(&read, again), text) == 0);
    const dn_status status = dn_settings_check(settings, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_ARGUMENT);
}

/** Where the parser prints its help and its errors: nobody reads them. */
static bool parse_silently(cli_command_id id, size_t count, char **words, cli_options *options,
                           cli_operands *operands, int *exit_code)
{
    const int null = open("/dev/null", O_WRONLY);
    const int saved[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
    fuzz_require(null >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0);
    const bool going_on = cli_parse(id, count, words, options, operands, exit_code);
    fflush(stdout);
    fuzz_require(dup2(saved[0], STDOUT_FILENO) >= 0 && dup2(saved[1], STDERR_FILENO) >= 0);
    close(saved[0]);
    close(saved[1]);
    close(null);
    return going_on;
}

static void parse(cli_command_id id, size_t count, char **words)
{
    char *given[MOST_WORDS];
    cli_options options = cli_options_default();
    cli_operands operands;
    int exit_code = -1;
    memcpy(given, words, count * sizeof *words);
    const bool going_on = parse_silently(id, count, given, &options, &operands, &exit_code);
    fuzz_require(exit_code == CLI_EXIT_DONE || (exit_code == CLI_EXIT_USAGE && !going_on));
    fuzz_require(options.top >= 1 && options.top <= DN_DIGIT_CLASSES);
    round_trip(&options.settings);
    if (going_on)
        fuzz_require(operands.count >= cli_commands[id].minimum_operands &&
                     operands.count <= cli_commands[id].maximum_operands);
}

/** For the command that the first word names, or for each. */
static void parse_for_commands(size_t count, char **words)
{
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++)
        if (strcmp(words[0], cli_commands[id].name) == 0) {
            parse(id, count - 1, words + 1);
            return;
        }
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++)
        parse(id, count, words);
}

/** What is shown of any name has nothing that a terminal acts on, and is UTF-8. */
static void require_shown(const char *text)
{
    fuzz_require(strlen(text) < CLI_PATH_TEXT_SIZE);
    while (*text != '\0') {
        uint32_t code;
        const size_t length = dn_utf8_decode((const uint8_t *)text, strlen(text), &code);
        fuzz_require(length != 0 && dn_is_shown(code));
        text += length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[LONGEST];
    char *words[MOST_WORDS];
    char shown[CLI_PATH_TEXT_SIZE];
    dn_error error;
    dn_settings settings = dn_settings_default();
    const size_t length = size < LONGEST - 1 ? size : LONGEST - 1;
    memcpy(text, data, length);
    text[length] = '\0';
    require_shown(cli_path_text(text, shown));
    require_shown(cli_shell_text(text, shown));
    const dn_status status = dn_settings_parse(&settings, text, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_ARGUMENT);
    round_trip(&settings);
    parse_for_commands(split(text, words), words);
    return 0;
}
