#include "cli/command.h"

#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/train_preset.h"
#include "cli/train_run.h"

#include "core/platform.h"
#include "core/try.h"

#include "digitnet/loss/cross_entropy.h"

#include <string.h>

/** Read the checkpoint, and take its settings. */
static dn_status resume_options(train_run *run, const char *path, dn_error *error)
{
    DN_TRY(dn_checkpoint_read(path, &run->checkpoint, error));
    static const char remedy[] = "give a checkpoint that digitnet train wrote";
    const char *recipe = dn_archive_metadata(&run->checkpoint, "arguments");
    dn_error wrong;
    dn_status status = DN_OK;
    if (!recipe)
        status = dn_fail(error, DN_ERR_FORMAT, remedy, "metadata arguments: no settings found");
    else if (train_apply_recipe(&run->options, recipe, &wrong) != DN_OK)
        status =
            dn_fail(error, DN_ERR_FORMAT, remedy, "metadata arguments: %s: %s", wrong.subject, wrong.problem);
    return dn_fail_in(error, status, path);
}

/** What is given beside a checkpoint may not change what the model becomes: the recipe that was read. */
static dn_status check_same_settings(train_run *run, const char *written, dn_error *error)
{
    char recipe[TRAIN_RECIPE_SIZE];
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
    if (options->resume)
        DN_TRY(dn_fail_in(error, dn_checkpoint_check_widths(&run->checkpoint, widths, count, error),
                          options->resume));
    DN_TRY(dn_model_new(&run->model, widths, count, options->seed, error));
    cli_say_line(options->quiet, "model: %s, %zu parameters", dn_model_architecture(run->model, architecture),
                 dn_model_parameter_count(run->model));
    return DN_OK;
}

static dn_schedule_kind schedule_named(const char *name)
{
    size_t kind = 0;
    while (strcmp(dn_schedule_names[kind], name) != 0)
        kind++;
    return (dn_schedule_kind)kind;
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

static dn_learner make_learner(train_run *run)
{
    const train_options *options = &run->options;
    return (dn_learner){.context = run->context,
                        .train = run->train,
                        .valid = run->valid,
                        .model = run->model,
                        .optimiser = {.learning_rate = options->learning_rate,
                                      .momentum = options->momentum,
                                      .nesterov = options->nesterov,
                                      .weight_decay = options->weight_decay},
                        .loss = dn_cross_entropy,
                        .callbacks = {.batch_done = on_batch, .epoch_done = on_epoch, .self = run},
                        .seed = options->seed,
                        .schedule = schedule_named(options->schedule),
                        .warmup = options->warmup,
                        .dropout = options->dropout,
                        .average = options->average,
                        .patience = (size_t)options->patience};
}

/** Do the counters that were read fit each other and the data? */
static dn_status check_counters(const train_run *run, dn_error *error)
{
    const dn_training *training = &run->training;
    const size_t batches = dn_dataloader_batches(run->train);
    const bool fit = training->epochs <= run->options.epochs && training->batches < batches &&
                     training->steps == training->epochs * batches + training->batches &&
                     training->images <= dn_dataloader_count(run->train) &&
                     (training->images == 0) == (training->batches == 0);
    if (fit)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "give a checkpoint that digitnet train wrote",
                   "%zu epochs, %zu batches, %zu images and %zu steps do not fit %zu epochs of %zu batches",
                   training->epochs, training->batches, training->images, training->steps,
                   (size_t)run->options.epochs, batches);
}

/** Stand at the beginning, or where the checkpoint stands. */
static dn_status begin_training(train_run *run, const dn_learner *learner, dn_error *error)
{
    DN_TRY(dn_training_new(&run->training, dn_learner_needs(learner), run->model, error));
    if (!run->options.resume)
        return DN_OK;
    dn_status status = dn_checkpoint_restore(&run->checkpoint, run->model, &run->training, error);
    if (status == DN_OK)
        status = check_counters(run, error);
    DN_TRY(dn_fail_in(error, status, run->options.resume));
    cli_say_line(run->options.quiet, "resuming after %zu steps", run->training.steps);
    return DN_OK;
}

static dn_status learn(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    const size_t threads = options->threads != 0 ? (size_t)options->threads : dn_platform_processors();
    DN_TRY(dn_context_new(&run->context, threads, DN_KERNELS_AUTO, error));
    dn_learner learner = make_learner(run);
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
    DN_TRY(build_model(run, error));
    DN_TRY(train_open_log(run, error));
    DN_TRY(learn(run, error));
    DN_TRY(finish(run, error));
    DN_TRY(train_save_model(run, error));
    DN_TRY(train_summarise(run, error));
    if (run->checkpoint_status != DN_OK)
        *error = run->checkpoint_error;
    return run->checkpoint_status;
}

static void release(train_run *run)
{
    dn_dataloader_free(run->train);
    dn_dataloader_free(run->valid);
    dn_dataloader_free(run->test);
    dn_dataset_free(&run->train_images);
    dn_dataset_free(&run->test_images);
    dn_model_free(run->model);
    dn_training_free(&run->training);
    dn_archive_free(&run->checkpoint);
    dn_context_free(run->context);
}

/**
 * Options in their order: a preset or a checkpoint first, then what was given beside it. The arguments were parsed
 * once already, and are right.
 */
static dn_status layer_options(train_run *run, size_t argument_count, char **arguments, dn_error *error)
{
    const train_options given = run->options;
    char recipe[TRAIN_RECIPE_SIZE];
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
    train_recipe(&run->options, recipe);
    DN_TRY(cli_read_options(&usage, argument_count, arguments, error));
    return given.resume ? check_same_settings(run, recipe, error) : DN_OK;
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
    release(&run);
    if (exit_code == CLI_EXIT_DONE && cli_interrupt_signal() != 0)
        exit_code = CLI_EXIT_SIGNAL + cli_interrupt_signal();
    return exit_code;
}
