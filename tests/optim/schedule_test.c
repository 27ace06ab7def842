#include "support.h"

#include "optim/schedule.h"

#include "digitnet/optim.h"

#include <math.h>

#define TOLERANCE 1e-6

static void assert_factors(dn_schedule schedule, const double *expected, const size_t *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double found = (double)dn_schedule_factor(&schedule, steps[i]);
        if (fabs(found - expected[i]) <= TOLERANCE)
            continue;
        print_error("step %zu has factor %.9g, expected %.9g\n", steps[i], found, expected[i]);
        fail();
    }
}

static void a_constant_rate_never_changes(void **state)
{
    (void)state;
    assert_factors((dn_schedule){.kind = DN_SCHEDULE_CONSTANT, .steps = 10}, (double[]){1, 1, 1},
                   (size_t[]){0, 5, 9}, 3);
}

static void a_linear_rate_falls_by_the_same_at_every_step(void **state)
{
    (void)state;
    assert_factors((dn_schedule){.kind = DN_SCHEDULE_LINEAR, .steps = 4}, (double[]){1, 0.75, 0.5, 0.25},
                   (size_t[]){0, 1, 2, 3}, 4);
}

static void a_cosine_rate_falls_along_half_a_wave(void **state)
{
    (void)state;
    assert_factors((dn_schedule){.kind = DN_SCHEDULE_COSINE, .steps = 4},
                   (double[]){1, 0.853553391, 0.5, 0.146446609}, (size_t[]){0, 1, 2, 3}, 4);
}

static void one_cycle_rises_from_a_25th_for_a_quarter_and_falls(void **state)
{
    (void)state;
    /* 1/25; half way up 0.04 + 0.96 / 2; the top; half way down; (1 + cos(11/12 pi)) / 2 */
    assert_factors((dn_schedule){.kind = DN_SCHEDULE_ONE_CYCLE, .steps = 16},
                   (double[]){0.04, 0.52, 1, 0.5, 0.017037087}, (size_t[]){0, 2, 4, 10, 15}, 5);
}

static void warmup_rises_on_a_line_and_is_over(void **state)
{
    (void)state;
    assert_factors((dn_schedule){.kind = DN_SCHEDULE_CONSTANT, .steps = 10, .warmup_steps = 3},
                   (double[]){0.25, 0.5, 0.75, 1, 1}, (size_t[]){0, 1, 2, 3, 9}, 5);
}

static void warmup_multiplies_whatever_the_schedule_says(void **state)
{
    (void)state;
    assert_factors((dn_schedule){.kind = DN_SCHEDULE_LINEAR, .steps = 4, .warmup_steps = 1},
                   (double[]){0.5, 0.75, 0.5, 0.25}, (size_t[]){0, 1, 2, 3}, 4);
    assert_factors((dn_schedule){.kind = DN_SCHEDULE_LINEAR, .steps = 2, .warmup_steps = 7},
                   (double[]){0.125, 0.125}, (size_t[]){0, 1}, 2);
}

static void every_step_of_every_schedule_learns_and_none_goes_beyond_the_rate(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 2, 3, 999};
    for (size_t kind = 0; dn_schedule_names[kind]; kind++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            const dn_schedule schedule = {.kind = (dn_schedule_kind)kind, .steps = lengths[i]};
            for (size_t step = 0; step < lengths[i]; step++) {
                const float factor = dn_schedule_factor(&schedule, step);
                assert_true(factor > 0 && factor <= 1);
            }
        }
    }
}

static void names_are_in_the_order_of_the_kinds(void **state)
{
    (void)state;
    assert_string_equal(dn_schedule_names[DN_SCHEDULE_CONSTANT], "constant");
    assert_string_equal(dn_schedule_names[DN_SCHEDULE_LINEAR], "linear");
    assert_string_equal(dn_schedule_names[DN_SCHEDULE_COSINE], "cosine");
    assert_string_equal(dn_schedule_names[DN_SCHEDULE_ONE_CYCLE], "one-cycle");
    assert_null(dn_schedule_names[DN_SCHEDULE_ONE_CYCLE + 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_rate_never_changes),
        cmocka_unit_test(a_linear_rate_falls_by_the_same_at_every_step),
        cmocka_unit_test(a_cosine_rate_falls_along_half_a_wave),
        cmocka_unit_test(one_cycle_rises_from_a_25th_for_a_quarter_and_falls),
        cmocka_unit_test(warmup_rises_on_a_line_and_is_over),
        cmocka_unit_test(warmup_multiplies_whatever_the_schedule_says),
        cmocka_unit_test(every_step_of_every_schedule_learns_and_none_goes_beyond_the_rate),
        cmocka_unit_test(names_are_in_the_order_of_the_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
