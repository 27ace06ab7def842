/**
 * Memory: the only caller of malloc and free. Every block is aligned for vectors, every size is checked.
 */
#ifndef DN_CORE_MEMORY_H
#define DN_CORE_MEMORY_H

#include "digitnet/core.h"

#include <stdbool.h>
#include <stddef.h>

/** A cache line, and at least one vector of any kernel. */
#define DN_ALIGNMENT 64

/** Units elements. Effect *product = a * b; false, and nothing written, when that overflows. */
DN_NODISCARD bool dn_size_multiply(size_t a, size_t b, size_t *product);

/** Effect *sum = a + b; false, and nothing written, when that overflows. */
DN_NODISCARD bool dn_size_add(size_t a, size_t b, size_t *sum);

/**
 * Allocate count elements of size bytes each, not initialised.
 *
 * Owner   The caller frees with dn_release.
 * Errors  NULL and DN_ERR_MEMORY in error when there is no memory or the product overflows.
 *         Never NULL for an empty array.
 */
DN_NODISCARD void *dn_allocate(size_t count, size_t size, dn_error *error);

/** As dn_allocate, with every byte zero. */
DN_NODISCARD void *dn_allocate_zeroed(size_t count, size_t size, dn_error *error);

/**
 * Make a block larger or smaller: the first min(old_count, new_count) elements are kept.
 *
 * Owner   On success the old block (NULL allowed) is freed and the new one belongs to the caller;
 *         on failure the old block stays as it was.
 * Errors  As dn_allocate.
 */
DN_NODISCARD void *dn_reallocate(void *block, size_t old_count, size_t new_count, size_t size,
                                 dn_error *error);

/** Free a block of dn_allocate; NULL is allowed. */
void dn_release(void *block);

#endif
