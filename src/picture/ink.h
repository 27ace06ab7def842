/**
 * Where in a picture ink is, and how much of it.
 */
#ifndef DN_PICTURE_INK_H
#define DN_PICTURE_INK_H

#include "picture/pieces.h"

typedef struct dn_ink {
    dn_tensor
        map; /**< [h, w], 0 no ink to 1 full ink; the picture, smaller where it is large, without specks and frames */
    dn_box box;    /**< of all ink, in pixels of the map */
    bool dark;     /**< ink is darker than the paper */
    bool softened; /**< the map shows less detail than the picture */
    size_t parts;  /**< large pieces side by side */
} dn_ink;

/**
 * Find the ink in a grey picture.
 *
 * In this order: shrink a large picture, subtract the paper, smooth away noise, choose the levels of paper and
 * ink, find the pieces above them, drop specks and frames, scale what is left to 0 to 1.
 *
 * Shapes  grey [H, W], any extents from 1, any strides; 0 black to 1 white.
 * Owner   The caller frees with dn_ink_free. Empty after an error.
 * Errors  DN_ERR_FORMAT when there is none; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_ink_find(const dn_tensor *grey, dn_ink *ink, dn_error *error);

void dn_ink_free(dn_ink *ink);

#endif
