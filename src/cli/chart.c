#include "cli/chart.h"

#include "core/scalar.h"
#include "core/size.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* ---- The axes ---- */

#define TICK_SIZE 32
#define LN_10 2.30258509299404568402
/** Rounding error, as a fraction of a decade. */
#define CLOSE 1e-4
#define MOST_TICKS 6.0
/** How far above its height before the lowest point the curve is followed. */
#define HEADROOM 1.2
#define OUTSIDE 2.0
/** Powers of ten beyond these are written with an exponent. */
#define PLAIN_DIGITS 3

/** What the axes span. */
typedef struct axes_span {
    double x_from; /**< logarithm to base 10 */
    double x_to;
    int first_decade; /**< powers of ten on the x axis; none when the first is above the last */
    int last_decade;
    double y_to;   /**< from 0 */
    double y_step; /**< between ticks, 1, 2 or 5 times a power of ten; y_to is a multiple */
    int y_ticks;   /**< above 0 */
} axes_span;

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

/** Axes for a curve. What rises far above where the curve came from is left outside: it would flatten the rest. */
static axes_span find_axes(const cli_plot *plot)
{
    axes_span axes = {.x_from = log10_of(plot->x[0]), .x_to = log10_of(plot->x[plot->count - 1])};
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

/** Where x stands on its axis, 0 at the left end to 1. */
static double place_of(const axes_span *axes, float x)
{
    return within((log10_of(x) - axes->x_from) / (axes->x_to - axes->x_from), 0.0, 1.0);
}

/** Where a power of ten stands. */
static double decade_place(const axes_span *axes, int exponent)
{
    return within((exponent - axes->x_from) / (axes->x_to - axes->x_from), 0.0, 1.0);
}

/** How high y stands: 0 at the bottom to 1, at most 2 where it is outside. */
static double height_of(const axes_span *axes, double y)
{
    return within(y / axes->y_to, 0.0, OUTSIDE);
}

/** The height of the curve at a place of the x axis, by a line between its points. */
static double height_at(const cli_plot *plot, const axes_span *axes, double place)
{
    size_t low = 0;
    size_t high = plot->count - 1;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (place_of(axes, plot->x[middle]) <= place)
            low = middle;
        else
            high = middle;
    }
    const double from = place_of(axes, plot->x[low]);
    const double width = place_of(axes, plot->x[high]) - from;
    const double share = width > 0.0 ? within((place - from) / width, 0.0, 1.0) : 1.0;
    const double y = (double)plot->y[low] + share * ((double)plot->y[high] - (double)plot->y[low]);
    return height_of(axes, y);
}

/** Write a power of ten, "0.01" or "1e-5", and hand text back. */
static char *decade_text(int exponent, char text[TICK_SIZE])
{
    if (exponent >= -PLAIN_DIGITS && exponent <= PLAIN_DIGITS)
        snprintf(text, TICK_SIZE, "%.*f", exponent < 0 ? -exponent : 0, pow(10.0, exponent));
    else
        snprintf(text, TICK_SIZE, "1e%d", exponent);
    return text;
}

/* ---- The drawing ---- */

#define ROWS 18
/** Columns left of the curve: a tick's text, a blank and the axis. */
#define TICK_WIDTH 6
#define MARGIN (TICK_WIDTH + 2)
/** A character shows three heights. */
static const char levels[] = ".-'";
#define LEVELS 3
enum { ALL_LEVELS = ROWS * LEVELS };

/** The area of the curve, row 0 at the bottom. */
typedef struct canvas {
    const cli_plot *plot;
    axes_span axes;
    size_t width;
    char cells[ROWS][CLI_CHART_MOST_COLUMNS];
} canvas;

/** The column at a place of the x axis. */
static size_t column_at(const canvas *area, double place)
{
    return (size_t)(place * (double)(area->width - 1) + 0.5);
}

/** The level at a place, counted from the bottom; ALL_LEVELS where the curve is outside. */
static size_t level_at(const canvas *area, double place)
{
    const double height = height_at(area->plot, &area->axes, place);
    return height > 1.0 ? ALL_LEVELS : (size_t)(height * (ALL_LEVELS - 1) + 0.5);
}

/** Has the curve been drawn in a cell? */
static bool is_drawn(const canvas *area, size_t row, size_t column)
{
    const char cell = area->cells[row][column];
    return cell == '|' || strchr(levels, cell);
}

