/**
 * What is dark and no digit: frames around one, and what lies along the picture's edge.
 */
#ifndef DN_PICTURE_FRAMES_H
#define DN_PICTURE_FRAMES_H

#include "picture/components.h"

/** Mark components as dropped that lie along most of an edge, unless nothing of their size is left then. Shapes: a plane [H, W]. */
void dn_edges_drop(dn_components *found, size_t height, size_t width);

/** Mark as dropped: boxes, and what is thin and encloses another component that is not much smaller. Shapes: a plane [H, W]. */
void dn_frames_drop(dn_components *found, size_t height, size_t width);

#endif
