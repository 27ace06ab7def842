#include "cli/command.h"

#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "cli/train_options.h"
#include "cli/train_report.h"

#include "core/platform.h"
#include "core/try.h"

#include "digitnet/io/file.h"
#include "digitnet/loss/cross_entropy.h"
#include "digitnet/train/model_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/** Images that are measured at a time. */
#define MEASURE_BATCH 512

/** One run of the command: what it was told, and what it made so far. */
typedef struct train_run {
    train_options options;
    cli_source source;
    char data_sha256[DN_SHA256_TEXT_SIZE];
    dn_dataset train_images;
    dn_dataset test_images; /**< or empty */
    dn_context *context;
    dn_dataloader *train;
    dn_dataloader *valid; /**< or NULL */
    dn_dataloader *test;  /**< or NULL */
    dn_model *model;
    train_report report;
    dn_fit_result fit;
    double seconds; /**< that training took */
    dn_metrics test_metrics;
} train_run;

/** Is there a file with something in it to lose? Where the platform can't tell a file from a device, its bytes do. */
static bool holds_something(const char *path)
{
    uint8_t first;
    size_t size = 0;
    const dn_file_kind kind = dn_platform_file_kind(path);
    if (kind != DN_FILE_UNKNOWN)
        return kind == DN_FILE_REGULAR;
    return dn_file_peek(path, &first, sizeof first, &size, NULL) != DN_OK || size != 0;
}

/** Will saving work, and is it welcome? Asked before training, not after. */
static dn_status check_output(const train_options *options, dn_error *error)
{
    DN_TRY(dn_file_check_writable(options->output, error));
    if (!holds_something(options->output) || options->force || dn_model_is_ours(options->output))
        return DN_OK;
    const dn_status status = dn_fail(error, DN_ERR_FILE, "give another --output, or --force to replace it",
                                     "exists and is not a model that digitnet wrote");
    return dn_fail_in(error, status, options->output);
}

static dn_status fail_one_file(dn_error *error)
{
    return dn_fail_in(error,
                      dn_fail(error, DN_ERR_ARGUMENT, "give the log a file of its own",
                              "the log and the model would be one file"),
                      "--log");
}

/** A log may replace a log, which begins with an object, but nothing else: a slip of the hand may name a data file. */
static dn_status check_log(const train_options *options, dn_error *error)
{
    uint8_t first = 0;
    size_t size = 0;
    if (!options->log)
        return DN_OK;
    if (strcmp(options->log, options->output) == 0)
        return fail_one_file(error);
    DN_TRY(dn_file_check_writable(options->log, error));
    if (options->force || !holds_something(options->log) ||
        dn_file_peek(options->log, &first, sizeof first, &size, NULL) != DN_OK || size == 0 || first == '{')
        return DN_OK;
    const dn_status status = dn_fail(error, DN_ERR_FILE, "give another --log, or --force to replace it",
                                     "exists and is not a log that digitnet wrote");
    return dn_fail_in(error, status, options->log);
}

static dn_status open_log(const train_options *options, train_report *report, dn_error *error)
{
    if (!options->log)
        return DN_OK;
    const bool output_missing = dn_platform_file_kind(options->output) == DN_FILE_MISSING;
    report->log = fopen(options->log, "w");
    if (!report->log)
        return dn_fail_in(
            error,
            dn_fail(error, DN_ERR_FILE, "give another --log", "cannot be written: %s", strerror(errno)),
            options->log);
    if (!output_missing || dn_platform_file_kind(options->output) == DN_FILE_MISSING)
        return DN_OK;
    fclose(report->log); /* making the log made the output: two spellings of one path */
    report->log = NULL;
    (void)remove(options->log);
    return fail_one_file(error);
}

static size_t held_out_count(const cli_share *share, size_t count)
{
    if (share->is_fraction)
        return (size_t)(share->fraction * (double)count + 0.5);
    return share->count < SIZE_MAX ? (size_t)share->count : SIZE_MAX;
}

/** Make the loaders of the two slices of the training images. */
static dn_status split(train_run *run, const dn_dataset *images, dn_error *error)
{
    const train_options *options = &run->options;
    const size_t held_out = held_out_count(&options->valid, images->count);
    dn_selection train;
    dn_selection valid;
    DN_TRY(dn_fail_in(error, dn_dataset_split(images, held_out, options->seed, &train, &valid, error),
                      "--valid"));
    dn_status status = dn_dataloader_new(&run->train, images, &train, (size_t)options->batch_size, error);
    if (status == DN_OK && valid.count != 0)
        status = dn_dataloader_new(&run->valid, images, &valid, MEASURE_BATCH, error);
    dn_selection_free(&train);
    dn_selection_free(&valid);
    return status;
}

