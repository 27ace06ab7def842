/**
 * Model files: named tensors and metadata in the safetensors format, float32 only.
 *
 *     offset size
 *     0      8    length of the JSON header, little-endian u64
 *     8      ...  {"__metadata__": {"key": "value", ...},
 *                  "0.weight": {"dtype": "F32", "shape": [128, 784], "data_offsets": [begin, end]}, ...},
 *                  padded with spaces to a multiple of 8
 *     ...    the tensors' elements, little-endian, C order, in the order of their offsets, without holes,
 *            up to the end of the file exactly
 *
 * Source  https://huggingface.co/docs/safetensors
 */
#ifndef DIGITNET_IO_SAFETENSORS_H
#define DIGITNET_IO_SAFETENSORS_H

#include "digitnet/io/file.h"
#include "digitnet/tensor/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The longest header, and the most tensors and the most metadata entries, that are read or written. */
#define DN_SAFETENSORS_MAX_HEADER ((size_t)1 << 20)
#define DN_SAFETENSORS_MAX_ENTRIES 256
/** The longest file that is read, in bytes. */
#define DN_SAFETENSORS_MAX_FILE ((size_t)1 << 30)

typedef struct dn_named_tensor {
    char *name;
    dn_tensor tensor; /**< read: an owner; to be written: may be a view of any strides */
} dn_named_tensor;

typedef struct dn_metadata {
    char *key;
    char *value;
} dn_metadata;

/** What a file holds, tensors in the order of their offsets. Start from {0}. */
typedef struct dn_archive {
    dn_named_tensor *tensors;
    size_t tensor_count;
    dn_metadata *metadata;
    size_t metadata_count;
} dn_archive;

/** Free everything the archive owns: names, values, tensors that are owners. Empties it. */
void dn_archive_free(dn_archive *archive);

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

/** The tensor of that name, or NULL. */
const dn_tensor *dn_archive_tensor(const dn_archive *archive, const char *name);

/** The metadata value of that key, or NULL. */
const char *dn_archive_metadata(const dn_archive *archive, const char *key);

/**
 * Make the bytes of a file: metadata first, then tensors, in the order in which they were added.
 *
 * Effect  The same archive gives the same bytes, on any machine; dn_archive_decode takes whatever is made.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  DN_ERR_ARGUMENT for an element that is not finite (named by tensor and index) or a header above
 *         DN_SAFETENSORS_MAX_HEADER; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_archive_encode(const dn_archive *archive, dn_bytes *bytes, dn_error *error);

/** Write the bytes of dn_archive_encode, whole or not at all. Errors: those, and as dn_file_write. */
DN_NODISCARD dn_status dn_archive_write(const char *path, const dn_archive *archive, dn_error *error);

/**
 * Check the bytes of a file and make them an archive: header length against the file, "{" first, strict JSON with the fields dtype, shape
 * and data_offsets in any order and no others, no duplicate names, F32 only, rank at most DN_MAX_RANK,
 * metadata that are strings, offsets that cover the data without holes or overlaps up to the end exactly
 * (the header may list the tensors in another order), products that do not overflow, finite values.
 *
 * Owner   The caller frees with dn_archive_free. Empty after an error.
 * Errors  DN_ERR_FORMAT with the field or byte offset; DN_ERR_MEMORY. Nothing larger than the file is allocated.
 */
DN_NODISCARD dn_status dn_archive_decode(const dn_bytes *file, dn_archive *archive, dn_error *error);

/** Read a file as dn_archive_decode does. Errors: those, and DN_ERR_FILE. */
DN_NODISCARD dn_status dn_archive_read(const char *path, dn_archive *archive, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
