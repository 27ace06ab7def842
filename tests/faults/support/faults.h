/**
 * Calls of the C library that fail on order. The tests of this folder are linked with --wrap=CALL for each call that the
 * program makes, so that the program itself has no hook: `malloc` in it becomes `__wrap_malloc` here.
 */
#ifndef DN_TESTS_FAULTS_H
#define DN_TESTS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/** Which calls can be made to fail. */
typedef enum fault_kind {
    FAULT_MEMORY,     /**< malloc, calloc, realloc, aligned_alloc */
    FAULT_THREADS,    /**< thrd_create, mtx_init, cnd_init */
    FAULT_OPEN,       /**< fopen, fdopen */
    FAULT_READ,       /**< fread: nothing arrives, and the stream has an error */
    FAULT_READ_PART,  /**< fread: half of it arrives before the error */
    FAULT_WRITE,      /**< fwrite: nothing is written */
    FAULT_WRITE_PART, /**< fwrite: half of it is written */
    FAULT_FLUSH,      /**< fflush, fsync */
    FAULT_CLOSE,      /**< fclose: closed, but with an error */
    FAULT_SEEK,       /**< fseek, ftell */
    FAULT_RENAME,     /**< rename */
    FAULT_REMOVE,     /**< remove */
    FAULT_KINDS
} fault_kind;

extern const char *const fault_names[FAULT_KINDS];

/** How the calls of one kind fail. */
typedef enum fault_span {
    FAULT_NEVER,   /**< they are counted only */
    FAULT_ONCE,    /**< only the nth */
    FAULT_FROM_ON, /**< the nth and all after it */
} fault_span;

/** From now on the nth call (from 1) of that kind fails. Counters begin anew. */
void faults_begin(fault_kind kind, fault_span span, size_t nth);

/** All calls work again. Hands back whether a call was made to fail. */
bool faults_end(void);

/** From now on no file can be without a name, as on systems that have no such files; or all can again. */
void faults_name_every_file(bool yes);

/** Threads that are created from now on do not start before they are released. */
void faults_hold_threads(void);
void faults_release_threads(void);

/** Blocks of memory that are allocated, and streams that are open, in the code under test. */
long faults_live_blocks(void);
long faults_live_streams(void);

/** The sum of all that was asked for since faults_begin: an upper bound of what was held at once. */
size_t faults_requested(void);

#endif
