/**
 * The baseline before any net: pixel similarity. The mean image of each class, and the nearest one is the answer.
 *
 * Source  "Training a Digit Classifier", first try: mean3, mean7, and the distance of a picture from both.
 */
#ifndef DIGITNET_NN_MEAN_H
#define DIGITNET_NN_MEAN_H

#include "digitnet/tensor/matmul.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How far a picture is from a mean image. */
typedef enum dn_distance {
    DN_DISTANCE_L1,  /**< the mean of the absolute differences */
    DN_DISTANCE_RMSE /**< the root of the mean of the squared differences */
} dn_distance;

/** "l1" or "rmse". */
const char *dn_distance_name(dn_distance distance);

/** The distance of that name; false, and nothing written, when there is none. */
DN_NODISCARD bool dn_distance_named(const char *name, dn_distance *distance);

typedef struct dn_mean_images {
    dn_distance distance;
    dn_tensor images;      /**< [classes, pixels] */
    double *sums;          /**< [classes, pixels], while they are added up */
    size_t *counts;        /**< [classes]: pictures added */
    dn_tensor differences; /**< [classes, pixels]: of one picture from each mean */
} dn_mean_images;

/**
 * Make mean images of zeros, to be filled from pictures or from a file.
 *
 * Owner   The caller frees with dn_mean_images_free.
 * Errors  DN_ERR_MEMORY. *mean is empty then and may be freed.
 */
DN_NODISCARD dn_status dn_mean_images_new(dn_mean_images *mean, size_t classes, size_t pixels,
                                          dn_distance distance, dn_error *error);

void dn_mean_images_free(dn_mean_images *mean);

/**
 * Add pictures to the sums of their classes.
 *
 * Shapes  x [N, pixels], labels [N] below classes.
 * Effect  Sums in double precision, one picture after the other: how they are cut into batches changes no bit.
 * Errors  DN_ERR_SHAPE; DN_ERR_ARGUMENT for a label that is no class; nothing is added then. DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_mean_images_add(dn_mean_images *mean, const dn_matrix *x, const uint8_t *labels,
                                          dn_error *error);

/**
 * Turn the sums into means.
 *
 * Errors  DN_ERR_ARGUMENT naming a class without a picture.
 */
DN_NODISCARD dn_status dn_mean_images_finish(dn_mean_images *mean, dn_error *error);

/**
 * How far each picture is from each mean image, by broadcasting: one picture against all of them at a time.
 *
 * Shapes  x [N, pixels]; distances [N, classes].
 * Effect  Overwrites distances.
 * Errors  DN_ERR_SHAPE; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_mean_images_distances(dn_mean_images *mean, const dn_matrix *x,
                                                dn_tensor *distances, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
