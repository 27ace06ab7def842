/** A curve to draw: it falls, and rises at the end. */
#ifndef DN_TESTS_USUAL_PLOT_H
#define DN_TESTS_USUAL_PLOT_H

#include "cli/plot.h"

static const float rates[] = {0.001F, 0.01F, 0.1F, 1.0F, 10.0F};
static const float falling[] = {6, 5, 3, 1, 6};

static inline cli_plot usual_plot(void)
{
    return (cli_plot){.x = rates,
                      .y = falling,
                      .count = 5,
                      .x_label = "rate",
                      .y_label = "loss",
                      .mark = 0.1F,
                      .mark_text = "here: 0.1"};
}

#endif
