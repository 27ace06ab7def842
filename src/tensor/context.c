#include "tensor/context.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/size.h"
#include "tensor/kernels.h"

#include "digitnet/tensor.h"

struct dn_context {
    dn_pool *pool;
    const dn_kernels *kernels;
};

#ifdef DN_X86
#define IF_X86(set) (set)
#else
#define IF_X86(set) NULL
#endif

/** By dn_kernel_choice, AUTO aside. NULL where this program lacks the kernels. */
static const struct {
    const char *name;
    const dn_kernels *set;
} kernel_sets[] = {
    [DN_KERNELS_PORTABLE] = {"portable", &dn_kernels_portable},
    [DN_KERNELS_AVX2] = {"avx2", IF_X86(&dn_kernels_avx2)},
    [DN_KERNELS_AVX512] = {"avx512", IF_X86(&dn_kernels_avx512)},
};
#define KERNEL_SETS (sizeof kernel_sets / sizeof kernel_sets[0])

/** A build may fix the choice of AUTO, to compare the kernels' results. */
#ifndef DN_AUTO_KERNELS
#define DN_AUTO_KERNELS DN_KERNELS_AUTO
#endif

/** The last kernels that the processor can run are the fastest. */
static size_t fastest(void)
{
    size_t choice = KERNEL_SETS - 1;
    while (!kernel_sets[choice].set || !kernel_sets[choice].set->can_run())
        choice--;
    return choice;
}

static dn_status choose(dn_kernel_choice wanted, const dn_kernels **kernels, dn_error *error)
{
    size_t choice = wanted == DN_KERNELS_AUTO ? DN_AUTO_KERNELS : wanted;
    if (choice == DN_KERNELS_AUTO)
        choice = fastest();
    if (choice >= KERNEL_SETS || !kernel_sets[choice].set)
        return dn_fail(error, DN_ERR_ARGUMENT, "choose the portable kernels",
                       "this program was built without %s kernels",
                       choice < KERNEL_SETS ? kernel_sets[choice].name : "these");
    if (!kernel_sets[choice].set->can_run())
        return dn_fail(error, DN_ERR_ARGUMENT, "choose the portable kernels",
                       "this processor can't run the %s kernels", kernel_sets[choice].name);
    *kernels = kernel_sets[choice].set;
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
        status = dn_pool_new(&made->pool, threads != 0 ? threads : dn_pool_default_threads(), error);
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
