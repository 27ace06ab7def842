#include "cli/command.h"

#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "cli/train_report.h"
#include "core/fail.h"
#include "core/platform.h"
#include "io/file.h"
#include "loss/losses.h"
#include "train/checkpoint.h"
#include "train/model_file.h"
#include "train/run.h"
#include "train/settings.h"

#include "digitnet/loss.h"

#include <stdio.h>
#include <string.h>

/** State of one call of the command. */
typedef struct train_command {
    cli_options options;
    cli_sources sources;
    dn_run run;
    train_report report;
    char model_sha256[DN_SHA256_TEXT_SIZE]; /**< of the saved file, for --json */
    dn_status checkpoint_status;            /**< of writing checkpoints: a failure stops training */
    dn_error checkpoint_error;
} train_command;

/* ---- Before training: everything that can be checked ---- */

/** Do two outputs go to one place? Standard output has several names. */
static bool are_one(const char *path, const char *other)
{
    const FILE *stream = dn_file_standard_stream(path);
    const FILE *other_stream = dn_file_standard_stream(other);
    return stream || other_stream ? stream == other_stream : dn_platform_same_file(path, other);
}

/** Two outputs must not be one file, in whatever spelling; either may be NULL. */
static dn_status check_apart(const char *option, const char *path, const char *other, const char *problem,
                             const char *remedy, dn_error *error)
{
    if (!path || !other || !are_one(path, other))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, option, remedy, "%s", problem);
}

static dn_status check_files_apart(const cli_options *options, dn_error *error)
{
    static const char checkpoint[] = "the checkpoint and the model or the log would be one file";
    static const char remedy[] = "give the checkpoint a file of its own";
    DN_TRY(check_apart("--log", options->log, options->output, "the log and the model would be one file",
                       "give the log a file of its own", error));
    DN_TRY(check_apart("--checkpoint", options->checkpoint, options->output, checkpoint, remedy, error));
    return check_apart("--checkpoint", options->checkpoint, options->log, checkpoint, remedy, error);
}

/** Standard output takes one thing: the model, the log, or the summary in JSON. */
static dn_status check_standard_output(const cli_options *options, dn_error *error)
{
    const char *taken = cli_is_stdout(options->output) ? "the model"
                        : cli_is_stdout(options->log)  ? "the log"
                                                       : NULL;
    if (cli_is_stdout(options->checkpoint))
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--checkpoint", "give the checkpoint a file",
                          "each epoch replaces the checkpoint, and standard output can't be replaced");
    if (!taken || !options->json)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--json", "leave it out, or give a file",
                      "standard output takes %s already", taken);
}

static dn_status check_outputs(const cli_options *options, dn_error *error)
{
    DN_TRY(check_files_apart(options, error));
    DN_TRY(check_standard_output(options, error));
    DN_TRY(cli_check_output(options->output, options->force, dn_model_check_ours,
                            "a model that digitnet wrote", "give another --output, or --force to replace it",
                            error));
    if (options->log)
        DN_TRY(cli_check_output(options->log, options->force, dn_epoch_log_check_ours,
                                "a log that digitnet wrote", "give another --log, or --force to replace it",
                                error));
    if (!options->checkpoint)
        return DN_OK;
    return cli_check_output(options->checkpoint, options->force, dn_checkpoint_check_ours,
                            "a checkpoint that digitnet wrote",
                            "give another --checkpoint, or --force to replace it", error);
}

static dn_status check_mean(const cli_options *options, dn_error *error)
{
    const char *refused = options->checkpoint ? "--checkpoint" : options->log ? "--log" : NULL;
    if (!refused || !dn_settings_are_mean(&options->settings))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, refused, "leave it out, or leave out --arch mean",
                      "mean images are learnt without epochs");
}

/** What brings settings of its own, and can't be combined. */
static dn_status check_settings_apart(const cli_options *options, dn_error *error)
{
    const char *refused = options->preset ? "--preset" : options->parent ? "--from" : NULL;
    char remedy[DN_ERROR_TEXT_SIZE];
    if (!options->resume || !refused)
        return DN_OK;
    snprintf(remedy, sizeof remedy, "leave out %s", refused);
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--resume", remedy,
                      options->preset ? "a checkpoint has settings of its own"
                                      : "a checkpoint has weights of its own");
}

/**
 * Combine settings: those of a preset, a model to start from or a checkpoint first, then the options given beside it. The arguments
 * were parsed once already, and are right.
 */
static dn_status layer_settings(train_command *self, size_t argument_count, char **arguments, dn_error *error)
{
    cli_options *options = &self->options;
    dn_settings *settings = &self->run.settings;
    cli_operands operands;
    int exit_code;
    DN_TRY(check_settings_apart(options, error));
    if (!options->resume && !options->preset && !options->parent)
        return DN_OK;
    *settings = dn_settings_default();
    settings->arch = options->settings.arch;
    if (options->preset)
        DN_TRY(dn_settings_preset(settings, options->preset, error));
    if (options->parent)
        DN_TRY(dn_run_start_from(&self->run, options->parent, error));
    if (options->resume)
        DN_TRY(dn_run_resume(&self->run, options->resume, error));
    options->settings = *settings;
    options->data.count = 0;
    (void)cli_parse(CLI_TRAIN, argument_count, arguments, options, &operands, &exit_code);
    return DN_OK;
}

static dn_status check(train_command *self, dn_error *error)
{
    self->run.settings = self->options.settings;
    DN_TRY(dn_run_check_parent(&self->run, error));
    DN_TRY(dn_settings_check(&self->options.settings, error));
    DN_TRY(check_mean(&self->options, error));
    return check_outputs(&self->options, error);
}

