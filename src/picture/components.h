/**
 * Connected components of a plane.
 *
 * Source  Canny 1986, A computational approach to edge detection, section VIII: thresholding with hysteresis.
 */
#ifndef DN_PICTURE_COMPONENTS_H
#define DN_PICTURE_COMPONENTS_H

#include "picture/plane.h"

typedef struct dn_component {
    dn_box box;
    size_t pixels;
    size_t border; /**< pixels on the plane's border */
    bool dropped;  /**< not ink: a speck, a frame */
} dn_component;

/** labels has one number a pixel: 0 for none, i + 1 for items[i]. */
typedef struct dn_components {
    uint32_t *labels;
    dn_component *items;
    size_t count;
} dn_components;

/**
 * Find the components: connected pixels (corners count) of at least `weak`, one of them at least of `strong`.
 *
 * Units   1 <= weak <= strong.
 * Owner   The caller frees with dn_components_free.
 * Errors  DN_ERR_MEMORY; *components is empty then.
 */
DN_NODISCARD dn_status dn_components_find(const dn_plane *plane, uint8_t weak, uint8_t strong,
                                          dn_components *components, dn_error *error);

void dn_components_free(dn_components *components);

#endif
