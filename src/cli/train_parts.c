#include "cli/train_run.h"

#include "cli/say.h"

#include "core/platform.h"
#include "core/try.h"

#include "digitnet/loss/cross_entropy.h"

#include <string.h>

dn_status train_build_model(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    size_t widths[CLI_MAX_WIDTHS + 2];
    size_t count = 0;
    char architecture[DN_ARCHITECTURE_SIZE];
    widths[count++] = DN_DIGIT_PIXELS;
    for (size_t i = 0; i < options->hidden.count; i++)
        widths[count++] = options->hidden.width[i];
    widths[count++] = DN_DIGIT_CLASSES;
    const size_t threads = options->threads != 0 ? (size_t)options->threads : dn_platform_processors();
    DN_TRY(dn_context_new(&run->context, threads, DN_KERNELS_AUTO, error));
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

dn_learner train_make_learner(const train_run *run)
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
                        .seed = options->seed,
                        .schedule = schedule_named(options->schedule),
                        .warmup = options->warmup,
                        .dropout = options->dropout,
                        .average = options->average,
                        .patience = (size_t)options->patience};
}

void train_release(train_run *run)
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
