#include "capture.h"

#include "usual_plot.h"

#include "cli/chart.h"

#include <string.h>

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
        cmocka_unit_test(it_fills_the_columns_within_limits),
        cmocka_unit_test(the_text_of_a_mark_stands_where_there_is_room),
        cmocka_unit_test(without_a_mark_there_is_none),
        cmocka_unit_test(what_is_outside_is_left_out),
        cmocka_unit_test(one_point_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
