/** The views of an image: the probabilities of a classifier as the mean over small motions of its input. */
#ifndef DN_TRAIN_VIEWS_H
#define DN_TRAIN_VIEWS_H

#include "digitnet/train.h"

/**
 * Find the mean probabilities of images over their views.
 *
 * Shapes  images [count] pointers to 28 * 28 pixels; *probabilities becomes a view [count, classes] of the classifier's memory, valid until
 *         the next call; agreement [count], or NULL: the fraction of the views whose answer is that of the mean.
 * Units   views from 1 to DN_MOST_VIEWS.
 * Effect  Holds count * views inputs in memory. The context's threads draw the views.
 * Errors  DN_ERR_ARGUMENT for the views; DN_ERR_FORMAT when the classifier's scores are no finite numbers; those of
 *         dn_classifier_scores.
 */
DN_NODISCARD dn_status dn_views_probabilities(dn_context *context, dn_classifier *classifier,
                                              const uint8_t *const *images, size_t count, size_t views,
                                              float *agreement, dn_tensor *probabilities, dn_error *error);

#endif
