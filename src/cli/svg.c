#include "cli/svg.h"

#include "core/fail.h"
#include "core/memory.h"
#include "io/file.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** The picture and the curve's area in it. */
#define WIDTH 640
#define HEIGHT 400
#define LEFT 60
#define RIGHT 620
#define TOP 40
#define BOTTOM 340
/** Between an axis and the texts of its ticks. */
#define GAP 8
#define LINE_HEIGHT 18
#define FIRST_CAPACITY 4096

/** Text that grows; the first failure stays. */
typedef struct document {
    char *text;
    size_t size;
    size_t capacity;
    dn_status status;
    dn_error *error;
} document;

static void make_room(document *svg, size_t size)
{
    size_t capacity = svg->capacity != 0 ? svg->capacity : FIRST_CAPACITY;
    while (capacity - svg->size < size)
        capacity *= 2;
    char *text = dn_reallocate(svg->text, svg->capacity, capacity, 1, svg->error);
    if (!text) {
        svg->status = DN_ERR_MEMORY;
        return;
    }
    svg->text = text;
    svg->capacity = capacity;
}

static void put(document *svg, const char *format, ...) DN_PRINTF(2, 3);

static void put(document *svg, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    const size_t size = length > 0 ? (size_t)length + 1 : 1;
    if (svg->status == DN_OK && svg->capacity - svg->size < size)
        make_room(svg, size);
    if (svg->status != DN_OK)
        return;
    va_start(arguments, format);
    vsnprintf(svg->text + svg->size, size, format, arguments);
    va_end(arguments);
    svg->size += size - 1;
}

static double across(double place)
{
    return LEFT + place * (RIGHT - LEFT);
}

static double down(double height)
{
    return BOTTOM - height * (BOTTOM - TOP);
}

static void put_head(document *svg)
{
    put(svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
        "font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    put(svg,
        "<clipPath id=\"area\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>\n"
        "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
        LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, WIDTH, HEIGHT);
}

static void put_axes(document *svg, const cli_plot *plot, const cli_axes *axes)
{
    char text[CLI_TICK_SIZE];
    put(svg, "<g stroke=\"#ddd\">\n");
    for (int tick = 1; tick <= axes->y_ticks; tick++)
        put(svg, "<path d=\"M%d %.1fH%d\"/>\n", LEFT, down((double)tick / axes->y_ticks), RIGHT);
    for (int decade = axes->first_decade; decade <= axes->last_decade; decade++)
        put(svg, "<path d=\"M%.1f %dV%d\"/>\n", across(cli_axes_decade(axes, decade)), TOP, BOTTOM);
    put(svg, "</g>\n<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#333\"/>\n<g text-anchor=\"end\">\n",
        LEFT, TOP, BOTTOM, RIGHT);
    for (int tick = 0; tick <= axes->y_ticks; tick++)
        put(svg, "<text x=\"%d\" y=\"%.1f\" dy=\"0.35em\">%.3g</text>\n", LEFT - GAP,
            down((double)tick / axes->y_ticks), tick * axes->y_step);
    put(svg, "</g>\n<g text-anchor=\"middle\">\n");
    for (int decade = axes->first_decade; decade <= axes->last_decade; decade++)
        put(svg, "<text x=\"%.1f\" y=\"%d\">%s</text>\n", across(cli_axes_decade(axes, decade)),
            BOTTOM + LINE_HEIGHT, cli_decade_text(decade, text));
    put(svg, "<text x=\"%d\" y=\"%d\">%s</text>\n</g>\n", (LEFT + RIGHT) / 2, BOTTOM + 2 * LINE_HEIGHT + GAP,
        plot->x_label);
    put(svg, "<text x=\"%d\" y=\"%d\">%s</text>\n", GAP, TOP - 2 * GAP, plot->y_label);
}

