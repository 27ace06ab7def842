/**
 * Data augmentation: each epoch a network sees every digit as somebody else might have written it, a little moved, turned,
 * stretched, slanted and wobbled.
 *
 * Source  Simard, Steinkraus and Platt 2003, "Best Practices for Convolutional Neural Networks Applied to Visual Document
 *         Analysis": elastic distortions.
 */
#ifndef DIGITNET_DATA_AUGMENT_H
#define DIGITNET_DATA_AUGMENT_H

#include "digitnet/core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How far an image may be changed. An image draws each number apart, uniformly from -bound to +bound. All zero: no change. */
typedef struct dn_augment {
    float shift;         /**< along each axis, in pixels */
    float rotation;      /**< in radians */
    float scale;         /**< along each axis; 0.1 is 10 % larger or smaller */
    float shear;         /**< pixels sideways for each pixel down */
    float elastic_alpha; /**< pixels that 1 stands for, in a smoothed random field of -1 to 1 */
    float elastic_sigma; /**< standard deviation of the Gaussian that smooths it, in pixels */
} dn_augment;

/** Augmentations made ready, for images of 28 x 28. Any number of threads may use one. */
typedef struct dn_augment_plan dn_augment_plan;

/** The names of the kinds of augmentation: "none", "shift", "affine", "elastic"; NULL after the last. */
extern const char *const dn_augment_names[];

/**
 * Look a kind of augmentation up by its name.
 *
 * Errors  DN_ERR_ARGUMENT listing the names.
 */
DN_NODISCARD dn_status dn_augment_named(const char *name, dn_augment *augment, dn_error *error);

/** Is there nothing to do? */
bool dn_augment_is_none(const dn_augment *augment);

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
 * Effect  Overwrites out with bytes that depend on the plan's numbers, (seed, epoch, image) and in alone.
 * Units   image is the index in the dataset.
 */
void dn_augment_image(const dn_augment_plan *plan, uint64_t seed, uint64_t epoch, uint64_t image,
                      const uint8_t *in, uint8_t *out);

#ifdef __cplusplus
}
#endif

#endif
