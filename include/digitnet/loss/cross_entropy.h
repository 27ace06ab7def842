/**
 * Softmax cross entropy, the default loss.
 */
#ifndef DIGITNET_LOSS_CROSS_ENTROPY_H
#define DIGITNET_LOSS_CROSS_ENTROPY_H

#include "digitnet/tensor/tensor.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The mean over the batch of -log softmax(logits)[label], and its gradient.
 *
 * Shapes  logits [N, classes], labels [N] below classes; dlogits [N, classes], or NULL where no gradient is wanted.
 * Units   loss in nats; dlogits is d(mean loss)/d(logits) = (softmax - one hot) / N.
 * Effect  Overwrites dlogits and *loss. Stable for any finite logits; a NaN or +infinity gives a loss that is
 *         not finite, -infinity is a probability of 0. dlogits may be logits (in place).
 * Errors  DN_ERR_SHAPE; DN_ERR_ARGUMENT for a label that is no class; nothing is written then.
 */
DN_NODISCARD dn_status dn_cross_entropy(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                                        float *loss, dn_error *error);

/** probabilities = softmax of logits along the last axis. Shapes: both [N, classes]; may be the same tensor. */
DN_NODISCARD dn_status dn_softmax(const dn_tensor *logits, dn_tensor *probabilities, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
