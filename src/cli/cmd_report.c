#include "cli/command.h"

#include "cli/files.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/platform.h"
#include "export/net.h"
#include "io/archive.h"
#include "io/sha256.h"
#include "train/log.h"
#include "train/model_file.h"

#include "digitnet/export.h"

#include <stdio.h>

/** One run of the command: what it was told, and what it made so far. */
typedef struct report_run {
    cli_options options;
    cli_operands operands;
    cli_test_images data;
    char data_text[CLI_SOURCE_PATH_SIZE];
    cli_source model;
    dn_classifier classifier;
    dn_archive archive;
    char sha256[DN_SHA256_TEXT_SIZE];
    dn_report_log logs[DN_REPORT_MAX_LOGS + 1];
    size_t log_count;
    dn_report_subject subject;
    dn_bytes page;
} report_run;

/** Read the file once, so that the sum and the weights are of the same bytes. */
static dn_status read_model(report_run *run, const dn_bytes *file, dn_error *error)
{
    dn_sha256_sum(file->data, file->size, run->sha256);
    DN_TRY(dn_archive_decode(file, &run->archive, error));
    return dn_classifier_restore(&run->archive, &run->classifier, error);
}

static dn_status load_model(report_run *run, dn_error *error)
{
    dn_bytes file;
    DN_TRY(cli_find_model(run->options.model, &run->model, error));
    cli_say_source(run->options.quiet, "model", &run->model);
    DN_TRY(dn_file_read(run->model.path, DN_SAFETENSORS_MAX_FILE, &file, error));
    const dn_status status = read_model(run, &file, error);
    dn_bytes_free(&file);
    return dn_fail_in(error, status, dn_file_input_name(run->model.path));
}

static dn_status load_log(report_run *run, const char *path, dn_error *error)
{
    dn_report_log *log = &run->logs[run->log_count];
    log->name = path;
    DN_TRY(dn_epoch_log_read(path, &log->lines, error));
    run->log_count++;
    return DN_OK;
}

static dn_status load_logs(report_run *run, dn_error *error)
{
    if (run->options.log)
        DN_TRY(load_log(run, run->options.log, error));
    for (size_t i = 0; i < run->operands.count; i++)
        DN_TRY(load_log(run, run->operands.values[i], error));
    return DN_OK;
}

static dn_status fail_same(dn_error *error)
{
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--output", "give another file", "it is the model or a log");
}

static dn_status check_output(const report_run *run, dn_error *error)
{
    const char *output = run->options.report_output;
    const bool is_stream = dn_file_standard_stream(output) != NULL;
    if (!is_stream && dn_platform_same_file(output, run->model.path))
        return fail_same(error);
    for (size_t i = 0; i < run->log_count && !is_stream; i++)
        if (dn_platform_same_file(output, run->logs[i].name))
            return fail_same(error);
    return cli_check_output(output, run->options.force, dn_seal_check, "a file that digitnet exported",
                            "give another --output, or --force to replace it", error);
}

static dn_status report(report_run *run, dn_error *error)
{
    const char *output = run->options.report_output;
    char path[CLI_PATH_TEXT_SIZE];
    DN_TRY(load_model(run, error));
    DN_TRY(load_logs(run, error));
    DN_TRY(check_output(run, error));
    DN_TRY(cli_load_test_images(&run->options.data, run->options.quiet, &run->classifier.classes, &run->data,
                                error));
    DN_TRY(dn_context_new(&run->subject.context, (size_t)run->options.threads, DN_KERNELS_AUTO, error));
    run->subject.classifier = &run->classifier;
    run->subject.about = &run->archive;
    run->subject.model = run->model.path;
    run->subject.model_sha256 = run->sha256;
    run->subject.data = cli_sources_text(&run->data.sources, run->data_text);
    run->subject.images = &run->data.images;
    run->subject.places = &run->data.places;
    run->subject.logs = run->logs;
    run->subject.log_count = run->log_count;
    DN_TRY(dn_fail_in(error, dn_report(&run->subject, &run->page, error), run->model.path));
    const dn_part whole = {run->page.data, run->page.size};
    DN_TRY(dn_file_write(output, &whole, 1, error));
    if (!run->options.quiet && !dn_file_standard_stream(output))
        printf("saved: %s (%zu bytes)\n", cli_path_text(output, path), run->page.size);
    return DN_OK;
}

static void release(report_run *run)
{
    for (size_t i = 0; i < run->log_count; i++)
        dn_bytes_free(&run->logs[i].lines);
    dn_bytes_free(&run->page);
    dn_context_free(run->subject.context);
    cli_free_test_images(&run->data);
    dn_archive_free(&run->archive);
    dn_classifier_free(&run->classifier);
}

int cli_report(size_t argument_count, char **arguments)
{
    report_run run = {.options = cli_options_default()};
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_REPORT, argument_count, arguments, &run.options, &run.operands, &exit_code))
        return exit_code;
    if (report(&run, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    release(&run);
    return exit_code;
}
