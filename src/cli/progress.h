/** The progress bar of a training run, with the time that is left: on a terminal only. */
#ifndef DN_CLI_PROGRESS_H
#define DN_CLI_PROGRESS_H

#include "digitnet/train.h"

typedef struct cli_progress {
    bool shown;       /**< standard error is a terminal and nobody asked for quiet */
    double begin;     /**< seconds, when training began */
    double start;     /**< the share of all steps that was done before, 0 to 1 */
    double last_draw; /**< seconds, when the bar was drawn last */
} cli_progress;

cli_progress cli_progress_begin(bool quiet);

/** Redraw the bar, at most ten times a second. */
void cli_progress_draw(cli_progress *progress, const dn_progress *state);

/** Remove the bar, so that a line can be printed in its place. */
void cli_progress_clear(const cli_progress *progress);

#endif
