/**
 * A trained model as a safetensors file: the tensors, and metadata that says what they are.
 *
 * Metadata keys: format ("digitnet"), format_version, architecture ("784-128-10"), input (what the pixels mean), and
 * whatever the trainer adds: arguments, seed, data_sha256, accuracies.
 */
#ifndef DIGITNET_TRAIN_MODEL_FILE_H
#define DIGITNET_TRAIN_MODEL_FILE_H

#include "digitnet/io/safetensors.h"
#include "digitnet/nn/model.h"

/** The version that is written, and the newest one that is read. */
#define DN_MODEL_FORMAT_VERSION 1

/**
 * Write a model.
 *
 * Units   extra: metadata to add, may be NULL when extra_count is 0.
 * Errors  As dn_file_write; DN_ERR_ARGUMENT as dn_archive_write (a weight that is not finite) and for extra metadata
 *         under a key that is taken: nothing is written then; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_model_write(const char *path, dn_model *model, const dn_metadata *extra,
                                      size_t extra_count, dn_error *error);

/**
 * Read and check a model: the format and its version, tensor names and shapes that make a stack of layers from 784 inputs to 10 classes,
 * which must be the architecture that digitnet's metadata name.
 * A file without digitnet's metadata is taken when its tensors fit (say, one that PyTorch wrote).
 *
 * Owner   The caller frees *model with dn_model_free, *archive (the metadata; may be NULL when it is not wanted) with dn_archive_free.
 * Errors  DN_ERR_FILE; DN_ERR_FORMAT with the tensor, what was found and what was expected, and for a newer version by name; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_model_read(const char *path, dn_model **model, dn_archive *archive,
                                     dn_error *error);

/**
 * Did digitnet write the file at path, this version or a newer one?
 *
 * Errors  DN_ERR_FORMAT when it did not; DN_ERR_FILE and DN_ERR_MEMORY when that can't be told.
 */
DN_NODISCARD dn_status dn_model_check_ours(const char *path, dn_error *error);

#endif
