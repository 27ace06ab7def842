#include "cli/command.h"

#include "cli/files.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/platform.h"
#include "export/net.h"

#include "digitnet/export.h"

#include <stdio.h>
#include <string.h>

/** A form that a net is exported in. */
typedef dn_status export_function(const dn_classifier *classifier, const dn_archive *archive,
                                  const dn_export_options *options, dn_bytes *bytes, dn_error *error);
typedef struct export_form {
    const char *ending; /**< of the file's name */
    export_function *export;
    bool takes_int8;
    bool takes_name;
} export_form;

static dn_status export_onnx(const dn_classifier *classifier, const dn_archive *archive,
                             const dn_export_options *options, dn_bytes *bytes, dn_error *error)
{
    (void)options; /* floats alone, and names of its own */
    return dn_export_onnx(classifier, archive, bytes, error);
}

const char *const cli_export_forms[] = {"c", "onnx", "html", NULL};

/** In the order of the names. */
static const export_form forms[] = {
    {.ending = ".h", .export = dn_export_c, .takes_int8 = true, .takes_name = true},
    {.ending = ".onnx", .export = export_onnx},
    {.ending = ".html", .export = dn_export_html, .takes_int8 = true},
};

/** One run of the command: what it was told, and what it made so far. */
typedef struct export_run {
    cli_options options;
    cli_source model;
    char output[CLI_SOURCE_PATH_SIZE]; /**< where no --output is given */
    dn_classifier classifier;
    dn_archive archive;
    dn_bytes bytes;
} export_run;

static dn_status fail_meaningless(const char *option, const cli_options *options, dn_error *error)
{
    return dn_fail_at(error, DN_ERR_ARGUMENT, option, "leave it out", "it has no meaning with --to %s",
                      options->form);
}

static dn_status find_form(const cli_options *options, const export_form **form, dn_error *error)
{
    size_t place = 0;
    *form = forms;
    if (!options->form)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--to", "give --to c, --to onnx or --to html",
                          "it is missing");
    while (cli_export_forms[place] && strcmp(cli_export_forms[place], options->form) != 0)
        place++;
    *form = &forms[place];
    if (options->int8 && !(*form)->takes_int8)
        return fail_meaningless("--int8", options, error);
    if (options->name && !(*form)->takes_name)
        return fail_meaningless("--name", options, error);
    return DN_OK;
}

/** Beside the model, with another ending; of the bundled model, in the current folder. */
static dn_status choose_output(export_run *run, const char *ending, dn_error *error)
{
    const char *model = run->model.path;
    const char *slash = strrchr(model, '/');
    const char *name = slash ? slash + 1 : model;
    const char *dot = strrchr(name, '.');
    const char *begin = run->options.model ? model : name;
    const size_t length = dot && dot != name ? (size_t)(dot - begin) : strlen(begin);
    if (!run->options.export_output && snprintf(run->output, sizeof run->output, "%.*s%s", (int)length, begin,
                                                ending) >= (int)sizeof run->output)
        return dn_fail_at(error, DN_ERR_ARGUMENT, model, "use a shorter one", "the path is too long");
    return DN_OK;
}

static const char *output_of(const export_run *run)
{
    return run->options.export_output ? run->options.export_output : run->output;
}

static dn_status check_output(export_run *run, const char *ending, dn_error *error)
{
    DN_TRY(choose_output(run, ending, error));
    if (!dn_file_standard_stream(output_of(run)) && dn_platform_same_file(output_of(run), run->model.path))
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--output", "give another file", "it is the model");
    return cli_check_output(output_of(run), run->options.force, dn_seal_check,
                            "a file that digitnet exported",
                            "give another --output, or --force to replace it", error);
}

static dn_status export_model(export_run *run, dn_error *error)
{
    const export_form *form = forms;
    char path[CLI_PATH_TEXT_SIZE];
    const dn_export_options options = {.name = run->options.name, .int8 = run->options.int8};
    DN_TRY(find_form(&run->options, &form, error));
    DN_TRY(cli_find_model(run->options.model, &run->model, error));
    DN_TRY(check_output(run, form->ending, error));
    cli_say_source(run->options.quiet, "model", &run->model);
    DN_TRY(dn_classifier_read(run->model.path, &run->classifier, &run->archive, error));
    const dn_status status = form->export(&run->classifier, &run->archive, &options, &run->bytes, error);
    DN_TRY(dn_fail_in(error, status, status == DN_ERR_ARGUMENT ? "--name" : run->model.path));
    const dn_part whole = {run->bytes.data, run->bytes.size};
    DN_TRY(dn_file_write(output_of(run), &whole, 1, error));
    if (!run->options.quiet && !dn_file_standard_stream(output_of(run)))
        printf("saved: %s (%zu bytes)\n", cli_path_text(output_of(run), path), run->bytes.size);
    return DN_OK;
}

int cli_export(size_t argument_count, char **arguments)
{
    export_run run = {.options = cli_options_default()};
    cli_operands operands;
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_EXPORT, argument_count, arguments, &run.options, &operands, &exit_code))
        return exit_code;
    if (export_model(&run, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    dn_bytes_free(&run.bytes);
    dn_archive_free(&run.archive);
    dn_classifier_free(&run.classifier);
    return exit_code;
}
