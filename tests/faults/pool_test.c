/** A pool whose helpers get no processor for a long time: it works without them, and ends. */
#include "support.h"

#include "core/pool.h"
#include "support/faults.h"

#include <stdatomic.h>
#include <time.h>

#ifndef DN_NO_THREADS

#include <threads.h>

static dn_error error;

static void count_piece(void *argument, size_t piece)
{
    (void)piece;
    ++*(size_t *)argument; /* helpers are held: only the caller is at work */
}

/** Let the helpers start when the pool is waiting for their end. */
static int release_at_the_end(void *argument)
{
    const atomic_bool *ending = argument;
    while (!atomic_load(ending))
        thrd_yield();
    thrd_sleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    faults_release_threads();
    return 0;
}

static void run_without_helpers(size_t runs)
{
    thrd_t releaser;
    dn_pool *pool;
    size_t done = 0;
    atomic_bool ending = false;
    assert_int_equal(thrd_create(&releaser, release_at_the_end, &ending), thrd_success);
    faults_hold_threads();
    assert_ok(dn_pool_new(&pool, 3, &error));
    for (size_t run = 0; run < runs; run++)
        dn_pool_run(pool, 2, count_piece, &done);
    assert_int_equal(done, 2 * runs);
    atomic_store(&ending, true);
    dn_pool_free(pool);
    assert_int_equal(thrd_join(releaser, NULL), thrd_success);
}

/* A helper remembers the number of the last run that it saw. With a number of 16 bits, the end of the pool after
   65,535 runs looked to a helper that had seen none of them like none at all. */
static void helpers_that_start_last_end_too(void **state)
{
    (void)state;
    static const size_t run_counts[] = {0, 1, 255, 65534, 65535, 65536, 131071};
    for (size_t i = 0; i < sizeof run_counts / sizeof run_counts[0]; i++)
        run_without_helpers(run_counts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(helpers_that_start_last_end_too)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    print_message("SKIPPED: this build has no threads\n");
    return 0;
}

#endif