/** One column of the curve: a character, or a line of them where it is steep, from where the column before it ended. */
static void draw_column(canvas *area, size_t column)
{
    const double half = 0.5 / (double)(area->width - 1);
    const double place = 2.0 * half * (double)column;
    const size_t level = level_at(area, place);
    const size_t left = level_at(area, place > half ? place - half : 0.0) / LEVELS;
    const size_t right = level_at(area, place + half < 1.0 ? place + half : 1.0) / LEVELS;
    const size_t low = dn_smaller(left, right);
    const size_t high = dn_larger(left, right);
    const bool steep = high - low > 1;
    for (size_t row = low; row <= high && row < ROWS && steep; row++)
        if (row != left || column == 0 || !is_drawn(area, row, column - 1))
            area->cells[row][column] = '|';
    if (!steep && level < ALL_LEVELS)
        area->cells[level / LEVELS][column] = levels[level % LEVELS];
}

static void draw(canvas *area)
{
    memset(area->cells, ' ', sizeof area->cells);
    if (area->plot->mark > 0.0F) {
        const size_t column = column_at(area, place_of(&area->axes, area->plot->mark));
        for (size_t row = 0; row < ROWS; row++)
            area->cells[row][column] = ':';
    }
    for (size_t column = 0; column < area->width; column++)
        draw_column(area, column);
}

/** Print without the blanks at the end. */
static void print_line(FILE *stream, const char *text, size_t length)
{
    while (length > 0 && text[length - 1] == ' ')
        length--;
    fprintf(stream, "%.*s\n", (int)length, text);
}

/** The tick of the y axis in a row, counted from 1; 0 for none. */
static int tick_in(const axes_span *axes, size_t row)
{
    for (int tick = 1; tick <= axes->y_ticks; tick++)
        if ((size_t)((double)tick / axes->y_ticks * (ROWS * LEVELS - 1) + 0.5) / LEVELS == row)
            return tick;
    return 0;
}

static void print_rows(FILE *stream, const canvas *area)
{
    for (size_t row = ROWS; row-- > 0;) {
        const int tick = tick_in(&area->axes, row);
        if (tick != 0)
            fprintf(stream, "%*.3g +", TICK_WIDTH, tick * area->axes.y_step);
        else
            fprintf(stream, "%*s |", TICK_WIDTH, "");
        print_line(stream, area->cells[row], area->width);
    }
}

/** The x axis with a cross at each power of ten, and below it their texts where there is room. */
static void print_axis(FILE *stream, const canvas *area)
{
    char line[CLI_CHART_MOST_COLUMNS];
    char texts[MARGIN + CLI_CHART_MOST_COLUMNS + TICK_SIZE];
    size_t end = 0; /* of the texts so far, with a blank */
    memset(line, '-', sizeof line);
    memset(texts, ' ', sizeof texts);
    for (int decade = area->axes.first_decade; decade <= area->axes.last_decade; decade++) {
        char text[TICK_SIZE];
        const size_t column = column_at(area, decade_place(&area->axes, decade));
        const size_t length = strlen(decade_text(decade, text));
        const size_t begin = MARGIN + column - length / 2;
        line[column] = '+';
        if (begin < end || begin + length > MARGIN + area->width)
            continue;
        memcpy(texts + begin, text, length);
        end = begin + length + 1;
    }
    fprintf(stream, "%*d +", TICK_WIDTH, 0);
    print_line(stream, line, area->width);
    print_line(stream, texts, MARGIN + area->width);
}

/** An arrow below the mark, with its text on the side that has room. */
static void print_mark(FILE *stream, const canvas *area)
{
    const cli_plot *plot = area->plot;
    char line[MARGIN + CLI_CHART_MOST_COLUMNS];
    const size_t width = MARGIN + area->width;
    memset(line, ' ', sizeof line);
    if (plot->mark > 0.0F) {
        const size_t column = MARGIN + column_at(area, place_of(&area->axes, plot->mark));
        const size_t length = strlen(plot->mark_text);
        line[column] = '^';
        if (column + 2 + length <= width)
            memcpy(line + column + 2, plot->mark_text, length);
        else if (column > length)
            memcpy(line + column - 1 - length, plot->mark_text, length);
    }
    print_line(stream, line, width);
}

void cli_chart(FILE *stream, const cli_plot *plot, size_t columns)
{
    if (columns > CLI_CHART_MOST_COLUMNS)
        columns = CLI_CHART_MOST_COLUMNS;
    if (columns < CLI_CHART_LEAST_COLUMNS)
        columns = CLI_CHART_LEAST_COLUMNS;
    canvas area = {.plot = plot, .axes = find_axes(plot), .width = columns - MARGIN};
    draw(&area);
    fprintf(stream, "%*s\n", TICK_WIDTH, plot->y_label);
    print_rows(stream, &area);
    print_axis(stream, &area);
    print_mark(stream, &area);
    fprintf(stream, "%*s\n", (int)columns, plot->x_label);
}
