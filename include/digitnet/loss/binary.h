/**
 * Losses of yes-or-no outputs: the chapter's own, and binary cross entropy.
 *
 * Each output is squashed by the sigmoid, p = 1 / (1 + exp(-logit)), and held against a target of 1 or 0. A model of one output tells
 * two classes apart: the target is 1 for the first class (label 0; in the chapter, 3 of 3 and 7), 0 for the second.
 */
#ifndef DIGITNET_LOSS_BINARY_H
#define DIGITNET_LOSS_BINARY_H

#include "digitnet/loss/loss.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The chapter's mnist_loss: the mean over the batch of 1 - p where the target is 1, and of p where it is 0.
 *
 * Shapes  As dn_loss, with one output: [N, 1].
 * Errors  As dn_loss; DN_ERR_SHAPE for more outputs.
 * Source  "Training a Digit Classifier": torch.where(targets==1, 1-predictions, predictions).mean().
 */
DN_NODISCARD dn_status dn_mnist_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                                     float *loss, dn_error *error);

/**
 * Binary cross entropy: the mean over all N * outputs elements of -log p where the target is 1, -log(1 - p) where it is 0.
 *
 * Shapes  As dn_loss. Several outputs are each a yes or no of their own, against one-hot targets.
 * Units   In nats; dlogits is (p - target) / (N * outputs).
 * Effect  Stable for any finite logit.
 * Source  torch.nn.BCEWithLogitsLoss, reduction "mean".
 */
DN_NODISCARD dn_status dn_binary_cross_entropy(const dn_tensor *logits, const uint8_t *labels,
                                               dn_tensor *dlogits, float *loss, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