static dn_status load_training_images(train_run *run, dn_error *error)
{
    dn_dataset *all = &run->train_images;
    uint8_t digest[DN_SHA256_SIZE];
    DN_TRY(dn_dataset_load(run->source.path, DN_DATA_TRAIN, all, error));
    const size_t limit = run->options.limit != 0 ? (size_t)run->options.limit : all->count;
    const dn_dataset used = dn_dataset_first(all, limit);
    dn_dataset_digest(all, digest);
    dn_sha256_text(digest, run->data_sha256);
    return split(run, &used, error);
}

static dn_status load_test_images(train_run *run, dn_error *error)
{
    if (!dn_dataset_present(run->source.path, DN_DATA_TEST))
        return DN_OK;
    DN_TRY(dn_dataset_load(run->source.path, DN_DATA_TEST, &run->test_images, error));
    return dn_dataloader_new(&run->test, &run->test_images, NULL, MEASURE_BATCH, error);
}

static dn_status load_data(train_run *run, dn_error *error)
{
    const bool quiet = run->options.quiet;
    char path[CLI_PATH_TEXT_SIZE];
    DN_TRY(cli_find_data(run->options.data, &run->source, error));
    cli_say_line(quiet, "data: %s (%s)", cli_path_text(run->source.path, path), run->source.why);
    DN_TRY(load_training_images(run, error));
    DN_TRY(load_test_images(run, error));
    cli_say_line(quiet, "images: %zu to learn from, %zu held out, %zu to test",
                 dn_dataloader_count(run->train), run->valid ? dn_dataloader_count(run->valid) : 0,
                 run->test ? dn_dataloader_count(run->test) : 0);
    return DN_OK;
}

/** A stack from the pixels over the hidden layers to the classes. */
static dn_status build_model(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    size_t widths[CLI_MAX_WIDTHS + 2];
    size_t count = 0;
    char architecture[DN_ARCHITECTURE_SIZE];
    widths[count++] = DN_DIGIT_PIXELS;
    for (size_t i = 0; i < options->hidden.count; i++)
        widths[count++] = options->hidden.width[i];
    widths[count++] = DN_DIGIT_CLASSES;
    DN_TRY(dn_model_new(&run->model, widths, count, options->seed, error));
    cli_say_line(options->quiet, "model: %s, %zu parameters", dn_model_architecture(run->model, architecture),
                 dn_model_parameter_count(run->model));
    return DN_OK;
}

static dn_status learn(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    const size_t threads = options->threads != 0 ? (size_t)options->threads : dn_platform_processors();
    DN_TRY(dn_context_new(&run->context, threads, DN_KERNELS_AUTO, error));
    dn_learner learner = {.context = run->context,
                          .train = run->train,
                          .valid = run->valid,
                          .model = run->model,
                          .optimiser = {.learning_rate = options->learning_rate},
                          .loss = dn_cross_entropy,
                          .callbacks = train_report_callbacks(&run->report),
                          .seed = options->seed};
    cli_interrupt_watch();
    run->report.progress = cli_progress_begin(options->quiet);
    const double begin = dn_platform_seconds();
    const dn_status status = dn_learner_fit(&learner, (size_t)options->epochs, &run->fit, error);
    run->seconds = dn_platform_seconds() - begin;
    cli_progress_clear(&run->report.progress);
    if (status == DN_OK && run->test)
        return dn_metrics_measure(run->context, run->model, run->test, &run->test_metrics, error);
    return status;
}

#define NUMBER_SIZE 32

/** Everything that is needed to make the same file again, and what it reached. */
static dn_status save(train_run *run, dn_error *error)
{
    char recipe[TRAIN_RECIPE_SIZE];
    char seed[NUMBER_SIZE];
    char steps[NUMBER_SIZE];
    char valid[NUMBER_SIZE];
    char test[NUMBER_SIZE];
    dn_metadata metadata[] = {{"digitnet_version", DN_VERSION},
                              {"arguments", recipe},
                              {"seed", seed},
                              {"data_sha256", run->data_sha256},
                              {"steps", steps},
                              {NULL, NULL},
                              {NULL, NULL}};
    size_t count = 5;
    train_recipe(&run->options, recipe);
    snprintf(seed, sizeof seed, "%" PRIu64, run->options.seed);
    snprintf(steps, sizeof steps, "%zu", run->fit.steps);
    snprintf(valid, sizeof valid, "%.9g", dn_metrics_accuracy(&run->report.last.valid));
    snprintf(test, sizeof test, "%.9g", dn_metrics_accuracy(&run->test_metrics));
    if (run->report.last.validated)
        metadata[count++] = (dn_metadata){"valid_accuracy", valid};
    if (run->test)
        metadata[count++] = (dn_metadata){"test_accuracy", test};
    return dn_model_write(run->options.output, run->model, metadata, count, error);
}

