/** Little pictures made by hand, for the tests of what looks for ink. */
#ifndef DN_TESTS_PICTURE_H
#define DN_TESTS_PICTURE_H

#include "support.h"

#include "digitnet/io.h"

/** A picture [height, width] of one shade; the test frees it. */
dn_tensor blank_picture(size_t height, size_t width, float shade);

/** Paint a rectangle; it lies inside. */
void paint(dn_tensor *picture, size_t top, size_t left, size_t height, size_t width, float shade);

/** Paint an upright 7 of strokes: height tall, half as wide, strokes an eighth of it thick. */
void paint_seven(dn_tensor *picture, size_t top, size_t left, size_t height, float shade);

/** Add normal noise of this standard deviation, the same for the same seed. */
void add_noise(dn_tensor *picture, float deviation, uint64_t seed);

/** The picture of a contiguous tensor [H, W] or [C, H, W], its values clamped to 0 .. 1 and rounded. The test frees it. */
dn_picture picture_of(const dn_tensor *tensor);

/** The pixel in that row and column of a contiguous picture. */
float pixel_at(const dn_tensor *picture, size_t row, size_t column);

#endif
