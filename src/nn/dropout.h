/**
 * Dropout: in training, each activation becomes 0 with a probability, and the others are scaled up to keep the mean.
 *
 * Source  Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014.
 */
#ifndef DN_NN_DROPOUT_H
#define DN_NN_DROPOUT_H

#include "digitnet/nn.h"
#include "digitnet/tensor.h"

typedef struct dn_dropout {
    float rate; /**< the probability, 0 (nothing is done) to below 1; cut to a multiple of 2^-16 */
    uint64_t seed;
    uint64_t step; /**< names the random streams, with the layer and the row */
} dn_dropout;

/**
 * y = y / (1 - rate), or 0 where it is dropped.
 *
 * Shapes  y [N, width], contiguous.
 * Effect  The dropped activations depend on (seed, step, layer, row) alone.
 */
void dn_dropout_forward(dn_context *context, const dn_dropout *dropout, size_t layer, dn_tensor *y);

/** 1 / (1 - rate), the factor of the activations that are kept, and of their gradients; those of the others are 0. */
float dn_dropout_scale(const dn_dropout *dropout);

/** Use dropout in the passes that follow, on every hidden layer. A rate of 0, the initial one, means none, as to measure and to predict. */
void dn_model_set_dropout(dn_model *model, dn_dropout dropout);

#endif
