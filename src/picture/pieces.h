/**
 * Pieces of ink: connected pixels of a picture.
 */
#ifndef DN_PICTURE_PIECES_H
#define DN_PICTURE_PIECES_H

#include "digitnet/tensor.h"

#include <stdint.h>

/** A rectangle of whole pixels; bottom and right are the first row and column behind it. */
typedef struct dn_box {
    size_t top, left, bottom, right;
} dn_box;

typedef struct dn_piece {
    dn_box box;
    double mass;   /**< sum of its pixels */
    double margin; /**< the part of it that lies in the picture's margin */
    float peak;    /**< its largest pixel */
} dn_piece;

/** The pieces of a picture. labels has one number a pixel: 0 for none, i + 1 for pieces[i]. */
typedef struct dn_pieces {
    uint32_t *labels;
    dn_piece *pieces;
    size_t count;
} dn_pieces;

/**
 * Find the pieces: pixels above weak that hang together (corners count) and reach above strong somewhere.
 *
 * Shapes  picture [H, W], contiguous, fewer than 2^32 pixels. Pixels within margin of an edge are its margin.
 * Owner   The caller frees with dn_pieces_free.
 * Errors  DN_ERR_MEMORY; *pieces is empty then.
 */
DN_NODISCARD dn_status dn_pieces_find(const dn_tensor *picture, float weak, float strong, size_t margin,
                                      dn_pieces *pieces, dn_error *error);

void dn_pieces_free(dn_pieces *pieces);

#endif
