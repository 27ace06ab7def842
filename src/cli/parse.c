/** The command line: options in any order and spelling, operands, and a suggestion for a word that is none. */
#include "cli/command.h"

#include "cli/say.h"
#include "core/ascii.h"
#include "core/fail.h"
#include "core/size.h"

#include <stdio.h>
#include <string.h>

/** A command line while it is parsed. */
typedef struct parser {
    cli_command_id id;
    cli_row rows[CLI_MAX_ROWS];
    size_t row_count;
    size_t count;
    char **arguments;
    cli_options *options;
    cli_operands *operands;
    bool wants_help;
} parser;

static const char help_option[] = "--help";

static dn_status fail_unknown(const parser *line, const char *argument, dn_error *error)
{
    char remedy[DN_ERROR_TEXT_SIZE];
    char names[CLI_MAX_ROWS][DN_OPTION_NAME_SIZE];
    const char *best = cli_nearer(argument, NULL, help_option);
    for (size_t i = 0; i < line->row_count; i++) {
        snprintf(names[i], DN_OPTION_NAME_SIZE, "--%s", line->rows[i].option->name);
        best = cli_nearer(argument, best, names[i]);
    }
    if (best)
        snprintf(remedy, sizeof remedy, "did you mean %s?", best);
    else
        snprintf(remedy, sizeof remedy, "digitnet %s --help lists the options", cli_commands[line->id].name);
    return dn_fail_at(error, DN_ERR_ARGUMENT, argument, remedy, "there is no such option");
}

/** The row that argument names, up to a "=". */
static const cli_row *find_row(const parser *line, const char *argument)
{
    const size_t length = strcspn(argument, "=");
    for (size_t i = 0; i < line->row_count && strncmp(argument, "--", 2) == 0; i++) {
        const char *name = line->rows[i].option->name;
        if (strlen(name) + 2 == length && strncmp(name, argument + 2, length - 2) == 0)
            return &line->rows[i];
    }
    return NULL;
}

/** A text that looks like an option is no value: it would name a file so. --output=--odd says that it is meant. */
static bool value_follows(const dn_option *option, size_t count, char *const *rest)
{
    return count != 0 && ((option->kind != DN_OPTION_TEXT && option->kind != DN_OPTION_TEXTS) ||
                          strncmp(rest[0], "--", 2) != 0);
}

/** Find the value of an option: behind "=", or the next argument. */
static dn_status find_value(const parser *line, const dn_option *option, size_t *place, const char **value,
                            dn_error *error)
{
    const char *equals = strchr(line->arguments[*place], '=');
    char remedy[DN_ERROR_TEXT_SIZE];
    *value = equals ? equals + 1 : NULL;
    snprintf(remedy, sizeof remedy, "give --%s %s", option->name, option->value ? option->value : "alone");
    if (option->kind == DN_OPTION_FLAG)
        return equals ? dn_fail(error, DN_ERR_ARGUMENT, remedy, "it takes no value") : DN_OK;
    if (equals)
        return DN_OK;
    if (!value_follows(option, line->count - *place - 1, line->arguments + *place + 1))
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "its value is missing");
    *value = line->arguments[++*place];
    return DN_OK;
}

/** Take the option at arguments[*place], and its value. */
static dn_status take_option(parser *line, size_t *place, dn_error *error)
{
    const char *argument = line->arguments[*place];
    const cli_row *row = find_row(line, argument);
    const char *value;
    char name[DN_OPTION_NAME_SIZE];
    if (!row)
        return fail_unknown(line, argument, error);
    snprintf(name, sizeof name, "--%s", row->option->name);
    DN_TRY(dn_fail_in(error, find_value(line, row->option, place, &value, error), name));
    return dn_fail_in(error, dn_option_set(row->option, (char *)line->options + row->base, value, error),
                      name);
}

static bool looks_like_option(const char *argument)
{
    return argument[0] == '-' && argument[1] != '\0'; /* "-" alone is standard input */
}

