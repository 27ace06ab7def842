/**
 * Stochastic gradient descent, with momentum and weight decay.
 */
#ifndef DIGITNET_OPTIM_SGD_H
#define DIGITNET_OPTIM_SGD_H

#include "digitnet/nn/weights.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dn_sgd {
    float learning_rate;
    float momentum;     /**< how much of the last step's velocity is kept, 0 to below 1 */
    bool nesterov;      /**< look ahead: step along the velocity as the next step will have it */
    float weight_decay; /**< adds so much of the weight to its gradient; biases are left alone */
} dn_sgd;

/**
 * One gradient descent step, for every parameter w with gradient g:
 *
 *     g += weight_decay * w           (weights only)
 *     v  = momentum * v + g
 *     w -= learning_rate * v          (nesterov: learning_rate * (g + momentum * v))
 *
 * Effect  Changes the parameters and the velocity; leaves the gradients. A cleared gradient counts as zeros.
 * Owner   velocity was made for the model; NULL when momentum is 0.
 * Source  "Training a Digit Classifier": w -= gradient(w) * lr. Polyak 1964; Nesterov 1983 in the form of Sutskever et al. 2013.
 */
void dn_sgd_step(dn_context *context, const dn_sgd *optimiser, dn_model *model, dn_weights *velocity);

#ifdef __cplusplus
}
#endif

#endif
