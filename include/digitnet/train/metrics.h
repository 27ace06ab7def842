/**
 * What people read about a classifier: accuracy with its uncertainty, which class is taken for which, and how near its probabilities
 * come to the truth.
 */
#ifndef DIGITNET_TRAIN_METRICS_H
#define DIGITNET_TRAIN_METRICS_H

#include "digitnet/data/dataloader.h"
#include "digitnet/loss/loss.h"
#include "digitnet/train/classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dn_metrics {
    size_t count;
    size_t correct;
    size_t classes;
    double loss; /**< mean cross entropy, in nats, or of the loss that dn_metrics_measure_by was given */
    double l1;   /**< mean |probability - one-hot target|, over all classes */
    double rmse; /**< root of the mean squared difference of the two */
    size_t ranks[DN_DIGIT_CLASSES]; /**< [r]: how often r classes were held more probable than the label */
    size_t confusion[DN_DIGIT_CLASSES][DN_DIGIT_CLASSES]; /**< [label][prediction] */
} dn_metrics;

/**
 * Measure a classifier.
 *
 * Effect  Rewinds the loader and passes it through the classifier once.
 * Errors  Those of dn_classifier_scores; DN_ERR_ARGUMENT for a label that is no class; DN_ERR_FORMAT when the classifier's
 *         numbers are so large that its answers are none.
 */
DN_NODISCARD dn_status dn_classifier_measure(dn_context *context, dn_classifier *classifier,
                                             dn_dataloader *loader, dn_metrics *metrics, dn_error *error);

/**
 * As dn_classifier_measure, of a net while it learns: a loss that is not finite is for the caller to see.
 *
 * Errors  Also DN_ERR_SHAPE for more than DN_DIGIT_CLASSES outputs.
 */
DN_NODISCARD dn_status dn_metrics_measure(dn_context *context, dn_model *model, dn_dataloader *loader,
                                          dn_metrics *metrics, dn_error *error);

/** As dn_metrics_measure, with metrics->loss by another loss function, the one that the net learns by. */
DN_NODISCARD dn_status dn_metrics_measure_by(dn_loss *loss, dn_context *context, dn_model *model,
                                             dn_dataloader *loader, dn_metrics *metrics, dn_error *error);

/** The share of examples that were right, 0 to 1. */
double dn_metrics_accuracy(const dn_metrics *metrics);

/** The share of examples that were wrong, 0 to 1. */
double dn_metrics_error(const dn_metrics *metrics);

/** One standard error of the accuracy, 0 to 1: sqrt(p (1 - p) / n). */
double dn_metrics_uncertainty(const dn_metrics *metrics);

/** The share of examples whose label is among the k most probable classes, 0 to 1. */
double dn_metrics_top(const dn_metrics *metrics, size_t k);

/** Of the examples that were taken for a class, the share that are of it; NaN where none was. class < classes. */
double dn_metrics_precision(const dn_metrics *metrics, size_t class_index);

/** Of the examples of a class, the share that were taken for it; NaN where there is none. */
double dn_metrics_recall(const dn_metrics *metrics, size_t class_index);

#ifdef __cplusplus
}
#endif

#endif
