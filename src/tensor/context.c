#include "digitnet/tensor/context.h"

#include "core/memory.h"
#include "core/try.h"

struct dn_context {
    dn_pool *pool;
};

dn_status dn_context_new(dn_context **context, size_t threads, dn_kernel_choice kernels, dn_error *error)
{
    *context = NULL;
    if (kernels == DN_KERNELS_AVX2)
        return dn_fail(error, DN_ERR_ARGUMENT, "choose the portable kernels",
                       "this program was built without avx2 kernels");
    dn_context *made = dn_allocate_zeroed(1, sizeof *made, error);
    if (!made)
        return DN_ERR_MEMORY;
    const dn_status status = dn_pool_new(&made->pool, threads, error);
    if (status != DN_OK) {
        dn_context_free(made);
        return status;
    }
    *context = made;
    return DN_OK;
}

void dn_context_free(dn_context *context)
{
    if (!context)
        return;
    dn_pool_free(context->pool);
    dn_release(context);
}

dn_pool *dn_context_pool(const dn_context *context)
{
    return context ? context->pool : NULL;
}

const char *dn_context_kernels(const dn_context *context)
{
    (void)context;
    return "portable";
}
