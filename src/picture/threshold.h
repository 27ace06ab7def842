/**
 * The levels of paper and ink.
 */
#ifndef DN_PICTURE_THRESHOLD_H
#define DN_PICTURE_THRESHOLD_H

#include "picture/plane.h"

typedef struct dn_levels {
    uint8_t paper; /**< the paper's median */
    uint8_t noise; /**< what is at most this dark is paper, with its noise */
    uint8_t ink;   /**< how dark most of the ink is; above paper, unless there is no ink */
} dn_levels;

/**
 * Find the levels in a plane of darkness whose background has been removed: noise above 0, and ink, be it little.
 *
 * Effect  The paper's level from the quantiles of the darkness; the ink's level is the mean of the upper of two classes above it.
 * Source  Otsu 1979, A threshold selection method from gray-level histograms.
 */
dn_levels dn_levels_of_darkness(const dn_plane *darkness);

/** Find the two levels of a small bitmap, the medians of its two classes: ink may be as much as paper. Bright is ink. */
dn_levels dn_levels_of_bitmap(const dn_plane *bitmap);

/** A level as a fraction of full ink: 0 for paper, 255 for ink and above. */
uint8_t dn_levels_scale(dn_levels levels, uint8_t level);

#endif
