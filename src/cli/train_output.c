#include "cli/train_run.h"

#include "cli/file_type.h"
#include "cli/say.h"

#include "core/number.h"
#include "core/platform.h"
#include "core/try.h"

#include "digitnet/io/file.h"
#include "digitnet/loss/loss.h"
#include "digitnet/train/model_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/** A file that may come and go: where one that is to be written is made first, and where nothing of anybody's is lost. */
static bool part_path(const char *path, char part[CLI_SOURCE_PATH_SIZE])
{
    const dn_file_kind kind = dn_platform_file_kind(path);
    const int length = snprintf(part, CLI_SOURCE_PATH_SIZE, "%s.part", path);
    return (kind == DN_FILE_MISSING || kind == DN_FILE_REGULAR) && length < CLI_SOURCE_PATH_SIZE;
}

/** Are the two one file, in the same spelling or in two? Then making what lies beside one makes what lies beside the other. */
static bool are_one_file(const char *path, const char *other)
{
    char part[CLI_SOURCE_PATH_SIZE];
    char other_part[CLI_SOURCE_PATH_SIZE];
    if (strcmp(path, other) == 0)
        return true;
    if (!part_path(path, part) || !part_path(other, other_part) ||
        dn_platform_file_kind(other_part) != DN_FILE_MISSING)
        return false;
    (void)remove(part); /* a link that somebody put there is not written through */
    FILE *file = fopen(part, "wbx");
    if (!file)
        return false;
    FILE *seen = fopen(other_part, "rb");
    if (seen)
        (void)fclose(seen);
    (void)fclose(file);
    (void)remove(part);
    return seen != NULL;
}

static dn_status check_model(const train_options *options, dn_error *error)
{
    DN_TRY(dn_file_check_writable(options->output, error));
    if (!cli_holds_something(options->output) || options->force)
        return DN_OK;
    dn_status status = dn_model_check_ours(options->output, error);
    if (status == DN_ERR_FORMAT)
        status = dn_fail(error, DN_ERR_FILE, "give another --output, or --force to replace it",
                         "exists and is not a model that digitnet wrote");
    return dn_fail_in(error, status, options->output);
}

/** A checkpoint may replace a checkpoint, and itself when it is resumed from. */
static dn_status check_checkpoint(const train_options *options, dn_error *error)
{
    const char *path = options->checkpoint;
    if (!path)
        return DN_OK;
    DN_TRY(dn_file_check_writable(path, error));
    if (are_one_file(path, options->output) || (options->log && are_one_file(path, options->log)))
        return dn_fail_in(error,
                          dn_fail(error, DN_ERR_ARGUMENT, "give the checkpoint a file of its own",
                                  "the checkpoint and the model or the log would be one file"),
                          "--checkpoint");
    if (options->force || !cli_holds_something(path))
        return DN_OK;
    dn_status status = dn_checkpoint_check_ours(path, error);
    if (status == DN_ERR_FORMAT)
        status = dn_fail(error, DN_ERR_FILE, "give another --checkpoint, or --force to replace it",
                         "exists and is not a checkpoint that digitnet wrote");
    return dn_fail_in(error, status, path);
}

/** A log may replace a log, which begins with an object, but nothing else: a slip of the hand may name a data file. */
static dn_status check_log(const train_options *options, dn_error *error)
{
    uint8_t first = 0;
    size_t size = 0;
    if (!options->log)
        return DN_OK;
    DN_TRY(dn_file_check_writable(options->log, error));
    if (are_one_file(options->log, options->output))
        return dn_fail_in(error,
                          dn_fail(error, DN_ERR_ARGUMENT, "give the log a file of its own",
                                  "the log and the model would be one file"),
                          "--log");
    if (options->force || !cli_holds_something(options->log) ||
        dn_file_peek(options->log, &first, sizeof first, &size, NULL) != DN_OK || size == 0 || first == '{')
        return DN_OK;
    const dn_status status = dn_fail(error, DN_ERR_FILE, "give another --log, or --force to replace it",
                                     "exists and is not a log that digitnet wrote");
    return dn_fail_in(error, status, options->log);
}

dn_status train_check_outputs(const train_options *options, dn_error *error)
{
    DN_TRY(check_model(options, error));
    DN_TRY(check_log(options, error));
    return check_checkpoint(options, error);
}

