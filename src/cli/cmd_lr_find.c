#include "cli/command.h"

#include "cli/chart.h"
#include "cli/file_type.h"
#include "cli/interrupt.h"
#include "cli/json_line.h"
#include "cli/say.h"
#include "cli/svg.h"
#include "cli/train_run.h"
#include "core/fail.h"
#include "core/platform.h"
#include "io/file.h"

#include "digitnet/train.h"

#include <math.h>

#define MAX_STEPS 1000000
#define RATE_SIZE 32
#define MARK_SIZE (RATE_SIZE + 16)

/** One run of the command: what it was told, and what it made so far. */
typedef struct lr_find_run {
    train_run train; /**< with the options that are train's too */
    float from;
    float to;
    uint64_t steps;
    const char *svg; /**< or NULL */
    dn_lr_curve curve;
} lr_find_run;

/** A picture of ours may replace a picture of ours. Asked before the run, not after. */
static dn_status check_svg(const lr_find_run *run, dn_error *error)
{
    const char *path = run->svg;
    if (!path)
        return DN_OK;
    if (cli_is_stdout(path) && run->train.options.json)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--json", "leave it out, or give a file",
                          "standard output takes the picture already");
    return cli_check_output(path, run->train.options.force, cli_svg_check_ours,
                            "a picture that digitnet drew", "give another --svg, or --force to replace it",
                            error);
}

static dn_status check_rates(const lr_find_run *run, dn_error *error)
{
    if (run->from < run->to)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--to", "give a rate above --from",
                      "the rates can't rise from %g to %g", (double)run->from, (double)run->to);
}

static bool on_batch(void *self, const dn_progress *progress)
{
    lr_find_run *run = self;
    return train_report_batch(&run->train.report, progress);
}

static dn_status find(lr_find_run *run, dn_error *error)
{
    train_run *train = &run->train;
    const dn_lr_range range = {.from = run->from, .to = run->to, .steps = (size_t)run->steps};
    dn_learner learner = train_make_learner(train);
    learner.callbacks = (dn_callbacks){.batch_done = on_batch, .self = run};
    cli_interrupt_watch();
    train->report.progress = cli_progress_begin(train->options.quiet);
    const dn_status status = dn_lr_find(&learner, &range, &run->curve, error);
    cli_progress_clear(&train->report.progress);
    return status;
}

/** A rate as people write it: the third digit says nothing. */
static char *rate_text(float rate, char text[RATE_SIZE])
{
    snprintf(text, RATE_SIZE, "%.2g", (double)rate);
    return text;
}

