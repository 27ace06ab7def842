/** Reports of the commands that train: the run that begins, its epochs, and its result. */
#ifndef DN_CLI_TRAIN_REPORT_H
#define DN_CLI_TRAIN_REPORT_H

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/sources.h"
#include "train/log.h"

#include "digitnet/run.h"

typedef struct train_report {
    bool quiet;
    cli_progress progress;
    dn_epoch_log log;
    dn_epoch last; /**< the newest epoch, all zero before the first ends */
} train_report;

/** Find the data, open the run with it, and say what there is. Errors: those of cli_find_data and dn_run_open. */
DN_NODISCARD dn_status train_report_open(dn_run *run, cli_sources *sources, const cli_options *options,
                                         dn_error *error);

/** Begin to watch for signals and to show progress, from where the run stands. */
void train_report_begin(train_report *report, const dn_run *run);

/** After a batch: draw. False when a signal came and training is to stop. */
bool train_report_batch(train_report *report, const dn_progress *progress);

/** After an epoch: print and log it. False as above. */
bool train_report_epoch(train_report *report, const dn_epoch *epoch);

/** Print the result of the run, as a line or as a JSON object; on standard error where standard output takes the model or the log. */
void train_report_summary(const train_report *report, const dn_run *run, const cli_options *options,
                          const char *model_sha256);

/** Warn where training did not diverge but left a net far worse than guessing, whose loss is given. */
void train_report_doubt(const train_report *report, double guessing);

/** "98.05 +- 0.14 % (195 errors in 10000)" */
#define CLI_ACCURACY_SIZE 96
char *cli_accuracy_text(const dn_metrics *metrics, char text[CLI_ACCURACY_SIZE]);

#endif
