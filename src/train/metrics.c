#include "train/metrics.h"

#include "core/fail.h"
#include "core/scalar.h"
#include "loss/elements.h"
#include "tensor/matmul.h"
#include "train/views.h"

#include <float.h>
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

/** How images are measured, and the measurement so far. */
typedef struct measurement {
    dn_context *context;
    dn_classifier *classifier;
    dn_loss *loss;        /**< or NULL: the cross entropy of the scores */
    size_t views;         /**< of each image */
    dn_metrics *metrics;  /**< sums, until the end */
    dn_mistake *outcomes; /**< of the images, or NULL */
} measurement;

/** The mean loss of a batch: a loss that is given takes the net's own outputs; without one it is the cross entropy of the scores. */
static dn_status measure_loss(const measurement *made, const dn_tensor *scores, const uint8_t *labels,
                              float *value, dn_error *error)
{
    dn_tensor logits;
    if (!made->loss)
        return dn_cross_entropy(made->context, scores, labels, NULL, value, error);
    DN_TRY(dn_tensor_slice(scores, 1, 0, count_outputs(made->classifier->model), 1, &logits, error));
    return made->loss(made->context, &logits, labels, NULL, value, error);
}

/** The logarithm of the mean probabilities over the views serves as scores: its softmax are those probabilities. */
static dn_status score_views(const measurement *made, const dn_batch *batch, dn_tensor *scores,
                             dn_error *error)
{
    const size_t pixels = dn_matrix_shape(&batch->images).extent[1];
    if (pixels != DN_DIGIT_PIXELS)
        return dn_fail(error, DN_ERR_SHAPE, "only images of 28 x 28 have views", "images of %zu pixels",
                       pixels);
    DN_TRY(dn_views_probabilities(made->context, made->classifier, batch->pixels, batch->count, made->views,
                                  NULL, scores, error));
    for (size_t row = 0; row < batch->count; row++) {
        for (size_t i = 0; i < scores->shape.extent[1]; i++) {
            const float probability = dn_loss_element(scores, row, i);
            dn_loss_set_element(scores, row, i, dn_log(probability > FLT_MIN ? probability : FLT_MIN));
        }
    }
    return DN_OK;
}

static dn_status score_batch(const measurement *made, const dn_batch *batch, dn_tensor *scores,
                             dn_error *error)
{
    return made->views == 1
               ? dn_classifier_scores(made->context, made->classifier, &batch->images, scores, error)
               : score_views(made, batch, scores, error);
}

/** Describe the answers to a batch, whose first image is the one at `first`. The scores stay. */
static dn_status describe_answers(const dn_tensor *scores, const uint8_t *labels, size_t first,
                                  dn_mistake *outcomes, dn_error *error)
{
    for (size_t i = 0; i < scores->shape.extent[0] && outcomes; i++) {
        dn_mistake *outcome = &outcomes[first + i];
        dn_tensor row;
        *outcome = (dn_mistake){
            .index = first + i, .label = labels[i], .prediction = dn_classifier_answer(scores, i)};
        DN_TRY(dn_tensor_slice(scores, 0, i, i + 1, 1, &row, error));
        DN_TRY(dn_cross_entropy(NULL, &row, &labels[i], NULL, &outcome->loss, error));
    }
    return DN_OK;
}

/** Complete the descriptions, now that the scores are probabilities. */
static void add_probabilities(const dn_tensor *probabilities, size_t first, dn_mistake *outcomes)
{
    for (size_t i = 0; i < probabilities->shape.extent[0] && outcomes; i++) {
        dn_mistake *outcome = &outcomes[first + i];
        outcome->probability = dn_loss_element(probabilities, i, outcome->prediction);
        outcome->label_probability = dn_loss_element(probabilities, i, outcome->label);
    }
}

static dn_status measure_batch(const measurement *made, const dn_batch *batch, dn_error *error)
{
    dn_metrics *metrics = made->metrics;
    dn_tensor scores;
    float value;
    DN_TRY(score_batch(made, batch, &scores, error));
    DN_TRY(measure_loss(made, &scores, batch->labels, &value, error));
    count_answers(&scores, batch->labels, metrics);
    DN_TRY(describe_answers(&scores, batch->labels, metrics->count, made->outcomes, error));
    DN_TRY(dn_softmax(&scores, &scores, error));
    add_distances(&scores, batch->labels, metrics);
    add_probabilities(&scores, metrics->count, made->outcomes);
    metrics->count += batch->count;
    metrics->loss += (double)value * (double)batch->count;
    return DN_OK;
}

static dn_status measure(const measurement *made, dn_dataloader *loader, dn_error *error)
{
    dn_batch batch;
    dn_metrics *metrics = made->metrics;
    *metrics = (dn_metrics){.classes = made->classifier->classes.count};
    dn_dataloader_rewind(loader);
    while (dn_dataloader_next(made->context, loader, &batch))
        DN_TRY(measure_batch(made, &batch, error));
    const double elements = (double)metrics->count * (double)metrics->classes;
    metrics->loss /= (double)metrics->count;
    metrics->l1 /= elements;
    metrics->rmse = sqrt(metrics->rmse / elements);
    return DN_OK;
}

dn_status dn_outcomes_collect(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                              size_t views, dn_metrics *metrics, dn_mistake *outcomes, dn_error *error)
{
    const measurement made = {context, classifier, NULL, views, metrics, outcomes};
    DN_TRY(measure(&made, loader, error));
    if (isfinite(metrics->loss))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "train it again, with a lower learning rate",
                   "its outputs are not finite numbers");
}

dn_status dn_classifier_measure(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                                dn_metrics *metrics, dn_error *error)
{
    return dn_outcomes_collect(context, classifier, loader, 1, metrics, NULL, error);
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
    const measurement made = {context, &classifier, loss, 1, metrics, NULL};
    const dn_status status = measure(&made, loader, error);
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
