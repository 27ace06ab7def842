/**
 * A trained model as a safetensors file: the tensors, and metadata that says what they are.
 *
 * A net's tensors are named as PyTorch's nn.Sequential names them, 0.weight, 0.bias, 2.weight, ...; mean images are one tensor,
 * "mean" [classes, 784].
 *
 * Metadata keys: format ("digitnet"), format_version, architecture ("784-128-10", or "mean"), metric (of mean images: "l1" or "rmse"),
 * input (what the pixels mean), classes ("3,7": the digits that the outputs stand for), and whatever the trainer adds: arguments,
 * seed, data_sha256, accuracies.
 */
#ifndef DIGITNET_TRAIN_MODEL_FILE_H
#define DIGITNET_TRAIN_MODEL_FILE_H

#include "digitnet/io/safetensors.h"
#include "digitnet/train/classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The version that is written, and the newest one that is read. */
#define DN_MODEL_FORMAT_VERSION 1

/**
 * Make the bytes of the file of a classifier of any kind.
 *
 * Units   extra: metadata to add, may be NULL when extra_count is 0.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  As dn_archive_encode; DN_ERR_ARGUMENT also for extra metadata under a key that is taken.
 */
DN_NODISCARD dn_status dn_classifier_encode(const dn_classifier *classifier, const dn_metadata *extra,
                                            size_t extra_count, dn_bytes *bytes, dn_error *error);

/**
 * Write a classifier of any kind.
 *
 * Units   extra: metadata to add, may be NULL when extra_count is 0.
 * Errors  As dn_file_write; DN_ERR_ARGUMENT as dn_archive_write (a weight that is not finite) and for extra metadata
 *         under a key that is taken: nothing is written then; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_classifier_write(const char *path, const dn_classifier *classifier,
                                           const dn_metadata *extra, size_t extra_count, dn_error *error);

/**
 * Read and check a classifier: the format and its version, the classes, and tensor names and shapes that make mean images, or a stack of
 * layers from 784 inputs to one output a class, or to one output for two classes; digitnet's metadata must name the same architecture. A file without digitnet's metadata is taken as a net
 * of the ten digits when its tensors fit (say, one that PyTorch wrote).
 *
 * Owner   The caller frees *classifier with dn_classifier_free, *archive (the metadata; may be NULL when it is not wanted) with
 *         dn_archive_free. Both are empty after an error.
 * Errors  DN_ERR_FILE; DN_ERR_FORMAT with the tensor or key, what was found and what was expected, and for a newer version by name;
 *         DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_classifier_read(const char *path, dn_classifier *classifier, dn_archive *archive,
                                          dn_error *error);

/** Make an archive that was read a classifier, as dn_classifier_read does. Errors: its DN_ERR_FORMAT and DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_classifier_restore(const dn_archive *archive, dn_classifier *classifier,
                                             dn_error *error);

/** As dn_classifier_write, of a net of the ten digits. */
DN_NODISCARD dn_status dn_model_write(const char *path, dn_model *model, const dn_metadata *extra,
                                      size_t extra_count, dn_error *error);

/** As dn_classifier_read, of a net of the ten digits: any other is DN_ERR_FORMAT. The caller frees *model with dn_model_free. */
DN_NODISCARD dn_status dn_model_read(const char *path, dn_model **model, dn_archive *archive,
                                     dn_error *error);

/** Is the archive a model that digitnet wrote, in a version that this program reads? Errors: DN_ERR_FORMAT saying what it is. */
DN_NODISCARD dn_status dn_model_check_format(const dn_archive *archive, dn_error *error);

/**
 * Are a file's layers, of a model or of a checkpoint, those of a net with these widths? Asked of settings that a file brings
 * before a net is made by them: ones that name more than the file holds would take memory for nothing.
 *
 * Errors  DN_ERR_FORMAT naming the tensor.
 */
DN_NODISCARD dn_status dn_model_check_widths(const dn_archive *archive, const size_t *widths,
                                             size_t width_count, dn_error *error);

/** Has the file the mean images of so many classes? Errors: DN_ERR_FORMAT naming the tensor. */
DN_NODISCARD dn_status dn_model_check_mean(const dn_archive *archive, size_t classes, dn_error *error);

/**
 * Did digitnet write the file at path, this version or a newer one, and is it whole?
 *
 * Errors  DN_ERR_FORMAT when it did not, or it is not; DN_ERR_FILE and DN_ERR_MEMORY when that can't be told.
 */
DN_NODISCARD dn_status dn_model_check_ours(const char *path, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
