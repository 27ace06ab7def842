/** Augmentation made ready, and one image drawn anew. */
#ifndef DN_DATA_AUGMENT_H
#define DN_DATA_AUGMENT_H

#include "digitnet/data.h"

/** The digit of an image without a label. */
#define DN_NO_DIGIT (-1)

/** Augmentations made ready, for images of 28 x 28. Any number of threads may use one. */
typedef struct dn_augment_plan dn_augment_plan;

/**
 * Make augmentations ready.
 *
 * Owner   The caller frees with dn_augment_plan_free.
 * Errors  DN_ERR_ARGUMENT naming the number that is out of range; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_augment_plan_new(dn_augment_plan **plan, const dn_augment *augment,
                                           dn_error *error);

/** NULL is allowed. */
void dn_augment_plan_free(dn_augment_plan *plan);

/**
 * Draw one image anew, in one resampling about its centre; beyond its edges there is no ink.
 *
 * Shapes  in and out [28, 28]; they may be the same.
 * Effect  Overwrites out with bytes that depend on the plan's numbers, (seed, epoch, image), digit and in alone.
 * Units   image is the index in the dataset.
 */
void dn_augment_image(const dn_augment_plan *plan, uint64_t seed, uint64_t epoch, uint64_t image, int digit,
                      const uint8_t *in, uint8_t *out);

/** The names of the kinds of augmentation: "none", "shift", "affine", "elastic", "wide", "hands"; NULL after the last. */
extern const char *const dn_augment_names[];

/**
 * Look a kind of augmentation up by its name.
 *
 * Errors  DN_ERR_ARGUMENT listing the names.
 */
DN_NODISCARD dn_status dn_augment_named(const char *name, dn_augment *augment, dn_error *error);

/** Is there nothing to do? */
bool dn_augment_is_none(const dn_augment *augment);

#endif