static void put_curve(document *svg, const cli_plot *plot, const cli_axes *axes)
{
    put(svg, "<polyline clip-path=\"url(#area)\" fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"2\" "
             "stroke-linejoin=\"round\" points=\"");
    for (size_t i = 0; i < plot->count; i++)
        put(svg, "%s%.1f,%.1f", i == 0 ? "" : " ", across(cli_axes_place(axes, plot->x[i])),
            down(cli_axes_height(axes, (double)plot->y[i])));
    put(svg, "\"/>\n");
}

/** A line down at the mark, and its text on the side that has more room. */
static void put_mark(document *svg, const cli_plot *plot, const cli_axes *axes)
{
    if (!(plot->mark > 0.0F))
        return;
    const double place = cli_axes_place(axes, plot->mark);
    const bool left = place > 0.5;
    put(svg, "<path d=\"M%.1f %dV%d\" stroke=\"#c0392b\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\"/>\n",
        across(place), TOP, BOTTOM);
    put(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" fill=\"#c0392b\">%s</text>\n",
        across(place) + (left ? -GAP : GAP), BOTTOM - GAP, left ? "end" : "start", plot->mark_text);
}

dn_status cli_svg_write(const char *path, const cli_plot *plot, dn_error *error)
{
    document svg = {.status = DN_OK, .error = error};
    const cli_axes axes = cli_plot_axes(plot);
    put_head(&svg);
    put_axes(&svg, plot, &axes);
    put_curve(&svg, plot, &axes);
    put_mark(&svg, plot, &axes);
    put(&svg, "</svg>\n");
    if (svg.status == DN_OK)
        svg.status = dn_file_write(path, &(dn_part){svg.text, svg.size}, 1, error);
    dn_release(svg.text);
    return svg.status;
}

/** More than any picture of a curve takes. */
#define MAX_FILE ((size_t)1 << 28)

static dn_status fail_foreign(dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, "give a picture that digitnet drew",
                   "is not a picture that digitnet drew");
}

/** The first bytes are as in every picture of ours; self is its head. */
static dn_status check_head(void *self, const uint8_t *bytes, size_t size, size_t *limit, dn_error *error)
{
    const document *head = self;
    *limit = MAX_FILE;
    return size == DN_FILE_HEAD_SIZE && memcmp(bytes, head->text, size) == 0 ? DN_OK : fail_foreign(error);
}

/** Is a line, which ends behind length bytes, one that is put between head and end? */
static bool is_own_line(const char *line, size_t length)
{
    static const char *const openings[] = {"<g ", "</g>", "<path d=\"", "<text x=\"",
                                           "<polyline clip-path=\""};
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        const size_t opening = strlen(openings[i]);
        if (length >= opening && memcmp(line, openings[i], opening) == 0)
            return line[length - 1] == '>';
    }
    return false;
}

/** Our head, our lines, our end. */
static bool is_ours(const char *text, size_t size, const document *head)
{
    static const char end[] = "</svg>\n";
    const size_t end_size = sizeof end - 1;
    if (size < head->size + end_size || memcmp(text, head->text, head->size) != 0 ||
        memcmp(text + size - end_size, end, end_size) != 0)
        return false;
    const char *last = text + size - end_size;
    for (const char *line = text + head->size; line < last;) {
        const char *line_end = memchr(line, '\n', (size_t)(last - line));
        if (!line_end || !is_own_line(line, (size_t)(line_end - line)))
            return false;
        line = line_end + 1;
    }
    return true;
}

dn_status cli_svg_check_ours(const char *path, dn_error *error)
{
    document head = {.status = DN_OK, .error = error};
    dn_bytes bytes = {0};
    put_head(&head);
    dn_status status = head.status;
    if (status == DN_OK)
        status = dn_file_read_checked(path, check_head, &head, &bytes, error);
    if (status == DN_OK && !is_ours((const char *)bytes.data, bytes.size, &head))
        status = fail_foreign(error);
    dn_bytes_free(&bytes);
    dn_release(head.text);
    return dn_fail_in(error, status, path);
}
