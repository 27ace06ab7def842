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
 * Loss functions, and their names.
 *
 * Source  "Training a Digit Classifier": a function of the predictions and the targets that is small when they agree, and
 *         changes when a weight changes a little.
 */

/**
 * A loss function, such as dn_cross_entropy.
 *
 * Shapes  logits [N, outputs], labels [N]; dlogits [N, outputs], or NULL where no gradient is wanted.
 *         One output distinguishes two classes: a positive logit means class 0.
 * Units   dlogits is d(loss)/d(logits), and loss a mean, over the elements that each function names.
 * Effect  Overwrites dlogits and *loss. dlogits may be logits (in place).
 * Owner   Borrows every argument; with the context NULL one thread computes.
 * Errors  DN_ERR_SHAPE; DN_ERR_ARGUMENT for a label that is no class; nothing is written then.
 */
typedef dn_status dn_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                          dn_tensor *dlogits, float *loss, dn_error *error);

/** A loss as the command line and a model's metadata name it. */
typedef struct dn_named_loss {
    const char *name;
    dn_loss *function;
    bool yes_or_no; /**< it takes one output for two classes */
    bool two_classes_only;
} dn_named_loss;

/** The loss of that name, or NULL. */
DN_API const dn_named_loss *dn_loss_named(const char *name);

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
DN_API DN_NODISCARD dn_status dn_cross_entropy(dn_context *context, const dn_tensor *logits,
                                               const uint8_t *labels, dn_tensor *dlogits, float *loss,
                                               dn_error *error);

/** probabilities = softmax of logits along the last axis. Shapes: both [N, classes]; may be the same tensor. */
DN_API DN_NODISCARD dn_status dn_softmax(const dn_tensor *logits, dn_tensor *probabilities, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
