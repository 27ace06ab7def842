/**
 * A parameter: a tensor that training changes, beside its gradient.
 */
#ifndef DIGITNET_NN_PARAMETER_H
#define DIGITNET_NN_PARAMETER_H

#include "digitnet/tensor/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dn_parameter {
    dn_tensor value;
    dn_tensor grad;    /**< d(mean batch loss)/d(value); the same shape and strides as value */
    bool grad_is_zero; /**< the gradient was cleared: what grad holds is old and counts as zeros */
} dn_parameter;

/** Make a parameter of zeros with a cleared gradient. Owner: the caller frees with dn_parameter_free. */
DN_NODISCARD dn_status dn_parameter_new(dn_parameter *parameter, dn_shape shape, dn_error *error);

void dn_parameter_free(dn_parameter *parameter);

/** Clear the gradient. Effect: marks it, so that the next backward pass overwrites instead of adding. */
void dn_parameter_zero_grad(dn_parameter *parameter);

/** The gradient with its zeros written out if it was cleared: what a reader outside the training loop wants. */
const dn_tensor *dn_parameter_grad(dn_parameter *parameter);

#ifdef __cplusplus
}
#endif

#endif
