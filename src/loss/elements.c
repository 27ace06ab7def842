#include "loss/elements.h"

#include "core/fail.h"
#include "core/scalar.h"

dn_status dn_loss_check_matrix(const dn_tensor *logits, const dn_tensor *other, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (logits->shape.rank != 2 || dn_tensor_count(logits) == 0)
        return dn_fail(error, DN_ERR_SHAPE, "give [N, classes], not empty", "logits of shape %s",
                       dn_shape_text(logits->shape, text));
    if (other && !dn_shape_equal(other->shape, logits->shape))
        return dn_fail(error, DN_ERR_SHAPE, "give the shape of the logits", "an output of shape %s",
                       dn_shape_text(other->shape, text));
    return DN_OK;
}

dn_status dn_loss_check_labels(const uint8_t *labels, size_t count, size_t classes, dn_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (labels[i] >= classes)
            return dn_fail(error, DN_ERR_ARGUMENT, "give labels that are classes",
                           "label %zu is %d of %zu classes", i, labels[i], classes);
    }
    return DN_OK;
}

dn_status dn_loss_mean_of_terms(dn_loss_of_output *term, const dn_tensor *logits, const uint8_t *labels,
                                dn_tensor *dlogits, float *loss, dn_error *error)
{
    DN_TRY(dn_loss_check_matrix(logits, dlogits, error));
    const size_t count = logits->shape.extent[0];
    const size_t outputs = logits->shape.extent[1];
    DN_TRY(dn_loss_check_labels(labels, count, outputs == 1 ? 2 : outputs, error));
    const float scale = 1.0F / ((float)count * (float)outputs);
    double total = 0.0;
    for (size_t row = 0; row < count; row++) {
        for (size_t i = 0; i < outputs; i++) { /* one output stands for class 0 */
            const dn_loss_term one = term(dn_loss_element(logits, row, i), labels[row] == i);
            total += (double)one.loss;
            if (dlogits)
                dn_loss_set_element(dlogits, row, i, one.slope * scale);
        }
    }
    *loss = (float)(total / ((double)count * (double)outputs));
    return DN_OK;
}

/** The slope of the sigmoid, p (1 - p), negative where the target is 1. */
static float sigmoid_slope(float logit, bool is_target)
{
    const float slope = dn_logistic(logit) * dn_logistic(-logit);
    return is_target ? -slope : slope;
}

dn_loss_term dn_loss_absolute_term(float logit, bool is_target)
{
    return (dn_loss_term){.loss = dn_logistic(is_target ? -logit : logit),
                          .slope = sigmoid_slope(logit, is_target)};
}

dn_loss_term dn_loss_squared_term(float logit, bool is_target)
{
    const float distance = dn_logistic(is_target ? -logit : logit);
    return (dn_loss_term){.loss = distance * distance,
                          .slope = 2.0F * distance * sigmoid_slope(logit, is_target)};
}
