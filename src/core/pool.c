#include "core/pool.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "core/size.h"

#ifdef DN_NO_THREADS

struct dn_pool {
    size_t threads;
    bool alone;
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
    for (size_t piece = 0; piece < pieces; piece++)
        task(argument, piece);
}

#else

#include <stdatomic.h>
#include <stdint.h>
#include <threads.h>

/**
 * A waiting thread watches so long, then sleeps. Most waits of a training step are shorter, and to wake a thread takes about as long;
 * a time slice is longer, so that a busy neighbour gets the core.
 */
#define WATCH_SECONDS 3e-4

/*
 * The pieces of a run that nobody has claimed lie between two ends, in one atomic word beside the run's number. The
 * caller claims at the low end, helpers at the high end, so that a thread mostly meets the same part of the data again; who is
 * done goes on with what is left, so that nobody waits for a helper that has no processor. A claimed piece keeps its
 * run alive until it is done: what a run consists of may be read after the claim.
 *
 * Helpers watch for a new run, and the caller for the last piece, for a while and then sleep. A sleeper raises its flag before
 * it looks a last time, and the other side looks at the flag after its store (both sequentially consistent): one of
 * them sees the other.
 */
struct dn_pool {
    size_t threads;
    atomic_bool alone; /**< the caller does every run: helpers do not watch */
    size_t started;    /**< helpers that run */
    bool watches;      /**< is there a processor for each thread? */
    thrd_t *helpers;

    /* What helpers watch, and the run that they find there. */
    _Alignas(DN_ALIGNMENT) _Atomic(uint64_t) claim;
    atomic_bool stop;
    dn_task *task;
    void *argument;
    size_t pieces;
    size_t chunk; /**< pieces that are claimed together */

    /* What the caller watches: in a line of the cache of its own, as what follows. */
    _Alignas(DN_ALIGNMENT) atomic_size_t unfinished; /**< chunks of this run that are not done */
    atomic_bool caller_sleeps;

