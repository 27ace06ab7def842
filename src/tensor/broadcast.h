/**
 * Broadcasting: brings up to three operands and an output to one shape, and walks them together row by row.
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
    const float *operand[DN_MAX_OPERANDS]; /**< a missing operand points to the first one, with stride 0 */
    ptrdiff_t stride[DN_MAX_OPERANDS];     /**< 0 where the operand is repeated */
} dn_row;

typedef void dn_row_operation(const dn_row *row);

/** The shape that a and b broadcast to. Errors: DN_ERR_SHAPE naming both. */
DN_NODISCARD dn_status dn_broadcast_shape(dn_shape a, dn_shape b, dn_shape *result, dn_error *error);

/**
 * Call operation for every row of out, the operands expanded to out's shape.
 *
 * Errors  DN_ERR_SHAPE naming the shapes when the operands don't broadcast to exactly out's shape, or when
 *         out repeats an element.
 */
DN_NODISCARD dn_status dn_broadcast(const dn_tensor *const *operands, size_t operand_count, dn_tensor *out,
                                    dn_row_operation *operation, dn_error *error);

/**
 * Call operation for every row of an output, tensors[0], and its operands, in C order.
 *
 * Shapes  tensors [count] all have one shape; any strides.
 * Effect  Joins axes that lie in memory like one, so that rows are as long as they can be.
 */
void dn_walk_rows(const dn_tensor *tensors, size_t count, dn_row_operation *operation);

/** Repeat source to a larger shape by strides of 0, as broadcasting does. Read-only by nature. */
DN_NODISCARD dn_status dn_tensor_expand(const dn_tensor *source, dn_shape shape, dn_tensor *view,
                                        dn_error *error);

#endif
