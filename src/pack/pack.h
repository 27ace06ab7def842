/** The steps of packing: find the pictures of a source, read a sheet, take or refuse a picture. */
#ifndef DN_PACK_PACK_H
#define DN_PACK_PACK_H

#include "digitnet/pack.h"

/** Where a picture comes from. */
typedef struct dn_pack_place {
    const char *path; /**< of dn_pack_keep_path */
    size_t number;    /**< in that file, from 1; 0 for the only one */
} dn_pack_place;

/** Make room for one more element in an array of `count` elements and room for *capacity. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_pack_grow(void **array, size_t count, size_t *capacity, size_t size,
                                    dn_error *error);

/** Copy a text. Owner: the caller frees with dn_release. Errors: NULL and DN_ERR_MEMORY in error. */
char *dn_pack_copy_text(const char *text, dn_error *error);

/** Keep a path as long as the pack. Errors: NULL and DN_ERR_MEMORY in error. */
const char *dn_pack_keep_path(dn_pack *pack, const char *path, dn_error *error);

/** Take 28 x 28 pixels as an image of the digit. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_pack_take(dn_pack *pack, dn_pack_place place, uint8_t digit, const uint8_t *pixels,
                                    bool several, dn_error *error);

/** Note that a picture was refused, with the problem and the remedy of an error. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_pack_refuse(dn_pack *pack, dn_pack_place place, const dn_error *why,
                                      dn_error *error);

/** Make room for so many more images at once. Errors: DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_pack_reserve(dn_pack *pack, size_t more, dn_error *error);

/**
 * Take the digits of a sheet, labelled by the pack's labels.
 *
 * Shapes  sheet as in dn_prepare_digit.
 * Errors  DN_ERR_FORMAT where there is no digit, or neither as many columns nor as many rows of them as labels.
 */
DN_NODISCARD dn_status dn_pack_take_sheet(dn_pack *pack, const char *path, const dn_picture *sheet,
                                          dn_error *error);

#endif
