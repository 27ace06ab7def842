/**
 * What the readers of PNM and PNG share, and the two of them.
 */
#ifndef DN_IO_PICTURE_H
#define DN_IO_PICTURE_H

#include "digitnet/io.h"

/**
 * May a picture have these extents? Asked before the file's length is compared with them.
 *
 * Errors  DN_ERR_FORMAT.
 */
DN_NODISCARD dn_status dn_picture_check(size_t width, size_t height, size_t channels, dn_error *error);

/** Allocate the samples of a picture whose extents and channels are set and checked. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_picture_allocate(dn_picture *picture, dn_error *error);

/**
 * Copy a rectangle of a picture, which lies within it. Owner: the caller frees *part. Errors: DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_picture_cut(const dn_picture *picture, size_t top, size_t left, size_t height,
                                      size_t width, dn_picture *part, dn_error *error);

/** Copy a picture with rows and columns exchanged. As dn_picture_cut. */
DN_NODISCARD dn_status dn_picture_transpose(const dn_picture *picture, dn_picture *turned, dn_error *error);

/** Make bytes samples of a picture: 255 is white. */
static inline void dn_picture_widen(const uint8_t *bytes, size_t count, uint16_t *samples)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = (uint16_t)(bytes[i] * (DN_PICTURE_WHITE / UINT8_MAX));
}

/** Read the PNM or PNG picture that begins at byte *at. As dn_picture_next, but for *picture, which dn_picture_free empties. */
DN_NODISCARD dn_status dn_pnm_next(const dn_bytes *file, size_t *at, dn_picture *picture, dn_error *error);
DN_NODISCARD dn_status dn_png_next(const dn_bytes *file, size_t *at, dn_picture *picture, dn_error *error);

#endif