/* ---- Training ---- */

static bool on_batch(void *self, const dn_progress *progress)
{
    return train_report_batch(&((train_command *)self)->report, progress);
}

static bool on_epoch(void *self, const dn_epoch *epoch)
{
    train_command *command = self;
    const bool going_on = train_report_epoch(&command->report, epoch);
    if (command->options.checkpoint)
        command->checkpoint_status =
            dn_run_checkpoint(&command->run, command->options.checkpoint, &command->checkpoint_error);
    return going_on && command->checkpoint_status == DN_OK;
}

static dn_status open_run(train_command *self, dn_error *error)
{
    const cli_options *options = &self->options;
    const dn_training *training = &self->run.training;
    DN_TRY(train_report_open(&self->run, &self->sources, options, error));
    if (options->log)
        DN_TRY(dn_epoch_log_open(&self->report.log, options->log, options->resume != NULL, training->epochs,
                                 error));
    if (!options->resume)
        return DN_OK;
    self->report.last = (dn_epoch){.epoch = training->epochs, .train_loss = training->last_loss};
    cli_say_line(options->quiet, "resuming after %zu steps", training->steps);
    return DN_OK;
}

static dn_status fit(train_command *self, dn_error *error)
{
    const dn_callbacks callbacks = {.batch_done = on_batch, .epoch_done = on_epoch, .self = self};
    train_report_begin(&self->report, &self->run);
    const dn_status status = dn_run_fit(&self->run, &callbacks, error);
    cli_progress_clear(&self->report.progress);
    return status;
}

/* ---- After training ---- */

/** Say why training ended before its end, and how to go on. */
static void say_ending(const train_command *self)
{
    const cli_options *options = &self->options;
    const dn_training *training = &self->run.training;
    const dn_fit_result *result = &self->run.fit;
    char checkpoint[CLI_PATH_TEXT_SIZE];
    char output[CLI_PATH_TEXT_SIZE];
    if (options->resume && result->steps == 0)
        cli_say_line(options->quiet, "nothing was left to learn: the checkpoint is that of a training's end");
    if (result->early)
        cli_say_line(options->quiet, "stopped early: no better epoch than %zu", training->best_epoch);
    if (!result->stopped)
        return;
    if (self->checkpoint_status != DN_OK) { /* it stopped for that: the error comes last */
        cli_say_line(options->quiet, "stopped after %zu steps: no checkpoint could be written",
                     training->steps);
        return;
    }
    cli_say_line(options->quiet, "stopped by a signal after %zu steps", training->steps);
    if (options->checkpoint && training->epochs < options->settings.epochs) {
        const char *from = cli_shell_text(options->checkpoint, checkpoint);
        cli_say_line(options->quiet, "to go on: digitnet train --resume %s --checkpoint %s --output %s", from,
                     from, cli_shell_text(options->output, output));
    }
}

/** The picture that is suggested for a first prediction. */
#define SAMPLE "samples/7-thin.pgm"
#define SAMPLE_DIGIT 7

/** Say where the model is, and suggest a first prediction. */
static void say_saved(const train_command *self)
{
    const char *output = self->options.output;
    const dn_classes *classes = &self->run.classifier.classes;
    char path[CLI_PATH_TEXT_SIZE];
    char samples[CLI_SOURCE_PATH_SIZE];
    char sample[CLI_PATH_TEXT_SIZE];
    cli_say_line(self->options.quiet, "saved: %s", cli_path_text(dn_file_output_name(output), path));
    if (memchr(classes->digit, SAMPLE_DIGIT, classes->count) && !cli_is_stdout(output) &&
        cli_find_bundled(SAMPLE, samples))
        cli_say_line(self->options.quiet, "try: digitnet predict --model %s %s", cli_shell_text(output, path),
                     cli_shell_text(samples, sample));
}

static dn_status save(train_command *self, dn_error *error)
{
    const cli_options *options = &self->options;
    const dn_settings *settings = &options->settings;
    float guessing;
    DN_TRY(dn_run_save(&self->run, options->output, options->json ? self->model_sha256 : NULL, error));
    DN_TRY(dn_loss_of_guessing(dn_loss_named(settings->loss), settings->classes.count, &guessing, error));
    train_report_summary(&self->report, &self->run, options, self->model_sha256);
    train_report_doubt(&self->report, (double)guessing);
    say_ending(self);
    say_saved(self);
    return DN_OK;
}

static dn_status train(train_command *self, size_t argument_count, char **arguments, dn_error *error)
{
    dn_platform_let_broken_pipes_fail();
    DN_TRY(layer_settings(self, argument_count, arguments, error));
    self->report.quiet = self->options.quiet;
    DN_TRY(check(self, error));
    DN_TRY(open_run(self, error));
    DN_TRY(fit(self, error));
    DN_TRY(save(self, error));
    if (self->checkpoint_status != DN_OK)
        *error = self->checkpoint_error;
    return self->checkpoint_status;
}

int cli_train(size_t argument_count, char **arguments)
{
    train_command self = {.options = cli_options_default()};
    cli_operands operands;
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_TRAIN, argument_count, arguments, &self.options, &operands, &exit_code))
        return exit_code;
    if (train(&self, argument_count, arguments, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    if (dn_epoch_log_close(&self.report.log, self.options.log, &error) != DN_OK)
        exit_code = cli_worse_exit(exit_code, cli_say_error(&error));
    dn_run_free(&self.run);
    return cli_interrupt_exit(exit_code);
}
