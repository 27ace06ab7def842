#include "cli/train_run.h"

#include "cli/file_type.h"
#include "cli/say.h"
#include "core/fail.h"
#include "core/number.h"
#include "core/platform.h"
#include "io/file.h"
#include "io/sha256.h"
#include "train/checkpoint.h"
#include "train/training.h"

#include "digitnet/loss.h"
#include "digitnet/train.h"

#include <inttypes.h>
#include <string.h>

/** Do two outputs go to one place? Standard output has several names. */
static bool are_one(const char *path, const char *other)
{
    const FILE *stream = dn_file_standard_stream(path);
    const FILE *other_stream = dn_file_standard_stream(other);
    return stream || other_stream ? stream == other_stream : dn_platform_same_file(path, other);
}

/** Two files of a run that would be one, in whatever spelling; either may be NULL. */
static dn_status check_apart(const char *option, const char *path, const char *other, const char *problem,
                             const char *remedy, dn_error *error)
{
    if (!path || !other || !are_one(path, other))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, option, remedy, "%s", problem);
}

static dn_status check_files_apart(const train_options *options, dn_error *error)
{
    static const char log[] = "the log and the model would be one file";
    static const char checkpoint[] = "the checkpoint and the model or the log would be one file";
    static const char log_remedy[] = "give the log a file of its own";
    static const char checkpoint_remedy[] = "give the checkpoint a file of its own";
    DN_TRY(check_apart("--log", options->log, options->output, log, log_remedy, error));
    DN_TRY(check_apart("--checkpoint", options->checkpoint, options->output, checkpoint, checkpoint_remedy,
                       error));
    return check_apart("--checkpoint", options->checkpoint, options->log, checkpoint, checkpoint_remedy,
                       error);
}

/** Standard output takes one thing: the model, the log, or the summary in JSON. */
static dn_status check_standard_output(const train_options *options, dn_error *error)
{
    const char *taken = cli_is_stdout(options->output) ? "the model" : NULL;
    if (cli_is_stdout(options->checkpoint))
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--checkpoint", "give the checkpoint a file",
                          "each epoch replaces the checkpoint, and standard output can't be replaced");
    if (!taken && cli_is_stdout(options->log))
        taken = "the log";
    if (!taken || !options->json)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--json", "leave it out, or give a file",
                      "standard output takes %s already", taken);
}

dn_status train_check_outputs(const train_options *options, dn_error *error)
{
    DN_TRY(check_files_apart(options, error));
    DN_TRY(check_standard_output(options, error));
    DN_TRY(cli_check_output(options->output, options->force, dn_model_check_ours,
                            "a model that digitnet wrote", "give another --output, or --force to replace it",
                            error));
    if (options->log)
        DN_TRY(cli_check_output(options->log, options->force, train_log_check_ours,
                                "a log that digitnet wrote", "give another --log, or --force to replace it",
                                error));
    /* A checkpoint may replace itself when it is resumed from. */
    if (!options->checkpoint)
        return DN_OK;
    return cli_check_output(options->checkpoint, options->force, dn_checkpoint_check_ours,
                            "a checkpoint that digitnet wrote",
                            "give another --checkpoint, or --force to replace it", error);
}

dn_status train_open_log(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    if (!options->log)
        return DN_OK;
    return train_log_open(&run->report.log, options->log, options->resume != NULL, error);
}

dn_status train_close_log(train_run *run, dn_error *error)
{
    return train_log_close(&run->report.log, run->options.log, error);
}

#define NUMBER_SIZE 32

dn_status train_encode_model(train_run *run, dn_bytes *bytes, dn_error *error)
{
    char recipe[TRAIN_RECIPE_SIZE];
    char seed[NUMBER_SIZE];
    char steps[NUMBER_SIZE];
    char best_epoch[NUMBER_SIZE];
    char valid[NUMBER_SIZE];
    char test[NUMBER_SIZE];
    char version[NUMBER_SIZE];
    const dn_training *training = &run->training;
    enum { MOST = 8 };
    dn_metadata metadata[MOST] = {{"digitnet_version", version},
                                  {"arguments", train_recipe(&run->options, recipe)},
                                  {"seed", seed},
                                  {"data_sha256", run->data_sha256}};
    size_t count = 4;
    snprintf(version, sizeof version, "%s", dn_version());
    snprintf(seed, sizeof seed, "%" PRIu64, run->options.seed);
    snprintf(steps, sizeof steps, "%zu", training->steps);
    snprintf(best_epoch, sizeof best_epoch, "%zu", training->best_epoch);
    dn_number_text(valid, sizeof valid, "%.9g", training->best_accuracy);
    dn_number_text(test, sizeof test, "%.9g", run->test ? dn_metrics_accuracy(&run->test_metrics) : 0.0);
    if (run->classifier.model)
        metadata[count++] = (dn_metadata){"steps", steps};
    if (training->best_epoch != 0) {
        metadata[count++] = (dn_metadata){"best_epoch", best_epoch};
        metadata[count++] = (dn_metadata){"valid_accuracy", valid};
    }
    if (run->test)
        metadata[count++] = (dn_metadata){"test_accuracy", test};
    return dn_classifier_encode(&run->classifier, metadata, count, bytes, error);
}

