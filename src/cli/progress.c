#include "cli/progress.h"

#include "core/platform.h"

#include <stdio.h>
#include <string.h>

#define SECONDS_BETWEEN_DRAWS 0.1
#define BAR_WIDTH 24
#define LINE_SIZE 128
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
    memset(bar, '#', full < BAR_WIDTH ? full : BAR_WIDTH);
    bar[BAR_WIDTH] = '\0';
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
    const double left = done > 0.0 ? seconds * (1.0 - of_all) / done : 0.0;
    const double all_images =
        (double)state->epochs * (double)state->batches * (double)state->images / (double)state->batch;
    format_bar(bar, of_epoch);
    snprintf(line, sizeof line, "epoch %zu/%zu [%s] loss %.4f  %.0f images/s  %d:%02d left", state->epoch,
             state->epochs, bar, state->loss, seconds > 0.0 ? done * all_images / seconds : 0.0,
             (int)(left / 60.0), (int)left % 60);
    const size_t width = dn_platform_terminal_width(stderr);
    fprintf(stderr, CLEAR_LINE "%.*s", (int)width - 1, line);
    fflush(stderr);
}

void cli_progress_clear(const cli_progress *progress)
{
    if (progress->shown && progress->last_draw > 0.0)
        fputs(CLEAR_LINE, stderr);
}
