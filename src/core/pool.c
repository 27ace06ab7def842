#include "digitnet/core/pool.h"

#include "core/memory.h"
#include "core/platform.h"

#include <stdbool.h>

/** What the thread does of a run: pieces are dealt out evenly, in order. */
static void do_share(dn_task *task, void *argument, size_t pieces, size_t thread, size_t threads)
{
    const size_t end = (thread + 1) * pieces / threads;
    for (size_t piece = thread * pieces / threads; piece < end; piece++)
        task(argument, piece);
}

#ifdef DN_NO_THREADS

struct dn_pool {
    size_t threads;
};

dn_status dn_pool_new(dn_pool **pool, size_t threads, dn_error *error)
{
    *pool = NULL;
    if (threads == 0 || threads > DN_POOL_MAX_THREADS)
        return dn_fail(error, DN_ERR_ARGUMENT, "give between 1 and 256", "%zu threads", threads);
    *pool = dn_allocate_zeroed(1, sizeof **pool, error);
    if (!*pool)
        return DN_ERR_MEMORY;
    (*pool)->threads = 1;
    return DN_OK;
}

void dn_pool_free(dn_pool *pool)
{
    dn_release(pool);
}

void dn_pool_run(dn_pool *pool, size_t pieces, dn_task *task, void *argument)
{
    (void)pool;
    do_share(task, argument, pieces, 0, 1);
}

#else

#include <stdatomic.h>
#include <threads.h>

/**
 * How often a waiting thread looks before it sleeps: about 30 microseconds, longer than the gap between two
 * steps of training and shorter than a time slice, so that a busy neighbour gets the core.
 */
#define SPINS 1500

typedef struct helper {
    struct dn_pool *pool;
    size_t number; /**< 1 .. threads - 1 */
    thrd_t thread;
} helper;

/*
 * A run is announced by a new value of `generation` and is over when `running` is 0. Both are watched for a
 * while and then slept on. A sleeper raises its flag before it looks a last time, and the other side looks at
 * the flag after its store (both sequentially consistent): one of them sees the other.
 */
struct dn_pool {
    size_t threads;
    size_t started; /**< helpers that run */
    size_t spins;
    helper *helpers;

    dn_task *task;
    void *argument;
    size_t pieces;
    bool stop;

    atomic_size_t generation;
    atomic_size_t running; /**< helpers that are not done with this run */
    atomic_size_t sleepers;
    atomic_bool caller_sleeps;
    mtx_t mutex;
    cnd_t announced;
    cnd_t done;
};

static void pause_processor(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void wait_for_run(dn_pool *pool, size_t seen)
{
    for (size_t i = 0; i < pool->spins; i++) {
        if (atomic_load_explicit(&pool->generation, memory_order_acquire) != seen)
            return;
        pause_processor();
    }
    mtx_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(&pool->generation) == seen)
        cnd_wait(&pool->announced, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    mtx_unlock(&pool->mutex);
}

static void announce_run(dn_pool *pool)
{
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) == 0)
        return;
    mtx_lock(&pool->mutex);
    cnd_broadcast(&pool->announced);
    mtx_unlock(&pool->mutex);
}

static void wait_until_done(dn_pool *pool)
{
    for (size_t i = 0; i < pool->spins; i++) {
        if (atomic_load_explicit(&pool->running, memory_order_acquire) == 0)
            return;
        pause_processor();
    }
    mtx_lock(&pool->mutex);
    atomic_store(&pool->caller_sleeps, true);
    while (atomic_load(&pool->running) != 0)
        cnd_wait(&pool->done, &pool->mutex);
    atomic_store(&pool->caller_sleeps, false);
    mtx_unlock(&pool->mutex);
}

static void report_done(dn_pool *pool)
{
    if (atomic_fetch_sub(&pool->running, 1) != 1 || !atomic_load(&pool->caller_sleeps))
        return;
    mtx_lock(&pool->mutex);
    cnd_signal(&pool->done);
    mtx_unlock(&pool->mutex);
}

static int help(void *argument)
{
    const helper *self = argument;
    dn_pool *pool = self->pool;
    for (size_t seen = 0;; seen++) {
        wait_for_run(pool, seen);
        if (pool->stop)
            return 0;
        do_share(pool->task, pool->argument, pool->pieces, self->number, pool->threads);
        report_done(pool);
    }
}

static bool start_helpers(dn_pool *pool)
{
    for (size_t i = 0; i + 1 < pool->threads; i++) {
        pool->helpers[i] = (helper){.pool = pool, .number = i + 1};
        if (thrd_create(&pool->helpers[i].thread, help, &pool->helpers[i]) != thrd_success)
            return false;
        pool->started++;
    }
    return true;
}

/** Make what the threads meet at; undoes what it made when it hands back false. */
static bool make_meeting_point(dn_pool *pool)
{
    if (mtx_init(&pool->mutex, mtx_plain) != thrd_success)
        return false;
    if (cnd_init(&pool->announced) == thrd_success) {
        if (cnd_init(&pool->done) == thrd_success)
            return true;
        cnd_destroy(&pool->announced);
    }
    mtx_destroy(&pool->mutex);
    return false;
}

dn_status dn_pool_new(dn_pool **pool, size_t threads, dn_error *error)
{
    *pool = NULL;
    if (threads == 0 || threads > DN_POOL_MAX_THREADS)
        return dn_fail(error, DN_ERR_ARGUMENT, "give between 1 and 256", "%zu threads", threads);
    dn_pool *made = dn_allocate_zeroed(1, sizeof *made, error);
    if (!made)
        return DN_ERR_MEMORY;
    made->threads = threads;
    made->spins = threads <= dn_platform_processors() ? SPINS : 0;
    made->helpers = dn_allocate_zeroed(threads, sizeof *made->helpers, error);
    if (!made->helpers || !make_meeting_point(made)) {
        dn_release(made->helpers);
        dn_release(made);
        return dn_fail(error, DN_ERR_MEMORY, "free some memory", "no room for a pool of %zu threads",
                       threads);
    }
    if (!start_helpers(made)) {
        dn_pool_free(made);
        return dn_fail(error, DN_ERR_MEMORY, "ask for fewer threads", "the system does not start %zu threads",
                       threads);
    }
    *pool = made;
    return DN_OK;
}

void dn_pool_free(dn_pool *pool)
{
    if (!pool)
        return;
    pool->stop = true;
    announce_run(pool);
    for (size_t i = 0; i < pool->started; i++)
        thrd_join(pool->helpers[i].thread, NULL);
    cnd_destroy(&pool->announced);
    cnd_destroy(&pool->done);
    mtx_destroy(&pool->mutex);
    dn_release(pool->helpers);
    dn_release(pool);
}

void dn_pool_run(dn_pool *pool, size_t pieces, dn_task *task, void *argument)
{
    if (!pool || pool->threads == 1 || pieces <= 1) {
        do_share(task, argument, pieces, 0, 1);
        return;
    }
    pool->task = task;
    pool->argument = argument;
    pool->pieces = pieces;
    atomic_store_explicit(&pool->running, pool->threads - 1, memory_order_relaxed);
    announce_run(pool);
    do_share(task, argument, pieces, 0, pool->threads);
    wait_until_done(pool);
}

#endif

size_t dn_pool_threads(const dn_pool *pool)
{
    return pool ? pool->threads : 1;
}
