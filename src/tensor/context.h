/** The inside of a context: its pool of threads and the name of its kernels. */
#ifndef DN_TENSOR_CONTEXT_H
#define DN_TENSOR_CONTEXT_H

#include "core/pool.h"

#include "digitnet/tensor.h"

/** The context's pool, for other work. */
dn_pool *dn_context_pool(const dn_context *context);

/** The name of the kernels in use: "portable", "avx2" or "avx512". */
const char *dn_context_kernels(const dn_context *context);

#endif
