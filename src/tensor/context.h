/** The inside of a context: its pool of threads and the name of its kernels. */
#ifndef DN_TENSOR_CONTEXT_H
#define DN_TENSOR_CONTEXT_H

#include "core/pool.h"

#include "digitnet/tensor.h"

/** The context's pool, for other work. */
dn_pool *dn_context_pool(const dn_context *context);

/** The name of the kernels in use: "portable", "avx2" or "avx512". */
const char *dn_context_kernels(const dn_context *context);

/**
 * Run a task of the kernels on every stripe of a result of `columns` columns.
 *
 * Effect  Sets *stripe, which belongs to the work, to the columns of a stripe: half as many where the result is no wider than that, or
 *         has too few stripes for all threads.
 */
void dn_context_run_stripes(dn_context *context, dn_task *task, void *work, size_t columns, size_t *stripe);

#endif
