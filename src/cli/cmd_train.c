#include "cli/command.h"

#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/train_preset.h"
#include "cli/train_run.h"
#include "core/fail.h"
#include "core/platform.h"

static dn_status train(train_run *run, dn_error *error)
{
    dn_platform_let_broken_pipes_fail();
    DN_TRY(train_check_outputs(&run->options, error));
    DN_TRY(train_load_data(run, error));
    DN_TRY(train_open_log(run, error));
    DN_TRY(train_classifier(run, error));
    DN_TRY(train_save_model(run, error));
    DN_TRY(train_summarise(run, error));
    if (run->checkpoint_status != DN_OK)
        *error = run->checkpoint_error;
    return run->checkpoint_status;
}

/**
 * Options in their order: a preset or a checkpoint first, then what was given beside it. The arguments were parsed
 * once already, and are right.
 */
static dn_status layer_options(train_run *run, size_t argument_count, char **arguments, dn_error *error)
{
    const train_options given = run->options;
    cli_option table[TRAIN_OPTION_COUNT];
    train_option_table(&run->options, table);
    const cli_usage usage = train_usage(table);
    if (given.resume && given.preset)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--resume", "leave out --preset",
                          "a checkpoint has settings of its own");
    if (!given.resume && !given.preset)
        return DN_OK;
    run->options = train_defaults();
    const char *recipe = given.preset ? train_preset_recipe(given.preset) : NULL;
    if (recipe)
        DN_TRY(train_apply_recipe(&run->options, recipe, error));
    else if (given.resume)
        DN_TRY(train_read_checkpoint(run, given.resume, error));
    DN_TRY(cli_read_options(&usage, argument_count, arguments, error));
    return given.resume ? train_check_settings(run, error) : DN_OK;
}

int cli_train(size_t argument_count, char **arguments)
{
    train_run run = {.options = train_defaults()};
    cli_option table[TRAIN_OPTION_COUNT];
    cli_operands operands;
    dn_error error;
    int exit_code = CLI_EXIT_DONE;
    train_option_table(&run.options, table);
    const cli_usage usage = train_usage(table);
    if (!cli_parse(&usage, argument_count, arguments, &operands, &exit_code))
        return exit_code;
    dn_status status = layer_options(&run, argument_count, arguments, &error);
    run.report.quiet = run.options.quiet;
    if (status == DN_OK)
        status = train_check_options(&run.options, &error);
    if (status == DN_OK)
        status = train(&run, &error);
    if (status != DN_OK)
        exit_code = cli_say_error(&error);
    if (train_close_log(&run, &error) != DN_OK)
        exit_code = cli_worse_exit(exit_code, cli_say_error(&error));
    train_release(&run);
    if (exit_code == CLI_EXIT_DONE && cli_interrupt_signal() != 0)
        exit_code = CLI_EXIT_SIGNAL + cli_interrupt_signal();
    return exit_code;
}
