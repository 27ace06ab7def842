/**
 * The model: a stack of linear layers with a ReLU between each two.
 *
 * Named as PyTorch names nn.Sequential(Linear, ReLU, Linear): 0.weight, 0.bias, 2.weight, 2.bias, ...
 */
#ifndef DIGITNET_NN_MODEL_H
#define DIGITNET_NN_MODEL_H

#include "digitnet/nn/dropout.h"
#include "digitnet/nn/linear.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Linear layers that a model may have at most, and the widest layer. */
#define DN_MODEL_MAX_LAYERS 32
#define DN_MODEL_MAX_WIDTH 65535

typedef struct dn_model dn_model;

/**
 * Make a model: widths[0] inputs, then one linear layer to each further width; weights drawn from the seed (He), biases zero.
 *
 * Units   width_count from 2 to DN_MODEL_MAX_LAYERS + 1; each width from 1 to DN_MODEL_MAX_WIDTH.
 * Owner   The caller frees with dn_model_free.
 * Errors  DN_ERR_ARGUMENT; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_model_new(dn_model **model, const size_t *widths, size_t width_count, uint64_t seed,
                                    dn_error *error);

/** As dn_model_new, with every weight zero, to be filled from a file. */
DN_NODISCARD dn_status dn_model_blank(dn_model **model, const size_t *widths, size_t width_count,
                                      dn_error *error);

/** NULL is allowed. */
void dn_model_free(dn_model *model);

/** Linear layers. */
size_t dn_model_layers(const dn_model *model);

/** The width before layer `place` (0 is the input, dn_model_layers the output). */
size_t dn_model_width(const dn_model *model, size_t place);

/** Numbers that training changes. */
size_t dn_model_parameter_count(const dn_model *model);

/** Room for the name of any architecture: a number and a dash for each width. */
#define DN_ARCHITECTURE_SIZE ((DN_MODEL_MAX_LAYERS + 1) * 6 + 1)
/** Write the widths, "784-128-10", and hand text back. */
char *dn_model_architecture(const dn_model *model, char text[DN_ARCHITECTURE_SIZE]);

/** Parameters: two a layer, weight then bias, first layer first. Borrowed; index < 2 * layers. */
dn_parameter *dn_model_parameter(dn_model *model, size_t index);

#define DN_PARAMETER_NAME_SIZE 32
/** Write the name of a parameter, "0.weight", and hand text back. */
char *dn_model_parameter_name(size_t index, char text[DN_PARAMETER_NAME_SIZE]);

/** Use dropout in the passes that follow, on every hidden layer. A rate of 0, as at first, is none: to measure and to predict. */
void dn_model_set_dropout(dn_model *model, dn_dropout dropout);

/**
 * The forward pass.
 *
 * Shapes  x [N, in]; *logits becomes a view [N, out] of the model's own memory, valid until the next pass.
 * Effect  Keeps the activations for dn_model_backward. Memory grows to the largest N seen.
 * Errors  DN_ERR_SHAPE; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_model_forward(dn_context *context, dn_model *model, const dn_matrix *x,
                                        dn_tensor *logits, dn_error *error);

/**
 * The backward pass of the last forward pass.
 *
 * Shapes  x [N, in] as given to dn_model_forward; dlogits [N, out].
 * Units   dlogits is d(mean batch loss)/d(logits).
 * Effect  Adds to the gradient of every parameter.
 * Errors  DN_ERR_SHAPE; nothing is written then.
 */
DN_NODISCARD dn_status dn_model_backward(dn_context *context, dn_model *model, const dn_matrix *x,
                                         const dn_tensor *dlogits, dn_error *error);

/** Clear every gradient. */
void dn_model_zero_grad(dn_model *model);

#ifdef __cplusplus
}
#endif

#endif
