/** What `digitnet train` tells while it runs and when it is done. */
#ifndef DN_CLI_TRAIN_REPORT_H
#define DN_CLI_TRAIN_REPORT_H

#include "cli/progress.h"
#include "cli/train_log.h"

#include <stdio.h>

typedef struct train_report {
    bool quiet;
    cli_progress progress;
    train_log log;
    dn_epoch last; /**< the newest epoch, all zero before the first ends */
} train_report;

/** After a batch: draw. False when a signal came and training is to stop. */
bool train_report_batch(train_report *report, const dn_progress *progress);

/** After an epoch: print and log it. False as above. */
bool train_report_epoch(train_report *report, const dn_epoch *epoch);

/** How a run ended. */
typedef struct train_summary {
    const char *model; /**< the path that was saved */
    size_t epochs;     /**< whole ones done */
    size_t steps;
    double seconds;          /**< wall clock, from the first batch to the last */
    const dn_epoch *last;    /**< or NULL where there were no epochs */
    const dn_metrics *valid; /**< of the saved weights on the held-out images, or NULL */
    const dn_metrics *test;  /**< or NULL where there are no test images */
    const char *sha256;      /**< of the model file */
} train_summary;

/** Print the summary, as a line of text or as a JSON object. */
void train_report_summary(FILE *stream, const train_summary *summary, bool json);

/** Say so where training did not diverge but left a net that does far worse than guessing, whose loss is given. */
void train_report_doubt(const train_report *report, double guessing);

/** "98.05 +- 0.14 % (195 errors in 10000)" */
#define CLI_ACCURACY_SIZE 96
char *cli_accuracy_text(const dn_metrics *metrics, char text[CLI_ACCURACY_SIZE]);

#endif
