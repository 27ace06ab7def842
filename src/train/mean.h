/** The distances of images from the mean images of the classes, and the names of the distances. */
#ifndef DN_TRAIN_MEAN_H
#define DN_TRAIN_MEAN_H

#include "digitnet/train.h"

/** The names, by dn_distance: "l1", "rmse"; NULL after the last. */
extern const char *const dn_distance_names[];

/** The distance of that name; false, and nothing written, when there is none. */
DN_NODISCARD bool dn_distance_named(const char *name, dn_distance *distance);

/**
 * The distance of each image from each mean image, by broadcasting: one image against all of them at a time.
 *
 * Shapes  x [N, pixels]; distances [N, classes].
 * Effect  Overwrites distances.
 * Errors  DN_ERR_SHAPE; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_mean_images_distances(const dn_mean_images *mean, const dn_matrix *x,
                                                dn_tensor *distances, dn_error *error);

#endif
