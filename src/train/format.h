/**
 * The file format of models and checkpoints: safetensors files whose metadata name a format and its version.
 */
#ifndef DN_TRAIN_FORMAT_H
#define DN_TRAIN_FORMAT_H

#include "io/archive.h"

#include "digitnet/io.h"

typedef enum dn_format {
    DN_FORMAT_MODEL,
    DN_FORMAT_CHECKPOINT,
    DN_FORMAT_OTHER /**< of another program, or of none that says so */
} dn_format;

/** The versions that are written, and the newest ones that are read. */
#define DN_MODEL_FORMAT_VERSION 1
#define DN_CHECKPOINT_FORMAT_VERSION 1

/** Remedies for files with wrong contents. */
#define DN_MODEL_REMEDY "give a model that digitnet train wrote"
#define DN_CHECKPOINT_REMEDY "give a checkpoint that digitnet train wrote"

/** Add the metadata that every file of the format begins with. Errors: as dn_archive_add_metadata. */
DN_NODISCARD dn_status dn_format_begin(dn_archive *archive, dn_format format, dn_error *error);

/** Add metadata of the caller; extra may be NULL when count is 0. Errors: as dn_archive_add_metadata. */
DN_NODISCARD dn_status dn_format_add_metadata(dn_archive *archive, const dn_metadata *extra, size_t count,
                                              dn_error *error);

/** Add a view of a tensor that stays the caller's. Errors: as dn_archive_add_tensor. */
DN_NODISCARD dn_status dn_format_lend_tensor(dn_archive *archive, const char *name, const dn_tensor *tensor,
                                             dn_error *error);

/** The format that an archive's metadata name, whatever its version. */
dn_format dn_format_of(const dn_archive *archive);

/**
 * Read the version of an archive that must be of the format. It may be newer than this program.
 *
 * Errors  DN_ERR_FORMAT with the format that was found, or when there is no version number.
 */
DN_NODISCARD dn_status dn_format_version(const dn_archive *archive, dn_format format, size_t *version,
                                         dn_error *error);

/** Is the archive of the format, in a version that this program reads? Errors: DN_ERR_FORMAT that says what it is. */
DN_NODISCARD dn_status dn_format_check(const dn_archive *archive, dn_format format, dn_error *error);

/**
 * Find the tensor of a name and a shape.
 *
 * Owner   *tensor is the archive's.
 * Errors  DN_ERR_FORMAT with the names or the shape that were found, and what was wanted.
 */
DN_NODISCARD dn_status dn_format_find_tensor(const dn_archive *archive, const char *name, dn_shape shape,
                                             const dn_tensor **tensor, dn_error *error);

/** Copy the elements of the tensor of that name, which must have the shape of `to`. Errors: as dn_format_find_tensor. */
DN_NODISCARD dn_status dn_format_copy_tensor(const dn_archive *archive, const char *name, dn_tensor *to,
                                             dn_error *error);

#endif
