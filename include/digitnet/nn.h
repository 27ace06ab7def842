/**
 * The model, a stack of linear layers with a ReLU between each two.
 */
#ifndef DIGITNET_NN_H
#define DIGITNET_NN_H

#include "digitnet/tensor.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A parameter: a tensor that training changes, beside its gradient.
 */

typedef struct dn_parameter {
    dn_tensor value;
    dn_tensor grad;    /**< d(mean batch loss)/d(value); the same shape and strides as value */
    bool grad_is_zero; /**< the gradient was cleared: the numbers in grad are old, and count as zeros */
    /** An optimiser made its step during the backward pass: grad holds no gradient until it is cleared. */
    bool grad_is_taken;
} dn_parameter;

/** The gradient, for a reader outside the training loop. Effect: writes the zeros of a cleared gradient to grad. */
DN_API const dn_tensor *dn_parameter_grad(dn_parameter *parameter);

/**
 * The model: a stack of linear layers with a ReLU between each two.
 *
 * Named as PyTorch names nn.Sequential(Linear, ReLU, Linear): 0.weight, 0.bias, 2.weight, 2.bias, ...
 */

/** The most linear layers of a model, and the widest layer. */
#define DN_MODEL_MAX_LAYERS 32
#define DN_MODEL_MAX_WIDTH 65535
/** Rows of a weight that are one parameter, contiguous in memory: as many as one thread computes at a time. */
#define DN_MODEL_STRIPE 64
/** Room for the name of any architecture: a number and a dash for each width. */
#define DN_ARCHITECTURE_SIZE ((DN_MODEL_MAX_LAYERS + 1) * 6 + 1)

typedef struct dn_model dn_model;

/**
 * Make a model: widths[0] inputs, then one linear layer to each further width; weights drawn from the seed (He), biases zero.
 *
 * Units   width_count from 2 to DN_MODEL_MAX_LAYERS + 1; each width from 1 to DN_MODEL_MAX_WIDTH.
 * Owner   The caller frees with dn_model_free.
 * Errors  DN_ERR_ARGUMENT; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_model_new(dn_model **model, const size_t *widths, size_t width_count,
                                           uint64_t seed, dn_error *error);

/** NULL is allowed. */
DN_API void dn_model_free(dn_model *model);

/** Linear layers. */
DN_API size_t dn_model_layers(const dn_model *model);

/** The width before layer `place` (0 is the input, dn_model_layers the output). */
DN_API size_t dn_model_width(const dn_model *model, size_t place);

/** Parameters: of each layer its weight, a parameter for each DN_MODEL_STRIPE of its rows, then its bias. */
DN_API size_t dn_model_parameters(const dn_model *model);

/**
 * One of the parameters, first layer first: rows of a weight [<= DN_MODEL_STRIPE, in], or a bias [out].
 *
 * Owner   The model's. index < dn_model_parameters.
 */
DN_API dn_parameter *dn_model_parameter(dn_model *model, size_t index);

/** The bias of a layer [out]. Owner: the model's. layer < dn_model_layers. */
DN_API dn_parameter *dn_model_bias(dn_model *model, size_t layer);

/**
 * Copy the weight of a layer.
 *
 * Shapes  *weight gets [out, in], contiguous, whatever the number of its parameters. layer < dn_model_layers.
 * Owner   The caller frees *weight with dn_tensor_free.
 * Errors  DN_ERR_MEMORY. *weight is empty then.
 */
DN_API DN_NODISCARD dn_status dn_model_weight(dn_model *model, size_t layer, dn_tensor *weight,
                                              dn_error *error);

/**
 * The forward pass.
 *
 * Shapes  x [N, in]; *logits becomes a view [N, out] of the model's own memory, valid until the next pass.
 * Effect  Keeps the activations for dn_model_backward. Memory grows to the largest N seen.
 * Errors  DN_ERR_SHAPE; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_model_forward(dn_context *context, dn_model *model, const dn_matrix *x,
                                               dn_tensor *logits, dn_error *error);

/**
 * The backward pass of the last forward pass.
 *
 * Shapes  x [N, in] as given to dn_model_forward; dlogits [N, out].
 * Units   dlogits is d(mean batch loss)/d(logits).
 * Effect  Adds to the gradient of every parameter.
 * Errors  DN_ERR_SHAPE; nothing is written then.
 */
DN_API DN_NODISCARD dn_status dn_model_backward(dn_context *context, dn_model *model, const dn_matrix *x,
                                                const dn_tensor *dlogits, dn_error *error);

/** Clear every gradient. */
DN_API void dn_model_zero_grad(dn_model *model);

/**
 * Tensors with the shapes of a model's parameters: a velocity, an average, or the best weights so far.
 */

/** One tensor for each parameter of a model, in its order, with its shape and strides. {0} is empty. */
typedef struct dn_weights {
    size_t count;
    dn_tensor *tensors;
} dn_weights;

/** Make zeros for every parameter of the model. Owner: the caller frees with dn_weights_free. Errors: DN_ERR_MEMORY. */
DN_API DN_NODISCARD dn_status dn_weights_new(dn_weights *weights, dn_model *model, dn_error *error);

/** Effect: empties the struct. NULL and an empty one are allowed. */
DN_API void dn_weights_free(dn_weights *weights);

#ifdef __cplusplus
}
#endif

#endif
