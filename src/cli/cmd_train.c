#include "cli/command.h"

#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/train_preset.h"
#include "cli/train_run.h"

#include "core/platform.h"
#include "core/try.h"

#include <string.h>

/** Read the checkpoint, and take its settings. */
static dn_status resume_options(train_run *run, const char *path, dn_error *error)
{
    DN_TRY(dn_checkpoint_read(path, &run->checkpoint, error));
    const char *recipe = dn_archive_metadata(&run->checkpoint, "arguments");
    dn_status status = dn_fail(error, DN_ERR_FORMAT, "give a checkpoint that digitnet train wrote",
                               "metadata arguments: no settings found");
    if (recipe && train_apply_recipe(&run->options, recipe, error) == DN_OK)
        status = DN_OK;
    return dn_fail_in(error, status, path);
}

/** What is given beside a checkpoint may not change what the model becomes. */
static dn_status check_same_settings(train_run *run, dn_error *error)
{
    char recipe[TRAIN_RECIPE_SIZE];
    const char *written = dn_archive_metadata(&run->checkpoint, "arguments");
    if (strcmp(train_recipe(&run->options, recipe), written) == 0)
        return DN_OK;
    return dn_fail_in(error,
                      dn_fail(error, DN_ERR_ARGUMENT, "leave out other settings",
                              "the checkpoint was made with %s", written),
                      "--resume");
}

/** A checkpoint goes on with the data that it was made with. */
static dn_status check_same_data(const train_run *run, dn_error *error)
{
    if (!run->options.resume)
        return DN_OK;
    const char *written = dn_archive_metadata(&run->checkpoint, "data_sha256");
    if (written && strcmp(written, run->data_sha256) == 0)
        return DN_OK;
    return dn_fail_in(error,
                      dn_fail(error, DN_ERR_FORMAT, "give --data the data that the checkpoint was made with",
                              "the checkpoint's data has SHA-256 %s, this has %s", written ? written : "none",
                              run->data_sha256),
                      run->options.resume);
}

static bool on_batch(void *self, const dn_progress *progress)
{
    train_run *run = self;
    return train_report_batch(&run->report, progress);
}

static bool on_epoch(void *self, const dn_epoch *epoch)
{
    train_run *run = self;
    const bool going_on = train_report_epoch(&run->report, epoch);
    if (run->options.checkpoint)
        run->checkpoint_status = train_save_checkpoint(run, &run->checkpoint_error);
    return going_on && run->checkpoint_status == DN_OK;
}

/** Stand at the beginning, or where the checkpoint stands. */
static dn_status begin_training(train_run *run, const dn_learner *learner, dn_error *error)
{
    DN_TRY(dn_training_new(&run->training, dn_learner_needs(learner), run->model, error));
    if (!run->options.resume)
        return DN_OK;
    DN_TRY(dn_fail_in(error, dn_checkpoint_restore(&run->checkpoint, run->model, &run->training, error),
                      run->options.resume));
    cli_say_line(run->options.quiet, "resuming after %zu steps", run->training.steps);
    return DN_OK;
}

static dn_status learn(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    dn_learner learner = train_make_learner(run);
    learner.callbacks = (dn_callbacks){.batch_done = on_batch, .epoch_done = on_epoch, .self = run};
    DN_TRY(begin_training(run, &learner, error));
    cli_interrupt_watch();
    run->report.progress = cli_progress_begin(options->quiet);
    run->report.progress.start =
        (double)run->training.steps / ((double)options->epochs * (double)dn_dataloader_batches(run->train));
    const double begin = dn_platform_seconds();
    const dn_status status =
        dn_learner_continue(&learner, (size_t)options->epochs, &run->training, &run->fit, error);
    run->seconds = dn_platform_seconds() - begin;
    cli_progress_clear(&run->report.progress);
    return status;
}

/** Keep the weights that are worth it, and measure them. */
static dn_status finish(train_run *run, dn_error *error)
{
    dn_training_finish(&run->training, run->model);
    if (!run->test)
        return DN_OK;
    return dn_metrics_measure(run->context, run->model, run->test, &run->test_metrics, error);
}

static dn_status train(train_run *run, dn_error *error)
{
    DN_TRY(train_check_outputs(&run->options, error));
    DN_TRY(train_load_data(run, error));
    DN_TRY(check_same_data(run, error));
    DN_TRY(train_build_model(run, error));
    DN_TRY(train_open_log(run, error));
    DN_TRY(learn(run, error));
    DN_TRY(finish(run, error));
    DN_TRY(train_save_model(run, error));
    train_summarise(run);
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
        return dn_fail_in(
            error,
            dn_fail(error, DN_ERR_ARGUMENT, "leave out --preset", "a checkpoint has settings of its own"),
            "--resume");
    if (!given.resume && !given.preset)
        return DN_OK;
    run->options = train_defaults();
    if (given.preset)
        DN_TRY(train_apply_preset(&run->options, given.preset, error));
    else
        DN_TRY(resume_options(run, given.resume, error));
    DN_TRY(cli_read_options(&usage, argument_count, arguments, error));
    return given.resume ? check_same_settings(run, error) : DN_OK;
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
