#include "cli/command.h"

#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "cli/train_report.h"
#include "core/fail.h"
#include "io/json_line.h"

#include <stdio.h>

/** One model, and the run that makes it again. */
typedef struct verification {
    cli_options options;
    cli_source model;
    cli_source parent;
    cli_sources data;
    dn_run run;
    train_report report;
    dn_likeness likeness;
    char difference[DN_DIFFERENCE_SIZE];
} verification;

static bool on_batch(void *self, const dn_progress *progress)
{
    return train_report_batch(&((verification *)self)->report, progress);
}

static bool on_epoch(void *self, const dn_epoch *epoch)
{
    return train_report_epoch(&((verification *)self)->report, epoch);
}

/** Take the model that training started from: the one that is named, or else the bundled one. */
static dn_status start_from(verification *self, dn_error *error)
{
    const char *parent = self->options.parent;
    const bool is_needed = dn_archive_metadata(&self->run.archive, "from_sha256") != NULL;
    if (!parent && is_needed && cli_find_bundled(CLI_BUNDLED_MODEL, self->parent.path))
        self->parent.why = "bundled";
    else if (!parent)
        return DN_OK;
    else
        DN_TRY(cli_find_model(parent, &self->parent, error));
    if (parent)
        self->parent.why = "--from";
    cli_say_source(self->options.quiet, "from", &self->parent);
    return dn_run_start_from(&self->run, self->parent.path, error);
}

static dn_status verify(verification *self, const char *model, dn_error *error)
{
    char settings[DN_SETTINGS_TEXT_SIZE];
    const bool quiet = self->options.quiet;
    const dn_callbacks callbacks = {.batch_done = on_batch, .epoch_done = on_epoch, .self = self};
    DN_TRY(cli_find_model(model, &self->model, error));
    if (model)
        self->model.why = "named";
    cli_say_source(quiet, "model", &self->model);
    DN_TRY(dn_run_reproduce(&self->run, self->model.path, error));
    cli_say_line(quiet, "made by: digitnet train %s", dn_settings_text(&self->run.settings, settings));
    DN_TRY(start_from(self, error));
    DN_TRY(train_report_open(&self->run, &self->data, &self->options, error));
    train_report_begin(&self->report, &self->run);
    const dn_status status = dn_run_fit(&self->run, &callbacks, error);
    cli_progress_clear(&self->report.progress);
    DN_TRY(status);
    return dn_run_compare(&self->run, &self->likeness, self->difference, error);
}

static void print_text(const verification *self)
{
    if (self->likeness == DN_SAME_BYTES) {
        printf("reproduced: the same %zu bytes\n", self->run.bytes.size);
        return;
    }
    printf("not reproduced: %s", self->likeness == DN_SAME_WEIGHTS ? "every weight is the same, but " : "");
    cli_print_text(self->difference); /* with names and values of the file */
    putchar('\n');
}

static void print_json(const verification *self)
{
    char data[CLI_SOURCE_PATH_SIZE];
    json_line line = json_line_open(stdout);
    json_line_text(&line, "model", self->model.path);
    json_line_text(&line, "data", cli_sources_text(&self->data, data));
    json_line_flag(&line, "reproduced", self->likeness == DN_SAME_BYTES);
    json_line_count(&line, "bytes", self->run.bytes.size);
    json_line_count(&line, "steps", self->run.training.steps);
    json_line_number(&line, "seconds", self->run.seconds);
    if (self->likeness != DN_SAME_BYTES) {
        json_line_flag(&line, "same_weights", self->likeness == DN_SAME_WEIGHTS);
        json_line_text(&line, "difference", self->difference);
    }
    json_line_close(&line);
}

/** Run, tell, and hand back the exit code. */
static int report(verification *self, const char *model)
{
    dn_error error;
    const dn_status status = verify(self, model, &error);
    if (status != DN_OK && cli_interrupt_signal() == 0)
        return cli_say_error(&error);
    if (cli_interrupt_signal() != 0) {
        cli_say_note(self->options.quiet, "stopped by a signal: nothing was compared");
        return cli_interrupt_exit(CLI_EXIT_DONE);
    }
    if (self->options.json)
        print_json(self);
    else
        print_text(self);
    return self->likeness == DN_SAME_BYTES ? CLI_EXIT_DONE : CLI_EXIT_FAILED;
}

int cli_verify(size_t argument_count, char **arguments)
{
    verification self = {.options = cli_options_default()};
    cli_operands operands;
    int exit_code;
    if (!cli_parse(CLI_VERIFY, argument_count, arguments, &self.options, &operands, &exit_code))
        return exit_code;
    self.report.quiet = self.options.quiet;
    exit_code = report(&self, operands.count != 0 ? operands.values[0] : NULL);
    dn_run_free(&self.run);
    return exit_code;
}
