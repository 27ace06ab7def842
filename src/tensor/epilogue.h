/** The epilogue of a product: operations that end its elements while they are in the first-level cache. */
#ifndef DN_TENSOR_EPILOGUE_H
#define DN_TENSOR_EPILOGUE_H

#include "digitnet/tensor.h"

#include <stdbool.h>

/** In the order of the members; {0} leaves the product as it is. The same bits as of operations on the whole matrix [N, M]. */
typedef struct dn_epilogue {
    const dn_tensor *bias; /**< [M], contiguous: is added to each row; or NULL */
    bool relu;             /**< as dn_relu */
    /** [N, M] with rows contiguous: where it is 0 the result is 0, elsewhere it is multiplied by scale; or NULL. */
    const dn_tensor *gate;
    float scale;
} dn_epilogue;

#endif
