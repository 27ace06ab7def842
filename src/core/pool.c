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

/** A thread that is done waits so long for the others before it takes pieces of their shares. */
#define PATIENCE_SECONDS 1e-6

/**
 * A thread, and its share of the run's chunks: neighbours, the same part of each run of as many chunks. It claims them from the first on;
 * a thread that is done with its own share claims others' from the last on, so that nobody waits for a thread that has no processor. No run
 * ends before its last claimed chunk is done, so that a thread may read the run's task and numbers once it has claimed a chunk.
 *
 * A line of the cache that another processor has read takes longer to write than a short piece to do. So each thread writes lines of its own,
 * which others read only when they wait.
 */
typedef struct member {
    _Alignas(DN_ALIGNMENT) _Atomic(uint64_t)
        claims; /**< a run's number; chunks claimed as first ones, as last ones */
    _Alignas(DN_ALIGNMENT) _Atomic(uint64_t)
        done; /**< a run's number; 0; chunks of it, of any share, that this thread did */
    _Alignas(DN_ALIGNMENT) dn_pool *pool;
    size_t index; /**< among the members; 0 is the caller */
    thrd_t thread;
} member;

/*
 * Helpers watch for a new run, and the caller for the last chunk, for a while and then sleep. A sleeper raises its flag before it looks a last
 * time, and the other side looks at the flag after its store (both sequentially consistent): one of them sees the other.
 */
struct dn_pool {
    size_t threads;
    atomic_bool alone; /**< the caller does every run: helpers do not watch */
    size_t started;    /**< helpers that run */
    bool watches;      /**< is there a processor for each thread? */
    member *members;   /**< [threads] */

    /* What helpers watch, and the run that they find there. */
    _Alignas(DN_ALIGNMENT) _Atomic(uint64_t) call; /**< the run's number; 0; how many chunks it has */
    atomic_bool stop;
    dn_task *task;
    void *argument;
    size_t pieces;
    size_t chunk; /**< pieces that are claimed together */

