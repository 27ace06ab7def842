#include "core/fail.h"
#include "core/scalar.h"
#include "loss/elements.h"

#include "digitnet/loss.h"

static float row_maximum(const dn_tensor *logits, size_t row)
{
    float maximum = dn_loss_element(logits, row, 0);
    for (size_t i = 1; i < logits->shape.extent[1]; i++) {
        const float value = dn_loss_element(logits, row, i);
        maximum = value > maximum ? value : maximum;
    }
    return maximum;
}

/**
 * probabilities = softmax of one row, exp(x - max) / sum: no exponential overflows. Returns log(sum): log(sum) - (x - max)
 * is -log softmax, precise where the probability is near 0 or 1, and for large x.
 */
static float softmax_row(const dn_tensor *logits, size_t row, float maximum, dn_tensor *probabilities)
{
    const size_t classes = logits->shape.extent[1];
    float sum = 0.0F;
    for (size_t i = 0; i < classes; i++) {
        const float exponential = dn_exp(dn_loss_element(logits, row, i) - maximum);
        sum += exponential;
        if (probabilities)
            dn_loss_set_element(probabilities, row, i, exponential);
    }
    for (size_t i = 0; i < classes && probabilities; i++)
        dn_loss_set_element(probabilities, row, i, dn_loss_element(probabilities, row, i) / sum);
    return dn_log(sum);
}

dn_status dn_cross_entropy(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits, float *loss,
                           dn_error *error)
{
    DN_TRY(dn_loss_check_matrix(logits, dlogits, error));
    const size_t count = logits->shape.extent[0];
    const size_t classes = logits->shape.extent[1];
    DN_TRY(dn_loss_check_labels(labels, count, classes, error));
    const float scale = 1.0F / (float)count;
    double total = 0.0;
    for (size_t row = 0; row < count; row++) {
        const float maximum = row_maximum(logits, row);
        const double logit =
            (double)dn_loss_element(logits, row, labels[row]); /* before dlogits, maybe the same */
        total += (double)softmax_row(logits, row, maximum, dlogits) - (logit - (double)maximum);
        for (size_t i = 0; i < classes && dlogits; i++) {
            const float target = i == labels[row] ? 1.0F : 0.0F;
            dn_loss_set_element(dlogits, row, i, (dn_loss_element(dlogits, row, i) - target) * scale);
        }
    }
    *loss = (float)(total / (double)count);
    return DN_OK;
}

dn_status dn_softmax(const dn_tensor *logits, dn_tensor *probabilities, dn_error *error)
{
    DN_TRY(dn_loss_check_matrix(logits, probabilities, error));
    for (size_t row = 0; row < logits->shape.extent[0]; row++)
        softmax_row(logits, row, row_maximum(logits, row), probabilities);
    return DN_OK;
}
