#include "digitnet/loss/cross_entropy.h"

#include "core/scalar.h"
#include "core/try.h"

static dn_status check_matrix(const dn_tensor *logits, const dn_tensor *other, dn_error *error)
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

static float element(const dn_tensor *matrix, size_t row, size_t column)
{
    return matrix->data[(ptrdiff_t)row * matrix->stride[0] + (ptrdiff_t)column * matrix->stride[1]];
}

static void set_element(dn_tensor *matrix, size_t row, size_t column, float value)
{
    matrix->data[(ptrdiff_t)row * matrix->stride[0] + (ptrdiff_t)column * matrix->stride[1]] = value;
}

static float row_maximum(const dn_tensor *logits, size_t row)
{
    float maximum = element(logits, row, 0);
    for (size_t i = 1; i < logits->shape.extent[1]; i++) {
        const float value = element(logits, row, i);
        maximum = value > maximum ? value : maximum;
    }
    return maximum;
}

/**
 * probabilities = softmax of one row, exp(x - max) / sum: no exponential overflows. Hands back log(sum), so
 * that -log softmax is that minus (x - max): precise where the probability is near 0 or 1, and for large x.
 */
static float softmax_row(const dn_tensor *logits, size_t row, float maximum, dn_tensor *probabilities)
{
    const size_t classes = logits->shape.extent[1];
    float sum = 0.0F;
    for (size_t i = 0; i < classes; i++) {
        const float exponential = dn_exp(element(logits, row, i) - maximum);
        sum += exponential;
        if (probabilities)
            set_element(probabilities, row, i, exponential);
    }
    for (size_t i = 0; i < classes && probabilities; i++)
        set_element(probabilities, row, i, element(probabilities, row, i) / sum);
    return dn_log(sum);
}

static dn_status check_labels(const uint8_t *labels, size_t count, size_t classes, dn_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (labels[i] >= classes)
            return dn_fail(error, DN_ERR_ARGUMENT, "give labels that are classes",
                           "label %zu is %d of %zu classes", i, labels[i], classes);
    }
    return DN_OK;
}

dn_status dn_cross_entropy(const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits, float *loss,
                           dn_error *error)
{
    DN_TRY(check_matrix(logits, dlogits, error));
    const size_t count = logits->shape.extent[0];
    const size_t classes = logits->shape.extent[1];
    DN_TRY(check_labels(labels, count, classes, error));
    const float share = 1.0F / (float)count;
    double total = 0.0;
    for (size_t row = 0; row < count; row++) {
        const float maximum = row_maximum(logits, row);
        const double logit = (double)element(logits, row, labels[row]); /* before dlogits, maybe the same */
        total += (double)softmax_row(logits, row, maximum, dlogits) - (logit - (double)maximum);
        for (size_t i = 0; i < classes && dlogits; i++) {
            const float target = i == labels[row] ? 1.0F : 0.0F;
            set_element(dlogits, row, i, (element(dlogits, row, i) - target) * share);
        }
    }
    *loss = (float)(total / (double)count);
    return DN_OK;
}

dn_status dn_softmax(const dn_tensor *logits, dn_tensor *probabilities, dn_error *error)
{
    DN_TRY(check_matrix(logits, probabilities, error));
    for (size_t row = 0; row < logits->shape.extent[0]; row++)
        softmax_row(logits, row, row_maximum(logits, row), probabilities);
    return DN_OK;
}
