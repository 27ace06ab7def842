/*
 * ISO C11 threads over POSIX threads, for the thread sanitizer's build alone: the sanitizers of gcc 12 and clang 14 know
 * pthread_create, and crash on glibc's own thrd_create. That build puts this folder first on its include path.
 */
#ifndef DN_TESTS_THREADS_H
#define DN_TESTS_THREADS_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { thrd_success, thrd_error, thrd_nomem };
enum { mtx_plain };

typedef pthread_t thrd_t;
typedef pthread_mutex_t mtx_t;
typedef pthread_cond_t cnd_t;
typedef int (*thrd_start_t)(void *);

typedef struct thrd_call {
    thrd_start_t start;
    void *argument;
} thrd_call;

static inline void *thrd_trampoline(void *pointer)
{
    const thrd_call call = *(thrd_call *)pointer;
    free(pointer);
    return (void *)(intptr_t)call.start(call.argument);
}

static inline int thrd_create(thrd_t *thread, thrd_start_t start, void *argument)
{
    thrd_call *call = malloc(sizeof *call);
    if (!call)
        return thrd_nomem;
    *call = (thrd_call){start, argument};
    if (pthread_create(thread, NULL, thrd_trampoline, call) == 0)
        return thrd_success;
    free(call);
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
