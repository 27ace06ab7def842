/** Model files for what trains, verifies and describes them: bytes and archives instead of paths, and checks of what a file claims. */
#ifndef DN_TRAIN_MODEL_FILE_H
#define DN_TRAIN_MODEL_FILE_H

#include "digitnet/train.h"

/**
 * Make the bytes of the file of a classifier of any kind.
 *
 * Units   extra: metadata to add, may be NULL when extra_count is 0.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  As dn_archive_encode; DN_ERR_ARGUMENT also for extra metadata under a key that is taken.
 */
DN_NODISCARD dn_status dn_classifier_encode(const dn_classifier *classifier, const dn_metadata *extra,
                                            size_t extra_count, dn_bytes *bytes, dn_error *error);

/** Make a classifier of an archive, as dn_classifier_read does. Errors: its DN_ERR_FORMAT and DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_classifier_restore(const dn_archive *archive, dn_classifier *classifier,
                                             dn_error *error);

/**
 * Are the layers of an archive, a model or a checkpoint, those of a net with these widths? To be asked before a net is made by the
 * settings in a file: settings that name more than the file holds would take memory for nothing.
 *
 * Errors  DN_ERR_FORMAT naming the tensor.
 */
DN_NODISCARD dn_status dn_model_check_widths(const dn_archive *archive, const size_t *widths,
                                             size_t width_count, dn_error *error);

/** Has the archive the mean images of so many classes? Errors: DN_ERR_FORMAT naming the tensor. */
DN_NODISCARD dn_status dn_model_check_mean(const dn_archive *archive, size_t classes, dn_error *error);

/**
 * Did digitnet write a model at path, in this version or a newer one, and is it whole?
 *
 * Errors  DN_ERR_FORMAT when it did not, or it is not; DN_ERR_FILE and DN_ERR_MEMORY when the file can't be read.
 */
DN_NODISCARD dn_status dn_model_check_ours(const char *path, dn_error *error);

#endif
