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
#ifndef DIGITNET_IO_IDX_H
#define DIGITNET_IO_IDX_H

#include "digitnet/io/file.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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
 * Errors  DN_ERR_FILE; DN_ERR_FORMAT with byte offset, what was found and what was expected: another element type (by
 *         name), another rank, a short or a long file, extents whose product overflows or exceeds what the
 *         file can hold (nothing large is allocated then), a header in little-endian order, QMNIST's labels, a PNG, an HTML page, gzip inside gzip ...; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_idx_read(const char *path, size_t rank, dn_idx *idx, dn_error *error);

/**
 * Make the bytes of a file an IDX array.
 *
 * Owner   Takes the bytes of a plain file, which leaves *file empty; the caller frees both in any case.
 * Errors  DN_ERR_FORMAT and DN_ERR_MEMORY as dn_idx_read.
 */
DN_NODISCARD dn_status dn_idx_decode(dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error);

void dn_idx_free(dn_idx *idx);

/** Write an IDX file, plain. Errors: as dn_file_write; DN_ERR_SHAPE for a rank or extent the format can't hold. */
DN_NODISCARD dn_status dn_idx_write(const char *path, const dn_idx *idx, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
