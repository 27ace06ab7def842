/**
 * Files of data, pictures and weights: IDX, PNM and safetensors.
 */
#ifndef DIGITNET_IO_H
#define DIGITNET_IO_H

#include "digitnet/tensor.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * IDX files of unsigned bytes, the format of MNIST, plain or gzip.
 *
 *     offset size
 *     0      2    0, 0
 *     2      1    element type: 0x08 unsigned byte, the only one read here
 *     3      1    rank: 1 (labels) or 3 (images) here
 *     4      4 x rank   extents, big-endian u32, outermost first
 *     ...    the elements, last index fastest, up to the end of the file exactly
 *
 * Source  http://yann.lecun.com/exdb/mnist/ (as archived)
 */

#define DN_IDX_MAX_RANK 3
#define DN_IDX_LABELS_RANK 1
#define DN_IDX_IMAGES_RANK 3
/** The longest file that is read, in bytes: it keeps an endless stream from filling the memory. */
#define DN_IDX_MAX_FILE ((size_t)UINT32_MAX)

typedef struct dn_idx {
    size_t rank;
    size_t extent[DN_IDX_MAX_RANK];
    uint8_t *data;    /**< the elements */
    size_t count;     /**< how many */
    uint8_t *storage; /**< the memory that holds data; dn_idx_free frees it */
} dn_idx;

/**
 * Read an IDX file of unsigned bytes, plain or gzip (told apart by the first bytes), in one pass.
 *
 * Shapes  rank is DN_IDX_LABELS_RANK or DN_IDX_IMAGES_RANK; 0 takes either.
 * Owner   The caller frees with dn_idx_free. Empty after an error.
 * Errors  DN_ERR_FILE; DN_ERR_FORMAT with byte offset, the value found and the value expected: another element type (by
 *         name), another rank, a short or a long file, extents whose product overflows or exceeds what the
 *         file can hold (nothing large is allocated then), a header in little-endian order, QMNIST's labels, a PNG, an HTML page, gzip inside gzip ...; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_idx_read(const char *path, size_t rank, dn_idx *idx, dn_error *error);

/**
 * Make the bytes of a file an IDX array.
 *
 * Owner   Takes the bytes of a plain file, which leaves *file empty; the caller frees both in any case.
 * Errors  DN_ERR_FORMAT and DN_ERR_MEMORY as dn_idx_read.
 */
DN_API DN_NODISCARD dn_status dn_idx_decode(dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error);

DN_API void dn_idx_free(dn_idx *idx);

/** Write an IDX file, plain. Errors: as dn_file_write; DN_ERR_SHAPE for a rank or extent the format can't hold. */
DN_API DN_NODISCARD dn_status dn_idx_write(const char *path, const dn_idx *idx, dn_error *error);

/**
 * PNM pictures: P1 to P6, that is PBM, PGM and PPM, plain and raw.
 *
 *     P5            magic: P1 bitmap, P2 grey, P3 colour as text; P4, P5, P6 the same as bytes
 *     # comment     from # to the end of the line (LF, CR or CR LF), anywhere in the header (and among the numbers of P1 to P3)
 *     28 28         width, height
 *     255           maxval, 1 to 65535; none for P1 and P4
 *     ...           samples row by row; above maxval 255 two bytes each, big-endian; P4 eight a byte, first
 *                   the highest bit, rows padded to whole bytes (padding is ignored); in P1 and P4, 1 is black
 *
 * One white space character stands before raw samples (P4 to P6), or CR LF where the header's first line ends so. Comments and
 * empty lines behind it are skipped where the picture does not end without that.
 *
 * A file holds one picture or several, one after the other, with white space between and after them (and comments after
 * plain samples, P1 to P3); any other byte after a picture is an error. Netpbm's programs read files so, too.
 *
 * Source  https://netpbm.sourceforge.net/doc/pnm.html
 */

/** The widest and highest picture that is read. */
#define DN_PNM_MAX_EXTENT 65536
/** The most samples a picture may have. */
#define DN_PNM_MAX_SAMPLES ((size_t)1 << 28)
/** The longest file that is read, in bytes. */
#define DN_PNM_MAX_FILE ((size_t)1 << 30)

/**
 * Read the picture that begins at byte *at of a file: the first one at 0.
 *
 * Shapes  *picture gets [1, H, W] for bitmaps and grey, [3, H, W] (red, green, blue) for colour.
 * Units   0 is black, 1 is white: sample / maxval.
 * Effect  Moves *at to the next picture, or to file->size behind the last one.
 * Owner   The caller frees *picture. It is empty after an error, and *at where it was.
 * Errors  DN_ERR_FORMAT with the byte offset: no PNM (a PNG, a JPEG and gzip are named, with the command that converts
 *         them), maxval 0 or above 65535, a sample above maxval, data cut short, bytes after the end that are no picture,
 *         an extent that is 0 or too large; DN_ERR_MEMORY. Nothing larger than the file can fill is allocated.
 */
