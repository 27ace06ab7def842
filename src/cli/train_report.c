#include "cli/train_report.h"

#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/say.h"
#include "core/fail.h"
#include "data/dataloader.h"
#include "io/json_line.h"
#include "nn/model.h"

char *cli_accuracy_text(const dn_metrics *metrics, char text[CLI_ACCURACY_SIZE])
{
    snprintf(text, CLI_ACCURACY_SIZE, "%.2f +- %.2f %% (%zu errors in %zu)",
             100.0 * dn_metrics_accuracy(metrics), 100.0 * dn_metrics_uncertainty(metrics),
             metrics->count - metrics->correct, metrics->count);
    return text;
}

static size_t count_images(const dn_dataloader *loader)
{
    return loader ? dn_dataloader_count(loader) : 0;
}

static void say_run(const dn_run *run, bool quiet)
{
    char architecture[DN_ARCHITECTURE_SIZE];
    cli_say_line(quiet, "images: %zu to learn from, %zu held out, %zu to test", count_images(run->train),
                 count_images(run->valid), count_images(run->test));
    if (run->classifier.model)
        cli_say_line(quiet, "model: %s, %zu parameters",
                     dn_model_architecture(run->classifier.model, architecture),
                     dn_model_parameter_count(run->classifier.model));
    else
        cli_say_line(quiet, "model: the mean image of each of %zu digits, nearest by %s",
                     run->settings.classes.count, run->settings.metric);
}

dn_status train_report_open(dn_run *run, cli_sources *sources, const cli_options *options, dn_error *error)
{
    const char *folders[DN_MAX_SETS];
    DN_TRY(cli_find_sets(&options->data, options->quiet, sources, error));
    for (size_t i = 0; i < sources->count; i++)
        folders[i] = sources->source[i].path;
    const dn_status status = dn_run_open_sets(run, folders, sources->count, (size_t)options->threads, error);
    for (size_t i = 0; i < run->set_count; i++)
        for (dn_part_of_data part = DN_DATA_TRAIN; part <= DN_DATA_TEST; part++)
            cli_say_doubts(options->quiet, &sources->source[i], part, run->sets[i].doubts[part],
                           run->sets[i].doubt_count[part]);
    if (status == DN_OK)
        say_run(run, options->quiet);
    return status;
}

void train_report_begin(train_report *report, const dn_run *run)
{
    const double steps = (double)run->settings.epochs * (double)dn_dataloader_batches(run->train);
    cli_interrupt_watch();
    report->progress = cli_progress_begin(report->quiet);
    report->progress.start = (double)run->training.steps / steps;
}

bool train_report_batch(train_report *report, const dn_progress *progress)
{
    cli_progress_draw(&report->progress, progress);
    return cli_interrupt_signal() == 0;
}

bool train_report_epoch(train_report *report, const dn_epoch *epoch)
{
    report->last = *epoch;
    cli_progress_clear(&report->progress);
    if (epoch->validated)
        cli_say_line(report->quiet, "epoch %2zu/%zu  loss %.4f  held-out accuracy %.2f %%  %.2f s",
                     epoch->epoch, epoch->epochs, epoch->train_loss,
                     100.0 * dn_metrics_accuracy(&epoch->valid), epoch->seconds);
    else
        cli_say_line(report->quiet, "epoch %2zu/%zu  loss %.4f  %.2f s", epoch->epoch, epoch->epochs,
                     epoch->train_loss, epoch->seconds);
    dn_epoch_log_put(&report->log, epoch);
    return cli_interrupt_signal() == 0;
}

/** The metrics of the saved weights on the held-out images; count 0 where they are not those of a best epoch. */
static dn_metrics best_validation(const dn_run *run)
{
    const dn_training *training = &run->training;
    if (training->best_epoch == 0)
        return (dn_metrics){0};
    const size_t count = dn_dataloader_count(run->valid);
    return (dn_metrics){.count = count,
                        .correct = (size_t)(training->best_accuracy * (double)count + 0.5),
                        .loss = training->best_loss};
}

static void print_json(FILE *stream, const train_report *report, const dn_run *run, const char *path,
                       const char *sha256)
{
    const dn_metrics valid = best_validation(run);
    const dn_metrics *test = &run->test_metrics;
    json_line line = json_line_open(stream);
    json_line_text(&line, "model", path);
    json_line_text(&line, "sha256", sha256);
    if (run->classifier.model) {
        json_line_count(&line, "epochs", run->training.epochs);
        json_line_count(&line, "steps", run->training.steps);
    }
    json_line_number(&line, "seconds", run->seconds);
    if (run->classifier.model)
        json_line_number(&line, "train_loss", report->last.train_loss);
    if (valid.count != 0) {
        json_line_number(&line, "valid_loss", valid.loss);
        json_line_number(&line, "valid_accuracy", dn_metrics_accuracy(&valid));
    }
    if (run->test) {
        json_line_count(&line, "test_images", test->count);
        json_line_count(&line, "test_errors", test->count - test->correct);
        json_line_number(&line, "test_accuracy", dn_metrics_accuracy(test));
    }
    json_line_close(&line);
}

static void print_text(FILE *stream, const train_report *report, const dn_run *run)
{
    const dn_metrics valid = best_validation(run);
    char text[CLI_ACCURACY_SIZE];
    if (run->test)
        fprintf(stream, "test accuracy %s\n", cli_accuracy_text(&run->test_metrics, text));
    else if (valid.count != 0)
        fprintf(stream, "held-out accuracy %s\n", cli_accuracy_text(&valid, text));
    else if (run->classifier.model)
        fprintf(stream, "training loss %.4f\n", report->last.train_loss);
}

void train_report_summary(const train_report *report, const dn_run *run, const cli_options *options,
                          const char *model_sha256)
{
    FILE *stream = cli_is_stdout(options->output) || cli_is_stdout(options->log) ? stderr : stdout;
    if (options->json)
        print_json(stream, report, run, options->output, model_sha256);
    else
        print_text(stream, report, run);
    fflush(stream);
}

void train_report_doubt(const train_report *report, double guessing)
{
    /* A net that is sure of wrong answers has twice the mse of guessing; cross entropy has no bound. */
    const double far_worse = 1.5 * guessing;
    const double loss = report->last.validated ? report->last.valid.loss : report->last.train_loss;
    if (loss > far_worse)
        cli_say_note(report->quiet, "the loss is %.3g, guessing has %.3g: try a lower learning rate", loss,
                     guessing);
}
