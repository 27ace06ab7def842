/** Copies a model's parameters, restores and exchanges them. */
#ifndef DN_NN_WEIGHTS_H
#define DN_NN_WEIGHTS_H

#include "digitnet/nn.h"

/** weights = the model's parameters. The model is the one that the weights were made for, or one of its form. */
void dn_weights_copy(dn_weights *weights, dn_model *model);

/** The model's parameters = weights. */
void dn_weights_restore(const dn_weights *weights, dn_model *model);

/** Exchange the weights with the model's parameters. */
void dn_weights_swap(dn_weights *weights, dn_model *model);

#endif
