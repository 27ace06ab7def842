#include "cli/option.h"

#include "cli/say.h"
#include "cli/suggest.h"
#include "core/fail.h"

#include <stdio.h>
#include <string.h>

static const char help_option[] = "--help";

static dn_status fail_unknown(const cli_usage *usage, const char *name, dn_error *error)
{
    char remedy[DN_ERROR_TEXT_SIZE];
    const char *best = cli_nearer(name, NULL, help_option);
    for (size_t i = 0; i < usage->option_count; i++)
        best = cli_nearer(name, best, usage->options[i].name);
    if (best)
        snprintf(remedy, sizeof remedy, "did you mean %s?", best);
    else
        snprintf(remedy, sizeof remedy, "digitnet %s --help lists the options", usage->command);
    return dn_fail_at(error, DN_ERR_ARGUMENT, name, remedy, "there is no such option");
}

/** The option that argument names, up to a "=". */
static const cli_option *find_option(const cli_usage *usage, const char *argument)
{
    const size_t length = strcspn(argument, "=");
    for (size_t i = 0; i < usage->option_count; i++) {
        const char *name = usage->options[i].name;
        if (strlen(name) == length && strncmp(name, argument, length) == 0)
            return &usage->options[i];
    }
    return NULL;
}

/** A text that looks like an option is no value: it would name a file so. --output=--odd says that it is meant. */
static bool value_follows(const cli_option *option, size_t count, char *const *rest)
{
    return count != 0 && (option->kind != CLI_TEXT || strncmp(rest[0], "--", 2) != 0);
}

/** Take the option at arguments[*place], and its value, which may be the next argument. */
static dn_status take_option(const cli_usage *usage, size_t count, char **arguments, size_t *place,
                             dn_error *error)
{
    const char *argument = arguments[*place];
    const cli_option *option = find_option(usage, argument);
    if (!option)
        return fail_unknown(usage, argument, error);
    const char *equals = strchr(argument, '=');
    const char *value = equals ? equals + 1 : NULL;
    char remedy[DN_ERROR_TEXT_SIZE];
    dn_status status = DN_OK;
    snprintf(remedy, sizeof remedy, "give %s %s", option->name, option->value ? option->value : "alone");
    if (option->kind == CLI_FLAG && value)
        status = dn_fail(error, DN_ERR_ARGUMENT, remedy, "it takes no value");
    else if (option->kind != CLI_FLAG && !value &&
             !value_follows(option, count - *place - 1, arguments + *place + 1))
        status = dn_fail(error, DN_ERR_ARGUMENT, remedy, "its value is missing");
    else if (option->kind != CLI_FLAG && !value)
        value = arguments[++*place];
    if (status == DN_OK)
        status = cli_read_value(option, value, error);
    return dn_fail_in(error, status, option->name);
}

static bool looks_like_option(const char *argument)
{
    return argument[0] == '-' && argument[1] != '\0'; /* "-" alone is standard input */
}

static dn_status parse(const cli_usage *usage, size_t count, char **arguments, cli_operands *operands,
                       bool *wants_help, dn_error *error)
{
    bool options_end = false;
    *operands = (cli_operands){.values = arguments};
    for (size_t i = 0; i < count && !*wants_help; i++) {
        if (options_end || !looks_like_option(arguments[i]))
            operands->values[operands->count++] = arguments[i];
        else if (strcmp(arguments[i], "--") == 0)
            options_end = true;
        else if (strcmp(arguments[i], help_option) == 0 || strcmp(arguments[i], "-h") == 0)
            *wants_help = true;
        else
            DN_TRY(take_option(usage, count, arguments, &i, error));
    }
    return DN_OK;
}

static dn_status check_operands(const cli_usage *usage, const cli_operands *operands, dn_error *error)
{
    char remedy[DN_ERROR_TEXT_SIZE];
    snprintf(remedy, sizeof remedy, "usage: digitnet %s [OPTION]...%s%s", usage->command,
             usage->operands ? " " : "", usage->operands ? usage->operands : "");
    if (operands->count < usage->minimum_operands)
        return dn_fail(error, DN_ERR_ARGUMENT, remedy, "no file was named");
    for (size_t i = 0; i < operands->count; i++)
        if (operands->values[i][0] == '\0')
            return dn_fail(error, DN_ERR_ARGUMENT, remedy, "the name of a file is empty");
    if (operands->count <= usage->maximum_operands)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, operands->values[usage->maximum_operands], remedy,
                      "one argument too many");
}

dn_status cli_read_options(const cli_usage *usage, size_t argument_count, char **arguments, dn_error *error)
{
    cli_operands operands;
    bool wants_help = false;
    DN_TRY(parse(usage, argument_count, arguments, &operands, &wants_help, error));
    if (wants_help)
        return dn_fail_at(error, DN_ERR_ARGUMENT, help_option, "leave it out", "it sets nothing");
    return check_operands(usage, &operands, error);
}

bool cli_parse(const cli_usage *usage, size_t argument_count, char **arguments, cli_operands *operands,
               int *exit_code)
{
    dn_error error;
    bool wants_help = false;
    dn_status status = parse(usage, argument_count, arguments, operands, &wants_help, &error);
    if (status == DN_OK && wants_help) {
        cli_print_help(usage);
        *exit_code = CLI_EXIT_DONE;
        return false;
    }
    if (status == DN_OK)
        status = check_operands(usage, operands, &error);
    if (status != DN_OK)
        *exit_code = cli_say_error(&error);
    return status == DN_OK;
}
