/**
 * Rules: printed lines, folds, underlines and the sides of boxes. They are found and taken out before any threshold.
 */
#ifndef DN_PICTURE_RULES_H
#define DN_PICTURE_RULES_H

#include "picture/plane.h"

/**
 * Take the rules out of a plane of darkness.
 *
 * The opening with a long line keeps what is as dark along the whole line: along both axes and slopes about them. A pixel that
 * is not much darker than the opening is explained by the rule, and goes; a stroke that crosses the rule is darker and stays,
 * or it is as dark, and closings across the rule fill it again.
 *
 * Shapes  darkness [H, W], 0 for paper.
 * Effect  Overwrites darkness; taken [H, W], which exists and is zero, gets 1 where a rule was.
 * Errors  DN_ERR_MEMORY.
 * Source  Serra 1982, Image Analysis and Mathematical Morphology: opening by line segments.
 */
DN_NODISCARD dn_status dn_rules_remove(dn_plane *darkness, dn_plane *taken, dn_error *error);

#endif
