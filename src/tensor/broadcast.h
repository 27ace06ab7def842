/**
 * Broadcasting, the part that every element-wise operation shares: bring up to three operands and an output
 * to one shape, and walk them together row by row.
 *
 * Source  "Training a Digit Classifier", and NumPy's general broadcasting rules.
 */
#ifndef DN_TENSOR_BROADCAST_H
#define DN_TENSOR_BROADCAST_H

#include "digitnet/tensor.h"

#define DN_MAX_OPERANDS 3

/** One row of a walk: count elements of out and of each operand, with the distance between neighbours. */
typedef struct dn_row {
    size_t count;
    float *out;
    ptrdiff_t out_stride;
    const float *operand[DN_MAX_OPERANDS];
    ptrdiff_t stride[DN_MAX_OPERANDS]; /**< 0 where the operand is repeated */
} dn_row;

typedef void dn_row_operation(const dn_row *row);

/**
 * Call operation for every row of out, the operands expanded to out's shape.
 *
 * Effect  Axes that lie in memory like one are walked as one, so that rows are as long as they can be.
 * Errors  DN_ERR_SHAPE naming the shapes when the operands don't broadcast to exactly out's shape, or when
 *         out repeats an element.
 */
DN_NODISCARD dn_status dn_broadcast(const dn_tensor *const *operands, size_t operand_count, dn_tensor *out,
                                    dn_row_operation *operation, dn_error *error);

#endif
