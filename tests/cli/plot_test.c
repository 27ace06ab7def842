#include "support.h"

#include "cli/plot.h"

#include <math.h>

/** Fail unless two doubles agree within the tolerance. */
#define assert_near(found, expected, tolerance) assert_true(fabs((found) - (expected)) <= (tolerance))

static const float rates[] = {0.001F, 0.01F, 0.1F, 1.0F, 10.0F};

static cli_plot plot_of(const float *y, size_t count)
{
    return (cli_plot){.x = rates, .y = y, .count = count};
}

static void equal_factors_are_equal_distances(void **state)
{
    (void)state;
    const float y[] = {5, 4, 3, 2, 1};
    const cli_plot plot = plot_of(y, 5);
    const cli_axes axes = cli_plot_axes(&plot);
    for (int i = 0; i < 5; i++) {
        assert_near(cli_axes_place(&axes, rates[i]), i / 4.0, 1e-6);
        assert_near(cli_axes_decade(&axes, i - 3), i / 4.0, 1e-6);
    }
    assert_near(cli_axes_place(&axes, 1e-9F), 0.0, 0.0);
    assert_near(cli_axes_place(&axes, 1e9F), 1.0, 0.0);
    assert_int_equal(axes.first_decade, -3);
    assert_int_equal(axes.last_decade, 1);
}

static void only_powers_of_ten_inside_the_axis_get_ticks(void **state)
{
    (void)state;
    const float x[] = {0.002F, 0.5F};
    const float y[] = {1, 1};
    cli_plot plot = {.x = x, .y = y, .count = 2};
    cli_axes axes = cli_plot_axes(&plot);
    assert_int_equal(axes.first_decade, -2);
    assert_int_equal(axes.last_decade, -1);
    const float narrow[] = {0.2F, 0.5F};
    plot.x = narrow;
    axes = cli_plot_axes(&plot);
    assert_true(axes.first_decade > axes.last_decade);
}

static void ticks_are_round_numbers_that_reach_over_the_curve(void **state)
{
    (void)state;
    static const struct {
        float top;
        double step;
        int ticks;
    } cases[] = {{2.4F, 0.5, 5},    {6.0F, 1.0, 6},   {6.1F, 2.0, 4},
                 {0.03F, 0.005, 6}, {70.0F, 20.0, 4}, {0.0F, 0.2, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const float y[] = {cases[i].top, 0, 0, 0, 0};
        const cli_plot plot = plot_of(y, 5);
        const cli_axes axes = cli_plot_axes(&plot);
        assert_near(axes.y_step, cases[i].step, 1e-9);
        assert_int_equal(axes.y_ticks, cases[i].ticks);
        assert_near(axes.y_to, cases[i].step * cases[i].ticks, 1e-9);
    }
}

static void an_explosion_at_the_end_does_not_flatten_the_rest(void **state)
{
    (void)state;
    const float y[] = {2, 1.5F, 1, 3, 1e30F};
    const cli_plot plot = plot_of(y, 5);
    const cli_axes axes = cli_plot_axes(&plot);
    assert_near(axes.y_to, 2.5, 1e-9); /* 1.2 times 2, up to the next tick */
    assert_near(cli_axes_height(&axes, 3.0), 1.2, 1e-6);
    assert_near(cli_plot_height(&plot, &axes, 1.0), 2.0, 0.0);
}

static void between_its_points_the_curve_is_a_line(void **state)
{
    (void)state;
    const float y[] = {5, 4, 3, 0, 1};
    const cli_plot plot = plot_of(y, 5);
    const cli_axes axes = cli_plot_axes(&plot);
    assert_near(cli_plot_height(&plot, &axes, 0.0), 1.0, 1e-6);
    assert_near(cli_plot_height(&plot, &axes, 0.125), 0.9, 1e-6);
    assert_near(cli_plot_height(&plot, &axes, 0.6875), 0.15, 1e-6);
    assert_near(cli_plot_height(&plot, &axes, 0.75), 0.0, 1e-6);
    assert_near(cli_plot_height(&plot, &axes, 1.0), 0.2, 1e-6);
}

static void a_single_point_has_axes_too(void **state)
{
    (void)state;
    const float y[] = {3};
    const cli_plot plot = plot_of(y, 1);
    const cli_axes axes = cli_plot_axes(&plot);
    assert_near(axes.x_to - axes.x_from, 1.0, 1e-9);
    assert_near(cli_axes_place(&axes, rates[0]), 0.0, 1e-6);
    assert_near(cli_plot_height(&plot, &axes, 0.5), 1.0, 1e-6);
}

static void powers_of_ten_are_written_as_people_do(void **state)
{
    (void)state;
    char text[CLI_TICK_SIZE];
    assert_string_equal(cli_decade_text(-5, text), "1e-5");
    assert_string_equal(cli_decade_text(-3, text), "0.001");
    assert_string_equal(cli_decade_text(-1, text), "0.1");
    assert_string_equal(cli_decade_text(0, text), "1");
    assert_string_equal(cli_decade_text(3, text), "1000");
    assert_string_equal(cli_decade_text(4, text), "1e4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_factors_are_equal_distances),
        cmocka_unit_test(only_powers_of_ten_inside_the_axis_get_ticks),
        cmocka_unit_test(ticks_are_round_numbers_that_reach_over_the_curve),
        cmocka_unit_test(an_explosion_at_the_end_does_not_flatten_the_rest),
        cmocka_unit_test(between_its_points_the_curve_is_a_line),
        cmocka_unit_test(a_single_point_has_axes_too),
        cmocka_unit_test(powers_of_ten_are_written_as_people_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