/** SHA-256 of the saved file; false where the output is no file that can be read back. */
static bool hash_model(const char *path, char text[DN_SHA256_TEXT_SIZE])
{
    dn_bytes bytes;
    dn_sha256 hash;
    uint8_t digest[DN_SHA256_SIZE];
    if (dn_platform_file_kind(path) != DN_FILE_REGULAR || dn_file_read(path, SIZE_MAX, &bytes, NULL) != DN_OK)
        return false;
    dn_sha256_begin(&hash);
    dn_sha256_add(&hash, bytes.data, bytes.size);
    dn_sha256_end(&hash, digest);
    dn_sha256_text(digest, text);
    dn_bytes_free(&bytes);
    return true;
}

static void summarise(const train_run *run)
{
    const char *output = run->options.output;
    char sha256[DN_SHA256_TEXT_SIZE];
    char path[CLI_PATH_TEXT_SIZE];
    char samples[CLI_SOURCE_PATH_SIZE];
    char sample[CLI_PATH_TEXT_SIZE];
    const bool hashed = run->options.json && hash_model(output, sha256);
    const train_summary summary = {.model = output,
                                   .epochs = run->fit.epochs,
                                   .steps = run->fit.steps,
                                   .seconds = run->seconds,
                                   .last = &run->report.last,
                                   .test = run->test ? &run->test_metrics : NULL,
                                   .sha256 = hashed ? sha256 : NULL};
    train_report_summary(&summary, run->options.json);
    train_report_doubt(&run->report);
    if (run->fit.stopped)
        cli_say_line(run->options.quiet, "stopped by a signal after %zu steps", run->fit.steps);
    cli_say_line(run->options.quiet, "saved: %s", cli_path_text(output, path));
    if (cli_find_bundled("samples/7-thin.pgm", samples))
        cli_say_line(run->options.quiet, "try: digitnet predict --model %s %s", cli_shell_text(output, path),
                     cli_shell_text(samples, sample));
}

static dn_status train(train_run *run, dn_error *error)
{
    DN_TRY(check_output(&run->options, error));
    DN_TRY(check_log(&run->options, error));
    DN_TRY(load_data(run, error));
    DN_TRY(build_model(run, error));
    DN_TRY(open_log(&run->options, &run->report, error));
    DN_TRY(learn(run, error));
    DN_TRY(save(run, error));
    summarise(run);
    return DN_OK;
}

/** Close the log: a line that did not arrive is a failure, though the model is saved. */
static dn_status close_log(train_run *run, dn_error *error)
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

static void release(train_run *run)
{
    dn_dataloader_free(run->train);
    dn_dataloader_free(run->valid);
    dn_dataloader_free(run->test);
    dn_dataset_free(&run->train_images);
    dn_dataset_free(&run->test_images);
    dn_model_free(run->model);
    dn_context_free(run->context);
}

int cli_train(size_t argument_count, char **arguments)
{
    train_run run = {.options = train_defaults()};
    cli_option table[TRAIN_OPTION_COUNT];
    cli_operands operands;
    dn_error error;
    int exit_code = CLI_EXIT_DONE;
    const cli_usage usage = {
        .command = "train",
        .summary =
            "Learn from a folder of IDX (MNIST) files, measure the result on the test images, and save the "
            "model. Ctrl-C ends training early and saves what was learnt so far.",
        .options = table,
        .option_count = TRAIN_OPTION_COUNT};
    train_option_table(&run.options, table);
    if (!cli_parse(&usage, argument_count, arguments, &operands, &exit_code))
        return exit_code;
    run.report.quiet = run.options.quiet;
    if (train(&run, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    if (close_log(&run, &error) != DN_OK)
        exit_code = cli_worse_exit(exit_code, cli_say_error(&error));
    release(&run);
    if (exit_code == CLI_EXIT_DONE && cli_interrupt_signal() != 0)
        exit_code = CLI_EXIT_SIGNAL + cli_interrupt_signal();
    return exit_code;
}
