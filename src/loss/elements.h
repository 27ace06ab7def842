/** Functions that all losses call: checks, elements of a matrix of any strides, and losses that are a mean over elements. */
#ifndef DN_LOSS_ELEMENTS_H
#define DN_LOSS_ELEMENTS_H

#include "digitnet/tensor.h"

#include <stdint.h>

/** Errors: DN_ERR_SHAPE unless logits are [N, outputs], not empty, and other (or NULL) has their shape. */
DN_NODISCARD dn_status dn_loss_check_matrix(const dn_tensor *logits, const dn_tensor *other, dn_error *error);

/** Errors: DN_ERR_ARGUMENT naming the first of count labels that is not below classes. */
DN_NODISCARD dn_status dn_loss_check_labels(const uint8_t *labels, size_t count, size_t classes,
                                            dn_error *error);

/** One number of a matrix [N, outputs]. */
static inline float dn_loss_element(const dn_tensor *matrix, size_t row, size_t column)
{
    return matrix->data[(ptrdiff_t)row * matrix->stride[0] + (ptrdiff_t)column * matrix->stride[1]];
}

static inline void dn_loss_set_element(dn_tensor *matrix, size_t row, size_t column, float value)
{
    matrix->data[(ptrdiff_t)row * matrix->stride[0] + (ptrdiff_t)column * matrix->stride[1]] = value;
}

/** The term of one output in the loss, and its slope: d(loss)/d(logit). */
typedef struct dn_loss_term {
    float loss;
    float slope;
} dn_loss_term;

/** The term of one output whose target is 1 (is_target) or 0. */
typedef dn_loss_term dn_loss_of_output(float logit, bool is_target);

/**
 * A loss that is the mean of a term over all outputs.
 *
 * Shapes  as dn_loss. One output [N, 1] stands for two classes, and its target is 1 where the label is 0, the first class;
 *         of several the label's own has the target 1.
 */
DN_NODISCARD dn_status dn_loss_mean_of_terms(dn_loss_of_output *term, const dn_tensor *logits,
                                             const uint8_t *labels, dn_tensor *dlogits, float *loss,
                                             dn_error *error);

/** |p - target| and (p - target)^2, p = sigmoid(logit): for the losses of one output. */
dn_loss_term dn_loss_absolute_term(float logit, bool is_target);
dn_loss_term dn_loss_squared_term(float logit, bool is_target);

#endif
