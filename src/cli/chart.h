/** A curve in the terminal, of plain characters: it needs no colour and survives in a log. */
#ifndef DN_CLI_CHART_H
#define DN_CLI_CHART_H

#include "cli/plot.h"

#include <stdio.h>

/** The widest chart: wider ones are harder to read. The narrowest: narrower terminals break its lines. */
#define CLI_CHART_MOST_COLUMNS 100
#define CLI_CHART_LEAST_COLUMNS 40

/** Draw the plot with its axes, their labels and the mark. Units: columns is the width to fill, brought into the limits above. */
void cli_chart(FILE *stream, const cli_plot *plot, size_t columns);

#endif
