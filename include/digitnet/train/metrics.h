/**
 * What people read about a classifier: accuracy with its uncertainty, and which class is taken for which.
 */
#ifndef DIGITNET_TRAIN_METRICS_H
#define DIGITNET_TRAIN_METRICS_H

#include "digitnet/data/dataloader.h"
#include "digitnet/nn/model.h"

typedef struct dn_metrics {
    size_t count;
    size_t correct;
    double loss;                                          /**< mean cross entropy, in nats */
    size_t confusion[DN_DIGIT_CLASSES][DN_DIGIT_CLASSES]; /**< [label][prediction] */
} dn_metrics;

/** Effect: rewinds the loader and passes it through the model once. Errors: those of dn_model_forward and dn_cross_entropy; DN_ERR_SHAPE for a model of more than DN_DIGIT_CLASSES outputs. */
DN_NODISCARD dn_status dn_metrics_measure(dn_context *context, dn_model *model, dn_dataloader *loader,
                                          dn_metrics *metrics, dn_error *error);

/** The share of examples that were right, 0 to 1. */
double dn_metrics_accuracy(const dn_metrics *metrics);

/** One standard error of the accuracy, 0 to 1: sqrt(p (1 - p) / n). */
double dn_metrics_uncertainty(const dn_metrics *metrics);

#endif
