/**
 * What the paper looks like where there is ink: its shade from place to place, and on which side of it ink is.
 */
#ifndef DN_PICTURE_PAPER_H
#define DN_PICTURE_PAPER_H

#include "digitnet/tensor.h"

/**
 * Subtract the paper from a picture.
 *
 * The paper's shade under a stroke is that of the paper around it: a morphological closing (dark ink) or
 * opening (bright ink) on a small copy of the picture, with a window wider than strokes are. It follows uneven
 * light. Both are tried; ink is on the side that leaves less of it, above all towards the border.
 *
 * Shapes  grey [H, W], contiguous, overwritten: by how much a pixel differs from the paper towards ink
 *         (0 for paper, noise goes both ways).
 * Effect  *dark says whether ink is darker than paper.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_paper_subtract(dn_tensor *grey, bool *dark, dn_error *error);

#endif