static void hash_bytes(const dn_bytes *bytes, char text[DN_SHA256_TEXT_SIZE])
{
    dn_sha256 hash;
    uint8_t digest[DN_SHA256_SIZE];
    dn_sha256_begin(&hash);
    dn_sha256_add(&hash, bytes->data, bytes->size);
    dn_sha256_end(&hash, digest);
    dn_sha256_text(digest, text);
}

dn_status train_save_model(train_run *run, dn_error *error)
{
    const char *output = run->options.output;
    dn_bytes bytes;
    dn_status status = train_encode_model(run, &bytes, error);
    if (status == DN_OK) {
        const dn_part whole = {bytes.data, bytes.size};
        if (run->options.json)
            hash_bytes(&bytes, run->model_sha256);
        status = dn_file_write(output, &whole, 1, error);
    }
    dn_bytes_free(&bytes);
    return dn_fail_in(error, status, output);
}

dn_status train_save_checkpoint(train_run *run, dn_error *error)
{
    char recipe[TRAIN_RECIPE_SIZE];
    char version[NUMBER_SIZE];
    snprintf(version, sizeof version, "%s", dn_version());
    const dn_metadata metadata[] = {{"digitnet_version", version},
                                    {"arguments", train_recipe(&run->options, recipe)},
                                    {"data_sha256", run->data_sha256}};
    return dn_checkpoint_write(run->options.checkpoint, run->classifier.model, &run->training, metadata,
                               sizeof metadata / sizeof metadata[0], error);
}

/** What the weights that were kept reached on the held-out images; count 0 when there is nothing to tell. */
static dn_metrics best_validation(const train_run *run)
{
    const dn_training *training = &run->training;
    if (training->best_epoch == 0)
        return (dn_metrics){0};
    const size_t count = dn_dataloader_count(run->valid);
    return (dn_metrics){.count = count,
                        .correct = (size_t)(training->best_accuracy * (double)count + 0.5),
                        .loss = training->best_loss};
}

/** Say why training ended where it did not just come to its end, and how to go on. */
static void say_ending(const train_run *run)
{
    const train_options *options = &run->options;
    char checkpoint[CLI_PATH_TEXT_SIZE];
    char output[CLI_PATH_TEXT_SIZE];
    if (options->resume && run->fit.steps == 0)
        cli_say_line(options->quiet, "nothing was left to learn: the checkpoint is that of a training's end");
    if (run->fit.early)
        cli_say_line(options->quiet, "stopped early: no better epoch than %zu", run->training.best_epoch);
    if (!run->fit.stopped)
        return;
    if (run->checkpoint_status != DN_OK) { /* it stopped for that: the error comes last */
        cli_say_line(options->quiet, "stopped after %zu steps: no checkpoint could be written",
                     run->training.steps);
        return;
    }
    cli_say_line(options->quiet, "stopped by a signal after %zu steps", run->training.steps);
    if (options->checkpoint && run->training.epochs < options->epochs) {
        const char *from = cli_shell_text(options->checkpoint, checkpoint);
        cli_say_line(options->quiet, "to go on: digitnet train --resume %s --checkpoint %s --output %s", from,
                     from, cli_shell_text(options->output, output));
    }
}

static bool knows(const dn_classifier *classifier, uint8_t digit)
{
    for (size_t i = 0; i < classifier->classes.count; i++)
        if (classifier->classes.digit[i] == digit)
            return true;
    return false;
}

/** The picture that is suggested for a first prediction. */
#define SAMPLE "samples/7-thin.pgm"
#define SAMPLE_DIGIT 7

/** Where the model is, and what to do with it. */
static void say_saved(const train_run *run)
{
    const char *output = run->options.output;
    char path[CLI_PATH_TEXT_SIZE];
    char samples[CLI_SOURCE_PATH_SIZE];
    char sample[CLI_PATH_TEXT_SIZE];
    cli_say_line(run->options.quiet, "saved: %s", cli_path_text(dn_file_output_name(output), path));
    if (knows(&run->classifier, SAMPLE_DIGIT) && !cli_is_stdout(output) && cli_find_bundled(SAMPLE, samples))
        cli_say_line(run->options.quiet, "try: digitnet predict --model %s %s", cli_shell_text(output, path),
                     cli_shell_text(samples, sample));
}

dn_status train_summarise(const train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    float guessing;
    DN_TRY(dn_loss_of_guessing(dn_loss_named(options->loss), options->classes.count, &guessing, error));
    const dn_metrics valid = best_validation(run);
    const train_summary summary = {.model = options->output,
                                   .epochs = run->training.epochs,
                                   .steps = run->training.steps,
                                   .seconds = run->seconds,
                                   .last = train_is_mean(options) ? NULL : &run->report.last,
                                   .valid = valid.count != 0 ? &valid : NULL,
                                   .test = run->test ? &run->test_metrics : NULL,
                                   .sha256 = run->model_sha256};
    const bool taken = cli_is_stdout(options->output) || cli_is_stdout(options->log);
    train_report_summary(taken ? stderr : stdout, &summary, options->json);
    train_report_doubt(&run->report, (double)guessing);
    say_ending(run);
    say_saved(run);
    return DN_OK;
}
