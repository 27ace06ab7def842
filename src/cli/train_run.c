/** What every command that trains does, in its order: model, learner, the weights worth keeping. */
#include "cli/train_run.h"

#include "cli/interrupt.h"
#include "cli/say.h"
#include "core/fail.h"
#include "core/platform.h"
#include "core/pool.h"
#include "train/checkpoint.h"
#include "train/learner.h"
#include "train/training.h"

#include "digitnet/loss.h"

/** Below so many hidden activations in a batch, waking a second thread costs more than it saves. */
#define WORTH_SHARING 4096

/** As many threads as are wanted, or there are processors; one where a step is too short to be shared. */
static size_t choose_threads(const train_options *options)
{
    size_t width = options->classes.count;
    for (size_t i = 0; i < options->hidden.count && !train_is_linear(options); i++)
        width += options->hidden.width[i];
    if (options->batch_size < WORTH_SHARING / width + 1)
        return 1;
    return options->threads != 0 ? (size_t)options->threads : dn_pool_default_threads();
}

dn_status train_make_context(train_run *run, dn_error *error)
{
    run->classifier.classes = run->options.classes;
    return dn_context_new(&run->context, choose_threads(&run->options), DN_KERNELS_AUTO, error);
}

dn_status train_build_model(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    size_t widths[TRAIN_MOST_WIDTHS];
    const size_t count = train_widths(options, widths);
    char architecture[DN_ARCHITECTURE_SIZE];
    DN_TRY(dn_model_new(&run->classifier.model, widths, count, options->seed, error));
    cli_say_line(options->quiet, "model: %s, %zu parameters",
                 dn_model_architecture(run->classifier.model, architecture),
                 dn_model_parameter_count(run->classifier.model));
    return DN_OK;
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

dn_learner train_make_learner(const train_run *run)
{
    const train_options *options = &run->options;
    return (dn_learner){.context = run->context,
                        .train = run->train,
                        .valid = run->valid,
                        .model = run->classifier.model,
                        .optimiser = {.learning_rate = options->learning_rate,
                                      .momentum = options->momentum,
                                      .nesterov = train_has_nesterov(options),
                                      .weight_decay = options->weight_decay},
                        .loss = dn_loss_named(options->loss)->function,
                        .seed = options->seed,
                        .schedule = train_schedule(options),
                        .warmup = options->warmup,
                        .dropout = options->dropout,
                        .average = options->average,
                        .patience = (size_t)options->patience,
                        .max_steps = run->max_steps};
}

/** Stand at the beginning, or where the checkpoint stands. */
static dn_status begin_training(train_run *run, const dn_learner *learner, dn_error *error)
{
    DN_TRY(dn_training_new(&run->training, dn_learner_needs(learner), run->classifier.model, error));
    if (!run->options.resume)
        return DN_OK;
    dn_status status = dn_checkpoint_restore(&run->checkpoint, run->classifier.model, &run->training, error);
    if (status == DN_OK)
        status = dn_learner_check(learner, (size_t)run->options.epochs, &run->training, error);
    DN_TRY(dn_fail_in(error, train_blame_settings(run, status, error), run->options.resume));
    run->report.last = (dn_epoch){.epoch = run->training.epochs, .train_loss = run->training.last_loss};
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

/** Train a net, and keep the weights that are worth it. */
static dn_status train_net(train_run *run, dn_error *error)
{
    DN_TRY(train_build_model(run, error));
    DN_TRY(learn(run, error));
    dn_training_finish(&run->training, run->classifier.model);
    return DN_OK;
}

dn_status train_classifier(train_run *run, dn_error *error)
{
    DN_TRY(train_make_context(run, error));
    if (train_is_mean(&run->options))
        DN_TRY(train_mean_images(run, error));
    else
        DN_TRY(train_net(run, error));
    if (!run->test)
        return DN_OK;
    return dn_classifier_measure(run->context, &run->classifier, run->test, &run->test_metrics, error);
}

void train_release(train_run *run)
{
    dn_dataloader_free(run->train);
    dn_dataloader_free(run->valid);
    dn_dataloader_free(run->test);
    dn_dataset_free(&run->train_images);
    dn_dataset_free(&run->test_images);
    dn_classifier_free(&run->classifier);
    dn_training_free(&run->training);
    dn_archive_free(&run->checkpoint);
    dn_context_free(run->context);
}
