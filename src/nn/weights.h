/** Copies a model's parameters, restores and exchanges them; a weight as one tensor. */
#ifndef DN_NN_WEIGHTS_H
#define DN_NN_WEIGHTS_H

#include "digitnet/nn.h"

/** weights = the model's parameters. The model is the one that the weights were made for, or one of its form. */
void dn_weights_copy(dn_weights *weights, dn_model *model);

/** The model's parameters = weights. */
void dn_weights_restore(const dn_weights *weights, dn_model *model);

/** Exchange the weights with the model's parameters. */
void dn_weights_swap(dn_weights *weights, dn_model *model);

/**
 * Copy the weight of a layer out of a set, or out of the model itself where weights is NULL.
 *
 * Shapes  *whole gets [out, in], contiguous.
 * Owner   The caller frees *whole with dn_tensor_free.
 * Errors  DN_ERR_MEMORY. *whole is empty then.
 */
DN_NODISCARD dn_status dn_weights_gather(const dn_weights *weights, dn_model *model, size_t layer,
                                         dn_tensor *whole, dn_error *error);

/** Copy the weight of a layer, [out, in], into a set, or into the model itself. Errors: DN_ERR_SHAPE. */
DN_NODISCARD dn_status dn_weights_scatter(const dn_weights *weights, dn_model *model, size_t layer,
                                          const dn_tensor *whole, dn_error *error);

#endif
