/**
 * The linear layer: y = x W^T + b, or its ReLU, max(y, 0).
 *
 * The weight is [out, in], as PyTorch's; in memory it lies [in, out], so that all that one input touches is one contiguous row. It is
 * cut into stripes of DN_STRIPE outputs: a thread that computes a stripe's outputs, its gradient and its step walks memory that no other
 * thread writes, from end to end.
 */
#ifndef DN_NN_LINEAR_H
#define DN_NN_LINEAR_H

#include "tensor/sparse.h"
#include "tensor/stripes.h"

#include "digitnet/nn.h"
#include "digitnet/tensor.h"

typedef struct dn_linear {
    dn_parameter *weights; /**< [stripes]: rows of the weight, [width, in] each; the last may have fewer */
    dn_parameter bias;     /**< [out] */
    dn_stripes values;     /**< views of the weights' values, transposed: [in, out] */
    dn_stripes grads;      /**< of their gradients */
} dn_linear;

/** Make a layer of zeros. Owner: the caller frees with dn_linear_free. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_linear_new(dn_linear *layer, size_t inputs, size_t outputs, dn_error *error);

void dn_linear_free(dn_linear *layer);

/**
 * Shapes  x [N, in]; y [N, out].
 * Effect  Overwrites y, with relu by the ReLU of the layer's output.
 * Owner   Borrows every argument.
 * Errors  DN_ERR_SHAPE if an extent disagrees; nothing is written then.
 */
DN_NODISCARD dn_status dn_linear_forward(dn_context *context, const dn_linear *layer, const dn_matrix *x,
                                         bool relu, dn_tensor *y, dn_error *error);

/**
 * Back-propagate one batch through y = x W^T + b.
 *
 * Shapes  x [N, in], dy [N, out], dense, rows contiguous; dx [N, in] and its epilogue, or NULL for both.
 * Units   dy is d(mean batch loss)/dy, y the layer's output before a ReLU.
 * Effect  Overwrites dx = dy W, and its epilogue; then adds to the gradients of the weights [out, in] and the bias [out]. With a sink
 *         (NULL for none) and an x whose zeros are skipped, the sink takes the rows of the weight's gradient, [in, out] as they lie, and
 *         the weights' grad_is_taken becomes true: the sink may change the weight.
 * Owner   Borrows every argument for the call.
 * Errors  DN_ERR_SHAPE if an extent disagrees; nothing is written then.
 */
DN_NODISCARD dn_status dn_linear_backward(dn_context *context, dn_linear *layer, const dn_matrix *x,
                                          const dn_matrix *dy, const dn_epilogue *epilogue, dn_tensor *dx,
                                          const dn_row_sink *sink, dn_error *error);

#endif
