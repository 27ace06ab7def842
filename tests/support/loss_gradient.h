/** The gradient of a loss function held against central finite differences. */
#ifndef DN_TESTS_LOSS_GRADIENT_H
#define DN_TESTS_LOSS_GRADIENT_H

#include "gradients.h"

#include "digitnet/loss.h"

/** Fail unless dlogits is d(loss)/d(logits) within the tolerance, for patterned logits of this shape, and the same in place. */
void assert_loss_gradient(dn_loss *function, dn_shape shape, const uint8_t *labels, double tolerance);

#endif
