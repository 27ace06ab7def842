#include "faults.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef DN_NO_THREADS
#include <threads.h>
#endif

const char *const fault_names[FAULT_KINDS] = {"memory",        "threads", "fopen, fdopen",  "fread",
                                              "fread in part", "fwrite",  "fwrite in part", "fflush, fsync",
                                              "fclose",        "fseek",   "rename",         "remove"};

static fault_kind planned;
static fault_span span;
static size_t failing;
static bool every_file_named;
static atomic_size_t calls;
static atomic_bool failed;
static atomic_long live_blocks;
static atomic_long live_streams;
static atomic_size_t requested;
/** The stream that a call was made to fail on last. */
static FILE *_Atomic broken;

void faults_begin(fault_kind kind, fault_span new_span, size_t nth)
{
    planned = kind;
    span = new_span;
    failing = nth;
    atomic_store(&calls, 0);
    atomic_store(&failed, false);
    atomic_store(&requested, 0);
    atomic_store(&broken, NULL);
}

void faults_name_every_file(bool yes)
{
    every_file_named = yes;
}

bool faults_end(void)
{
    span = FAULT_NEVER;
    return atomic_load(&failed);
}

long faults_live_blocks(void)
{
    return atomic_load(&live_blocks);
}

long faults_live_streams(void)
{
    return atomic_load(&live_streams);
}

size_t faults_requested(void)
{
    return atomic_load(&requested);
}

/** Count a call; is it one to fail? */
static bool fails(fault_kind kind)
{
    if (kind != planned || span == FAULT_NEVER)
        return false;
    const size_t call = atomic_fetch_add(&calls, 1) + 1;
    const bool fail = span == FAULT_ONCE ? call == failing : call >= failing;
    if (fail)
        atomic_store(&failed, true);
    return fail;
}

/** The program's own output: what it says of a fault must arrive. */
static bool is_standard(const FILE *stream)
{
    return stream == stdout || stream == stderr;
}

/* ---- Memory ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *block);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *block);

/** Keep the books of an allocation. */
static void *counted(void *block, size_t size)
{
    atomic_fetch_add(&requested, size);
    if (block)
        atomic_fetch_add(&live_blocks, 1);
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails(FAULT_MEMORY) ? NULL : counted(__real_malloc(size), size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(FAULT_MEMORY) ? NULL : counted(__real_calloc(count, size), count * size);
}

void *__wrap_realloc(void *block, size_t size)
{
    if (fails(FAULT_MEMORY))
        return NULL;
    void *moved = counted(__real_realloc(block, size), size);
    if (moved && block)
        atomic_fetch_sub(&live_blocks, 1);
    return moved;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails(FAULT_MEMORY) ? NULL : counted(__real_aligned_alloc(alignment, size), size);
}

void __wrap_free(void *block)
{
    if (block)
        atomic_fetch_sub(&live_blocks, 1);
    __real_free(block);
}

/* ---- Threads ---- */

#ifndef DN_NO_THREADS

int __real_thrd_create(thrd_t *thread, thrd_start_t function, void *argument);
int __real_mtx_init(mtx_t *mutex, int type);
int __real_cnd_init(cnd_t *condition);

int __wrap_thrd_create(thrd_t *thread, thrd_start_t function, void *argument);
int __wrap_mtx_init(mtx_t *mutex, int type);
int __wrap_cnd_init(cnd_t *condition);

/** A thread that is not to start before faults_release_threads. */
typedef struct held_thread {
    thrd_start_t function;
    void *argument;
} held_thread;

static atomic_bool held;

void faults_hold_threads(void)
{
    atomic_store(&held, true);
}

void faults_release_threads(void)
{
    atomic_store(&held, false);
}

static int start_late(void *argument)
{
    const held_thread late = *(held_thread *)argument;
    __real_free(argument);
    while (atomic_load(&held))
        thrd_yield();
    return late.function(late.argument);
}

int __wrap_thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    if (fails(FAULT_THREADS))
        return thrd_nomem;
    held_thread *late = atomic_load(&held) ? __real_malloc(sizeof *late) : NULL;
    if (!late)
        return __real_thrd_create(thread, function, argument);
    *late = (held_thread){function, argument};
    return __real_thrd_create(thread, start_late, late);
}

int __wrap_mtx_init(mtx_t *mutex, int type)
{
    return fails(FAULT_THREADS) ? thrd_error : __real_mtx_init(mutex, type);
}

int __wrap_cnd_init(cnd_t *condition)
{
    return fails(FAULT_THREADS) ? thrd_nomem : __real_cnd_init(condition);
}

#endif

/* ---- Streams ---- */

