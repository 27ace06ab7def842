/** digitnet: the program. Finds the command and runs it. */
#include "cli/command.h"

#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/platform.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int (*const functions[CLI_COMMANDS])(size_t argument_count, char **arguments) = {
    [CLI_TRAIN] = cli_train,     [CLI_LR_FIND] = cli_lr_find, [CLI_EVALUATE] = cli_evaluate,
    [CLI_PREDICT] = cli_predict, [CLI_INFO] = cli_info,       [CLI_SHOW] = cli_show,
    [CLI_VERIFY] = cli_verify,   [CLI_EXPORT] = cli_export,   [CLI_REPORT] = cli_report,
    [CLI_PACK] = cli_pack,
};
static const char help_option[] = "--help";
static const char version_option[] = "--version";

static void print_usage(FILE *stream)
{
    fputs("Usage: digitnet COMMAND [OPTION]... [FILE]...\n\n"
          "Trains classifiers of handwritten digits, and reads your own.\n\nCommands:\n",
          stream);
    for (size_t i = 0; i < CLI_COMMANDS; i++)
        fprintf(stream, "  %-10s%s\n", cli_commands[i].name, cli_commands[i].summary);
    fputs("\nOptions:\n"
          "  --help    print this and end; after a command, what that command takes\n"
          "  --version print the version and end\n\n"
          "Start with: digitnet train, then: digitnet predict IMAGE.pgm\n",
          stream);
}

static int refuse(const char *name)
{
    char remedy[DN_ERROR_TEXT_SIZE] = "digitnet --help lists the commands";
    dn_error error;
    const char *best = NULL;
    const bool option = name[0] == '-';
    if (option)
        best = cli_nearer(name, cli_nearer(name, NULL, help_option), version_option);
    for (size_t i = 0; i < CLI_COMMANDS && !option; i++)
        best = cli_nearer(name, best, cli_commands[i].name);
    if (best)
        snprintf(remedy, sizeof remedy, "did you mean %s?", best);
    const dn_status status = dn_fail(&error, DN_ERR_ARGUMENT, remedy,
                                     option ? "a command comes first" : "there is no such command");
    (void)dn_fail_in(&error, status, name);
    return cli_say_error(&error);
}

static int run_command(const char *name, size_t argument_count, char **arguments)
{
    for (size_t i = 0; i < CLI_COMMANDS; i++) {
        if (strcmp(name, cli_commands[i].name) == 0)
            return functions[i](argument_count, arguments);
    }
    return refuse(name);
}

/** `digitnet help` and `digitnet help COMMAND`, for those who know them from other programs. */
static int help(size_t argument_count, char **arguments)
{
    char option[] = "--help";
    char *only[] = {option};
    if (argument_count != 0)
        return run_command(arguments[0], 1, only);
    print_usage(stdout);
    return CLI_EXIT_DONE;
}

static int run(size_t argument_count, char **arguments)
{
    if (argument_count == 0) {
        print_usage(stderr);
        return CLI_EXIT_USAGE;
    }
    const char *name = arguments[0];
    if (strcmp(name, "help") == 0)
        return help(argument_count - 1, arguments + 1);
    if (strcmp(name, help_option) == 0 || strcmp(name, "-h") == 0)
        return help(0, NULL);
    if (strcmp(name, version_option) != 0)
        return run_command(name, argument_count - 1, arguments + 1);
    printf("digitnet %s\n", dn_version());
    return CLI_EXIT_DONE;
}

/** Output that did not arrive, on a full disk for instance, is a failure. */
static int check_output(int exit_code)
{
    dn_error error;
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return exit_code;
    const dn_status status = dn_fail(&error, DN_ERR_FILE, "check where it goes", "cannot be written: %s",
                                     errno != 0 ? strerror(errno) : "an earlier write failed");
    (void)dn_fail_in(&error, status, "standard output");
    return cli_worse_exit(cli_say_error(&error), exit_code);
}

int main(int argc, char **argv)
{
    dn_platform_hold_standard_streams();
    dn_platform_let_large_writes_fail();
    if (argc > 0)
        cli_sources_begin(argv[0]);
    return check_output(run(argc > 0 ? (size_t)argc - 1 : 0, argv + 1));
}
