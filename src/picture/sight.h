/**
 * A part of a picture at the size at which it is looked at.
 */
#ifndef DN_PICTURE_SIGHT_H
#define DN_PICTURE_SIGHT_H

#include "picture/resample.h"

#define DN_COLOURS 3

/** How much each channel counts in the grey of a picture. */
typedef struct dn_mix {
    float weight[DN_COLOURS];
} dn_mix;

typedef struct dn_sight {
    dn_region region; /**< of the picture */
    dn_plane shades;  /**< the region in grey, 0 black to 255 white, smoothed a little unless it is small */
    bool small;       /**< a bitmap, looked at as it is */
} dn_sight;

/**
 * Take a region of a picture: reduced to about 300 pixels by area averaging, or enlarged to 96.
 *
 * Shapes  the region lies inside the picture.
 * Owner   The caller frees sight->shades with dn_plane_free.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_sight_take(const dn_picture *picture, dn_mix mix, dn_region region, dn_sight *sight,
                                     dn_error *error);

/**
 * Choose the mix with the most contrast between ink and paper: luminance (Rec. 601), or one channel where that shows clearly more.
 *
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_mix_choose(const dn_picture *picture, dn_mix *mix, dn_error *error);

#endif
