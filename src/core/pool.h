/**
 * A pool of threads that lives as long as the training run.
 *
 * Work is cut into pieces whose number and bounds do not depend on the number of threads; each piece is
 * done by one thread, in any order. So results don't depend on the number of threads either.
 */
#ifndef DN_CORE_POOL_H
#define DN_CORE_POOL_H

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct dn_pool dn_pool;

/** One piece of work, 0 <= piece < pieces. Pieces run side by side: each writes only its own memory. */
typedef void dn_task(void *argument, size_t piece);

/**
 * Start threads - 1 helpers; the caller of dn_pool_run is the first thread.
 *
 * Units   threads >= 1. Where the platform has no threads the pool has one.
 * Owner   The caller frees *pool with dn_pool_free.
 * Errors  DN_ERR_MEMORY; DN_ERR_ARGUMENT when threads is 0 or above DN_POOL_MAX_THREADS.
 */
DN_NODISCARD dn_status dn_pool_new(dn_pool **pool, size_t threads, dn_error *error);

#define DN_POOL_MAX_THREADS 256

/** The default number of threads: dn_platform_processors, at most DN_POOL_MAX_THREADS. */
size_t dn_pool_default_threads(void);

/** Stop the helpers and free the pool; NULL is allowed. */
void dn_pool_free(dn_pool *pool);

/** The number of threads at work, at least 1. NULL is a pool of one. */
size_t dn_pool_threads(const dn_pool *pool);

/** Let the next runs be done by all threads, as at first, or by the caller alone. NULL is allowed. */
void dn_pool_share(dn_pool *pool, bool share);

/**
 * Do task(argument, 0 .. pieces - 1) and return when all are done. Not to be called from a task.
 *
 * Effect  Of T threads, thread t has the pieces from t/T of them on as its share, the caller the first, so that at the next call
 *         it mostly gets the same part of the data, still in its own cache. A thread that is done goes on with the others' shares:
 *         no call waits for a helper that gets no processor. The caller sees all that the tasks wrote. NULL is a pool of one.
 */
void dn_pool_run(dn_pool *pool, size_t pieces, dn_task *task, void *argument);

#endif