    _Alignas(DN_ALIGNMENT) atomic_size_t sleepers;
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

/** When a watch of so long that begins now is over. */
static double end_of_watch(const dn_pool *pool, double seconds)
{
    return pool->watches ? dn_platform_seconds() + seconds : 0.0;
}

/**
 * The words that threads share: a run's number and two counts of chunks. The number wraps around after 2^40 runs, months of the shortest, and
 * only then could a word that was not written in all that time be taken for one of this run.
 */
#define COUNT_BITS 12
#define COUNT_MASK (((uint64_t)1 << COUNT_BITS) - 1)

static uint64_t pack(uint64_t run, uint64_t upper, uint64_t lower)
{
    return run << (2 * COUNT_BITS) | upper << COUNT_BITS | lower;
}

static uint64_t run_of(uint64_t word)
{
    return word >> (2 * COUNT_BITS);
}

static size_t upper_count(uint64_t word)
{
    return (size_t)(word >> COUNT_BITS & COUNT_MASK);
}

static size_t lower_count(uint64_t word)
{
    return (size_t)(word & COUNT_MASK);
}

/** The counts of a call's run: none where the word is of an earlier run. */
static uint64_t of_run(uint64_t word, uint64_t call)
{
    return run_of(word) == run_of(call) ? word : pack(run_of(call), 0, 0);
}

/** The first chunk of a member's share, which the next member's first chunk ends. */
static size_t share_begin(const dn_pool *pool, uint64_t call, size_t index)
{
    return dn_divide_up(lower_count(call) * index, pool->threads);
}

/** Claim the first chunk that is left of a member's share, or the last; false when none is left. */
static bool claim_chunk(dn_pool *pool, uint64_t call, size_t owner, bool is_first, size_t *chunk)
{
    _Atomic(uint64_t) *claims = &pool->members[owner].claims;
    const size_t begin = share_begin(pool, call, owner);
    const size_t end = share_begin(pool, call, owner + 1);
    uint64_t seen = atomic_load_explicit(claims, memory_order_acquire);
    for (;;) {
        const uint64_t claimed = of_run(seen, call);
        /* If this run is still the pool's, `seen` can't be of a later one. */
        const bool is_over = atomic_load(&pool->call) != call;
        if (is_over || begin + upper_count(claimed) + lower_count(claimed) >= end)
            return false;
        *chunk = is_first ? begin + upper_count(claimed) : end - 1 - lower_count(claimed);
        if (atomic_compare_exchange_weak_explicit(claims, &seen, claimed + pack(0, is_first, !is_first),
                                                  memory_order_acq_rel, memory_order_acquire))
            return true;
    }
}

static void do_chunk(const dn_pool *pool, size_t chunk)
{
    const size_t begin = chunk * pool->chunk;
    const size_t rest = pool->pieces - begin;
    const size_t count = dn_smaller(rest, pool->chunk);
    for (size_t i = 0; i < count; i++)
        pool->task(pool->argument, begin + i);
}

/** A member tells that it has done some chunks more. */
static void report_done(member *self, uint64_t call, size_t count)
{
    dn_pool *pool = self->pool;
    atomic_store(&self->done, of_run(atomic_load(&self->done), call) + count);
    if (!atomic_load(&pool->caller_sleeps))
        return;
    mtx_lock(&pool->mutex);
    cnd_signal(&pool->done);
    mtx_unlock(&pool->mutex);
}

/** Do the chunks of a member's share that nobody has claimed. */
static void do_share(member *self, uint64_t call, size_t owner)
{
    size_t chunk;
    size_t count = 0;
    for (; claim_chunk(self->pool, call, owner, owner == self->index, &chunk); count++)
        do_chunk(self->pool, chunk);
    if (count != 0)
        report_done(self, call, count);
}

static void do_other_shares(member *self, uint64_t call)
{
    for (size_t i = 1; i < self->pool->threads; i++)
        do_share(self, call, (self->index + i) % self->pool->threads);
}

/** Is there another run than the call's, or the end of the pool? */
static bool is_called(dn_pool *pool, uint64_t call)
{
    return atomic_load(&pool->call) != call || atomic_load(&pool->stop);
}

/** Watch so long for another run than the call's; false when there is none. */
static bool watch_for_run(dn_pool *pool, uint64_t call, double seconds)
{
    const double end = end_of_watch(pool, seconds);
    while (!is_called(pool, call) && !atomic_load(&pool->alone) && dn_platform_seconds() < end)
        pause_processor();
    return is_called(pool, call);
}

static void sleep_until_run(dn_pool *pool, uint64_t call)
{
    mtx_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    while (!is_called(pool, call))
        cnd_wait(&pool->announced, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    mtx_unlock(&pool->mutex);
}

static int help(void *argument)
{
    member *self = argument;
    dn_pool *pool = self->pool;
    uint64_t call = 0;
    while (!atomic_load(&pool->stop)) {
        do_share(self, call, self->index);
        if (!watch_for_run(pool, call, PATIENCE_SECONDS)) {
            do_other_shares(self, call);
            if (!watch_for_run(pool, call, WATCH_SECONDS))
                sleep_until_run(pool, call);
        }
        call = atomic_load(&pool->call);
    }
    return 0;
}

static void wake_helpers(dn_pool *pool)
{
    mtx_lock(&pool->mutex);
    cnd_broadcast(&pool->announced);
    mtx_unlock(&pool->mutex);
}

/** Are all chunks of the call's run done? */
static bool is_done(dn_pool *pool, uint64_t call)
{
    size_t count = 0;
    for (size_t i = 0; i < pool->threads; i++)
        count += lower_count(of_run(atomic_load(&pool->members[i].done), call));
    return count == lower_count(call);
}

/** Watch so long for the end of the run; false when it has not come. */
static bool watch_until_done(dn_pool *pool, uint64_t call, double seconds)
{
    const double end = end_of_watch(pool, seconds);
    while (!is_done(pool, call) && dn_platform_seconds() < end)
        pause_processor();
    return is_done(pool, call);
}

static void sleep_until_done(dn_pool *pool, uint64_t call)
{
    mtx_lock(&pool->mutex);
    atomic_store(&pool->caller_sleeps, true);
    while (!is_done(pool, call))
        cnd_wait(&pool->done, &pool->mutex);
    atomic_store(&pool->caller_sleeps, false);
    mtx_unlock(&pool->mutex);
}

static bool start_helpers(dn_pool *pool)
{
    for (size_t i = 0; i + 1 < pool->threads; i++) {
        member *helper = &pool->members[i + 1];
        if (thrd_create(&helper->thread, help, helper) != thrd_success)
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
    made->members = dn_allocate_zeroed(threads, sizeof *made->members, error);
    for (size_t i = 0; made->members && i < threads; i++) {
        made->members[i].pool = made;
        made->members[i].index = i;
    }
    if (!made->members || !make_meeting_point(made)) {
        dn_release(made->members);
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
    wake_helpers(pool);
    for (size_t i = 0; i < pool->started; i++)
        thrd_join(pool->members[i + 1].thread, NULL);
    cnd_destroy(&pool->announced);
    cnd_destroy(&pool->done);
    mtx_destroy(&pool->mutex);
    dn_release(pool->members);
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
    pool->chunk = pieces / COUNT_MASK + 1;
    const uint64_t run = run_of(atomic_load_explicit(&pool->call, memory_order_relaxed)) + 1;
    const uint64_t call = pack(run, 0, dn_divide_up(pieces, pool->chunk));
    atomic_store(&pool->call, call);
    if (atomic_load(&pool->sleepers) != 0)
        wake_helpers(pool);
    member *self = &pool->members[0];
    do_share(self, call, 0);
    if (watch_until_done(pool, call, PATIENCE_SECONDS))
        return;
    do_other_shares(self, call);
    if (!watch_until_done(pool, call, WATCH_SECONDS))
        sleep_until_done(pool, call);
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
