#include "cli/chart.h"

#include <stdbool.h>
#include <string.h>

#define ROWS 18
/** Left of the curve: a tick's text, a blank and the axis. */
#define TICK_WIDTH 6
#define MARGIN (TICK_WIDTH + 2)
/** A character shows three heights. */
static const char levels[] = ".-'";
#define LEVELS 3
enum { ALL_LEVELS = ROWS * LEVELS };

/** What is being drawn: the curve's area, row 0 at the bottom. */
typedef struct canvas {
    const cli_plot *plot;
    cli_axes axes;
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
    const double height = cli_plot_height(area->plot, &area->axes, place);
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
    const size_t low = left < right ? left : right;
    const size_t high = left < right ? right : left;
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
        const size_t column = column_at(area, cli_axes_place(&area->axes, area->plot->mark));
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
static int tick_in(const cli_axes *axes, size_t row)
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
    char texts[MARGIN + CLI_CHART_MOST_COLUMNS + CLI_TICK_SIZE];
    size_t end = 0; /* of the texts so far, with a blank */
    memset(line, '-', sizeof line);
    memset(texts, ' ', sizeof texts);
    for (int decade = area->axes.first_decade; decade <= area->axes.last_decade; decade++) {
        char text[CLI_TICK_SIZE];
        const size_t column = column_at(area, cli_axes_decade(&area->axes, decade));
        const size_t length = strlen(cli_decade_text(decade, text));
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
        const size_t column = MARGIN + column_at(area, cli_axes_place(&area->axes, plot->mark));
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
    canvas area = {.plot = plot, .axes = cli_plot_axes(plot), .width = columns - MARGIN};
    draw(&area);
    fprintf(stream, "%*s\n", TICK_WIDTH, plot->y_label);
    print_rows(stream, &area);
    print_axis(stream, &area);
    print_mark(stream, &area);
    fprintf(stream, "%*s\n", (int)columns, plot->x_label);
}
