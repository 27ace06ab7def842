/**
 * Sums and the like over one axis or all.
 *
 * Shapes  out is source's shape without the axis, or with extent 1 there (both are accepted, and so the
 *         caller keeps the axis or not); over DN_ALL_AXES out is a scalar, or extent 1 in every axis.
 * Effect  Overwrites out. Sums run in C order with one accumulator an element of out, so that the bits do
 *         not depend on strides.
 * Errors  DN_ERR_SHAPE naming both shapes; for mean, max and argmax also when there is nothing to reduce.
 */
#ifndef DIGITNET_TENSOR_REDUCE_H
#define DIGITNET_TENSOR_REDUCE_H

#include "digitnet/tensor/tensor.h"

#include <limits.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DN_ALL_AXES INT_MIN

/** The shape that a reduction of source over axis wants of its out. */
DN_NODISCARD dn_status dn_reduced_shape(dn_shape source, int axis, bool keep_axis, dn_shape *result,
                                        dn_error *error);

DN_NODISCARD dn_status dn_sum(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error);
DN_NODISCARD dn_status dn_mean(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error);
/** A NaN among the elements is the maximum, as in PyTorch. */
DN_NODISCARD dn_status dn_max(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error);
/** Index of the maximum, the first of equals; over DN_ALL_AXES the index in C order. Exact up to 2^24. */
DN_NODISCARD dn_status dn_argmax(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
