/**
 * A copy of a model's parameters: a velocity, an average, the best weights so far.
 */
#ifndef DIGITNET_NN_WEIGHTS_H
#define DIGITNET_NN_WEIGHTS_H

#include "digitnet/nn/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One tensor for each parameter of a model, in its order, with its shape and strides. {0} is empty. */
typedef struct dn_weights {
    size_t count;
    dn_tensor *tensors;
} dn_weights;

/** Make zeros for every parameter of the model. Owner: the caller frees with dn_weights_free. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_weights_new(dn_weights *weights, dn_model *model, dn_error *error);

/** Effect: empties the struct. NULL and an empty one are allowed. */
void dn_weights_free(dn_weights *weights);

/** weights = the model's parameters. The model is the one that the weights were made for, or one of its form. */
void dn_weights_copy(dn_weights *weights, dn_model *model);

/** The model's parameters = weights. */
void dn_weights_restore(const dn_weights *weights, dn_model *model);

/** Exchange the weights with the model's parameters. */
void dn_weights_swap(dn_weights *weights, dn_model *model);

#ifdef __cplusplus
}
#endif

#endif
