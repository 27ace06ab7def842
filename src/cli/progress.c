#include "cli/progress.h"

#include "core/platform.h"
#include "core/size.h"

#include <stdio.h>
#include <string.h>

#define SECONDS_BETWEEN_DRAWS 0.1
#define BAR_WIDTH 24
#define LINE_SIZE 128
#define LEFT_SIZE 16
/** Back to the first column, and clear to the end of the line (ECMA-48). */
#define CLEAR_LINE "\r\033[K"

cli_progress cli_progress_begin(bool quiet)
{
    return (cli_progress){.shown = !quiet && dn_platform_is_terminal(stderr), .begin = dn_platform_seconds()};
}

static void format_bar(char *bar, double share)
{
    const size_t full = (size_t)(share * BAR_WIDTH);
    memset(bar, '-', BAR_WIDTH);
    memset(bar, '#', dn_smaller(full, BAR_WIDTH));
    bar[BAR_WIDTH] = '\0';
}

/** Minutes and seconds, with hours where there are any; an estimate of more than 99 hours is not told to the second. */
static void format_left(char left[LEFT_SIZE], double seconds)
{
    enum { MINUTE = 60, HOUR = 3600, MOST = 99 * HOUR };
    if (!(seconds <= MOST)) {
        snprintf(left, LEFT_SIZE, "over 99 hours");
        return;
    }
    const int whole = (int)seconds;
    if (whole < HOUR)
        snprintf(left, LEFT_SIZE, "%d:%02d", whole / MINUTE, whole % MINUTE);
    else
        snprintf(left, LEFT_SIZE, "%d:%02d:%02d", whole / HOUR, whole % HOUR / MINUTE, whole % MINUTE);
}

void cli_progress_draw(cli_progress *progress, const dn_progress *state)
{
    const double now = dn_platform_seconds();
    if (!progress->shown || now - progress->last_draw < SECONDS_BETWEEN_DRAWS)
        return;
    progress->last_draw = now;
    char bar[BAR_WIDTH + 1];
    char line[LINE_SIZE];
    const double of_epoch = (double)state->batch / (double)state->batches;
    const double of_all = ((double)(state->epoch - 1) + of_epoch) / (double)state->epochs;
    const double done = of_all - progress->start; /* in this run, of all that is to be done */
    const double seconds = now - progress->begin;
    char left[LEFT_SIZE];
    format_left(left, done > 0.0 ? seconds * (1.0 - of_all) / done : 0.0);
    const double all_images =
        (double)state->epochs * (double)state->batches * (double)state->images / (double)state->batch;
    format_bar(bar, of_epoch);
    snprintf(line, sizeof line, "epoch %zu/%zu [%s] loss %.4f  %.0f images/s  %s left", state->epoch,
             state->epochs, bar, state->loss, seconds > 0.0 ? done * all_images / seconds : 0.0, left);
    const size_t width = dn_platform_terminal_width(stderr);
    fprintf(stderr, CLEAR_LINE "%.*s", (int)width - 1, line);
    fflush(stderr);
}

void cli_progress_clear(const cli_progress *progress)
{
    if (progress->shown && progress->last_draw > 0.0)
        fputs(CLEAR_LINE, stderr);
}
