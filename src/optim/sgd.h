/** A step of SGD for a weight whose gradient is taken while it is made. */
#ifndef DN_OPTIM_SGD_H
#define DN_OPTIM_SGD_H

#include "tensor/sparse.h"

#include "digitnet/optim.h"

/** The step of one layer's weight. */
typedef struct dn_sgd_weight {
    dn_context *context;
    const dn_sgd *optimiser;
    dn_stripes value;    /**< the weight, transposed: [in, out] */
    dn_tensor *velocity; /**< [stripes] of the shape and strides of the weight's parameters, or NULL */
} dn_sgd_weight;

/**
 * The sink that makes the step for every row of the gradient that it takes, with the arithmetic of dn_sgd_step, which leaves the weight
 * out afterwards. Owner: borrows the step, which must live as long.
 */
dn_row_sink dn_sgd_sink(const dn_sgd_weight *step);

#endif
