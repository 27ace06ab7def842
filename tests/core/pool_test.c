#include "support.h"

#include "core/pool.h"

#include <stdatomic.h>
#include <string.h>
#ifndef DN_NO_THREADS
#include <threads.h>
#endif

#define MAX_PIECES 1000

static const size_t thread_counts[] = {1, 2, 3, 8}; /* 3 and 8 are more than many machines have */
#define THREAD_COUNTS (sizeof thread_counts / sizeof thread_counts[0])

/** How often each piece was done. Not atomic: ThreadSanitizer sees it if two threads do one piece. */
typedef struct tally {
    unsigned done[MAX_PIECES + 1];
} tally;

static void count_piece(void *argument, size_t piece)
{
    tally *counts = argument;
    counts->done[piece]++;
}

static dn_pool *new_pool(size_t threads)
{
    dn_error error;
    dn_pool *pool;
    assert_ok(dn_pool_new(&pool, threads, &error));
    return pool;
}

static void assert_each_done(const tally *counts, size_t pieces, unsigned times)
{
    for (size_t i = 0; i <= MAX_PIECES; i++) {
        if (counts->done[i] != (i < pieces ? times : 0))
            fail_msg("piece %zu of %zu was done %u times, not %u", i, pieces, counts->done[i], times);
    }
}

static void every_piece_is_done_exactly_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        dn_pool *pool = new_pool(thread_counts[i]);
        for (size_t pieces = 0; pieces <= MAX_PIECES; pieces++) {
            tally counts = {{0}};
            dn_pool_run(pool, pieces, count_piece, &counts);
            assert_each_done(&counts, pieces, 1);
        }
        dn_pool_free(pool);
    }
}

static void more_short_runs_than_16_bits_can_count_lose_nothing(void **state)
{
    (void)state;
    enum { RUNS = 70000, PIECES = 8 };
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        dn_pool *pool = new_pool(thread_counts[i]);
        tally counts = {{0}};
        for (int run = 0; run < RUNS; run++)
            dn_pool_run(pool, PIECES, count_piece, &counts);
        assert_each_done(&counts, PIECES, RUNS);
        dn_pool_free(pool);
    }
}

static void count_together(void *argument, size_t piece)
{
    (void)piece;
    atomic_fetch_add((atomic_size_t *)argument, 1);
}

static void more_pieces_than_12_bits_can_count_are_done_once_each(void **state)
{
    (void)state;
    static const size_t piece_counts[] = {4094, 4095, 4096, 4097, 8190, 8191, 65537, 200000};
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        dn_pool *pool = new_pool(thread_counts[i]);
        for (size_t at = 0; at < sizeof piece_counts / sizeof piece_counts[0]; at++) {
            atomic_size_t done = 0;
            dn_pool_run(pool, piece_counts[at], count_together, &done);
            assert_int_equal(atomic_load(&done), piece_counts[at]);
        }
        dn_pool_free(pool);
    }
}

/** A step that depends on the one before: what each piece reads was written by another piece. */
typedef struct rotation {
    const int *from;
    int *to;
    size_t count;
} rotation;

static void rotate_piece(void *argument, size_t piece)
{
    const rotation *step = argument;
    step->to[piece] = step->from[(piece + step->count / 2) % step->count] + 1;
}

static void each_run_sees_what_the_one_before_wrote(void **state)
{
    (void)state;
    enum { COUNT = 97, RUNS = 500 };
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        dn_pool *pool = new_pool(thread_counts[i]);
        int numbers[2][COUNT] = {{0}};
        for (int run = 0; run < RUNS; run++) {
            rotation step = {numbers[run % 2], numbers[(run + 1) % 2], COUNT};
            dn_pool_run(pool, COUNT, rotate_piece, &step);
            assert_int_equal(step.to[run % COUNT], run + 1);
        }
        dn_pool_free(pool);
    }
}

#ifndef DN_NO_THREADS
/** One piece that ends only after all the others. */
typedef struct long_piece {
    size_t piece;
    size_t others;
    atomic_size_t done;
} long_piece;

static void wait_for_others(void *argument, size_t piece)
{
    long_piece *work = argument;
    while (piece == work->piece && atomic_load(&work->done) != work->others)
        thrd_yield();
    if (piece != work->piece)
        atomic_fetch_add(&work->done, 1);
}

/** Whoever is done goes on with what another thread has left, the caller too. */
static void a_long_piece_keeps_no_other_waiting(void **state)
{
    (void)state;
    enum { PIECES = 9 };
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        dn_pool *pool = new_pool(thread_counts[i]);
        for (size_t piece = 0; piece < PIECES && dn_pool_threads(pool) > 1; piece++) {
            long_piece work = {.piece = piece, .others = PIECES - 1};
            dn_pool_run(pool, PIECES, wait_for_others, &work);
            assert_int_equal(atomic_load(&work.done), PIECES - 1);
        }
        dn_pool_free(pool);
    }
}
#endif

