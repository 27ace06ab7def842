#include "tensor/context.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "tensor/kernels.h"

#include "digitnet/tensor.h"

struct dn_context {
    dn_pool *pool;
    const dn_kernels *kernels;
};

/** By dn_kernel_choice; AUTO takes the last that the processor can run. NULL: not in this program. */
static const dn_kernels *const kernel_sets[] = {
    [DN_KERNELS_AUTO] = NULL,
    [DN_KERNELS_PORTABLE] = &dn_kernels_portable,
#ifdef DN_KERNELS_X86
    [DN_KERNELS_AVX2] = &dn_kernels_avx2,
    [DN_KERNELS_AVX512] = &dn_kernels_avx512,
#else
    [DN_KERNELS_AVX2] = NULL,
    [DN_KERNELS_AVX512] = NULL,
#endif
};
#define KERNEL_SETS (sizeof kernel_sets / sizeof kernel_sets[0])

static const dn_kernels *fastest(void)
{
    size_t choice = KERNEL_SETS - 1;
    while (!kernel_sets[choice] || !kernel_sets[choice]->can_run())
        choice--;
    return kernel_sets[choice];
}

/** A build may fix what AUTO takes, to compare the kernels' results. */
#ifndef DN_AUTO_KERNELS
#define DN_AUTO_KERNELS DN_KERNELS_AUTO
#endif

static const char *name_of(dn_kernel_choice choice)
{
    return choice == DN_KERNELS_AVX2 ? "avx2" : choice == DN_KERNELS_AVX512 ? "avx512" : "such";
}

static dn_status choose(dn_kernel_choice choice, const dn_kernels **kernels, dn_error *error)
{
    if (choice == DN_KERNELS_AUTO)
        choice = DN_AUTO_KERNELS;
    if (choice == DN_KERNELS_AUTO) {
        *kernels = fastest();
        return DN_OK;
    }
    if ((size_t)choice >= KERNEL_SETS || !kernel_sets[choice])
        return dn_fail(error, DN_ERR_ARGUMENT, "choose the portable kernels",
                       "this program was built without %s kernels", name_of(choice));
    if (!kernel_sets[choice]->can_run())
        return dn_fail(error, DN_ERR_ARGUMENT, "choose the portable kernels",
                       "this processor can't run the %s kernels", kernel_sets[choice]->name);
    *kernels = kernel_sets[choice];
    return DN_OK;
}

dn_status dn_context_new(dn_context **context, size_t threads, dn_kernel_choice kernels, dn_error *error)
{
    *context = NULL;
    dn_context *made = dn_allocate_zeroed(1, sizeof *made, error);
    if (!made)
        return DN_ERR_MEMORY;
    dn_status status = choose(kernels, &made->kernels, error);
    if (status == DN_OK)
        status = dn_pool_new(&made->pool, threads, error);
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

const dn_kernels *dn_context_kernel_set(const dn_context *context)
{
    return context ? context->kernels : &dn_kernels_portable;
}

const char *dn_context_kernels(const dn_context *context)
{
    return dn_context_kernel_set(context)->name;
}
