/** Shape checks that products share. */
#ifndef DN_TENSOR_CHECK_H
#define DN_TENSOR_CHECK_H

#include "digitnet/tensor.h"

/** Errors: DN_ERR_SHAPE naming the shapes unless a [N, K], b [K, M], out [N, M]. */
DN_NODISCARD dn_status dn_check_product(dn_shape a, dn_shape b, dn_shape out, dn_error *error);

#endif