/** Pieces in turn by all threads and by the caller alone: helpers sleep in between, and hold the number of an old run. */
static void threads_come_back_after_runs_by_the_caller_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        dn_pool *pool = new_pool(thread_counts[i]);
        tally counts = {{0}};
        for (unsigned run = 0; run < 300; run++) {
            dn_pool_share(pool, run / 7 % 2 == 0);
            dn_pool_run(pool, 9, count_piece, &counts);
        }
        assert_each_done(&counts, 9, 300);
        dn_pool_free(pool);
    }
}

static void as_many_threads_as_are_allowed_do_each_piece_once(void **state)
{
    (void)state;
    static const size_t piece_counts[] = {2, 255, 256, 257, 1000};
    dn_pool *pool = new_pool(DN_POOL_MAX_THREADS);
    for (size_t i = 0; i < sizeof piece_counts / sizeof piece_counts[0]; i++) {
        tally counts = {{0}};
        dn_pool_run(pool, piece_counts[i], count_piece, &counts);
        assert_each_done(&counts, piece_counts[i], 1);
    }
    dn_pool_free(pool);
}

static void pools_come_and_go_without_a_run(void **state)
{
    (void)state;
    for (int turn = 0; turn < 50; turn++) {
        for (size_t i = 0; i < THREAD_COUNTS; i++)
            dn_pool_free(new_pool(thread_counts[i]));
    }
    dn_pool_free(NULL);
}

static void two_pools_work_side_by_side(void **state)
{
    (void)state;
    dn_pool *first = new_pool(2);
    dn_pool *second = new_pool(3);
    tally counts = {{0}};
    for (int run = 0; run < 100; run++) {
        dn_pool_run(first, 10, count_piece, &counts);
        dn_pool_run(second, 10, count_piece, &counts);
    }
    assert_each_done(&counts, 10, 200);
    dn_pool_free(second);
    dn_pool_free(first);
}

static void no_pool_is_a_pool_of_one(void **state)
{
    (void)state;
    tally counts = {{0}};
    dn_pool_run(NULL, 10, count_piece, &counts);
    assert_each_done(&counts, 10, 1);
    assert_int_equal(dn_pool_threads(NULL), 1);
}

static void the_pool_knows_its_threads(void **state)
{
    (void)state;
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        dn_pool *pool = new_pool(thread_counts[i]);
#ifdef DN_NO_THREADS
        assert_int_equal(dn_pool_threads(pool), 1);
#else
        assert_int_equal(dn_pool_threads(pool), thread_counts[i]);
#endif
        dn_pool_free(pool);
    }
}

static void the_usual_number_of_threads_makes_a_pool(void **state)
{
    (void)state;
    assert_in_range(dn_pool_default_threads(), 1, DN_POOL_MAX_THREADS);
    dn_pool_free(new_pool(dn_pool_default_threads()));
}

static void too_many_and_too_few_threads_are_refused(void **state)
{
    (void)state;
    dn_error error;
    dn_pool *pool = (dn_pool *)&error;
    assert_int_equal(dn_pool_new(&pool, 0, &error), DN_ERR_ARGUMENT);
    assert_null(pool);
    assert_string_equal(error.problem, "0 threads");
    assert_int_equal(dn_pool_new(&pool, DN_POOL_MAX_THREADS + 1, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.problem, "257 threads");
    assert_contains(error.remedy, "256");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_done_exactly_once),
        cmocka_unit_test(more_short_runs_than_16_bits_can_count_lose_nothing),
        cmocka_unit_test(more_pieces_than_12_bits_can_count_are_done_once_each),
        cmocka_unit_test(each_run_sees_what_the_one_before_wrote),
#ifndef DN_NO_THREADS
        cmocka_unit_test(a_long_piece_keeps_no_other_waiting),
#endif
        cmocka_unit_test(threads_come_back_after_runs_by_the_caller_alone),
        cmocka_unit_test(as_many_threads_as_are_allowed_do_each_piece_once),
        cmocka_unit_test(pools_come_and_go_without_a_run),
        cmocka_unit_test(two_pools_work_side_by_side),
        cmocka_unit_test(no_pool_is_a_pool_of_one),
        cmocka_unit_test(the_pool_knows_its_threads),
        cmocka_unit_test(the_usual_number_of_threads_makes_a_pool),
        cmocka_unit_test(too_many_and_too_few_threads_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
