/** Axes as users name them: from 0, or from the end when negative. */
#ifndef DN_TENSOR_AXIS_H
#define DN_TENSOR_AXIS_H

#include "digitnet/tensor.h"

/** Effect: *place = axis counted from 0. Errors: DN_ERR_SHAPE outside -rank .. rank - 1; *place is 0 then. */
DN_NODISCARD dn_status dn_axis_place(dn_shape shape, int axis, size_t *place, dn_error *error);

/** Remove an axis. */
void dn_shape_remove(dn_shape *shape, size_t place);

#endif
