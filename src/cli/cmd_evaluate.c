#include "cli/command.h"

#include "cli/json_line.h"
#include "cli/option.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "cli/train_report.h"

#include "core/platform.h"
#include "core/try.h"

#include "digitnet/train/model_file.h"

#include <stdio.h>

/** Images that are measured at a time. */
#define MEASURE_BATCH 512

typedef struct evaluate_options {
    const char *data;
    const char *model;
    uint64_t threads; /**< 0: chosen by the program */
    bool json;
    bool quiet;
} evaluate_options;

/** What was measured, of which model and data. */
typedef struct evaluation {
    evaluate_options options;
    cli_source data;
    cli_source model;
    dn_metrics metrics;
} evaluation;

static dn_status measure_images(evaluation *run, dn_model *model, const dn_dataset *images, dn_error *error)
{
    dn_context *context = NULL;
    dn_dataloader *loader = NULL;
    const uint64_t threads = run->options.threads;
    dn_status status = dn_context_new(&context, threads != 0 ? (size_t)threads : dn_platform_processors(),
                                      DN_KERNELS_AUTO, error);
    if (status == DN_OK)
        status = dn_dataloader_new(&loader, images, NULL, MEASURE_BATCH, error);
    if (status == DN_OK)
        status = dn_metrics_measure(context, model, loader, &run->metrics, error);
    dn_dataloader_free(loader);
    dn_context_free(context);
    return status;
}

static dn_status measure_model(evaluation *run, dn_model *model, dn_error *error)
{
    dn_dataset images = {0};
    char path[CLI_PATH_TEXT_SIZE];
    DN_TRY(cli_find_data(run->options.data, &run->data, error));
    cli_say_line(run->options.quiet, "data: %s (%s)", cli_path_text(run->data.path, path), run->data.why);
    DN_TRY(dn_dataset_load(run->data.path, DN_DATA_TEST, &images, error));
    const dn_status status = measure_images(run, model, &images, error);
    dn_dataset_free(&images);
    return status;
}

static dn_status evaluate(evaluation *run, dn_error *error)
{
    dn_model *model = NULL;
    char path[CLI_PATH_TEXT_SIZE];
    DN_TRY(cli_find_model(run->options.model, &run->model, error));
    cli_say_line(run->options.quiet, "model: %s (%s)", cli_path_text(run->model.path, path), run->model.why);
    DN_TRY(dn_model_read(run->model.path, &model, NULL, error));
    const dn_status status = measure_model(run, model, error);
    dn_model_free(model);
    return status;
}

static size_t sum_of(const size_t *counts)
{
    size_t sum = 0;
    for (size_t i = 0; i < DN_DIGIT_CLASSES; i++)
        sum += counts[i];
    return sum;
}

/** The digit that a label is most often mistaken for; the label itself when it never is. */
static size_t worst_confusion(const size_t *predictions, size_t label)
{
    size_t worst = label;
    for (size_t i = 0; i < DN_DIGIT_CLASSES; i++) {
        const bool more = worst == label ? predictions[i] != 0 : predictions[i] > predictions[worst];
        if (i != label && more)
            worst = i;
    }
    return worst;
}

static void print_classes(const dn_metrics *metrics)
{
    printf("\n%-7s%8s%8s%11s   %s\n", "digit", "images", "errors", "accuracy", "most often taken for");
    for (size_t label = 0; label < DN_DIGIT_CLASSES; label++) {
        const size_t *predictions = metrics->confusion[label];
        const size_t images = sum_of(predictions);
        if (images == 0) {
            printf("%-7zu%8d%8d\n", label, 0, 0);
            continue;
        }
        printf("%-7zu%8zu%8zu%9.2f %%", label, images, images - predictions[label],
               100.0 * (double)predictions[label] / (double)images);
        const size_t worst = worst_confusion(predictions, label);
        if (worst != label)
            printf("   %zu (%zu times)", worst, predictions[worst]);
        putchar('\n');
    }
}

static void print_confusion(const dn_metrics *metrics)
{
    printf("\nconfusion: a row is a digit, a column what it was taken for\n     ");
    for (size_t i = 0; i < DN_DIGIT_CLASSES; i++)
        printf("%7zu", i);
    for (size_t label = 0; label < DN_DIGIT_CLASSES; label++) {
        printf("\n%-5zu", label);
        for (size_t i = 0; i < DN_DIGIT_CLASSES; i++)
            printf("%7zu", metrics->confusion[label][i]);
    }
    putchar('\n');
}

static void print_result(const evaluation *run)
{
    char text[CLI_ACCURACY_SIZE];
    printf("accuracy %s, loss %.4f\n", cli_accuracy_text(&run->metrics, text), run->metrics.loss);
    print_classes(&run->metrics);
    print_confusion(&run->metrics);
}

static void print_json(const evaluation *run)
{
    const dn_metrics *metrics = &run->metrics;
    json_line line = json_line_open(stdout);
    json_line_text(&line, "model", run->model.path);
    json_line_text(&line, "data", run->data.path);
    json_line_count(&line, "images", metrics->count);
    json_line_count(&line, "test_errors", metrics->count - metrics->correct);
    json_line_number(&line, "test_accuracy", dn_metrics_accuracy(metrics));
    json_line_number(&line, "test_uncertainty", dn_metrics_uncertainty(metrics));
    json_line_number(&line, "test_loss", metrics->loss);
    json_line_begin(&line, "confusion", '[');
    for (size_t label = 0; label < DN_DIGIT_CLASSES; label++)
        json_line_counts(&line, NULL, metrics->confusion[label], DN_DIGIT_CLASSES);
    json_line_end(&line, ']');
    json_line_close(&line);
}

int cli_evaluate(size_t argument_count, char **arguments)
{
    evaluation run = {0};
    evaluate_options *options = &run.options;
    cli_operands operands;
    dn_error error;
    int exit_code = CLI_EXIT_DONE;
    const cli_option table[] = {
        {.name = "--data",
         "DIR",
         "the folder of the IDX files, plain or .gz [$DIGITNET_DATA, else data/mnist, else the bundled "
         "digits]",
         CLI_TEXT,
         &options->data},
        {.name = "--model",
         "FILE",
         "the model [" CLI_MODEL_NAME ", else the bundled one]",
         CLI_TEXT,
         &options->model},
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
        .summary = "Measure a model on the test images: its accuracy with one standard error, each "
                   "digit's, and which digits are taken for which.",
        .options = table,
        .option_count = sizeof table / sizeof table[0]};
    if (!cli_parse(&usage, argument_count, arguments, &operands, &exit_code))
        return exit_code;
    if (evaluate(&run, &error) != DN_OK)
        return cli_say_error(&error);
    if (options->json)
        print_json(&run);
    else
        print_result(&run);
    return CLI_EXIT_DONE;
}
