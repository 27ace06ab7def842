/** Steps of SGD for weights whose gradients are taken while they are made. */
#ifndef DN_OPTIM_SGD_H
#define DN_OPTIM_SGD_H

#include "tensor/sparse.h"

#include "digitnet/nn.h"
#include "digitnet/optim.h"

/** The step of one layer's weight. */
typedef struct dn_sgd_weight {
    dn_context *context;
    const dn_sgd *optimiser;
    dn_stripes value;    /**< the weight, transposed: [in, out] */
    dn_tensor *velocity; /**< [stripes] of the shape and strides of the weight's parameters, or NULL */
} dn_sgd_weight;

/** The steps of a model's weights, and their sinks, for dn_model_backward_into. */
typedef struct dn_sgd_steps {
    dn_sgd_weight weights[DN_MODEL_MAX_LAYERS];
    dn_row_sink sinks[DN_MODEL_MAX_LAYERS];
} dn_sgd_steps;

/**
 * Prepare the steps of a model's weights: each sink makes the step for every row of the gradient that it takes, with the arithmetic of
 * dn_sgd_step, which leaves the weight out afterwards.
 *
 * Owner   Borrows everything, velocity or NULL for none; the steps stay where they are, as the sinks point to them. Of the optimiser, only
 *         the learning rate may change.
 */
void dn_sgd_prepare(dn_sgd_steps *steps, dn_context *context, const dn_sgd *optimiser, const dn_model *model,
                    const dn_weights *velocity);

#endif
