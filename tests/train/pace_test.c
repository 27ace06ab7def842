#include "support.h"

#include "train/pace.h"

static dn_error error;

/** A machine on which a step takes these seconds, by the threads at work. */
typedef struct machine {
    dn_pool *pool;
    dn_pace pace;
    double now;
    bool was_shared;
    double change; /**< seconds that a step takes more when the number of threads has changed */
} machine;

static void set_up(machine *work)
{
    *work = (machine){.now = 100.0};
    assert_ok(dn_pool_new(&work->pool, 2, &error));
    if (dn_pool_threads(work->pool) == 1) {
        dn_pool_free(work->pool);
        print_message("SKIPPED: this build has no threads\n");
        skip();
    }
    dn_pace_begin(&work->pace, work->pool);
}

static void tear_down(machine *work)
{
    dn_pace_end(&work->pace);
    assert_int_equal(dn_pool_threads(work->pool), 2);
    dn_pool_free(work->pool);
}

/** Run for some seconds; the fraction of the time that was spent together. */
static double run(machine *work, double alone, double together, double seconds)
{
    const double end = work->now + seconds;
    const double begin = work->now;
    double shared = 0.0;
    while (work->now < end) {
        const bool is_shared = dn_pool_threads(work->pool) == 2;
        work->now += is_shared ? together : alone;
        work->now += is_shared != work->was_shared ? work->change : 0.0;
        work->was_shared = is_shared;
        shared += is_shared ? together : 0.0;
        dn_pace_step(&work->pace, work->now);
    }
    return shared / (work->now - begin);
}

static void the_faster_way_gets_nearly_all_the_time(void **state)
{
    (void)state;
    static const double seconds[] = {1e-5, 1e-4, 1e-3, 2e-2};
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        machine work;
        set_up(&work);
        assert_true(run(&work, 2.0 * seconds[i], seconds[i], 4000.0 * seconds[i] + 1.0) > 0.95);
        tear_down(&work);
        set_up(&work);
        assert_true(run(&work, seconds[i], 2.0 * seconds[i], 4000.0 * seconds[i] + 1.0) < 0.05);
        tear_down(&work);
    }
}

static void a_machine_that_changes_is_followed(void **state)
{
    (void)state;
    machine work;
    set_up(&work);
    assert_true(run(&work, 2e-4, 1e-4, 3.0) > 0.95);
    assert_true(run(&work, 2e-4, 6e-4, 3.0) < 0.2); /* a neighbour has come */
    assert_true(run(&work, 2e-4, 6e-4, 3.0) < 0.05);
    assert_true(run(&work, 2e-4, 1e-4, 3.0) > 0.75);
    tear_down(&work);
}

/** A change that takes as long as many steps, as threads that must be woken, is no reason to stay as it is. */
static void the_change_itself_is_not_timed(void **state)
{
    (void)state;
    static const double seconds[] = {1e-5, 1e-4, 1e-3};
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        machine work;
        set_up(&work);
        work.change = 20.0 * seconds[i];
        assert_true(run(&work, 1.1 * seconds[i], seconds[i], 4000.0 * seconds[i] + 1.0) > 0.9);
        tear_down(&work);
    }
}

/** A neighbour that takes turns with the second thread: it is there for some milliseconds, and away for as many. */
static void a_neighbour_that_takes_turns_is_noticed(void **state)
{
    (void)state;
    static const double turns[] = {2e-3, 4e-3, 1e-2};
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        machine work;
        double shared = 0.0;
        set_up(&work);
        for (double end = work.now + 10.0; work.now < end;) {
            const bool is_away = (size_t)(work.now / turns[i]) % 2 == 0;
            shared += turns[i] * run(&work, 5e-4, is_away ? 4e-4 : 2e-3, turns[i]);
        }
        assert_true(shared < 2.0);
        tear_down(&work);
    }
}

static void a_single_delay_decides_nothing(void **state)
{
    (void)state;
    machine work;
    set_up(&work);
    for (int step = 0; step < 40; step++) { /* within the first trial */
        work.now += dn_pool_threads(work.pool) == 2 ? 1e-4 : 2e-4;
        work.now += step % 20 == 5 ? 0.01 : 0.0;
        dn_pace_step(&work.pace, work.now);
    }
    assert_true(run(&work, 2e-4, 1e-4, 1.0) > 0.9);
    tear_down(&work);
}

static void one_thread_or_none_is_left_alone(void **state)
{
    (void)state;
    dn_pace pace;
    dn_pool *pool;
    dn_pace_begin(&pace, NULL);
    dn_pace_step(&pace, 1.0);
    dn_pace_end(&pace);
    assert_ok(dn_pool_new(&pool, 1, &error));
    dn_pace_begin(&pace, pool);
    for (int step = 0; step < 100; step++)
        dn_pace_step(&pace, step);
    assert_int_equal(dn_pool_threads(pool), 1);
    dn_pace_end(&pace);
    dn_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_faster_way_gets_nearly_all_the_time),
        cmocka_unit_test(a_machine_that_changes_is_followed),
        cmocka_unit_test(the_change_itself_is_not_timed),
        cmocka_unit_test(a_neighbour_that_takes_turns_is_noticed),
        cmocka_unit_test(a_single_delay_decides_nothing),
        cmocka_unit_test(one_thread_or_none_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
