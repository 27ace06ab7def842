/** The table of losses, and the losses that the public header reaches by name alone. */
#ifndef DN_LOSS_LOSSES_H
#define DN_LOSS_LOSSES_H

#include "digitnet/loss.h"

/** The names, the default first, NULL after the last. */
extern const char *const dn_loss_names[];

/** The number of outputs of a model for a loss and a number of classes; 0 where the loss does not allow that number. */
size_t dn_loss_outputs(const dn_named_loss *loss, size_t classes);

/**
 * The loss of a net that gives each class the probability 1 / classes for every image. A net that has learnt anything is below it.
 *
 * Effect  Calls the loss function: ln 10 = 2.303 for cross entropy and ten classes, 0.5 for the chapter's loss.
 * Errors  DN_ERR_ARGUMENT for a number of classes that the loss does not allow; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_loss_of_guessing(const dn_named_loss *loss, size_t classes, float *guessing,
                                           dn_error *error);

/**
 * Losses of yes-or-no outputs: the chapter's loss, and binary cross entropy.
 *
 * Each output becomes a probability by the sigmoid, p = 1 / (1 + exp(-logit)), and is compared with a target of 1 or 0. A model of
 * one output distinguishes two classes: the target is 1 for the first class (label 0; in the chapter, 3 of 3 and 7), 0 for the second.
 */

/**
 * The chapter's mnist_loss: the mean over the batch of 1 - p where the target is 1, and of p where it is 0.
 *
 * Shapes  As dn_loss, with one output: [N, 1].
 * Errors  As dn_loss; DN_ERR_SHAPE for more outputs.
 * Source  "Training a Digit Classifier": torch.where(targets==1, 1-predictions, predictions).mean().
 */
DN_NODISCARD dn_status dn_mnist_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                                     dn_tensor *dlogits, float *loss, dn_error *error);

/**
 * Binary cross entropy: the mean over all N * outputs elements of -log p where the target is 1, -log(1 - p) where it is 0.
 *
 * Shapes  As dn_loss. Several outputs are each a yes or no of their own, against one-hot targets.
 * Units   In nats; dlogits is (p - target) / (N * outputs).
 * Effect  Stable for any finite logit.
 * Source  torch.nn.BCEWithLogitsLoss, reduction "mean".
 */
DN_NODISCARD dn_status dn_binary_cross_entropy(dn_context *context, const dn_tensor *logits,
                                               const uint8_t *labels, dn_tensor *dlogits, float *loss,
                                               dn_error *error);

/**
 * Losses that are distances between probabilities and one-hot targets: L1 and the mean squared error.
 *
 * A model's outputs are logits whatever the loss: with several outputs the probabilities are their softmax, with one output p is its
 * sigmoid, compared with 1 for the first class (label 0) and 0 for the second. So these losses equal the metrics of the same name,
 * and every model is read in the same way. The mean is over all N * outputs elements, as PyTorch's:
 * F.l1_loss(logits.softmax(1), one_hot), F.mse_loss(logits.softmax(1), one_hot).
 *
 * Their gradients are small: the mean over ten outputs divides by ten, and a probability near 0 hardly moves its logit. They want
 * a learning rate ten times that of cross entropy or more.
 */

/**
 * L1: the mean of |p - target|. With one output it is the chapter's mnist_loss.
 *
 * Source  "Training a Digit Classifier": mean absolute difference, F.l1_loss.
 */
DN_NODISCARD dn_status dn_l1_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                                  dn_tensor *dlogits, float *loss, dn_error *error);

/**
 * The mean squared error: the mean of (p - target)^2, the square of the RMSE. Of several outputs it is Brier's score / outputs.
 *
 * Source  "Training a Digit Classifier": F.mse_loss; Brier 1950.
 */
DN_NODISCARD dn_status dn_mse_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                                   dn_tensor *dlogits, float *loss, dn_error *error);

#endif
