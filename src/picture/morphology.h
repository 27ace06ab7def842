/**
 * Grey morphology: the largest or smallest byte in a window that slides over a plane.
 *
 * Source  Van Herk 1992, A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels;
 *         Gil and Werman 1993, Computing 2-D min, median, and max filters.
 */
#ifndef DN_PICTURE_MORPHOLOGY_H
#define DN_PICTURE_MORPHOLOGY_H

#include "picture/plane.h"

typedef enum dn_extreme { DN_SMALLEST, DN_LARGEST } dn_extreme;

/**
 * Replace each byte by the extreme of those in its column from `before` rows above to `after` rows below.
 *
 * Units   outside: the byte that stands for rows beyond the edges.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_slide(dn_plane *plane, size_t before, size_t after, dn_extreme extreme,
                                uint8_t outside, dn_error *error);

/**
 * Close down the columns: fill what is darker than its surroundings above and below within `length` rows. Nothing beyond the
 * edges counts.
 *
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_close_columns(dn_plane *plane, size_t length, dn_error *error);

/** Open down the columns: keep what is as bright on `length` rows on end inside the plane. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_open_columns(dn_plane *plane, size_t length, dn_error *error);

/** Close with a square. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_close_square(dn_plane *plane, size_t side, dn_error *error);

#endif
