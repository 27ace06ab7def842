/**
 * Files of data, pictures and weights: IDX, PNM and PNG, and safetensors.
 */
#ifndef DIGITNET_IO_H
#define DIGITNET_IO_H

#include "digitnet/tensor.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for a SHA-256: 64 hexadecimal digits and the closing 0. */
#define DN_SHA256_TEXT_SIZE 65

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
/** The longest file that is read, in bytes, unless its header asks for more: an endless stream must not fill the memory. */
#define DN_IDX_MAX_FILE ((size_t)UINT32_MAX)

typedef struct dn_idx {
    size_t rank;
    size_t extent[DN_IDX_MAX_RANK];
    uint8_t *data;    /**< the elements */
    size_t count;     /**< the number of elements */
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

DN_API void dn_idx_free(dn_idx *idx);

/**
 * Pictures: PNM and PNG files, told apart by their first bytes.
 *
 * PNM is P1 to P6, that is PBM, PGM and PPM, plain and raw:
 *
 *     P5            magic: P1 bitmap, P2 grey, P3 colour as text; P4, P5, P6 the same as bytes
 *     # comment     from # to the end of the line (LF, CR or CR LF), anywhere in the header (and among the numbers of P1 to P3)
 *     28 28         width, height
 *     255           maxval, 1 to 65535; none for P1 and P4
 *     ...           samples row by row; above maxval 255 two bytes each, big-endian; P4 eight a byte, first
 *                   the highest bit, rows padded to whole bytes (padding is ignored); in P1 and P4, 1 is black
 *
 * One white space character stands before raw samples (P4 to P6), or CR LF where the header's first line ends so. Comments and
 * empty lines after it are skipped only where the file has too many bytes for the picture otherwise.
 *
 * A PNM file holds one picture or several, one after the other, with white space between and after them (and comments after
 * plain samples, P1 to P3); any other byte after a picture is an error. Netpbm's programs read files so, too.
 *
 * PNG is read in every colour type, bit depth and interlace. Transparent pixels are composed over white. Gamma and all other
 * ancillary chunks are ignored: samples are taken as they are. A PNG file holds one picture; of an animation (APNG)
 * this is the one that programs without animation show. Bytes after its end (IEND) are ignored, as Netpbm's pngtopnm ignores them.
 *
 * Source  https://netpbm.sourceforge.net/doc/pnm.html, https://www.w3.org/TR/png-3/
 */

/** The widest and highest picture that is read. */
#define DN_PICTURE_MAX_EXTENT 65536
/** The most samples a picture may have. */
#define DN_PICTURE_MAX_SAMPLES ((size_t)1 << 28)
/** The longest file that is read, in bytes. */
#define DN_PICTURE_MAX_FILE ((size_t)1 << 30)

/** The sample of white. Every depth of PNG divides it, so that sample / DN_PICTURE_WHITE is exact. */
#define DN_PICTURE_WHITE 65535

/** A picture of any size. Start from {0}. */
typedef struct dn_picture {
    size_t height;
    size_t width;
    size_t channels;    /**< 1: grey, or 3: red, green, blue */
    uint16_t *samples;  /**< [height, width, channels], from 0, black, to DN_PICTURE_WHITE */
    const char *format; /**< "PNM" or "PNG" */
} dn_picture;

DN_API void dn_picture_free(dn_picture *picture);

/**
 * Read the picture that begins at byte *at of a file. The first one begins at 0.
 *
 * Units   Samples of another range are scaled and rounded to the nearest.
 * Effect  Moves *at to the next picture, or to file->size after the last one.
 * Owner   The caller frees *picture. *picture is empty and *at unchanged after an error.
 * Errors  DN_ERR_FORMAT with the byte offset: neither PNM nor PNG (a JPEG, a HEIF and others are named, with the command that
 *         converts them), an extent that is 0 or too large, too few or too many data for the extents; in PNM a maxval of 0 or
 *         above 65535, a sample above maxval, bytes after the end that are no picture; in PNG a wrong CRC or checksum, a chunk
 *         that is unknown and critical, missing or out of order, a bad filter, a pixel outside the palette. DN_ERR_MEMORY.
 *         Nothing larger than the file can fill is allocated.
 */
DN_API DN_NODISCARD dn_status dn_picture_next(const dn_bytes *file, size_t *at, dn_picture *picture,
                                              dn_error *error);

/**
 * Read the only picture of a file; "-" is standard input.
 *
 * Owner   The caller frees *picture. Empty after an error.
 * Errors  As dn_picture_next; DN_ERR_FORMAT when another picture follows; DN_ERR_FILE.
 */
DN_API DN_NODISCARD dn_status dn_picture_read(const char *path, dn_picture *picture, dn_error *error);

/**
 * Convert a picture to a matrix of intensities. A picture in colour is three of them, [3, H, W]: they are multiplied by the luminance
 * weights, which broadcasting repeats over the pixels, and added up.
 *
 * Shapes  *grey gets [H, W].
 * Units   0 is black, 1 is white.
 * Effect  Needs little memory beside *grey: one row of the picture at a time is a tensor.
 * Owner   The caller frees *grey. Empty after an error.
 * Errors  DN_ERR_MEMORY.
 * Source  Rec. 601 luma: 0.299, 0.587, 0.114.
 */
DN_API DN_NODISCARD dn_status dn_picture_grey(const dn_picture *picture, dn_tensor *grey, dn_error *error);

/**
 * Write grey [H, W], any strides, as PNM: P5 with maxval 255.
 *
 * Units   0 to 1, rounded to the nearest level; numbers outside are clamped, and a NaN is 0.
 * Errors  As dn_file_write; DN_ERR_SHAPE for another rank or an extent that dn_picture_read refuses.
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
    dn_tensor tensor; /**< contiguous after reading; any strides will do for writing */
} dn_named_tensor;

typedef struct dn_metadata {
    char *key;
    char *value;
} dn_metadata;

/** The contents of a file, tensors in the order of their offsets. Start from {0}. */
typedef struct dn_archive {
    dn_named_tensor *tensors;
    size_t tensor_count;
    dn_metadata *metadata;
    size_t metadata_count;
    uint8_t *memory; /**< the bytes of the file; the tensors may be views of them */
} dn_archive;

/** Free all that the archive owns: names, values, and tensors that are owners. Effect: empties it. */
DN_API void dn_archive_free(dn_archive *archive);

/** The tensor of that name, or NULL. */
DN_API const dn_tensor *dn_archive_tensor(const dn_archive *archive, const char *name);

/** The metadata value of that key, or NULL. */
DN_API const char *dn_archive_metadata(const dn_archive *archive, const char *key);

/**
 * Read a file. Checks the header's length against the file, "{" first, strict JSON with the fields dtype, shape and
 * data_offsets in any order and no others, no duplicate names, F32 only, rank at most DN_MAX_RANK, metadata that are
 * strings, offsets that cover the data without holes or overlaps up to the end exactly (the header may list the tensors in
 * another order), products that do not overflow, finite values.
 *
 * Owner   The caller frees with dn_archive_free. Empty after an error.
 * Errors  DN_ERR_FILE; DN_ERR_FORMAT with the field or byte offset; DN_ERR_MEMORY. Allocates nothing larger than the file.
 */
DN_API DN_NODISCARD dn_status dn_archive_read(const char *path, dn_archive *archive, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
