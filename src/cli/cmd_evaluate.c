#include "cli/command.h"

#include "cli/evaluate_report.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "train/calibration.h"

#include "digitnet/train.h"

/** State of one call of the command. */
typedef struct evaluate_run {
    cli_options options;
    cli_source data;
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

/** Measure how far the probabilities can be trusted. */
static dn_status calibrate(evaluate_run *run, dn_error *error)
{
    evaluation *result = &run->result;
    const size_t count = result->images.count;
    dn_mistake *outcomes = dn_allocate(count, sizeof *outcomes, error);
    if (!outcomes)
        return DN_ERR_MEMORY;
    dn_status status = dn_outcomes_collect(run->context, &run->classifier, run->loader, outcomes, error);
    if (status == DN_OK)
        result->calibration_error = dn_calibration_measure(outcomes, count).error;
    result->rejecting = run->options.reject;
    if (status == DN_OK && run->options.reject)
        status =
            dn_reject_least(outcomes, count, evaluate_error_rates, EVALUATE_REJECTS, result->rejected, error);
    dn_release(outcomes);
    return status;
}

static dn_status evaluate(evaluate_run *run, dn_error *error)
{
    const uint64_t threads = run->options.threads;
    DN_TRY(load_model(run, error));
    run->result.data = run->data.path;
    DN_TRY(cli_load_test_images(run->options.data, run->options.quiet, &run->classifier.classes, &run->data,
                                &run->result.images, &run->result.places, error));
    DN_TRY(dn_context_new(&run->context, threads != 0 ? (size_t)threads : dn_pool_default_threads(),
                          DN_KERNELS_AUTO, error));
    DN_TRY(dn_dataloader_new(&run->loader, &run->result.images, NULL, DN_MEASURE_BATCH, error));
    const dn_status status =
        dn_classifier_measure(run->context, &run->classifier, run->loader, &run->result.metrics, error);
    DN_TRY(dn_fail_in(error, status, run->model.path));
    DN_TRY(calibrate(run, error));
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
