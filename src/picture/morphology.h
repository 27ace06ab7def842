/**
 * Grey morphology: the largest or smallest byte in a window that slides over a plane.
 *
 * Source  Pecht 1985, Speeding-up successive Minkowski operations with bit-plane computers: windows of twice the length from two of
 *         one. Along lines of any slope: van Herk 1992, A fast algorithm for local minimum and maximum filters on rectangular and
 *         octagonal kernels; Gil and Werman 1993, Computing 2-D min, median, and max filters.
 */
#ifndef DN_PICTURE_MORPHOLOGY_H
#define DN_PICTURE_MORPHOLOGY_H

#include "picture/plane.h"

typedef enum dn_extreme { DN_SMALLEST, DN_LARGEST } dn_extreme;
typedef enum dn_axis { DN_DOWN_COLUMNS, DN_ALONG_ROWS } dn_axis;

/**
 * Replace each byte by the extreme of those along an axis, from `before` places before it to `after` places behind it.
 *
 * Units   outside: the byte that stands for places beyond the edges.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_slide(dn_plane *plane, dn_axis axis, size_t before, size_t after,
                                dn_extreme extreme, uint8_t outside, dn_error *error);

/**
 * Close along an axis: fill what is darker than its surroundings on both sides within `length` places. Nothing beyond the edges
 * counts.
 *
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_close(dn_plane *plane, dn_axis axis, size_t length, dn_error *error);

/** Open along an axis: keep what is as bright on `length` places on end inside the plane. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_open(dn_plane *plane, dn_axis axis, size_t length, dn_error *error);

/** Close with a square. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_close_square(dn_plane *plane, size_t side, dn_error *error);

/** Columns that dn_open_sheared takes at a time. */
#define DN_STRIPE 64

/**
 * Open along slanted lines, each `length` rows long: a line begins in any column of the first row, and is shift[y] columns further
 * left in row y.
 *
 * Shapes  in and best [H, W]; columns: how many begin, from the plane's column `margin` on; zeros on both sides, so that lines and
 *         DN_STRIPE columns behind them stay in the rows.
 * Units   What is at most `faint` may be left out: it does not count.
 * Effect  best becomes the larger of best and the opening.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_open_sheared(const dn_plane *in, const size_t *shift, size_t margin, size_t columns,
                                       size_t length, uint8_t faint, dn_plane *best, dn_error *error);

#endif
