/** The temperature of a classifier's probabilities. */
#ifndef DN_TRAIN_TEMPERATURE_H
#define DN_TRAIN_TEMPERATURE_H

#include "digitnet/train.h"

/** Temperatures lie between this and its inverse. */
#define DN_TEMPERATURE_LEAST 0.015625F

/**
 * Find the temperature with the lowest cross entropy on images that the classifier was not trained on.
 *
 * It is taken where the likelihood ratio says with 99.9 % confidence that the classifier is better with it: the images' log likelihood rises
 * by 5.41 or more (Wilks 1938: twice that is distributed as chi squared).
 *
 * Effect  Rewinds the loader and reads it once. Sets classifier->temperature, to 0 where none is better.
 * Errors  Those of dn_classifier_scores and dn_cross_entropy; DN_ERR_MEMORY.
 * Source  Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks: temperature scaling.
 */
DN_NODISCARD dn_status dn_temperature_fit(dn_context *context, dn_classifier *classifier,
                                          dn_dataloader *loader, dn_error *error);

#endif
