/** Decodes IDX files that are already in memory. */
#ifndef DN_IO_IDX_H
#define DN_IO_IDX_H

#include "digitnet/io.h"

/**
 * Make the bytes of a file an IDX array.
 *
 * Owner   Takes the bytes of a plain file, which leaves *file empty; the caller frees both in any case.
 * Errors  DN_ERR_FORMAT and DN_ERR_MEMORY as dn_idx_read.
 */
DN_NODISCARD dn_status dn_idx_decode(dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error);

/** Write an IDX file, plain. Errors: as dn_file_write; DN_ERR_SHAPE for a rank or extent the format can't hold. */
DN_NODISCARD dn_status dn_idx_write(const char *path, const dn_idx *idx, dn_error *error);

#endif
