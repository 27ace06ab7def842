#include "core/memory.h"

#include "core/fail.h"
#include "core/platform.h"
#include "core/size.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** Of x86-64 and of aarch64 with small pages of 4 kB. */
#define LARGE_PAGE ((size_t)1 << 21)

bool dn_size_multiply(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *product = a * b;
    return true;
}

bool dn_size_add(size_t a, size_t b, size_t *sum)
{
    if (a > SIZE_MAX - b)
        return false;
    *sum = a + b;
    return true;
}

void *dn_allocate(size_t count, size_t size, dn_error *error)
{
    size_t bytes;
    size_t padded;
    void *block = NULL;
    if (dn_size_multiply(count, size, &bytes) && dn_size_add(bytes, LARGE_PAGE - 1, &padded)) {
        const size_t alignment = bytes >= LARGE_PAGE ? LARGE_PAGE : DN_ALIGNMENT;
        padded = dn_divide_up(bytes, alignment) * alignment; /* aligned_alloc wants a multiple */
        block = aligned_alloc(alignment, padded != 0 ? padded : alignment);
        if (block && alignment == LARGE_PAGE)
            dn_platform_use_large_pages(block, padded);
    }
    if (!block)
        dn_fail(error, DN_ERR_MEMORY, "free some memory, or ask for less", "no memory for %zu x %zu bytes",
                count, size);
    return block;
}

void *dn_allocate_zeroed(size_t count, size_t size, dn_error *error)
{
    void *block = dn_allocate(count, size, error);
    if (block)
        memset(block, 0, count * size);
    return block;
}

void *dn_reallocate(void *block, size_t old_count, size_t new_count, size_t size, dn_error *error)
{
    void *moved = dn_allocate(new_count, size, error);
    if (!moved)
        return NULL;
    if (block)
        memcpy(moved, block, dn_smaller(old_count, new_count) * size);
    dn_release(block);
    return moved;
}

void dn_release(void *block)
{
    free(block);
}
