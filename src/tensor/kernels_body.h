/*
 * The kernels. A file that includes this one defines first
 *
 *     LANES         floats in a vector
 *     HELD_VECTORS  vectors of sums that stay in registers while a mask is walked: a stripe's, or half of them
 *     TILE_ROWS     rows of a dense product that are computed side by side
 *     TILE_VECTORS  vectors in each of these rows
 *     KERNELS       the name of the table at the end, as a string in KERNELS_NAME
 *
 * and two functions, can_run and mask_of.
 */
#include "tensor/kernels_dense.h"
#include "tensor/kernels_fill.h"
#include "tensor/kernels_skip.h"
#include "tensor/kernels_step.h"

const dn_kernels KERNELS = {.name = KERNELS_NAME,
                            .can_run = can_run,
                            .panel = PANEL,
                            .fill = fill_piece,
                            .sparse = sparse_piece,
                            .transposed = transposed_piece,
                            .mask_of = mask_of_numbers,
                            .masked = masked_piece,
                            .dense = dense_piece,
                            .update = update_rows,
                            .exp_each = exp_each};