DN_API DN_NODISCARD dn_status dn_pnm_next(const dn_bytes *file, size_t *at, dn_tensor *picture,
                                          dn_error *error);

/**
 * Read the only picture of a file; "-" is standard input.
 *
 * Shapes  As dn_pnm_next, and so are units and owner.
 * Errors  Those, DN_ERR_FORMAT when another picture follows, and DN_ERR_FILE.
 */
DN_API DN_NODISCARD dn_status dn_pnm_read(const char *path, dn_tensor *picture, dn_error *error);

/**
 * Reduce a picture to grey by broadcasting luminance weights over its channels.
 *
 * Shapes  picture [C, H, W], C 1 or 3; *grey gets [H, W], a view of picture where C is 1.
 * Owner   The caller frees *grey; freeing a view is harmless.
 * Errors  DN_ERR_SHAPE for another shape; DN_ERR_MEMORY. *grey is empty then.
 * Source  Rec. 601 luma: 0.299, 0.587, 0.114.
 */
DN_API DN_NODISCARD dn_status dn_pnm_to_grey(const dn_tensor *picture, dn_tensor *grey, dn_error *error);

/**
 * Write grey [H, W], any strides, as P5 with maxval 255.
 *
 * Units   0 to 1, rounded to the nearest level; what lies outside is clamped, and a NaN is 0.
 * Errors  As dn_file_write; DN_ERR_SHAPE for another rank or an extent that dn_pnm_read does not take.
 */
DN_API DN_NODISCARD dn_status dn_pnm_write_grey(const char *path, const dn_tensor *grey, dn_error *error);

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
DN_API void dn_archive_free(dn_archive *archive);

/**
 * Append a tensor.
 *
 * Owner   Copies the name and keeps the struct: a view stays a view; an owner is moved in, and the archive
 *         frees it. After an error the tensor is still the caller's.
 * Errors  DN_ERR_ARGUMENT when the name is taken, is not UTF-8 or is "__metadata__", or at
 *         DN_SAFETENSORS_MAX_ENTRIES; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_archive_add_tensor(dn_archive *archive, const char *name,
                                                    const dn_tensor *tensor, dn_error *error);

/**
 * Append a metadata entry: copies both strings.
 *
 * Errors  DN_ERR_ARGUMENT when the key is there already or text is not UTF-8, or at
 *         DN_SAFETENSORS_MAX_ENTRIES; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_archive_add_metadata(dn_archive *archive, const char *key, const char *value,
                                                      dn_error *error);

/** The tensor of that name, or NULL. */
DN_API const dn_tensor *dn_archive_tensor(const dn_archive *archive, const char *name);

/** The metadata value of that key, or NULL. */
DN_API const char *dn_archive_metadata(const dn_archive *archive, const char *key);

/**
 * Make the bytes of a file: metadata first, then tensors, in the order in which they were added.
 *
 * Effect  The same archive gives the same bytes, on any machine; dn_archive_decode takes whatever is made.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  DN_ERR_ARGUMENT for an element that is not finite (named by tensor and index) or a header above
 *         DN_SAFETENSORS_MAX_HEADER; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_archive_encode(const dn_archive *archive, dn_bytes *bytes, dn_error *error);

/** Write the bytes of dn_archive_encode, whole or not at all. Errors: those, and as dn_file_write. */
DN_API DN_NODISCARD dn_status dn_archive_write(const char *path, const dn_archive *archive, dn_error *error);

/**
 * Check the bytes of a file and make them an archive: header length against the file, "{" first, strict JSON with the fields dtype, shape
 * and data_offsets in any order and no others, no duplicate names, F32 only, rank at most DN_MAX_RANK,
 * metadata that are strings, offsets that cover the data without holes or overlaps up to the end exactly
 * (the header may list the tensors in another order), products that do not overflow, finite values.
 *
 * Owner   The caller frees with dn_archive_free. Empty after an error.
 * Errors  DN_ERR_FORMAT with the field or byte offset; DN_ERR_MEMORY. Nothing larger than the file is allocated.
 */
DN_API DN_NODISCARD dn_status dn_archive_decode(const dn_bytes *file, dn_archive *archive, dn_error *error);

/** Read a file as dn_archive_decode does. Errors: those, and DN_ERR_FILE. */
DN_API DN_NODISCARD dn_status dn_archive_read(const char *path, dn_archive *archive, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
