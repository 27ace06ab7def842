/**
 * A training as a file, to go on from as if it had never stopped.
 *
 * A safetensors file: the model's tensors under their own names, and those of the velocity, the average and the best
 * weights behind a prefix, "velocity.0.weight"; metadata holds the counters and what the caller adds.
 */
#ifndef DN_TRAIN_CHECKPOINT_H
#define DN_TRAIN_CHECKPOINT_H

#include "train/training.h"

#include "digitnet/io.h"

/** The version that is written, and the newest one that is read. */
#define DN_CHECKPOINT_FORMAT_VERSION 1

/**
 * Write where a training stands.
 *
 * Units   extra: metadata to add, say the settings; may be NULL when extra_count is 0.
 * Errors  As dn_archive_write.
 */
DN_NODISCARD dn_status dn_checkpoint_write(const char *path, dn_model *model, const dn_training *training,
                                           const dn_metadata *extra, size_t extra_count, dn_error *error);

/**
 * Read a checkpoint's bytes, to ask its metadata first and restore from it then.
 *
 * Owner   The caller frees with dn_archive_free. Empty after an error.
 * Errors  As dn_archive_read; DN_ERR_FORMAT when it is no checkpoint, or one of a newer version.
 */
DN_NODISCARD dn_status dn_checkpoint_read(const char *path, dn_archive *archive, dn_error *error);

/** Do the metadata of a file that was read say that it is a checkpoint, of whatever version? */
bool dn_checkpoint_recognise(const dn_archive *archive);

/** Is the archive a checkpoint of a version that this program reads? Errors: DN_ERR_FORMAT saying what it is. */
DN_NODISCARD dn_status dn_checkpoint_check_format(const dn_archive *archive, dn_error *error);

/**
 * Stand where the checkpoint stands.
 *
 * Effect  Overwrites the model's parameters and the training, which was made for the model and with the needs
 *         of the settings that the checkpoint was written with.
 * Errors  DN_ERR_FORMAT naming the tensor or counter that is missing or does not fit (dn_training_check). Whether the
 *         counters fit the settings and the data, dn_learner_check says.
 */
DN_NODISCARD dn_status dn_checkpoint_restore(const dn_archive *archive, dn_model *model,
                                             dn_training *training, dn_error *error);

/**
 * Did digitnet write a checkpoint at path?
 *
 * Errors  DN_ERR_FORMAT when it did not, or a newer version did; DN_ERR_FILE and DN_ERR_MEMORY when that can't be told.
 */
DN_NODISCARD dn_status dn_checkpoint_check_ours(const char *path, dn_error *error);

#endif
