/**
 * ISO C's <threads.h> over pthreads, as much of it as the pool and its tests use. For builds with ThreadSanitizer or
 * MemorySanitizer alone, which follow pthread_create but not glibc's thrd_create.
 */
#ifndef DN_TESTS_SANITIZER_THREADS_H
#define DN_TESTS_SANITIZER_THREADS_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { thrd_success, thrd_error };
enum { mtx_plain };

typedef pthread_t thrd_t;
typedef pthread_mutex_t mtx_t;
typedef pthread_cond_t cnd_t;
typedef int (*thrd_start_t)(void *);

/** What a new thread is to do; pthreads want a function of another type. */
struct thrd_work {
    thrd_start_t function;
    void *argument;
};

static inline void *thrd_run(void *work)
{
    const struct thrd_work copy = *(struct thrd_work *)work;
    free(work);
    return (void *)(intptr_t)copy.function(copy.argument);
}

static inline int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    struct thrd_work *work = malloc(sizeof *work);
    if (!work)
        return thrd_error;
    *work = (struct thrd_work){function, argument};
    if (pthread_create(thread, NULL, thrd_run, work) == 0)
        return thrd_success;
    free(work);
    return thrd_error;
}

static inline int thrd_join(thrd_t thread, int *result)
{
    void *value;
    if (pthread_join(thread, &value) != 0)
        return thrd_error;
    if (result)
        *result = (int)(intptr_t)value;
    return thrd_success;
}

static inline void thrd_yield(void)
{
    sched_yield();
}

static inline int mtx_init(mtx_t *mutex, int type)
{
    (void)type;
    return pthread_mutex_init(mutex, NULL) == 0 ? thrd_success : thrd_error;
}

static inline int mtx_lock(mtx_t *mutex)
{
    return pthread_mutex_lock(mutex) == 0 ? thrd_success : thrd_error;
}

static inline int mtx_unlock(mtx_t *mutex)
{
    return pthread_mutex_unlock(mutex) == 0 ? thrd_success : thrd_error;
}

static inline void mtx_destroy(mtx_t *mutex)
{
    pthread_mutex_destroy(mutex);
}

static inline int cnd_init(cnd_t *condition)
{
    return pthread_cond_init(condition, NULL) == 0 ? thrd_success : thrd_error;
}

static inline int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
    return pthread_cond_wait(condition, mutex) == 0 ? thrd_success : thrd_error;
}

static inline int cnd_signal(cnd_t *condition)
{
    return pthread_cond_signal(condition) == 0 ? thrd_success : thrd_error;
}

static inline int cnd_broadcast(cnd_t *condition)
{
    return pthread_cond_broadcast(condition) == 0 ? thrd_success : thrd_error;
}

static inline void cnd_destroy(cnd_t *condition)
{
    pthread_cond_destroy(condition);
}

#endif
