/**
 * What a loss function is, and the losses by name.
 *
 * Source  "Training a Digit Classifier": a function of the predictions and the targets that is small when they agree, and
 *         that changes when a weight changes a little.
 */
#ifndef DIGITNET_LOSS_LOSS_H
#define DIGITNET_LOSS_LOSS_H

#include "digitnet/tensor/tensor.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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
extern const char *const dn_loss_names[];

/** The loss of that name, or NULL. */
const dn_named_loss *dn_loss_named(const char *name);

/** How many outputs a model of so many classes needs for a loss; 0 where the loss can't have that many classes. */
size_t dn_loss_outputs(const dn_named_loss *loss, size_t classes);

/**
 * The loss of guessing: of giving each class the probability 1 / classes, whatever the image. A net that has learnt something is below it.
 *
 * Effect  Asks the loss function itself: ln 10 = 2.303 for cross entropy and ten classes, 0.5 for the chapter's loss.
 * Errors  DN_ERR_ARGUMENT for a number of classes that the loss can't have; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_loss_of_guessing(const dn_named_loss *loss, size_t classes, float *guessing,
                                           dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
