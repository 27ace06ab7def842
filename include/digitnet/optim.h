/**
 * Stochastic gradient descent and its learning-rate schedules.
 */
#ifndef DIGITNET_OPTIM_H
#define DIGITNET_OPTIM_H

#include "digitnet/nn.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Stochastic gradient descent, with momentum and weight decay.
 */

typedef struct dn_sgd {
    float learning_rate;
    float momentum;     /**< the fraction of the last step's velocity that is kept, 0 to below 1 */
    bool nesterov;      /**< look ahead: step along the velocity that the next step will have */
    float weight_decay; /**< this multiple of a weight is added to its gradient; biases do not decay */
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
DN_API void dn_sgd_step(dn_context *context, const dn_sgd *optimiser, dn_model *model, dn_weights *velocity);

/**
 * Learning-rate schedules: how the rate changes from the first step to the last.
 */

typedef enum dn_schedule_kind {
    DN_SCHEDULE_CONSTANT,
    DN_SCHEDULE_LINEAR, /**< falls to 0 on a line */
    DN_SCHEDULE_COSINE, /**< falls to 0 on half a cosine wave; Loshchilov and Hutter 2017 */
    DN_SCHEDULE_ONE_CYCLE, /**< rises from 1/25 of the rate for a quarter of the steps, then falls to 0; Smith 2018 */
    DN_SCHEDULE_EXPONENTIAL /**< rises by the same factor from step to step, for the range test; it has no name */
} dn_schedule_kind;

typedef struct dn_schedule {
    dn_schedule_kind kind;
    size_t steps;        /**< all that are planned, at least 1 */
    size_t warmup_steps; /**< the first steps, during which the rate rises from 0 on a line; may be 0 */
    float rise;          /**< of DN_SCHEDULE_EXPONENTIAL: the last rate as a multiple of the first */
} dn_schedule;

/** The factor of the learning rate at a step, 0 <= step < steps. It depends on nothing else. */
DN_API float dn_schedule_factor(const dn_schedule *schedule, size_t step);

#ifdef __cplusplus
}
#endif

#endif