    _Alignas(DN_ALIGNMENT) atomic_size_t sleepers;
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

/** When a watch that begins now is over. */
static double end_of_watch(const dn_pool *pool)
{
    return pool->watches ? dn_platform_seconds() + WATCH_SECONDS : 0.0;
}

/**
 * The claim word: the run's number, and the two ends of the chunks that nobody has claimed. The run's number wraps
 * around after 2^32 runs: a helper that saw none of them would miss one run, and the other threads would do its pieces.
 */
#define END_BITS 16
#define END_MASK (((uint64_t)1 << END_BITS) - 1)

static uint64_t pack_claim(uint64_t run, uint64_t low, uint64_t high)
{
    return run << (2 * END_BITS) | low << END_BITS | high;
}

static uint64_t run_of(uint64_t claim)
{
    return claim >> (2 * END_BITS);
}

typedef enum claim_end { LOW_END, HIGH_END } claim_end;

/** Claim a chunk at one end; false when none is left. */
static bool claim_chunk(dn_pool *pool, claim_end end, size_t *chunk)
{
    uint64_t claim = atomic_load_explicit(&pool->claim, memory_order_acquire);
    for (;;) {
        const uint64_t low = claim >> END_BITS & END_MASK;
        const uint64_t high = claim & END_MASK;
        if (low >= high)
            return false;
        const uint64_t rest = end == LOW_END ? claim + ((uint64_t)1 << END_BITS) : claim - 1;
        *chunk = (size_t)(end == LOW_END ? low : high - 1);
        if (atomic_compare_exchange_weak_explicit(&pool->claim, &claim, rest, memory_order_acq_rel,
                                                  memory_order_acquire))
            return true;
    }
}

static void report_done(dn_pool *pool)
{
    if (atomic_fetch_sub(&pool->unfinished, 1) != 1 || !atomic_load(&pool->caller_sleeps))
        return;
    mtx_lock(&pool->mutex);
    cnd_signal(&pool->done);
    mtx_unlock(&pool->mutex);
}

/** Do chunks from one end until none is left. */
static void do_chunks(dn_pool *pool, claim_end end)
{
    size_t chunk;
    while (claim_chunk(pool, end, &chunk)) {
        const size_t begin = chunk * pool->chunk;
        const size_t rest = pool->pieces - begin;
        const size_t count = dn_smaller(rest, pool->chunk);
        for (size_t i = 0; i < count; i++)
            pool->task(pool->argument, begin + i);
        report_done(pool);
    }
}

/** Is there another run than `seen`, or the end of the pool? */
static bool is_called(dn_pool *pool, uint64_t seen)
{
    return run_of(atomic_load(&pool->claim)) != seen || atomic_load(&pool->stop);
}

/** Wait for another run than `seen` or for the end of the pool, and return the number of the present run. */
static uint64_t wait_for_run(dn_pool *pool, uint64_t seen)
{
    const double end = end_of_watch(pool);
    while (!is_called(pool, seen) && !atomic_load(&pool->alone) && dn_platform_seconds() < end)
        pause_processor();
    if (is_called(pool, seen))
        return run_of(atomic_load(&pool->claim));
    mtx_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    while (!is_called(pool, seen))
        cnd_wait(&pool->announced, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    mtx_unlock(&pool->mutex);
    return run_of(atomic_load(&pool->claim));
}

/** Begin a run of `chunks` chunks. */
static void announce_run(dn_pool *pool, size_t chunks)
{
    const uint64_t run = run_of(atomic_load_explicit(&pool->claim, memory_order_relaxed)) + 1;
    atomic_store(&pool->unfinished, chunks);
    atomic_store(&pool->claim, pack_claim(run, 0, chunks));
    if (atomic_load(&pool->sleepers) == 0)
        return;
    mtx_lock(&pool->mutex);
    cnd_broadcast(&pool->announced);
    mtx_unlock(&pool->mutex);
}

static void wait_until_done(dn_pool *pool)
{
    const double end = end_of_watch(pool);
    while (atomic_load(&pool->unfinished) != 0 && dn_platform_seconds() < end)
        pause_processor();
    if (atomic_load(&pool->unfinished) == 0)
        return;
    mtx_lock(&pool->mutex);
    atomic_store(&pool->caller_sleeps, true);
    while (atomic_load(&pool->unfinished) != 0)
        cnd_wait(&pool->done, &pool->mutex);
    atomic_store(&pool->caller_sleeps, false);
    mtx_unlock(&pool->mutex);
}

static int help(void *argument)
{
    dn_pool *pool = argument;
    uint64_t run = 0;
    for (;;) {
        run = wait_for_run(pool, run);
        if (atomic_load(&pool->stop))
            return 0;
        do_chunks(pool, HIGH_END);
    }
}

static bool start_helpers(dn_pool *pool)
{
    for (size_t i = 0; i + 1 < pool->threads; i++) {
        if (thrd_create(&pool->helpers[i], help, pool) != thrd_success)
            return false;
        pool->started++;
    }
    return true;
}

/** Create the mutex and the conditions; none of them is left when it returns false. */
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
    made->watches = threads <= dn_platform_processors();
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
    atomic_store(&pool->stop, true);
    announce_run(pool, 0);
    for (size_t i = 0; i < pool->started; i++)
        thrd_join(pool->helpers[i], NULL);
    cnd_destroy(&pool->announced);
    cnd_destroy(&pool->done);
    mtx_destroy(&pool->mutex);
    dn_release(pool->helpers);
    dn_release(pool);
}

void dn_pool_run(dn_pool *pool, size_t pieces, dn_task *task, void *argument)
{
    if (dn_pool_threads(pool) == 1 || pieces <= 1) {
        for (size_t piece = 0; piece < pieces; piece++)
            task(argument, piece);
        return;
    }
    pool->task = task;
    pool->argument = argument;
    pool->pieces = pieces;
    pool->chunk = pieces / END_MASK + 1;
    announce_run(pool, dn_divide_up(pieces, pool->chunk));
    do_chunks(pool, LOW_END);
    wait_until_done(pool);
}

#endif

size_t dn_pool_threads(const dn_pool *pool)
{
    return pool && !pool->alone ? pool->threads : 1;
}

void dn_pool_share(dn_pool *pool, bool share)
{
    if (pool)
        pool->alone = !share;
}

size_t dn_pool_default_threads(void)
{
    const size_t processors = dn_platform_processors();
    return dn_smaller(processors, DN_POOL_MAX_THREADS);
}
