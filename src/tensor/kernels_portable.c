/* Vectors of 16 bytes: SSE2, NEON, s390x; elsewhere the compiler imitates them. */
#include "tensor/kernels.h"

#define LANES 4
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define KERNELS dn_kernels_portable
#define KERNELS_NAME "portable"

static bool can_run(void)
{
    return true;
}

#include "tensor/kernels_body.h"
