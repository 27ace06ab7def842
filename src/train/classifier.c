#include "core/fail.h"
#include "loss/elements.h"
#include "nn/model.h"
#include "tensor/matmul.h"
#include "train/mean.h"

#include "digitnet/tensor.h"

#include <stdio.h>

void dn_classifier_free(dn_classifier *classifier)
{
    if (!classifier)
        return;
    dn_model_free(classifier->model);
    dn_tensor_free(&classifier->mean.images);
    dn_tensor_free(&classifier->scores);
    *classifier = (dn_classifier){0};
}

char *dn_classifier_architecture(const dn_classifier *classifier, char text[DN_ARCHITECTURE_SIZE])
{
    if (classifier->model)
        return dn_model_architecture(classifier->model, text);
    snprintf(text, DN_ARCHITECTURE_SIZE, DN_MEAN_NAME);
    return text;
}

/** Make *scores a view [rows, classes] of the classifier's memory, which grows to the largest batch seen. */
static dn_status reserve(dn_classifier *classifier, size_t rows, dn_tensor *scores, dn_error *error)
{
    const size_t classes = classifier->classes.count;
    dn_tensor *memory = &classifier->scores;
    if (memory->shape.rank != 2 || memory->shape.extent[0] < rows || memory->shape.extent[1] != classes) {
        dn_tensor_free(memory);
        DN_TRY(dn_tensor_zeros(memory, DN_SHAPE(rows, classes), error));
    }
    return dn_tensor_slice(memory, 0, 0, rows, 1, scores, error);
}

static dn_status check_outputs(const dn_classifier *classifier, dn_error *error)
{
    const size_t classes = classifier->classes.count;
    const size_t outputs = classifier->model
                               ? dn_model_width(classifier->model, dn_model_layers(classifier->model))
                               : classifier->mean.images.shape.extent[0];
    if (outputs == classes || (classifier->model && outputs == 1 && classes == 2))
        return DN_OK;
    return dn_fail(error, DN_ERR_SHAPE, "give one output a class, or one for two classes",
                   "%zu outputs for %zu classes", outputs, classes);
}

/** Turn logits into scores [N, classes]. A single logit is that of the first class of two; the second has the logit 0. */
static dn_status spread(const dn_tensor *logits, dn_tensor *scores, dn_error *error)
{
    dn_tensor first;
    dn_tensor second;
    if (logits->shape.extent[1] == scores->shape.extent[1])
        return dn_copy(logits, scores, error);
    DN_TRY(dn_tensor_slice(scores, 1, 0, 1, 1, &first, error));
    DN_TRY(dn_tensor_slice(scores, 1, 1, 2, 1, &second, error));
    DN_TRY(dn_copy(logits, &first, error));
    return dn_fill(&second, 0.0F, error);
}

static dn_status multiply(dn_tensor *scores, float by, dn_error *error)
{
    const dn_tensor factor = dn_tensor_borrow(&by, DN_SCALAR);
    return dn_multiply(scores, &factor, scores, error);
}

dn_status dn_classifier_scores(dn_context *context, dn_classifier *classifier, const dn_matrix *x,
                               dn_tensor *scores, dn_error *error)
{
    DN_TRY(check_outputs(classifier, error));
    DN_TRY(reserve(classifier, dn_matrix_shape(x).extent[0], scores, error));
    if (classifier->model) {
        dn_tensor logits;
        DN_TRY(dn_model_forward(context, classifier->model, x, &logits, error));
        DN_TRY(spread(&logits, scores, error));
        return classifier->temperature > 0.0F ? multiply(scores, 1.0F / classifier->temperature, error)
                                              : DN_OK;
    }
    DN_TRY(dn_mean_images_distances(&classifier->mean, x, scores, error));
    return multiply(scores, -DN_DISTANCE_SHARPNESS, error);
}

size_t dn_classifier_answer(const dn_tensor *scores, size_t row)
{
    size_t best = 0;
    for (size_t i = 1; i < scores->shape.extent[1]; i++) {
        if (dn_loss_element(scores, row, i) > dn_loss_element(scores, row, best))
            best = i;
    }
    return best;
}
