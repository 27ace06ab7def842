/** The words of the safetensors format, and functions that both its reader and its writer call. */
#ifndef DN_IO_ARCHIVE_H
#define DN_IO_ARCHIVE_H

#include "digitnet/io.h"

#define DN_ARCHIVE_METADATA_NAME "__metadata__"
#define DN_ARCHIVE_DTYPE_NAME "F32"
#define DN_ARCHIVE_LENGTH_SIZE 8
#define DN_ARCHIVE_ELEMENT_SIZE 4
/** The most characters of a name that an error shows. */
#define DN_ARCHIVE_SHOWN 60

/** Allocate room for the largest number of entries, once. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_archive_reserve(dn_archive *archive, dn_error *error);

#define DN_ARCHIVE_LIST_SIZE 200
/** List names in quotes with commas between, as many as fit, and the number of the others; "none" for an empty list. */
char *dn_archive_list(const char *const *names, size_t count, char text[DN_ARCHIVE_LIST_SIZE]);

/** List the names of the tensors. */
char *dn_archive_list_tensors(const dn_archive *archive, char text[DN_ARCHIVE_LIST_SIZE]);

/** Record that an element, named by its place in C order, is not finite, and return status. */
dn_status dn_archive_fail_not_finite(const dn_named_tensor *named, size_t place, float value,
                                     dn_status status, dn_error *error);

/**
 * Make the bytes of the file that dn_archive_write writes.
 *
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  As dn_archive_write, but for DN_ERR_FILE.
 */
DN_NODISCARD dn_status dn_archive_encode(const dn_archive *archive, dn_bytes *bytes, dn_error *error);

/** Decode the bytes of a file, with the checks, owner and errors of dn_archive_read. */
DN_NODISCARD dn_status dn_archive_decode(const dn_bytes *file, dn_archive *archive, dn_error *error);

/**
 * Append a tensor.
 *
 * Owner   Copies the name and keeps the struct: a view stays a view; an owner is moved in, and the archive
 *         frees it. After an error the tensor is still the caller's.
 * Errors  DN_ERR_ARGUMENT when the name is taken, is not UTF-8 or is "__metadata__", or at
 *         DN_SAFETENSORS_MAX_ENTRIES; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_archive_add_tensor(dn_archive *archive, const char *name, const dn_tensor *tensor,
                                             dn_error *error);

/**
 * Append a metadata entry: copies both strings.
 *
 * Errors  DN_ERR_ARGUMENT when the key is there already or text is not UTF-8, or at
 *         DN_SAFETENSORS_MAX_ENTRIES; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_archive_add_metadata(dn_archive *archive, const char *key, const char *value,
                                               dn_error *error);

/**
 * Write a file: metadata first, then tensors, in the order in which they were added.
 *
 * Effect  The file is the old one or the new one, never a mix. The same archive gives the same bytes, on any machine.
 * Errors  DN_ERR_FILE; DN_ERR_ARGUMENT for an element that is not finite (named by tensor and index) or a header above
 *         DN_SAFETENSORS_MAX_HEADER; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_archive_write(const char *path, const dn_archive *archive, dn_error *error);

#endif
