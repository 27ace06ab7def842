#include "cli/chart.h"

#include "capture.h"

#include <stdbool.h>
#include <string.h>

static const float rates[] = {0.001F, 0.01F, 0.1F, 1.0F, 10.0F};
static const float falling[] = {6, 5, 3, 1, 6};

/** A curve to draw: it falls, and rises at the end. */
static cli_plot usual_plot(void)
{
    return (cli_plot){.x = rates,
                      .y = falling,
                      .count = 5,
                      .x_label = "rate",
                      .y_label = "loss",
                      .mark = 0.1F,
                      .mark_text = "here: 0.1"};
}

/** Without a mark. */
static cli_plot plot_of_two(const float x[2])
{
    static const float y[] = {1, 1};
    cli_plot plot = usual_plot();
    plot.x = x;
    plot.y = y;
    plot.count = 2;
    plot.mark = 0.0F;
    return plot;
}

static char *chart_of(const cli_plot *plot, size_t columns)
{
    capture caught = capture_begin(stdout);
    cli_chart(stdout, plot, columns);
    return capture_end(&caught);
}

/** The length of the longest line. */
static size_t widest(const char *text)
{
    size_t most = 0;
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        most = length > most ? length : most;
        text += length + (text[length] != '\0');
    }
    return most;
}

static void a_small_chart_is_as_it_should_be(void **state)
{
    (void)state;
    static const char expected[] = "  loss\n"
                                   "     6 +'-.            :               '\n"
                                   "       |   '.          :              |\n"
                                   "       |     '-.       :              |\n"
                                   "     5 +        '      :             .\n"
                                   "       |         '.    :            |\n"
                                   "       |           -   :            |\n"
                                   "     4 +            -  :           |\n"
                                   "       |             '.:           |\n"
                                   "     3 +               -          |\n"
                                   "       |               :-         |\n"
                                   "       |               : '.      |\n"
                                   "     2 +               :   -     |\n"
                                   "       |               :    -   |\n"
                                   "       |               :     '. |\n"
                                   "     1 +               :       .\n"
                                   "       |               :\n"
                                   "       |               :\n"
                                   "       |               :\n"
                                   "     0 ++-------+-------+------+-------+\n"
                                   "      0.001   0.01     0.1     1      10\n"
                                   "                       ^ here: 0.1\n"
                                   "                                    rate\n";
    const cli_plot plot = usual_plot();
    char *text = chart_of(&plot, 40);
    assert_string_equal(text, expected);
    free(text);
}

/** What stands on one line of a chart, from 0; the caller frees. */
static char *line_of(const char *chart, size_t number)
{
    for (; number > 0; number--)
        chart = strchr(chart, '\n') + 1;
    const size_t length = strcspn(chart, "\n");
    char *line = calloc(1, length + 1);
    assert_non_null(line);
    memcpy(line, chart, length);
    return line;
}

#define ROWS 18
/** Lines of a chart: its label, the rows of the curve, the axis and its texts. */
enum { AXIS = 1 + ROWS, TEXTS };
/** The first column of the curve. */
#define MARGIN 8

