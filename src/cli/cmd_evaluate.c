#include "cli/command.h"

#include "cli/evaluate_report.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/memory.h"
#include "train/calibration.h"

#include "digitnet/train.h"

/** State of one call of the command. */
typedef struct evaluate_run {
    cli_options options;
    cli_test_images data;
    char data_text[CLI_SOURCE_PATH_SIZE];
    cli_source model;
    dn_classifier classifier;
    dn_context *context;
    dn_dataloader *loader;
    evaluation result;
} evaluate_run;

static dn_status load_model(evaluate_run *run, dn_error *error)
{
    DN_TRY(cli_find_model(run->options.model, &run->model, error));
    cli_say_source(run->options.quiet, "model", &run->model);
    DN_TRY(dn_classifier_read(run->model.path, &run->classifier, NULL, error));
    run->result.model = run->model.path;
    run->result.classes = run->classifier.classes;
    return DN_OK;
}

static dn_status find_worst(evaluate_run *run, const dn_mistake *outcomes, dn_error *error)
{
    evaluation *result = &run->result;
    const size_t errors = result->metrics.count - result->metrics.correct;
    const size_t capacity = run->options.worst < errors ? (size_t)run->options.worst : errors;
    if (run->options.worst == 0)
        return DN_OK;
    result->worst = dn_allocate(capacity, sizeof *result->worst, error);
    if (!result->worst)
        return DN_ERR_MEMORY;
    dn_mistakes_worst(outcomes, result->metrics.count, result->worst, capacity, &result->worst_count);
    return DN_OK;
}

/** Count the errors of each set, whose images follow one another. */
static void count_errors_by_set(evaluation *result, const dn_mistake *outcomes)
{
    size_t index = 0;
    for (size_t set = 0; set < result->set_count; set++)
        for (const size_t end = index + result->sets[set].images; index < end; index++)
            result->sets[set].errors += outcomes[index].label != outcomes[index].prediction;
}

/** Take the numbers from the answers to all images. */
static dn_status measure(evaluate_run *run, dn_mistake *outcomes, dn_error *error)
{
    evaluation *result = &run->result;
    const size_t count = result->images.count;
    const dn_status status = dn_outcomes_collect(run->context, &run->classifier, run->loader, result->views,
                                                 &result->metrics, outcomes, error);
    DN_TRY(dn_fail_in(error, status, run->model.path));
    count_errors_by_set(result, outcomes);
    result->calibration_error = dn_calibration_measure(outcomes, count).error;
    result->rejecting = run->options.reject;
    if (run->options.reject)
        DN_TRY(dn_reject_least(outcomes, count, evaluate_error_rates, EVALUATE_REJECTS, result->rejected,
                               error));
    return find_worst(run, outcomes, error);
}

/** Tell the report of the images, and of which set each is. */
static void list_sets(evaluate_run *run)
{
    evaluation *result = &run->result;
    result->images = run->data.images;
    result->places = run->data.places;
    result->data = cli_sources_text(&run->data.sources, run->data_text);
    result->set_count = run->data.sources.count;
    for (size_t i = 0; i < result->set_count; i++)
        result->sets[i] =
            (evaluated_set){.data = run->data.sources.source[i].path, .images = run->data.sets[i].count};
}

static dn_status evaluate(evaluate_run *run, dn_error *error)
{
    const cli_options *options = &run->options;
    DN_TRY(load_model(run, error));
    run->result.views = (size_t)options->evaluate_views;
    DN_TRY(cli_load_test_images(&options->data, options->quiet, &run->classifier.classes, &run->data, error));
    list_sets(run);
    DN_TRY(dn_context_new(&run->context, (size_t)options->threads, DN_KERNELS_AUTO, error));
    DN_TRY(dn_dataloader_new(&run->loader, &run->result.images, NULL, DN_MEASURE_BATCH / run->result.views,
                             error));
    dn_mistake *outcomes = dn_allocate(run->result.images.count, sizeof *outcomes, error);
    const dn_status status = outcomes ? measure(run, outcomes, error) : DN_ERR_MEMORY;
    dn_release(outcomes);
    return status;
}

static void release(evaluate_run *run)
{
    dn_release(run->result.worst);
    dn_dataloader_free(run->loader);
    cli_free_test_images(&run->data);
    dn_context_free(run->context);
    dn_classifier_free(&run->classifier);
}

int cli_evaluate(size_t argument_count, char **arguments)
{
    evaluate_run run = {.options = cli_options_default()};
    cli_operands operands;
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_EVALUATE, argument_count, arguments, &run.options, &operands, &exit_code))
        return exit_code;
    if (evaluate(&run, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    else if (run.options.json)
        evaluate_report_json(&run.result);
    else
        evaluate_report_text(&run.result);
    release(&run);
    return exit_code;
}
