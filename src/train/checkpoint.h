/**
 * A training as a file, to resume from as if training had never stopped.
 *
 * A safetensors file: the model's tensors under their own names, and those of the velocity, the average and the best
 * weights behind a prefix, "velocity.0.weight". The metadata hold the counters and what the caller adds.
 */
#ifndef DN_TRAIN_CHECKPOINT_H
#define DN_TRAIN_CHECKPOINT_H

#include "io/archive.h"
#include "train/format.h"
#include "train/training.h"

/**
 * Write the state of a training.
 *
 * Units   extra: metadata to add, say the settings; may be NULL when extra_count is 0.
 * Errors  As dn_archive_write.
 */
DN_NODISCARD dn_status dn_checkpoint_write(const char *path, dn_model *model, const dn_training *training,
                                           const dn_metadata *extra, size_t extra_count, dn_error *error);

/**
 * Read the archive of a checkpoint, whose metadata say which model and training to make before dn_checkpoint_restore.
 *
 * Owner   The caller frees with dn_archive_free. Empty after an error.
 * Errors  As dn_archive_read; DN_ERR_FORMAT when it is no checkpoint, or one of a newer version.
 */
DN_NODISCARD dn_status dn_checkpoint_read(const char *path, dn_archive *archive, dn_error *error);

/**
 * Restore a model and a training from a checkpoint.
 *
 * Effect  Overwrites the model's parameters and the training, which was made for the model and with the needs
 *         of the settings that the checkpoint was written with.
 * Errors  DN_ERR_FORMAT naming the tensor or counter that is missing or does not fit (dn_training_check). dn_learner_check
 *         tells whether the counters fit the settings and the data.
 */
DN_NODISCARD dn_status dn_checkpoint_restore(const dn_archive *archive, dn_model *model,
                                             dn_training *training, dn_error *error);

/**
 * Did digitnet write a checkpoint at path?
 *
 * Errors  DN_ERR_FORMAT when it did not, or a newer version did; DN_ERR_FILE and DN_ERR_MEMORY when the file can't be read.
 */
DN_NODISCARD dn_status dn_checkpoint_check_ours(const char *path, dn_error *error);

#endif