static dn_status take_arguments(parser *line, dn_error *error)
{
    bool options_end = false;
    for (size_t i = 0; i < line->count && !line->wants_help; i++) {
        char *argument = line->arguments[i];
        if (options_end || !looks_like_option(argument))
            line->operands->values[line->operands->count++] = argument;
        else if (strcmp(argument, "--") == 0)
            options_end = true;
        else if (strcmp(argument, help_option) == 0 || strcmp(argument, "-h") == 0)
            line->wants_help = true;
        else
            DN_TRY(take_option(line, &i, error));
    }
    return DN_OK;
}

static dn_status check_operands(cli_command_id id, const cli_operands *operands, dn_error *error)
{
    const cli_command *command = &cli_commands[id];
    char remedy[DN_ERROR_TEXT_SIZE];
    snprintf(remedy, sizeof remedy, "usage: digitnet %s [OPTION]...%s%s", command->name,
             command->operands ? " " : "", command->operands ? command->operands : "");
    if (operands->count < command->minimum_operands)
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "no file was named");
    for (size_t i = 0; i < operands->count; i++)
        if (operands->values[i][0] == '\0')
            return dn_fail(error, DN_ERR_ARGUMENT, remedy, "the name of a file is empty");
    if (operands->count <= command->maximum_operands)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, operands->values[command->maximum_operands], remedy,
                      "one argument too many");
}

bool cli_parse(cli_command_id id, size_t argument_count, char **arguments, cli_options *options,
               cli_operands *operands, int *exit_code)
{
    dn_error error;
    parser line = {
        .id = id, .count = argument_count, .arguments = arguments, .options = options, .operands = operands};
    line.row_count = cli_rows(id, line.rows);
    *operands = (cli_operands){.values = arguments};
    *exit_code = CLI_EXIT_DONE;
    dn_status status = take_arguments(&line, &error);
    if (status == DN_OK && line.wants_help) {
        cli_print_help(id);
        return false;
    }
    if (status == DN_OK)
        status = check_operands(id, operands, &error);
    if (status != DN_OK)
        *exit_code = cli_say_error(&error);
    return status == DN_OK;
}

/** The longest word that is compared. Every name of digitnet is shorter. */
#define MAX_WORD 32
/** A word with more differences is no typing mistake. */
#define MAX_DISTANCE 2

static size_t smallest(size_t a, size_t b, size_t c)
{
    return dn_smaller(dn_smaller(a, b), c);
}

/* Optimal string alignment, row by row: the last two rows and the one in the making. */
size_t cli_edit_distance(const char *a, const char *b)
{
    const size_t a_length = strlen(a);
    const size_t b_length = strlen(b);
    size_t rows[3][MAX_WORD + 1];
    if (a_length > MAX_WORD || b_length > MAX_WORD)
        return dn_larger(a_length, b_length);
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && rows[(i - 2) % 3][j - 2] + 1 < row[j])
                row[j] = rows[(i - 2) % 3][j - 2] + 1;
        }
    }
    return rows[a_length % 3][b_length];
}

/** Is the word the one-letter form, in either case, that many programs give to the long option? */
static bool is_short_for(const char *word, const char *option)
{
    return word[0] == '-' && word[1] != '\0' && word[2] == '\0' && strncmp(option, "--", 2) == 0 &&
           dn_to_lower(word[1]) == option[2];
}

const char *cli_nearer(const char *word, const char *best, const char *candidate)
{
    const size_t distance = cli_edit_distance(word, candidate);
    const bool begins_it = word[0] != '\0' && strncmp(word, candidate, strlen(word)) == 0;
    if (!begins_it && !is_short_for(word, candidate) && (distance > MAX_DISTANCE || distance >= strlen(word)))
        return best;
    return !best || distance < cli_edit_distance(word, best) ? candidate : best;
}
