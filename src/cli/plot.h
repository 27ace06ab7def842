/** A curve over a logarithmic axis, as numbers: what a chart in the terminal and a picture have in common. */
#ifndef DN_CLI_PLOT_H
#define DN_CLI_PLOT_H

#include <stddef.h>

typedef struct cli_plot {
    const float *x; /**< [count], rising, above 0 */
    const float *y; /**< [count], finite, not negative */
    size_t count;   /**< at least 1 */
    const char *x_label;
    const char *y_label;
    float mark; /**< an x to point out, between the first and the last; 0 for none */
    const char *mark_text;
} cli_plot;

/** What the axes span. */
typedef struct cli_axes {
    double x_from; /**< logarithm to base 10 */
    double x_to;
    int first_decade; /**< powers of ten on the x axis; none when the first is above the last */
    int last_decade;
    double y_to;   /**< from 0 */
    double y_step; /**< between ticks, 1, 2 or 5 times a power of ten; y_to is a multiple */
    int y_ticks;   /**< above 0 */
} cli_axes;

/** Axes for a curve. What rises far above where the curve came from is left outside: it would flatten the rest. */
cli_axes cli_plot_axes(const cli_plot *plot);

/** Where x stands on its axis, 0 at the left end to 1. */
double cli_axes_place(const cli_axes *axes, float x);

/** Where a power of ten stands. */
double cli_axes_decade(const cli_axes *axes, int exponent);

/** How high y stands: 0 at the bottom to 1, at most 2 where it is outside. */
double cli_axes_height(const cli_axes *axes, double y);

/** The height of the curve at a place of the x axis, by a line between its points. */
double cli_plot_height(const cli_plot *plot, const cli_axes *axes, double place);

#define CLI_TICK_SIZE 32
/** Write a power of ten, "0.01" or "1e-5", and hand text back. */
char *cli_decade_text(int exponent, char text[CLI_TICK_SIZE]);

#endif
