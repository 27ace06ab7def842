/**
 * Losses, each with its gradient.
 */
#ifndef DIGITNET_LOSS_H
#define DIGITNET_LOSS_H

#include "digitnet/tensor.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a loss function is, and the losses by name.
 *
 * Source  "Training a Digit Classifier": a function of the predictions and the targets that is small when they agree, and
 *         that changes when a weight changes a little.
 */

/**
 * A loss function, such as dn_cross_entropy.
 *
 * Shapes  logits [N, outputs], labels [N]; dlogits [N, outputs], or NULL where no gradient is wanted.
 *         One output stands for two classes: it answers yes, with a positive logit, for class 0.
 * Units   dlogits is d(loss)/d(logits), and loss a mean: each function says over what.
 * Effect  Overwrites dlogits and *loss. dlogits may be logits (in place).
 * Errors  DN_ERR_SHAPE; DN_ERR_ARGUMENT for a label that is no class; nothing is written then.
 */
typedef dn_status dn_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits, float *loss,
                          dn_error *error);

/** A loss as the command line and a model's metadata name it. */
typedef struct dn_named_loss {
    const char *name;
    dn_loss *function;
    bool yes_or_no; /**< for two classes it takes one output */
    bool two_classes_only;
} dn_named_loss;

/** The names, the default first, NULL after the last. */
DN_API extern const char *const dn_loss_names[];

/** The loss of that name, or NULL. */
DN_API const dn_named_loss *dn_loss_named(const char *name);

/** How many outputs a model of so many classes needs for a loss; 0 where the loss can't have that many classes. */
DN_API size_t dn_loss_outputs(const dn_named_loss *loss, size_t classes);

/**
 * The loss of guessing: of giving each class the probability 1 / classes, whatever the image. A net that has learnt something is below it.
 *
 * Effect  Asks the loss function itself: ln 10 = 2.303 for cross entropy and ten classes, 0.5 for the chapter's loss.
 * Errors  DN_ERR_ARGUMENT for a number of classes that the loss can't have; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_loss_of_guessing(const dn_named_loss *loss, size_t classes, float *guessing,
                                                  dn_error *error);

/**
 * Softmax cross entropy, the default loss.
 */

/**
 * The mean over the batch of -log softmax(logits)[label], and its gradient.
 *
 * Shapes  logits [N, classes], labels [N] below classes; dlogits [N, classes], or NULL where no gradient is wanted.
 * Units   loss in nats; dlogits is d(mean loss)/d(logits) = (softmax - one hot) / N.
 * Effect  Overwrites dlogits and *loss. Stable for any finite logits; a NaN or +infinity gives a loss that is
 *         not finite, -infinity is a probability of 0. dlogits may be logits (in place).
 * Errors  DN_ERR_SHAPE; DN_ERR_ARGUMENT for a label that is no class; nothing is written then.
 */
DN_API DN_NODISCARD dn_status dn_cross_entropy(const dn_tensor *logits, const uint8_t *labels,
                                               dn_tensor *dlogits, float *loss, dn_error *error);

/** probabilities = softmax of logits along the last axis. Shapes: both [N, classes]; may be the same tensor. */
DN_API DN_NODISCARD dn_status dn_softmax(const dn_tensor *logits, dn_tensor *probabilities, dn_error *error);

/**
 * Losses of yes-or-no outputs: the chapter's own, and binary cross entropy.
 *
 * Each output is squashed by the sigmoid, p = 1 / (1 + exp(-logit)), and held against a target of 1 or 0. A model of one output tells
 * two classes apart: the target is 1 for the first class (label 0; in the chapter, 3 of 3 and 7), 0 for the second.
 */

/**
 * The chapter's mnist_loss: the mean over the batch of 1 - p where the target is 1, and of p where it is 0.
 *
 * Shapes  As dn_loss, with one output: [N, 1].
 * Errors  As dn_loss; DN_ERR_SHAPE for more outputs.
 * Source  "Training a Digit Classifier": torch.where(targets==1, 1-predictions, predictions).mean().
 */
DN_API DN_NODISCARD dn_status dn_mnist_loss(const dn_tensor *logits, const uint8_t *labels,
                                            dn_tensor *dlogits, float *loss, dn_error *error);

/**
 * Binary cross entropy: the mean over all N * outputs elements of -log p where the target is 1, -log(1 - p) where it is 0.
 *
 * Shapes  As dn_loss. Several outputs are each a yes or no of their own, against one-hot targets.
 * Units   In nats; dlogits is (p - target) / (N * outputs).
 * Effect  Stable for any finite logit.
 * Source  torch.nn.BCEWithLogitsLoss, reduction "mean".
 */
DN_API DN_NODISCARD dn_status dn_binary_cross_entropy(const dn_tensor *logits, const uint8_t *labels,
                                                      dn_tensor *dlogits, float *loss, dn_error *error);

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

/**
 * L1: the mean of |p - target|. With one output it is the chapter's mnist_loss.
 *
 * Source  "Training a Digit Classifier": mean absolute difference, F.l1_loss.
 */
DN_API DN_NODISCARD dn_status dn_l1_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                                         float *loss, dn_error *error);

/**
 * The mean squared error: the mean of (p - target)^2, the square of the RMSE. Of several outputs it is Brier's score / outputs.
 *
 * Source  "Training a Digit Classifier": F.mse_loss; Brier 1950.
 */
DN_API DN_NODISCARD dn_status dn_mse_loss(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                                          float *loss, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
