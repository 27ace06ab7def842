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
#ifndef DIGITNET_IO_PNM_H
#define DIGITNET_IO_PNM_H

#include "digitnet/io/file.h"
#include "digitnet/tensor/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

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
DN_NODISCARD dn_status dn_pnm_next(const dn_bytes *file, size_t *at, dn_tensor *picture, dn_error *error);

/**
 * Read the only picture of a file; "-" is standard input.
 *
 * Shapes  As dn_pnm_next, and so are units and owner.
 * Errors  Those, DN_ERR_FORMAT when another picture follows, and DN_ERR_FILE.
 */
DN_NODISCARD dn_status dn_pnm_read(const char *path, dn_tensor *picture, dn_error *error);

/**
 * Reduce a picture to grey by broadcasting luminance weights over its channels.
 *
 * Shapes  picture [C, H, W], C 1 or 3; *grey gets [H, W], a view of picture where C is 1.
 * Owner   The caller frees *grey; freeing a view is harmless.
 * Errors  DN_ERR_SHAPE for another shape; DN_ERR_MEMORY. *grey is empty then.
 * Source  Rec. 601 luma: 0.299, 0.587, 0.114.
 */
DN_NODISCARD dn_status dn_pnm_to_grey(const dn_tensor *picture, dn_tensor *grey, dn_error *error);

/**
 * Write grey [H, W], any strides, as P5 with maxval 255.
 *
 * Units   0 to 1, rounded to the nearest level; what lies outside is clamped, and a NaN is 0.
 * Errors  As dn_file_write; DN_ERR_SHAPE for another rank or an extent that dn_pnm_read does not take.
 */
DN_NODISCARD dn_status dn_pnm_write_grey(const char *path, const dn_tensor *grey, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
