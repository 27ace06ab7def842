/** What many hands add to a digit, and few of MNIST's do: the flag and the foot of a 1, the bar of a 7. */
#ifndef DN_DATA_MARKS_H
#define DN_DATA_MARKS_H

#include "core/random.h"
#include "digitnet/data.h"

/**
 * Draw a flag, and a foot onto half of them, where the digit is a 1; a bar where it is a 7.
 *
 * Shapes  image [28, 28].
 * Effect  With that probability; other digits stay as they are.
 */
void dn_marks_draw(float probability, int digit, dn_random *random, uint8_t *image);

#endif
