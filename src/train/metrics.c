#include "train/metrics.h"

#include "core/fail.h"
#include "loss/elements.h"

#include <math.h>

/** The number of classes that have a higher score than the label, or the same score and come before it. */
static size_t rank_of(const dn_tensor *scores, size_t row, size_t label)
{
    const float own = dn_loss_element(scores, row, label);
    size_t rank = 0;
    for (size_t i = 0; i < scores->shape.extent[1]; i++) {
        const float other = dn_loss_element(scores, row, i);
        rank += other > own || (other == own && i < label);
    }
    return rank;
}

static void count_answers(const dn_tensor *scores, const uint8_t *labels, dn_metrics *metrics)
{
    for (size_t row = 0; row < scores->shape.extent[0]; row++) {
        const size_t answer = dn_classifier_answer(scores, row);
        metrics->confusion[labels[row]][answer]++;
        metrics->ranks[rank_of(scores, row, labels[row])]++;
        metrics->correct += answer == labels[row];
    }
}

/** Add up the distances of the probabilities from the one-hot targets, over all classes. */
static void add_distances(const dn_tensor *probabilities, const uint8_t *labels, dn_metrics *metrics)
{
    for (size_t row = 0; row < probabilities->shape.extent[0]; row++) {
        for (size_t i = 0; i < probabilities->shape.extent[1]; i++) {
            const double target = i == labels[row] ? 1.0 : 0.0;
            const double distance = (double)dn_loss_element(probabilities, row, i) - target;
            metrics->l1 += fabs(distance);
            metrics->rmse += distance * distance;
        }
    }
}

static size_t count_outputs(const dn_model *model)
{
    return dn_model_width(model, dn_model_layers(model));
}

/** The mean loss of a batch: a loss that is given takes the net's own outputs; without one it is the cross entropy of the scores. */
static dn_status measure_loss(dn_loss *loss, const dn_classifier *classifier, const dn_tensor *scores,
                              const uint8_t *labels, float *value, dn_error *error)
{
    dn_tensor logits;
    if (!loss)
        return dn_cross_entropy(scores, labels, NULL, value, error);
    DN_TRY(dn_tensor_slice(scores, 1, 0, count_outputs(classifier->model), 1, &logits, error));
    return loss(&logits, labels, NULL, value, error);
}

static dn_status measure_batch(dn_loss *loss, dn_context *context, dn_classifier *classifier,
                               const dn_batch *batch, dn_metrics *metrics, dn_error *error)
{
    dn_tensor scores;
    float value;
    DN_TRY(dn_classifier_scores(context, classifier, &batch->images, &scores, error));
    DN_TRY(measure_loss(loss, classifier, &scores, batch->labels, &value, error));
    count_answers(&scores, batch->labels, metrics);
    DN_TRY(dn_softmax(&scores, &scores, error));
    add_distances(&scores, batch->labels, metrics);
    metrics->count += batch->count;
    metrics->loss += (double)value * (double)batch->count;
    return DN_OK;
}

static dn_status measure(dn_loss *loss, dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                         dn_metrics *metrics, dn_error *error)
{
    dn_batch batch;
    *metrics = (dn_metrics){.classes = classifier->classes.count};
    dn_dataloader_rewind(loader);
    while (dn_dataloader_next(context, loader, &batch))
        DN_TRY(measure_batch(loss, context, classifier, &batch, metrics, error));
    const double elements = (double)metrics->count * (double)metrics->classes;
    metrics->loss /= (double)metrics->count;
    metrics->l1 /= elements;
    metrics->rmse = sqrt(metrics->rmse / elements);
    return DN_OK;
}

dn_status dn_classifier_measure(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                                dn_metrics *metrics, dn_error *error)
{
    DN_TRY(measure(NULL, context, classifier, loader, metrics, error));
    if (isfinite(metrics->loss))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "train it again, with a lower learning rate",
                   "its outputs are not finite numbers");
}

dn_status dn_metrics_measure_by(dn_loss *loss, dn_context *context, dn_model *model, dn_dataloader *loader,
                                dn_metrics *metrics, dn_error *error)
{
    const size_t outputs = count_outputs(model);
    dn_classifier classifier = {.classes = dn_classes_all(), .model = model};
    classifier.classes.count = outputs == 1 ? 2 : outputs;
    if (outputs > DN_DIGIT_CLASSES)
        return dn_fail(error, DN_ERR_SHAPE, "give a model of at most 10 classes",
                       "a model of %zu classes, the confusion matrix has %d", outputs, DN_DIGIT_CLASSES);
    const dn_status status = measure(loss, context, &classifier, loader, metrics, error);
    classifier.model = NULL; /* the caller's */
    dn_classifier_free(&classifier);
    return status;
}

double dn_metrics_accuracy(const dn_metrics *metrics)
{
    return (double)metrics->correct / (double)metrics->count;
}

double dn_metrics_error(const dn_metrics *metrics)
{
    return (double)(metrics->count - metrics->correct) / (double)metrics->count;
}

double dn_metrics_uncertainty(const dn_metrics *metrics)
{
    const double accuracy = dn_metrics_accuracy(metrics);
    return sqrt(accuracy * (1.0 - accuracy) / (double)metrics->count);
}

double dn_metrics_top(const dn_metrics *metrics, size_t k)
{
    size_t within = 0;
    for (size_t rank = 0; rank < k && rank < DN_DIGIT_CLASSES; rank++)
        within += metrics->ranks[rank];
    return (double)within / (double)metrics->count;
}

static double fraction(size_t count, size_t whole)
{
    return whole != 0 ? (double)count / (double)whole : (double)NAN;
}

double dn_metrics_precision(const dn_metrics *metrics, size_t class_index)
{
    size_t taken = 0;
    for (size_t label = 0; label < metrics->classes; label++)
        taken += metrics->confusion[label][class_index];
    return fraction(metrics->confusion[class_index][class_index], taken);
}

double dn_metrics_recall(const dn_metrics *metrics, size_t class_index)
{
    size_t examples = 0;
    for (size_t answer = 0; answer < metrics->classes; answer++)
        examples += metrics->confusion[class_index][answer];
    return fraction(metrics->confusion[class_index][class_index], examples);
}
