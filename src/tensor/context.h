/** The context's pool of threads. */
#ifndef DN_TENSOR_CONTEXT_H
#define DN_TENSOR_CONTEXT_H

#include "core/pool.h"

#include "digitnet/tensor.h"

/** The context's pool, for work of the caller's own. */
dn_pool *dn_context_pool(const dn_context *context);

#endif
