/**
 * Element by element: arithmetic, comparison, choice, with broadcasting.
 *
 * Shapes  Operands broadcast as in NumPy: aligned at the last axis, an axis of extent 1 (or a missing one)
 *         is repeated. out must already have the resulting shape; any strides will do, but for an expanded
 *         axis in out.
 * Effect  Overwrites out. out may be one of the operands (in place); otherwise it must not share elements
 *         with them.
 * Owner   Borrows every argument for the call; allocates nothing.
 * Errors  DN_ERR_SHAPE naming both shapes when they do not broadcast, or when out has another shape;
 *         nothing is written then.
 */
#ifndef DIGITNET_TENSOR_ELEMENTWISE_H
#define DIGITNET_TENSOR_ELEMENTWISE_H

#include "digitnet/tensor/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The shape that a and b broadcast to. Source NumPy's general broadcasting rules; book chapter 4. */
DN_NODISCARD dn_status dn_broadcast_shape(dn_shape a, dn_shape b, dn_shape *result, dn_error *error);

DN_NODISCARD dn_status dn_add(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_subtract(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_multiply(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_divide(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);

/** Comparisons give 1 where they hold and 0 elsewhere; nothing holds for a NaN but not_equal. */
DN_NODISCARD dn_status dn_equal(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_not_equal(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_less(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_less_equal(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_greater(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_greater_equal(const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                                        dn_error *error);

/** out = yes where condition is not 0, else no. All three broadcast. */
DN_NODISCARD dn_status dn_where(const dn_tensor *condition, const dn_tensor *yes, const dn_tensor *no,
                                dn_tensor *out, dn_error *error);

DN_NODISCARD dn_status dn_negate(const dn_tensor *a, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_absolute(const dn_tensor *a, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_square_root(const dn_tensor *a, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_exponential(const dn_tensor *a, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_logarithm(const dn_tensor *a, dn_tensor *out, dn_error *error);
/** max(a, 0). A NaN stays a NaN. */
DN_NODISCARD dn_status dn_relu(const dn_tensor *a, dn_tensor *out, dn_error *error);
/** 1 / (1 + exp(-a)), without overflow for any finite a. */
DN_NODISCARD dn_status dn_sigmoid(const dn_tensor *a, dn_tensor *out, dn_error *error);
/** The elements of a, broadcast to out's shape. */
DN_NODISCARD dn_status dn_copy(const dn_tensor *a, dn_tensor *out, dn_error *error);

/** Set every element of out. */
DN_NODISCARD dn_status dn_fill(dn_tensor *out, float value, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
