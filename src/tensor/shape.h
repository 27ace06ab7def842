/** Shapes and axes, as the functions of this folder check them. */
#ifndef DN_TENSOR_SHAPE_H
#define DN_TENSOR_SHAPE_H

#include "digitnet/tensor.h"

/** The number of elements; 1 for a scalar. False when the product of the extents, zeros left out, is above PTRDIFF_MAX. */
DN_NODISCARD bool dn_shape_count(dn_shape shape, size_t *count);

/** Effect: *place = axis counted from 0. Errors: DN_ERR_SHAPE outside -rank .. rank - 1; *place is 0 then. */
DN_NODISCARD dn_status dn_axis_place(dn_shape shape, int axis, size_t *place, dn_error *error);

/** Errors: DN_ERR_SHAPE for a rank above DN_MAX_RANK. */
DN_NODISCARD dn_status dn_check_rank(dn_shape shape, dn_error *error);

/** Make an owner whose elements are not set yet; else as dn_tensor_zeros. Memory that nobody touches costs no time. */
DN_NODISCARD dn_status dn_tensor_unset(dn_tensor *tensor, dn_shape shape, dn_error *error);

#endif
