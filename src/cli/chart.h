/** A curve in the terminal, of plain characters: it needs no colour and survives in a log. */
#ifndef DN_CLI_CHART_H
#define DN_CLI_CHART_H

#include <stdio.h>

/** A curve over a logarithmic axis. */
typedef struct cli_plot {
    const float *x; /**< [count], rising, above 0 */
    const float *y; /**< [count], finite, not negative */
    size_t count;   /**< at least 1 */
    const char *x_label;
    const char *y_label;
    float mark; /**< an x to point out, between the first and the last; 0 for none */
    const char *mark_text;
} cli_plot;

/** The widest chart: wider ones are harder to read. The narrowest: narrower terminals break its lines. */
#define CLI_CHART_MOST_COLUMNS 100
#define CLI_CHART_LEAST_COLUMNS 40

/** Draw the plot with its axes, their labels and the mark. Units: columns is the width to fill, brought into the limits above. */
void cli_chart(FILE *stream, const cli_plot *plot, size_t columns);

#endif
