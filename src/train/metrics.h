/** The metrics of a net while it learns. */
#ifndef DN_TRAIN_METRICS_H
#define DN_TRAIN_METRICS_H

#include "digitnet/train.h"

/**
 * As dn_classifier_measure, with metrics->loss by the loss function that the net learns by. A loss that is not finite is no error here.
 *
 * Errors  DN_ERR_SHAPE for more than DN_DIGIT_CLASSES outputs, and as dn_classifier_measure.
 */
DN_NODISCARD dn_status dn_metrics_measure_by(dn_loss *loss, dn_context *context, dn_model *model,
                                             dn_dataloader *loader, dn_metrics *metrics, dn_error *error);

#endif
