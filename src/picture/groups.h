/**
 * Components that together are one digit.
 */
#ifndef DN_PICTURE_GROUPS_H
#define DN_PICTURE_GROUPS_H

#include "picture/components.h"

/** The most components that are looked at, the largest of a picture, and so the most groups. */
#define DN_MOST_GROUPS 128

typedef struct dn_group {
    dn_box box;
    size_t pixels;
} dn_group;

typedef struct dn_groups {
    dn_group items[DN_MOST_GROUPS];
    size_t count;
    size_t *of; /**< [components]: the group of each, or DN_MOST_GROUPS */
} dn_groups;

/**
 * Group the components that are not dropped: what is near and small beside a larger one belongs to it; two tall ones side by
 * side, or one above the other, are two digits; a flat one beside the middle of a digit is a minus sign, and goes.
 *
 * Owner   The caller frees with dn_groups_free.
 * Errors  DN_ERR_MEMORY; *groups is empty then.
 */
DN_NODISCARD dn_status dn_groups_make(const dn_components *found, dn_groups *groups, dn_error *error);

void dn_groups_free(dn_groups *groups);

/** The group that the picture is about: large, and near the middle. count > 0. Shapes: a plane [H, W]. */
size_t dn_groups_main(const dn_groups *groups, size_t height, size_t width);

#endif
