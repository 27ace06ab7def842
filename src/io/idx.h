/** Decodes IDX files that are already in memory. */
#ifndef DN_IO_IDX_H
#define DN_IO_IDX_H

#include "digitnet/io.h"

#include <stdbool.h>

/**
 * Make the bytes of a file an IDX array.
 *
 * Owner   Takes the bytes of a plain file, which leaves *file empty; the caller frees both in any case.
 * Errors  DN_ERR_FORMAT and DN_ERR_MEMORY as dn_idx_read.
 */
DN_NODISCARD dn_status dn_idx_decode(dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error);

/** The most bytes to read of an IDX file with these first bytes: as many as a plain one says that it has, or DN_IDX_MAX_FILE. */
size_t dn_idx_limit(const uint8_t *head, size_t size);

/** Read the extents of a regular file, plain or gzip, from its first bytes. False where these don't tell, and where its length does not fit. */
bool dn_idx_peek(const char *path, dn_idx *idx);

/** Room for a header: the magic number and the extents. */
#define DN_IDX_MAX_HEADER (4 * (1 + DN_IDX_MAX_RANK))

/** Write the header of a file of idx->rank, extent and count, and its size. Errors: DN_ERR_SHAPE as dn_idx_write. */
DN_NODISCARD dn_status dn_idx_encode_header(const dn_idx *idx, uint8_t header[DN_IDX_MAX_HEADER],
                                            size_t *size, dn_error *error);

/** Write an IDX file, plain. Errors: as dn_file_write; DN_ERR_SHAPE for a rank or extent the format can't hold. */
DN_NODISCARD dn_status dn_idx_write(const char *path, const dn_idx *idx, dn_error *error);

#endif
