#include "digitnet/train/metrics.h"

#include "digitnet/loss/cross_entropy.h"

#include "core/try.h"

#include <math.h>

static size_t predicted_class(const dn_tensor *logits, size_t row)
{
    const float *values = logits->data + (ptrdiff_t)row * logits->stride[0];
    size_t best = 0;
    for (size_t i = 1; i < logits->shape.extent[1]; i++)
        best = values[i] > values[best] ? i : best;
    return best;
}

static dn_status measure_batch(dn_context *context, dn_model *model, const dn_batch *batch,
                               dn_metrics *metrics, dn_error *error)
{
    dn_tensor logits;
    float loss;
    DN_TRY(dn_model_forward(context, model, &batch->images, &logits, error));
    DN_TRY(dn_cross_entropy(&logits, batch->labels, NULL, &loss, error));
    for (size_t row = 0; row < batch->count; row++) {
        const size_t prediction = predicted_class(&logits, row);
        metrics->confusion[batch->labels[row]][prediction]++;
        metrics->correct += prediction == batch->labels[row];
    }
    metrics->count += batch->count;
    metrics->loss += (double)loss * (double)batch->count;
    return DN_OK;
}

dn_status dn_metrics_measure(dn_context *context, dn_model *model, dn_dataloader *loader, dn_metrics *metrics,
                             dn_error *error)
{
    *metrics = (dn_metrics){0};
    dn_batch batch;
    const size_t classes = dn_model_width(model, dn_model_layers(model));
    if (classes > DN_DIGIT_CLASSES)
        return dn_fail(error, DN_ERR_SHAPE, "give a model of at most 10 classes",
                       "a model of %zu classes, the confusion matrix has %d", classes, DN_DIGIT_CLASSES);
    dn_dataloader_rewind(loader);
    while (dn_dataloader_next(context, loader, &batch))
        DN_TRY(measure_batch(context, model, &batch, metrics, error));
    metrics->loss /= (double)metrics->count;
    return DN_OK;
}

double dn_metrics_accuracy(const dn_metrics *metrics)
{
    return (double)metrics->correct / (double)metrics->count;
}

double dn_metrics_uncertainty(const dn_metrics *metrics)
{
    const double accuracy = dn_metrics_accuracy(metrics);
    return sqrt(accuracy * (1.0 - accuracy) / (double)metrics->count);
}
