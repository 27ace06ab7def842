/** Difficult pictures of a digit: what users bring, to see how well preparation and a net read it. */
#ifndef DN_TESTS_DIFFICULT_H
#define DN_TESTS_DIFFICULT_H

#include "support.h"

#include "core/random.h"
#include "io/file.h"

#include "digitnet/core.h"

/** What makes a picture difficult. The same random numbers make the same pictures. */
typedef enum difficult_kind {
    DIFFICULT_INVERTED,     /**< dark on light */
    DIFFICULT_LARGE,        /**< ten times as large */
    DIFFICULT_THICK,        /**< a broad pen */
    DIFFICULT_THIN,         /**< a fine pen */
    DIFFICULT_NOISY,        /**< noise on grey paper */
    DIFFICULT_UNEVEN_LIGHT, /**< light from one side */
    DIFFICULT_OFF_CENTRE,   /**< anywhere on a large page */
    DIFFICULT_ROTATED,      /**< by up to 15 degrees */
    DIFFICULT_OBLONG,       /**< on a page that is longer than wide, or wider */
    DIFFICULT_FAINT,        /**< little contrast */
    DIFFICULT_DEEP,         /**< samples of two bytes */
    DIFFICULT_TEXT,         /**< samples as text, with comments */
    DIFFICULT_TIGHT,        /**< cut at the ink's box */
    DIFFICULT_FRAMED,       /**< in a box drawn with the same pen, which the digit does not touch */
    DIFFICULT_RULED,        /**< on paper with fainter lines */
    DIFFICULT_PHOTO,        /**< on a grey page, with noise, a light from one side and darker corners */
    DIFFICULT_KINDS
} difficult_kind;

extern const char *const difficult_names[DIFFICULT_KINDS];

/**
 * Make a picture of a digit.
 *
 * Shapes  digit [28, 28], bright ink; the result [H, W].
 * Units   0 black to 1 white; noise may go beyond.
 * Owner   The test frees it.
 */
dn_tensor difficult_picture(difficult_kind kind, const uint8_t *digit, dn_random *random);

/**
 * The picture as a file: P5 with samples of one byte, of two for DEEP, or P2 with comments for TEXT.
 *
 * Owner   The test frees *file with dn_bytes_free.
 */
void difficult_file(difficult_kind kind, const dn_tensor *picture, dn_bytes *file);

#endif
