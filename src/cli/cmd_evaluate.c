#include "cli/command.h"

#include "cli/evaluate_report.h"
#include "cli/option.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"

#include "digitnet/train.h"

/** Images that are measured at a time. */
#define MEASURE_BATCH 512

typedef struct evaluate_options {
    const char *data;
    const char *model;
    uint64_t worst;
    uint64_t threads; /**< 0: chosen by the program */
    bool json;
    bool quiet;
} evaluate_options;

/** One run of the command: what it was told, and what it made so far. */
typedef struct evaluate_run {
    evaluate_options options;
    cli_source data;
    cli_source model;
    dn_classifier classifier;
    dn_context *context;
    dn_dataloader *loader;
    evaluation result;
} evaluate_run;

static dn_status load_model(evaluate_run *run, dn_error *error)
{
    char path[CLI_PATH_TEXT_SIZE];
    DN_TRY(cli_find_model(run->options.model, &run->model, error));
    cli_say_line(run->options.quiet, "model: %s (%s)", cli_path_text(run->model.path, path), run->model.why);
    DN_TRY(dn_classifier_read(run->model.path, &run->classifier, NULL, error));
    run->result.model = run->model.path;
    run->result.classes = run->classifier.classes;
    return DN_OK;
}

/** Load the test images, cut to the digits that the model knows. */
static dn_status load_images(evaluate_run *run, dn_error *error)
{
    const dn_classes all = dn_classes_all();
    const dn_classes *known = &run->classifier.classes;
    dn_dataset *images = &run->result.images;
    char path[CLI_PATH_TEXT_SIZE];
    char digits[DN_CLASSES_TEXT_SIZE];
    DN_TRY(cli_find_data(run->options.data, &run->data, error));
    cli_say_line(run->options.quiet, "data: %s (%s)", cli_path_text(run->data.path, path), run->data.why);
    DN_TRY(dn_dataset_load(run->data.path, DN_DATA_TEST, images, error));
    cli_say_doubts(run->options.quiet, &run->data, DN_DATA_TEST, images);
    run->result.data = run->data.path;
    if (dn_classes_equal(known, &all))
        return DN_OK;
    const size_t count = images->count;
    DN_TRY(dn_fail_in(error, dn_dataset_keep_classes(images, known, &run->result.places, error),
                      run->data.path));
    cli_say_line(run->options.quiet, "digits: %s, %zu of %zu images", dn_classes_text(known, digits),
                 images->count, count);
    return DN_OK;
}

static dn_status find_worst(evaluate_run *run, dn_error *error)
{
    evaluation *result = &run->result;
    const size_t errors = result->metrics.count - result->metrics.correct;
    const size_t capacity = run->options.worst < errors ? (size_t)run->options.worst : errors;
    if (run->options.worst == 0)
        return DN_OK;
    result->worst = dn_allocate(capacity, sizeof *result->worst, error);
    if (!result->worst)
        return DN_ERR_MEMORY;
    return dn_mistakes_worst(run->context, &run->classifier, run->loader, result->worst, capacity,
                             &result->worst_count, error);
}

static dn_status evaluate(evaluate_run *run, dn_error *error)
{
    const uint64_t threads = run->options.threads;
    DN_TRY(load_model(run, error));
    DN_TRY(load_images(run, error));
    DN_TRY(dn_context_new(&run->context, threads != 0 ? (size_t)threads : dn_pool_default_threads(),
                          DN_KERNELS_AUTO, error));
    DN_TRY(dn_dataloader_new(&run->loader, &run->result.images, NULL, MEASURE_BATCH, error));
    const dn_status status =
        dn_classifier_measure(run->context, &run->classifier, run->loader, &run->result.metrics, error);
    DN_TRY(dn_fail_in(error, status, run->model.path));
    return find_worst(run, error);
}

static void release(evaluate_run *run)
{
    dn_release(run->result.worst);
    dn_selection_free(&run->result.places);
    dn_dataloader_free(run->loader);
    dn_dataset_free(&run->result.images);
    dn_context_free(run->context);
    dn_classifier_free(&run->classifier);
}

int cli_evaluate(size_t argument_count, char **arguments)
{
    evaluate_run run = {0};
    evaluate_options *options = &run.options;
    cli_operands operands;
    dn_error error;
    int exit_code = CLI_EXIT_DONE;
    const cli_option table[] = {
        {.name = "--data", "DIR", CLI_DATA_HELP, CLI_TEXT, &options->data},
        {.name = "--model",
         "FILE",
         "the model [" CLI_MODEL_NAME ", else the bundled one]",
         CLI_TEXT,
         &options->model},
        {.name = "--worst",
         "N",
         "list and draw the N mistakes with the highest loss [none]",
         CLI_COUNT,
         &options->worst,
         .minimum = 1,
         .maximum = UINT32_MAX,
         .hide_default = true},
        {.name = "--threads",
         "N",
         "threads to use [chosen]",
         CLI_COUNT,
         &options->threads,
         .minimum = 1,
         .maximum = DN_POOL_MAX_THREADS,
         .hide_default = true},
        {.name = "--json", NULL, "print the result as one JSON object", CLI_FLAG, &options->json},
        {.name = "--quiet", NULL, "say nothing but results and errors", CLI_FLAG, &options->quiet},
    };
    const cli_usage usage = {
        .command = "evaluate",
        .summary =
            "Measure a model on the test images: its accuracy with one standard error, how near its "
            "probabilities come to the truth (L1 and RMSE), each digit's precision and recall, and which "
            "digits are taken for which. A model of some digits is measured on their images alone.",
        .options = table,
        .option_count = sizeof table / sizeof table[0]};
    if (!cli_parse(&usage, argument_count, arguments, &operands, &exit_code))
        return exit_code;
    if (evaluate(&run, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    else if (options->json)
        evaluate_report_json(&run.result);
    else
        evaluate_report_text(&run.result);
    release(&run);
    return exit_code;
}