/** The axis has a cross at these columns of the curve and no other, and these texts below. */
static void assert_axis(const cli_plot *plot, const size_t *columns, size_t count, const char *texts)
{
    char *chart = chart_of(plot, MARGIN + 41);
    char *axis = line_of(chart, AXIS);
    char *below = line_of(chart, TEXTS);
    size_t crosses = 0;
    for (const char *place = axis + MARGIN; *place != '\0'; place++)
        crosses += *place == '+';
    assert_int_equal(crosses, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(axis[MARGIN + columns[i]], '+');
    assert_string_equal(below, texts);
    free(below);
    free(axis);
    free(chart);
}

static void equal_factors_are_equal_distances(void **state)
{
    (void)state;
    const cli_plot plot = usual_plot();
    assert_axis(&plot, (const size_t[]){0, 10, 20, 30, 40}, 5,
                "      0.001     0.01       0.1        1        10");
}

static void only_powers_of_ten_inside_the_axis_get_ticks(void **state)
{
    (void)state;
    const float x[] = {0.002F, 0.5F};
    const float narrow[] = {0.2F, 0.5F};
    cli_plot plot = plot_of_two(x);
    assert_axis(&plot, (const size_t[]){12, 28}, 2, "                  0.01             0.1");
    plot.x = narrow;
    assert_axis(&plot, NULL, 0, "");
}

static void powers_of_ten_are_written_as_people_do(void **state)
{
    (void)state;
    const float x[] = {1e-5F, 1e5F};
    const cli_plot plot = plot_of_two(x);
    char *chart = chart_of(&plot, 100);
    char *texts = line_of(chart, TEXTS);
    assert_string_equal(texts,
                        "      1e-5     1e-4     0.001    0.01      0.1        1       10       100     "
                        "1000      1e4"); /* there is no room for 1e5 */
    free(texts);
    free(chart);
}

/** The texts beside the y axis, from the top, with a blank behind each. */
static void assert_ticks(const float *y, const char *expected)
{
    char found[256] = "";
    cli_plot plot = usual_plot();
    plot.y = y;
    char *chart = chart_of(&plot, 60);
    for (size_t row = 1; row <= AXIS; row++) {
        char *line = line_of(chart, row);
        char *end = strstr(line, " +");
        const char *text = line + strspn(line, " ");
        if (end && end < line + MARGIN) {
            end[1] = '\0';
            strcat(found, text);
        }
        free(line);
    }
    assert_string_equal(found, expected);
    free(chart);
}

static void ticks_are_round_numbers_that_reach_over_the_curve(void **state)
{
    (void)state;
    static const struct {
        float top;
        const char *ticks;
    } cases[] = {{2.4F, "2.5 2 1.5 1 0.5 0 "}, {6.0F, "6 5 4 3 2 1 0 "},
                 {6.1F, "8 6 4 2 0 "},         {0.03F, "0.03 0.025 0.02 0.015 0.01 0.005 0 "},
                 {70.0F, "80 60 40 20 0 "},    {0.0F, "1 0.8 0.6 0.4 0.2 0 "}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const float y[] = {cases[i].top, 0, 0, 0, 0};
        assert_ticks(y, cases[i].ticks);
    }
}

static void an_explosion_at_the_end_does_not_flatten_the_rest(void **state)
{
    (void)state;
    const float y[] = {2, 1.5F, 1, 3, 1e30F};
    assert_ticks(y, "2.5 2 1.5 1 0.5 0 "); /* 1.2 times 2, up to the next tick */
}

/** The height of the curve in a column, counted in thirds of a row from the bottom. */
static int level_in(const char *chart, size_t column)
{
    static const char levels[] = ".-'";
    for (int row = 0; row < ROWS; row++) {
        char *line = line_of(chart, (size_t)(ROWS - row));
        const char *level = strlen(line) > MARGIN + column ? strchr(levels, line[MARGIN + column]) : NULL;
        const bool found = level && *level != '\0';
        free(line);
        if (found)
            return 3 * row + (int)(level - levels);
    }
    return -1;
}

static void between_its_points_the_curve_is_a_line(void **state)
{
    (void)state;
    const float y[] = {6, 5, 4, 3, 2};
    cli_plot plot = usual_plot();
    plot.y = y;
    plot.mark = 0.0F;
    char *chart = chart_of(&plot, MARGIN + 81);
    for (size_t column = 0; column <= 80; column++) {
        const double height = 6.0 - 4.0 * (double)column / 80.0;
        assert_in_range(level_in(chart, column) + 1, (int)(height / 6.0 * 53.0 + 0.49) + 1,
                        (int)(height / 6.0 * 53.0 + 0.51) + 1);
    }
    free(chart);
}

static void it_fills_the_columns_within_limits(void **state)
{
    (void)state;
    static const size_t columns[][2] = {{60, 60},   {80, 80}, {100, 100}, {101, 100},
                                        {500, 100}, {10, 40}, {0, 40}};
    const cli_plot plot = usual_plot();
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        char *text = chart_of(&plot, columns[i][0]);
        assert_int_equal(widest(text), columns[i][1]);
        free(text);
    }
}

static void the_text_of_a_mark_stands_where_there_is_room(void **state)
{
    (void)state;
    cli_plot plot = usual_plot();
    plot.mark = rates[0];
    char *text = chart_of(&plot, 60);
    assert_contains(text, "\n        ^ here: 0.1\n");
    free(text);
    plot.mark = rates[4];
    text = chart_of(&plot, 60);
    assert_contains(text, " here: 0.1 ^\n");
    assert_int_equal(widest(text), 60);
    free(text);
    plot.mark_text = "a text that is longer than what is left of the chart on either side of its mark";
    text = chart_of(&plot, 60);
    assert_contains(text, " ^\n");
    assert_null(strstr(text, "a text"));
    assert_int_equal(widest(text), 60);
    free(text);
}

static void without_a_mark_there_is_none(void **state)
{
    (void)state;
    cli_plot plot = usual_plot();
    plot.mark = 0.0F;
    char *text = chart_of(&plot, 60);
    assert_null(strchr(text, '^'));
    assert_null(strchr(text, ':'));
    free(text);
}

static void what_is_outside_is_left_out(void **state)
{
    (void)state;
    static const float exploding[] = {2, 1.5F, 1, 1e20F, 1e30F};
    cli_plot plot = usual_plot();
    plot.y = exploding;
    plot.mark = 0.0F;
    char *text = chart_of(&plot, 60);
    assert_contains(text, "\n     2 +");
    assert_null(strstr(text, "1e+"));
    free(text);
}

static void one_point_is_enough(void **state)
{
    (void)state;
    cli_plot plot = usual_plot();
    plot.count = 1;
    plot.mark = rates[0];
    char *text = chart_of(&plot, 80);
    assert_contains(text, "\n     6 +''''''''");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_chart_is_as_it_should_be),
        cmocka_unit_test(equal_factors_are_equal_distances),
        cmocka_unit_test(only_powers_of_ten_inside_the_axis_get_ticks),
        cmocka_unit_test(powers_of_ten_are_written_as_people_do),
        cmocka_unit_test(ticks_are_round_numbers_that_reach_over_the_curve),
        cmocka_unit_test(an_explosion_at_the_end_does_not_flatten_the_rest),
        cmocka_unit_test(between_its_points_the_curve_is_a_line),
        cmocka_unit_test(it_fills_the_columns_within_limits),
        cmocka_unit_test(the_text_of_a_mark_stands_where_there_is_room),
        cmocka_unit_test(without_a_mark_there_is_none),
        cmocka_unit_test(what_is_outside_is_left_out),
        cmocka_unit_test(one_point_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
