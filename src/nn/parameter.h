/** Making parameters. */
#ifndef DN_NN_PARAMETER_H
#define DN_NN_PARAMETER_H

#include "digitnet/nn.h"

/** Make a parameter of zeros with a cleared gradient. Owner: the caller frees with dn_parameter_free. */
DN_NODISCARD dn_status dn_parameter_new(dn_parameter *parameter, dn_shape shape, dn_error *error);

void dn_parameter_free(dn_parameter *parameter);

/** Clear the gradient. Effect: marks it, so that the next backward pass overwrites instead of adding. */
void dn_parameter_zero_grad(dn_parameter *parameter);

#endif