static void print_json(const lr_find_run *run)
{
    const dn_lr_curve *curve = &run->curve;
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

/** Show the curve in every way that is wanted. */
static dn_status show(const lr_find_run *run, dn_error *error)
{
    const dn_lr_curve *curve = &run->curve;
    char rate[RATE_SIZE];
    char mark[MARK_SIZE];
    char path[CLI_PATH_TEXT_SIZE];
    snprintf(mark, sizeof mark, "suggested: %s", rate_text(curve->suggestion, rate));
    const cli_plot plot = {.x = curve->rate,
                           .y = curve->smoothed,
                           .count = curve->count,
                           .x_label = "learning rate",
                           .y_label = "smoothed loss",
                           .mark = curve->suggestion,
                           .mark_text = mark};
    FILE *results = cli_is_stdout(run->svg) ? stderr : stdout;
    if (run->train.options.json)
        print_json(run);
    else
        cli_chart(results, &plot, dn_platform_terminal_width(results));
    if (!run->train.options.json && curve->suggestion > 0.0F)
        fprintf(results, "suggested learning rate %s\n", rate);
    fflush(results);
    if (!run->svg)
        return DN_OK;
    DN_TRY(cli_svg_write(run->svg, &plot, error));
    cli_say_line(run->train.options.quiet, "saved: %s", cli_path_text(dn_file_output_name(run->svg), path));
    return DN_OK;
}

/** What the curve means, in words. */
static dn_status explain(const lr_find_run *run, dn_error *error)
{
    const dn_lr_curve *curve = &run->curve;
    const bool quiet = run->train.options.quiet;
    char rate[RATE_SIZE];
    if (curve->suggestion == 0.0F)
        return dn_fail(error, DN_ERR_DIVERGED, "try other rates by --from and --to, or more --steps",
                       "the loss fell at none of the rates from %g to %g", (double)run->from,
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

static dn_status lr_find(lr_find_run *run, dn_error *error)
{
    DN_TRY(check_rates(run, error));
    DN_TRY(check_svg(run, error));
    DN_TRY(train_load_training_data(&run->train, error));
    DN_TRY(train_make_context(&run->train, error));
    DN_TRY(train_build_model(&run->train, error));
    DN_TRY(find(run, error));
    if (run->curve.stopped) {
        cli_say_line(run->train.options.quiet, "stopped by a signal after %zu steps", run->curve.count);
        return DN_OK;
    }
    DN_TRY(show(run, error));
    return explain(run, error);
}

/** The options: those of train that decide what the loss does, and the command's own. */
static size_t fill_table(lr_find_run *run, cli_option *table)
{
    static const char *const shared[] = {"--data",       "--classes",  "--loss",     "--hidden",
                                         "--batch-size", "--momentum", "--nesterov", "--weight-decay",
                                         "--dropout",    "--augment",  "--strength", "--seed",
                                         "--valid",      "--limit",    "--threads",  NULL};
    const cli_option own[] = {
        {.name = "--from", "RATE", "the first and lowest learning rate", CLI_RATE, &run->from},
        {.name = "--to", "RATE", "the last and highest one", CLI_RATE, &run->to},
        {.name = "--steps",
         "N",
         "how many rates to try, one a mini-batch",
         CLI_COUNT,
         &run->steps,
         .minimum = DN_LR_MIN_STEPS,
         .maximum = MAX_STEPS},
        {.name = "--svg",
         "FILE",
         "draw the curve as an SVG picture too; - is standard output",
         CLI_TEXT,
         &run->svg},
        {.name = "--json",
         NULL,
         "print the suggestion and the curve as one JSON object",
         CLI_FLAG,
         &run->train.options.json},
        {.name = "--quiet", NULL, "say nothing but results and errors", CLI_FLAG, &run->train.options.quiet},
        {.name = "--force",
         NULL,
         "replace the file of --svg even if it is no picture that digitnet drew",
         CLI_FLAG,
         &run->train.options.force},
    };
    size_t count = train_pick_options(&run->train.options, shared, table);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        table[count++] = own[i];
    return count;
}

int cli_lr_find(size_t argument_count, char **arguments)
{
    lr_find_run run = {.train.options = train_defaults(), .from = 1e-5F, .to = 10.0F, .steps = 200};
    cli_option table[TRAIN_OPTION_COUNT];
    cli_operands operands;
    dn_error error;
    int exit_code = CLI_EXIT_DONE;
    const cli_usage usage = {
        .command = "lr-find",
        .summary =
            "Find a learning rate: train for a moment with a rate that rises from far too low to far too "
            "high, draw how the loss falls and then bounces or diverges, and suggest a rate for train. "
            "Nothing is saved.",
        .options = table,
        .option_count = fill_table(&run, table)};
    if (!cli_parse(&usage, argument_count, arguments, &operands, &exit_code))
        return exit_code;
    run.train.report.quiet = run.train.options.quiet;
    if (lr_find(&run, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    dn_lr_curve_free(&run.curve);
    train_release(&run.train);
    if (exit_code == CLI_EXIT_DONE && cli_interrupt_signal() != 0)
        exit_code = CLI_EXIT_SIGNAL + cli_interrupt_signal();
    return exit_code;
}