FILE *__real_fopen(const char *path, const char *mode);
FILE *__real_fdopen(int descriptor, const char *mode);
size_t __real_fread(void *data, size_t size, size_t count, FILE *stream);
size_t __real_fwrite(const void *data, size_t size, size_t count, FILE *stream);
int __real_fflush(FILE *stream);
int __real_fclose(FILE *stream);
int __real_fseek(FILE *stream, long offset, int origin);
long __real_ftell(FILE *stream);
int __real_ferror(FILE *stream);
void __real_clearerr(FILE *stream);

FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fdopen(int descriptor, const char *mode);
size_t __wrap_fread(void *data, size_t size, size_t count, FILE *stream);
size_t __wrap_fwrite(const void *data, size_t size, size_t count, FILE *stream);
int __wrap_fflush(FILE *stream);
int __wrap_fclose(FILE *stream);
int __wrap_fseek(FILE *stream, long offset, int origin);
long __wrap_ftell(FILE *stream);
int __wrap_ferror(FILE *stream);
void __wrap_clearerr(FILE *stream);

FILE *__wrap_fopen(const char *path, const char *mode)
{
    if (fails(FAULT_OPEN)) {
        errno = EMFILE;
        return NULL;
    }
    FILE *stream = __real_fopen(path, mode);
    if (stream)
        atomic_fetch_add(&live_streams, 1);
    return stream;
}

FILE *__wrap_fdopen(int descriptor, const char *mode)
{
    if (fails(FAULT_OPEN)) {
        errno = EMFILE;
        return NULL;
    }
    FILE *stream = __real_fdopen(descriptor, mode);
    if (stream)
        atomic_fetch_add(&live_streams, 1);
    return stream;
}

size_t __wrap_fread(void *data, size_t size, size_t count, FILE *stream)
{
    const bool in_part = fails(FAULT_READ_PART);
    if (!in_part && !fails(FAULT_READ))
        return __real_fread(data, size, count, stream);
    const size_t arrived = in_part ? __real_fread(data, size, count / 2, stream) : 0;
    atomic_store(&broken, stream);
    errno = EIO;
    return arrived;
}

size_t __wrap_fwrite(const void *data, size_t size, size_t count, FILE *stream)
{
    if (is_standard(stream))
        return __real_fwrite(data, size, count, stream);
    const bool in_part = fails(FAULT_WRITE_PART);
    if (!in_part && !fails(FAULT_WRITE))
        return __real_fwrite(data, size, count, stream);
    const size_t written = in_part ? __real_fwrite(data, size, count / 2, stream) : 0;
    atomic_store(&broken, stream);
    errno = ENOSPC;
    return written;
}

int __wrap_fflush(FILE *stream)
{
    if (is_standard(stream) || !fails(FAULT_FLUSH))
        return __real_fflush(stream);
    errno = ENOSPC;
    return EOF;
}

int __wrap_fclose(FILE *stream)
{
    const bool fail = fails(FAULT_CLOSE);
    FILE *closing = stream;
    atomic_compare_exchange_strong(&broken, &closing, NULL);
    atomic_fetch_sub(&live_streams, 1);
    const int result = __real_fclose(stream);
    if (!fail)
        return result;
    errno = EIO;
    return EOF;
}

int __wrap_fseek(FILE *stream, long offset, int origin)
{
    if (!fails(FAULT_SEEK))
        return __real_fseek(stream, offset, origin);
    errno = EIO;
    return -1;
}

long __wrap_ftell(FILE *stream)
{
    if (!fails(FAULT_SEEK))
        return __real_ftell(stream);
    errno = EIO;
    return -1L;
}

int __wrap_ferror(FILE *stream)
{
    return stream == atomic_load(&broken) ? 1 : __real_ferror(stream);
}

void __wrap_clearerr(FILE *stream)
{
    FILE *cleared = stream;
    atomic_compare_exchange_strong(&broken, &cleared, NULL);
    __real_clearerr(stream);
}

/* ---- Files ---- */

int __real_rename(const char *from, const char *to);
int __real_remove(const char *path);
int __real_fsync(int descriptor);
int __real_access(const char *path, int mode);

int __wrap_rename(const char *from, const char *to);
int __wrap_remove(const char *path);
int __wrap_fsync(int descriptor);
int __wrap_access(const char *path, int mode);

int __wrap_rename(const char *from, const char *to)
{
    if (!fails(FAULT_RENAME))
        return __real_rename(from, to);
    errno = EXDEV;
    return -1;
}

int __wrap_remove(const char *path)
{
    if (!fails(FAULT_REMOVE))
        return __real_remove(path);
    errno = EPERM;
    return -1;
}

int __wrap_fsync(int descriptor)
{
    if (!fails(FAULT_FLUSH))
        return __real_fsync(descriptor);
    errno = EIO;
    return -1;
}

/** The program asks it for one thing: whether a file without a name can be named later. */
int __wrap_access(const char *path, int mode)
{
    if (!every_file_named)
        return __real_access(path, mode);
    errno = ENOENT;
    return -1;
}
