/**
 * Stochastic gradient descent.
 */
#ifndef DIGITNET_OPTIM_SGD_H
#define DIGITNET_OPTIM_SGD_H

#include "digitnet/nn/model.h"

typedef struct dn_sgd {
    float learning_rate;
} dn_sgd;

/**
 * One gradient descent step: w -= learning_rate * w.grad, for every parameter.
 *
 * Effect  Changes the parameters; leaves the gradients.
 * Source  "Training a Digit Classifier": w -= gradient(w) * lr.
 */
void dn_sgd_step(dn_context *context, const dn_sgd *optimiser, dn_model *model);

#endif
