#include "cli/train_report.h"

#include "cli/interrupt.h"
#include "cli/json_line.h"
#include "cli/say.h"

char *cli_accuracy_text(const dn_metrics *metrics, char text[CLI_ACCURACY_SIZE])
{
    snprintf(text, CLI_ACCURACY_SIZE, "%.2f +- %.2f %% (%zu errors in %zu)",
             100.0 * dn_metrics_accuracy(metrics), 100.0 * dn_metrics_uncertainty(metrics),
             metrics->count - metrics->correct, metrics->count);
    return text;
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
    train_log_put(&report->log, epoch);
    return cli_interrupt_signal() == 0;
}

static void summary_as_json(FILE *stream, const train_summary *summary)
{
    json_line line = json_line_open(stream);
    json_line_text(&line, "model", summary->model);
    json_line_text(&line, "sha256", summary->sha256);
    if (summary->last) {
        json_line_count(&line, "epochs", summary->epochs);
        json_line_count(&line, "steps", summary->steps);
    }
    json_line_number(&line, "seconds", summary->seconds);
    if (summary->last)
        json_line_number(&line, "train_loss", summary->last->train_loss);
    if (summary->valid) {
        json_line_number(&line, "valid_loss", summary->valid->loss);
        json_line_number(&line, "valid_accuracy", dn_metrics_accuracy(summary->valid));
    }
    if (summary->test) {
        json_line_count(&line, "test_images", summary->test->count);
        json_line_count(&line, "test_errors", summary->test->count - summary->test->correct);
        json_line_number(&line, "test_accuracy", dn_metrics_accuracy(summary->test));
    }
    json_line_close(&line);
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

void train_report_summary(FILE *stream, const train_summary *summary, bool json)
{
    char text[CLI_ACCURACY_SIZE];
    if (json)
        summary_as_json(stream, summary);
    else if (summary->test)
        fprintf(stream, "test accuracy %s\n", cli_accuracy_text(summary->test, text));
    else if (summary->valid)
        fprintf(stream, "held-out accuracy %s\n", cli_accuracy_text(summary->valid, text));
    else if (summary->last)
        fprintf(stream, "training loss %.4f\n", summary->last->train_loss);
    fflush(stream);
}
