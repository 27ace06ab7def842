/**
 * The model, a stack of linear layers with a ReLU between each two; and the baseline before any net, mean images.
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
    bool grad_is_zero; /**< the gradient was cleared: what grad holds is old and counts as zeros */
} dn_parameter;

/** Clear the gradient. Effect: marks it, so that the next backward pass overwrites instead of adding. */
DN_API void dn_parameter_zero_grad(dn_parameter *parameter);

/** The gradient with its zeros written out if it was cleared: what a reader outside the training loop wants. */
DN_API const dn_tensor *dn_parameter_grad(dn_parameter *parameter);

/**
 * The model: a stack of linear layers with a ReLU between each two.
 *
 * Named as PyTorch names nn.Sequential(Linear, ReLU, Linear): 0.weight, 0.bias, 2.weight, 2.bias, ...
 */

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
DN_API DN_NODISCARD dn_status dn_model_new(dn_model **model, const size_t *widths, size_t width_count,
                                           uint64_t seed, dn_error *error);

/** As dn_model_new, with every weight zero, to be filled from a file. */
DN_API DN_NODISCARD dn_status dn_model_blank(dn_model **model, const size_t *widths, size_t width_count,
                                             dn_error *error);

/** NULL is allowed. */
DN_API void dn_model_free(dn_model *model);

/** Linear layers. */
DN_API size_t dn_model_layers(const dn_model *model);

/** The width before layer `place` (0 is the input, dn_model_layers the output). */
DN_API size_t dn_model_width(const dn_model *model, size_t place);

/** Numbers that training changes. */
DN_API size_t dn_model_parameter_count(const dn_model *model);

/** Room for the name of any architecture: a number and a dash for each width. */
#define DN_ARCHITECTURE_SIZE ((DN_MODEL_MAX_LAYERS + 1) * 6 + 1)
/** Write the widths, "784-128-10", and hand text back. */
DN_API char *dn_model_architecture(const dn_model *model, char text[DN_ARCHITECTURE_SIZE]);

/** Parameters: two a layer, weight then bias, first layer first. Borrowed; index < 2 * layers. */
DN_API dn_parameter *dn_model_parameter(dn_model *model, size_t index);

#define DN_PARAMETER_NAME_SIZE 32
/** Write the name of a parameter, "0.weight", and hand text back. */
DN_API char *dn_model_parameter_name(size_t index, char text[DN_PARAMETER_NAME_SIZE]);

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
 * A copy of a model's parameters: a velocity, an average, the best weights so far.
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

/** weights = the model's parameters. The model is the one that the weights were made for, or one of its form. */
DN_API void dn_weights_copy(dn_weights *weights, dn_model *model);

/** The model's parameters = weights. */
DN_API void dn_weights_restore(const dn_weights *weights, dn_model *model);

/** Exchange the weights with the model's parameters. */
DN_API void dn_weights_swap(dn_weights *weights, dn_model *model);

/**
 * The baseline before any net: pixel similarity. The mean image of each class, and the nearest one is the answer.
 *
 * Source  "Training a Digit Classifier", first try: mean3, mean7, and the distance of a picture from both.
 */

/** How far a picture is from a mean image. */
typedef enum dn_distance {
    DN_DISTANCE_L1,  /**< the mean of the absolute differences */
    DN_DISTANCE_RMSE /**< the root of the mean of the squared differences */
} dn_distance;

/** "l1" or "rmse". */
DN_API const char *dn_distance_name(dn_distance distance);

/** The distance of that name; false, and nothing written, when there is none. */
DN_API DN_NODISCARD bool dn_distance_named(const char *name, dn_distance *distance);

typedef struct dn_mean_images {
    dn_distance distance;
    dn_tensor images;      /**< [classes, pixels] */
    double *sums;          /**< [classes, pixels], while they are added up */
    size_t *counts;        /**< [classes]: pictures added */
    dn_tensor differences; /**< [classes, pixels]: of one picture from each mean */
} dn_mean_images;

/**
 * Make mean images of zeros, to be filled from pictures or from a file.
 *
 * Owner   The caller frees with dn_mean_images_free.
 * Errors  DN_ERR_MEMORY. *mean is empty then and may be freed.
 */
DN_API DN_NODISCARD dn_status dn_mean_images_new(dn_mean_images *mean, size_t classes, size_t pixels,
                                                 dn_distance distance, dn_error *error);

DN_API void dn_mean_images_free(dn_mean_images *mean);

/**
 * Add pictures to the sums of their classes.
 *
 * Shapes  x [N, pixels], labels [N] below classes.
 * Effect  Sums in double precision, one picture after the other: how they are cut into batches changes no bit.
 * Errors  DN_ERR_SHAPE; DN_ERR_ARGUMENT for a label that is no class; nothing is added then. DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_mean_images_add(dn_mean_images *mean, const dn_matrix *x,
                                                 const uint8_t *labels, dn_error *error);

/**
 * Turn the sums into means.
 *
 * Errors  DN_ERR_ARGUMENT naming a class without a picture.
 */
DN_API DN_NODISCARD dn_status dn_mean_images_finish(dn_mean_images *mean, dn_error *error);

/**
 * How far each picture is from each mean image, by broadcasting: one picture against all of them at a time.
 *
 * Shapes  x [N, pixels]; distances [N, classes].
 * Effect  Overwrites distances.
 * Errors  DN_ERR_SHAPE; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_mean_images_distances(dn_mean_images *mean, const dn_matrix *x,
                                                       dn_tensor *distances, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
