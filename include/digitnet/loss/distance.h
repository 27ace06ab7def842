/**
 * Losses that are distances between probabilities and one-hot targets: L1 and the mean squared error.
 *
 * A model's outputs are logits whatever the loss: with several outputs the probabilities are their softmax, with one output p is its
 * sigmoid, held against 1 for the first class (label 0) and 0 for the second. So these losses are what the metrics of the same name
 * measure, and every model is read in the same way. The mean is over all N * outputs elements, as PyTorch's:
 * F.l1_loss(logits.softmax(1), one_hot), F.mse_loss(logits.softmax(1), one_hot).
 *
 * Their gradients are small: the mean over ten outputs divides by ten, and a probability near 0 hardly moves its logit. They want
 * a learning rate ten times that of cross entropy or more.
 */
#ifndef DIGITNET_LOSS_DISTANCE_H
#define DIGITNET_LOSS_DISTANCE_H

#include "digitnet/loss/loss.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * L1: the mean of |p - target|. With one output it is the chapter's mnist_loss.
 *
 * Source  "Training a Digit Classifier": mean absolute difference, F.l1_loss.
 */
DN_NODISCARD dn_status dn_l1_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                                  float *loss, dn_error *error);

/**
 * The mean squared error: the mean of (p - target)^2, the square of the RMSE. Of several outputs it is Brier's score / outputs.
 *
 * Source  "Training a Digit Classifier": F.mse_loss; Brier 1950.
 */
DN_NODISCARD dn_status dn_mse_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                                   float *loss, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