dn_status train_open_log(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    train_report *report = &run->report;
    if (!options->log)
        return DN_OK;
    report->log = fopen(options->log, options->resume ? "a" : "w");
    if (report->log)
        return DN_OK;
    return dn_fail_in(
        error, dn_fail(error, DN_ERR_FILE, "give another --log", "cannot be written: %s", strerror(errno)),
        options->log);
}

dn_status train_close_log(train_run *run, dn_error *error)
{
    train_report *report = &run->report;
    if (!report->log)
        return DN_OK;
    errno = 0;
    const bool failed = fclose(report->log) != 0 || report->log_failed;
    const int reason = report->log_failed ? report->log_reason : errno;
    report->log = NULL;
    if (!failed)
        return DN_OK;
    return dn_fail_in(error,
                      dn_fail(error, DN_ERR_FILE, "give another --log", "the log is not complete: %s",
                              reason != 0 ? strerror(reason) : "a write failed"),
                      run->options.log);
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
    const dn_training *training = &run->training;
    enum { MOST = 8 };
    dn_metadata metadata[MOST] = {{"digitnet_version", DN_VERSION},
                                  {"arguments", train_recipe(&run->options, recipe)},
                                  {"seed", seed},
                                  {"data_sha256", run->data_sha256}};
    size_t count = 4;
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

dn_status train_save_model(train_run *run, dn_error *error)
{
    const char *output = run->options.output;
    dn_bytes bytes;
    dn_status status = train_encode_model(run, &bytes, error);
    if (status == DN_OK) {
        const dn_part whole = {bytes.data, bytes.size};
        status = dn_file_write(output, &whole, 1, error);
    }
    dn_bytes_free(&bytes);
    return dn_fail_in(error, status, output);
}

dn_status train_save_checkpoint(train_run *run, dn_error *error)
{
    char recipe[TRAIN_RECIPE_SIZE];
    const dn_metadata metadata[] = {{"digitnet_version", DN_VERSION},
                                    {"arguments", train_recipe(&run->options, recipe)},
                                    {"data_sha256", run->data_sha256}};
    return dn_checkpoint_write(run->options.checkpoint, run->classifier.model, &run->training, metadata,
                               sizeof metadata / sizeof metadata[0], error);
}

/** SHA-256 of the saved file; text stays empty where the output is a device or a pipe. */
static dn_status hash_model(const char *path, char text[DN_SHA256_TEXT_SIZE], dn_error *error)
{
    dn_bytes bytes;
    dn_sha256 hash;
    uint8_t digest[DN_SHA256_SIZE];
    text[0] = '\0';
    if (dn_platform_file_kind(path) != DN_FILE_REGULAR)
        return DN_OK;
    DN_TRY(dn_file_read(path, SIZE_MAX, &bytes, error));
    dn_sha256_begin(&hash);
    dn_sha256_add(&hash, bytes.data, bytes.size);
    dn_sha256_end(&hash, digest);
    dn_sha256_text(digest, text);
    dn_bytes_free(&bytes);
    return DN_OK;
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

dn_status train_summarise(const train_run *run, dn_error *error)
{
    const char *output = run->options.output;
    char sha256[DN_SHA256_TEXT_SIZE] = "";
    char path[CLI_PATH_TEXT_SIZE];
    char samples[CLI_SOURCE_PATH_SIZE];
    char sample[CLI_PATH_TEXT_SIZE];
    float guessing;
    DN_TRY(
        dn_loss_of_guessing(dn_loss_named(run->options.loss), run->options.classes.count, &guessing, error));
    if (run->options.json)
        DN_TRY(hash_model(output, sha256, error));
    const dn_metrics valid = best_validation(run);
    const train_summary summary = {.model = output,
                                   .epochs = run->training.epochs,
                                   .steps = run->training.steps,
                                   .seconds = run->seconds,
                                   .last = train_is_mean(&run->options) ? NULL : &run->report.last,
                                   .valid = valid.count != 0 ? &valid : NULL,
                                   .test = run->test ? &run->test_metrics : NULL,
                                   .sha256 = sha256[0] != '\0' ? sha256 : NULL};
    train_report_summary(&summary, run->options.json);
    train_report_doubt(&run->report, (double)guessing);
    say_ending(run);
    cli_say_line(run->options.quiet, "saved: %s", cli_path_text(output, path));
    if (knows(&run->classifier, SAMPLE_DIGIT) && cli_find_bundled(SAMPLE, samples))
        cli_say_line(run->options.quiet, "try: digitnet predict --model %s %s", cli_shell_text(output, path),
                     cli_shell_text(samples, sample));
    return DN_OK;
}
