#include "cli/command.h"

#include "cli/chart.h"
#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "cli/train_report.h"
#include "core/fail.h"
#include "core/platform.h"
#include "io/json_line.h"

#include <math.h>

#define RATE_SIZE 32
#define MARK_SIZE (RATE_SIZE + 16)

/** State of one call of the command. */
typedef struct lr_find_command {
    cli_options options;
    cli_sources sources;
    dn_run run;
    train_report report;
    dn_lr_curve curve;
} lr_find_command;

static bool on_batch(void *self, const dn_progress *progress)
{
    return train_report_batch(&((lr_find_command *)self)->report, progress);
}

static dn_status find(lr_find_command *self, dn_error *error)
{
    const cli_options *options = &self->options;
    const dn_lr_range range = {.from = options->from, .to = options->to, .steps = (size_t)options->steps};
    dn_learner learner = dn_run_learner(&self->run);
    learner.callbacks = (dn_callbacks){.batch_done = on_batch, .self = self};
    train_report_begin(&self->report, &self->run);
    const dn_status status = dn_lr_find(&learner, &range, &self->curve, error);
    cli_progress_clear(&self->report.progress);
    return status;
}

/** Write a rate with two digits: the third says nothing. */
static char *rate_text(float rate, char text[RATE_SIZE])
{
    snprintf(text, RATE_SIZE, "%.2g", (double)rate);
    return text;
}

static void print_json(const dn_lr_curve *curve)
{
    json_line line = json_line_open(stdout);
    json_line_number(&line, "suggested_lr",
                     curve->suggestion > 0.0F ? (double)curve->suggestion : (double)NAN);
    json_line_number(&line, "best_loss", (double)curve->smoothed[curve->best]);
    json_line_number(&line, "best_lr", (double)curve->rate[curve->best]);
    json_line_count(&line, "steps", curve->count);
    json_line_numbers(&line, "lr", curve->rate, curve->count);
    json_line_numbers(&line, "loss", curve->loss, curve->count);
    json_line_numbers(&line, "smoothed_loss", curve->smoothed, curve->count);
    json_line_close(&line);
}

static void print_chart(const dn_lr_curve *curve)
{
    char rate[RATE_SIZE];
    char mark[MARK_SIZE];
    snprintf(mark, sizeof mark, "suggested: %s", rate_text(curve->suggestion, rate));
    const cli_plot plot = {.x = curve->rate,
                           .y = curve->smoothed,
                           .count = curve->count,
                           .x_label = "learning rate",
                           .y_label = "smoothed loss",
                           .mark = curve->suggestion,
                           .mark_text = mark};
    cli_chart(stdout, &plot, dn_platform_terminal_width(stdout));
    if (curve->suggestion > 0.0F)
        printf("suggested learning rate %s\n", rate);
    fflush(stdout);
}

/** Describe the curve in words. */
static dn_status explain(const lr_find_command *self, dn_error *error)
{
    const dn_lr_curve *curve = &self->curve;
    const bool quiet = self->options.quiet;
    char rate[RATE_SIZE];
    if (curve->suggestion == 0.0F)
        return dn_fail(error, DN_ERR_DIVERGED, "try other rates by --from and --to, or more --steps",
                       "the loss fell at none of the rates from %g to %g", (double)self->options.from,
                       (double)curve->rate[curve->count - 1]);
    if (curve->diverged)
        cli_say_line(quiet, "the loss diverged at learning rate %s",
                     rate_text(curve->rate[curve->count - 1], rate));
    else if (curve->best + 1 == curve->count)
        cli_say_note(quiet, "the loss was still falling at the highest rate: try a higher --to");
    cli_say_line(quiet, "try: digitnet train --lr %s, with the other settings as they were",
                 rate_text(curve->suggestion, rate));
    return DN_OK;
}

static dn_status lr_find(lr_find_command *self, dn_error *error)
{
    const cli_options *options = &self->options;
    if (!(options->from < options->to))
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--to", "give a rate above --from",
                          "the rates can't rise from %g to %g", (double)options->from, (double)options->to);
    DN_TRY(train_report_open(&self->run, &self->sources, options, error));
    DN_TRY(find(self, error));
    if (self->curve.stopped) {
        cli_say_line(options->quiet, "stopped by a signal after %zu steps", self->curve.count);
        return DN_OK;
    }
    if (options->json)
        print_json(&self->curve);
    else
        print_chart(&self->curve);
    return explain(self, error);
}

int cli_lr_find(size_t argument_count, char **arguments)
{
    lr_find_command self = {.options = cli_options_default()};
    cli_operands operands;
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_LR_FIND, argument_count, arguments, &self.options, &operands, &exit_code))
        return exit_code;
    self.run.settings = self.options.settings;
    self.report.quiet = self.options.quiet;
    if (lr_find(&self, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    dn_lr_curve_free(&self.curve);
    dn_run_free(&self.run);
    return cli_interrupt_exit(exit_code);
}
