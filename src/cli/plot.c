#include "cli/plot.h"

#include "core/scalar.h"

#include <math.h>
#include <stdio.h>

#define LN_10 2.30258509299404568402
/** So much of a decade is rounding. */
#define CLOSE 1e-4
#define MOST_TICKS 6.0
/** How far above its height before the lowest point the curve is followed. */
#define HEADROOM 1.2
#define OUTSIDE 2.0
/** Powers of ten beyond these are written with an exponent. */
#define PLAIN_DIGITS 3

static double log10_of(float x)
{
    return (double)dn_log(x) / LN_10;
}

/** The highest of the first values, 0 at least. By comparing: fmax in such a loop crashes gcc 12 for aarch64. */
static double highest(const cli_plot *plot, size_t count)
{
    float y = 0.0F;
    for (size_t i = 0; i < count; i++)
        if (plot->y[i] > y)
            y = plot->y[i];
    return (double)y;
}

/** The highest y that is worth showing. */
static double top_of(const cli_plot *plot)
{
    size_t lowest = 0;
    for (size_t i = 0; i < plot->count; i++)
        if (plot->y[i] < plot->y[lowest])
            lowest = i;
    const double top = fmin(highest(plot, plot->count), HEADROOM * highest(plot, lowest + 1));
    return top > 0.0 ? top : 1.0;
}

/** The least of 1, 2 and 5 times a power of ten that makes few enough ticks. */
static double step_for(double top)
{
    static const double factors[] = {1.0, 2.0, 5.0};
    for (int decade = (int)floor(log10(top)) - 1;; decade++) {
        const double power = pow(10.0, decade);
        for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
            if (top / (factors[i] * power) <= MOST_TICKS)
                return factors[i] * power;
    }
}

cli_axes cli_plot_axes(const cli_plot *plot)
{
    cli_axes axes = {.x_from = log10_of(plot->x[0]), .x_to = log10_of(plot->x[plot->count - 1])};
    const double top = top_of(plot);
    if (axes.x_to - axes.x_from < CLOSE)
        axes.x_to = axes.x_from + 1.0;
    axes.first_decade = (int)ceil(axes.x_from - CLOSE);
    axes.last_decade = (int)floor(axes.x_to + CLOSE);
    axes.y_step = step_for(top);
    axes.y_ticks = (int)ceil(top / axes.y_step - CLOSE);
    axes.y_to = axes.y_ticks * axes.y_step;
    return axes;
}

static double within(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

double cli_axes_place(const cli_axes *axes, float x)
{
    return within((log10_of(x) - axes->x_from) / (axes->x_to - axes->x_from), 0.0, 1.0);
}

double cli_axes_decade(const cli_axes *axes, int exponent)
{
    return within((exponent - axes->x_from) / (axes->x_to - axes->x_from), 0.0, 1.0);
}

double cli_axes_height(const cli_axes *axes, double y)
{
    return within(y / axes->y_to, 0.0, OUTSIDE);
}

double cli_plot_height(const cli_plot *plot, const cli_axes *axes, double place)
{
    size_t low = 0;
    size_t high = plot->count - 1;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (cli_axes_place(axes, plot->x[middle]) <= place)
            low = middle;
        else
            high = middle;
    }
    const double from = cli_axes_place(axes, plot->x[low]);
    const double width = cli_axes_place(axes, plot->x[high]) - from;
    const double share = width > 0.0 ? within((place - from) / width, 0.0, 1.0) : 1.0;
    const double y = (double)plot->y[low] + share * ((double)plot->y[high] - (double)plot->y[low]);
    return cli_axes_height(axes, y);
}

char *cli_decade_text(int exponent, char text[CLI_TICK_SIZE])
{
    if (exponent >= -PLAIN_DIGITS && exponent <= PLAIN_DIGITS)
        snprintf(text, CLI_TICK_SIZE, "%.*f", exponent < 0 ? -exponent : 0, pow(10.0, exponent));
    else
        snprintf(text, CLI_TICK_SIZE, "1e%d", exponent);
    return text;
}
