/** Pictures as people take them: a digit, or several, or none, on paper with all that a photograph brings along. */
#ifndef DN_TESTS_SCENES_H
#define DN_TESTS_SCENES_H

#include "support.h"

#include "digitnet/data.h"

#include <stdbool.h>

typedef enum scene_kind {
    SCENE_PLAIN,       /**< nothing but paper and noise */
    SCENE_DESK,        /**< white paper on a darker desk */
    SCENE_DESK_BELOW,  /**< a desk below the paper */
    SCENE_RULED,       /**< across the lines of ruled paper */
    SCENE_BETWEEN,     /**< between two lines */
    SCENE_SQUARED,     /**< squared paper */
    SCENE_GLARE,       /**< a bright spot on grey paper */
    SCENE_MINUS,       /**< a minus sign before the digit */
    SCENE_BOX,         /**< a printed box around it */
    SCENE_CIRCLE,      /**< a circle around it */
    SCENE_UNDERLINE,   /**< a line below it */
    SCENE_SHADOW_HARD, /**< a shadow with a hard edge */
    SCENE_SHADOW_SOFT, /**< with a soft one */
    SCENE_FOLD,        /**< a fold line */
    SCENE_THIN,        /**< a thin pen */
    SCENE_TIGHT,       /**< cut at the ink's box */
    SCENE_SLANTED,
    SCENE_STRETCHED,
    SCENE_COLOUR, /**< ink and paper of one luminance */
    SCENE_KINDS
} scene_kind;

extern const char *const scene_names[SCENE_KINDS];

#define SCENE_MOST_DIGITS 8

/** A picture and what is on it. */
typedef struct scene {
    dn_tensor picture; /**< [1, H, W] or [3, H, W] */
    size_t count;      /**< digits, in reading order */
    unsigned labels[SCENE_MOST_DIGITS];
} scene;

/**
 * One digit.
 *
 * Units   index: another one is another picture; the digits are those of the dataset, each label as often as the others.
 *         worse: turned 2 to 10 degrees, blurred, with a slope of light and more noise.
 * Owner   The test frees the picture.
 */
scene scene_of_digit(scene_kind kind, const dn_dataset *digits, uint64_t seed, size_t index, bool worse);

/** The same paper without a digit. */
scene scene_of_none(scene_kind kind, uint64_t seed, size_t index);

/** How far apart two digits are. */
typedef enum scene_gap { SCENE_APART, SCENE_NEAR, SCENE_TOUCHING, SCENE_GAPS } scene_gap;

scene scene_of_two(scene_gap gap, const dn_dataset *digits, uint64_t seed, size_t index);

/** A row of 3 to 8 digits, 5 to 40 pixels apart. */
scene scene_of_row(bool ruled, const dn_dataset *digits, uint64_t seed, size_t index);

/** One digit of 60 to 400 pixels anywhere on a page of these extents. */
scene scene_of_page(size_t height, size_t width, const dn_dataset *digits, uint64_t seed, size_t index);

#endif
