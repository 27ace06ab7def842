/**
 * Where products run: the thread pool and the kernels chosen for this processor.
 *
 * Neither changes a result: every kernel gives the same bits, on any number of threads.
 */
#ifndef DIGITNET_TENSOR_CONTEXT_H
#define DIGITNET_TENSOR_CONTEXT_H

#include "digitnet/core/pool.h"
#include "digitnet/core/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dn_context dn_context;

/** Kernels by name. AUTO is the fastest one that the processor can run. */
typedef enum dn_kernel_choice {
    DN_KERNELS_AUTO,
    DN_KERNELS_PORTABLE,
    DN_KERNELS_AVX2,
    DN_KERNELS_AVX512
} dn_kernel_choice;

/**
 * Choose kernels and start threads.
 *
 * Units   threads from 1 to DN_POOL_MAX_THREADS.
 * Owner   The caller frees with dn_context_free.
 * Errors  DN_ERR_ARGUMENT when the kernels were not built or the processor can't run them; as dn_pool_new.
 */
DN_NODISCARD dn_status dn_context_new(dn_context **context, size_t threads, dn_kernel_choice kernels,
                                      dn_error *error);

/** Stop the threads and free the context; NULL is allowed. */
void dn_context_free(dn_context *context);

/** The context's pool, for work of the caller's own. */
dn_pool *dn_context_pool(const dn_context *context);

/** The name of the kernels in use: "portable", "avx2" or "avx512". */
const char *dn_context_kernels(const dn_context *context);

#ifdef __cplusplus
}
#endif

#endif
