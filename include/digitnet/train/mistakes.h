/**
 * The mistakes that are furthest from the truth: where to look for what it has not understood, or for labels that are wrong.
 *
 * Source  "Training a Digit Classifier" and its sequel: ClassificationInterpretation.plot_top_losses.
 */
#ifndef DIGITNET_TRAIN_MISTAKES_H
#define DIGITNET_TRAIN_MISTAKES_H

#include "digitnet/data/dataloader.h"
#include "digitnet/train/classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One wrong answer. */
typedef struct dn_mistake {
    size_t index;      /**< which example of an epoch in the dataset's order */
    size_t label;      /**< a class */
    size_t prediction; /**< another class */
    float probability; /**< of the prediction */
    float label_probability;
    float loss; /**< -log of the label's probability, in nats */
} dn_mistake;

/**
 * Find the worst mistakes.
 *
 * Shapes  worst [capacity]; *count gets how many there are, at most capacity; the highest loss first, of equals the lower index.
 * Effect  Rewinds the loader and passes it through the classifier once.
 * Errors  Those of dn_classifier_scores; DN_ERR_ARGUMENT for a label that is no class.
 */
DN_NODISCARD dn_status dn_mistakes_worst(dn_context *context, dn_classifier *classifier,
                                         dn_dataloader *loader, dn_mistake *worst, size_t capacity,
                                         size_t *count, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
