/**
 * Data sets, the digits that they hold, augmentation, and the DataLoader.
 */
#ifndef DIGITNET_DATA_H
#define DIGITNET_DATA_H

#include "digitnet/tensor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A dataset: pairs of an image and its label, as bytes.
 *
 * Source  "Training a Digit Classifier": a Dataset is a list of pairs (x, y).
 */

#define DN_DIGIT_CLASSES 10
/** MNIST's form: images of 28 x 28, ink in a box of 20 x 20 with the centre of mass in the middle. */
#define DN_DIGIT_SIDE 28
enum { DN_DIGIT_PIXELS = DN_DIGIT_SIDE * DN_DIGIT_SIDE };
#define DN_DIGIT_BOX 20

/** A pixel of full ink. */
#define DN_DIGIT_WHITE 255

/** A model's input for a pixel: byte / 255, nothing subtracted, so that no ink stays 0. */
static inline float dn_pixel_value(uint8_t pixel)
{
    return (float)pixel / (float)DN_DIGIT_WHITE;
}

typedef enum dn_part_of_data { DN_DATA_TRAIN, DN_DATA_TEST } dn_part_of_data;

/** A part of a joined data set: the images of one set, `times` times one after the other. */
typedef struct dn_data_part {
    const uint8_t *images; /**< [count, height, width] */
    size_t count;
    size_t times;
} dn_data_part;

/** Images [N, height, width], 0 background to 255 ink, and labels [N] below classes. */
typedef struct dn_dataset {
    size_t count;
    size_t height;
    size_t width;
    size_t classes;
    uint8_t digit[DN_DIGIT_CLASSES]; /**< the digit that each class stands for */
    const uint8_t *images;           /**< NULL for a joined data set, whose images are in parts */
    const uint8_t *labels;
    const dn_data_part *parts; /**< of a joined data set; else NULL */
    void *image_storage;       /**< the memory that dn_dataset_free frees; NULL for a view */
    void *label_storage;
    bool transposed; /**< rows and columns of the images are exchanged, as EMNIST stores them */
} dn_dataset;

/**
 * Read the training or the test files of a data folder. A plain file is preferred to a .gz.
 *
 * Owner   The caller frees with dn_dataset_free. Empty after an error.
 * Errors  DN_ERR_FILE naming the missing file and listing the folder; DN_ERR_FORMAT as dn_idx_read, and: no images, images
 *         that are not 28 x 28, a label above 9 (with its index and offset), counts that differ (naming both files); DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_dataset_load(const char *folder, dn_part_of_data part, dn_dataset *dataset,
                                              dn_error *error);

DN_API void dn_dataset_free(dn_dataset *dataset);

/** The most doubts about a dataset: see dn_run_set. */
#define DN_MAX_DOUBTS 5

/** Indices of examples of a dataset, in any order. */
typedef struct dn_selection {
    uint32_t *indices;
    size_t count;
} dn_selection;

DN_API void dn_selection_free(dn_selection *selection);

/**
 * Draw a validation slice from the seed, with the same fraction of every class (rounded so that the total is exactly
 * valid_count). The other examples are for training. Both selections are in ascending order.
 *
 * Owner   The caller frees *train and *valid with dn_selection_free.
 * Errors  DN_ERR_ARGUMENT when valid_count would leave nothing to train on; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_dataset_split(const dn_dataset *dataset, size_t valid_count, uint64_t seed,
                                               dn_selection *train, dn_selection *valid, dn_error *error);

/**
 * The digits that a classifier distinguishes: classes 0, 1, ... stand for the digits of a list, in its order.
 *
 * The chapter begins with 3 and 7 alone: the list "3,7", where class 0 is the digit 3.
 */

typedef struct dn_classes {
    size_t count; /**< 2 to DN_DIGIT_CLASSES */
    uint8_t digit[DN_DIGIT_CLASSES];
} dn_classes;

/** All ten digits: each class is its digit. */
DN_API dn_classes dn_classes_all(void);

/**
 * Read a list such as "3,7".
 *
 * Errors  DN_ERR_ARGUMENT unless text is 2 to 10 digits, no two alike, with commas between and nothing else.
 */
DN_API DN_NODISCARD dn_status dn_classes_parse(const char *text, dn_classes *classes, dn_error *error);

/**
 * Keep only the examples of some digits, and replace their labels by classes 0, 1, ...
 *
 * Effect  Moves the kept examples to the front of the dataset's own memory, in their order. If kept is not NULL, it gets
 *         their former indices.
 * Owner   The dataset must own its memory; its labels must be digits. The caller frees *kept with dn_selection_free.
 * Errors  DN_ERR_ARGUMENT for a view; DN_ERR_FORMAT naming a digit without an example; DN_ERR_MEMORY. Nothing is changed then.
 */
DN_API DN_NODISCARD dn_status dn_dataset_keep_classes(dn_dataset *dataset, const dn_classes *classes,
                                                      dn_selection *kept, dn_error *error);

/**
 * Data augmentation: in each epoch every digit is moved, turned, stretched, slanted and wobbled a little, as another hand might
 * have written it.
 *
 * Source  Simard, Steinkraus and Platt 2003, "Best Practices for Convolutional Neural Networks Applied to Visual Document
 *         Analysis": elastic distortions. Ciresan, Meier, Gambardella and Schmidhuber 2010, "Deep, Big, Simple Neural Nets for
 *         Handwritten Digit Recognition": the bounds of the augmentation "wide", but for a smoother field.
 */

/**
 * The bounds of the changes. Each change of each image is drawn uniformly from -bound to +bound. All zero: no change.
 *
 * The augmentation "hands" imitates the slants, widths, pens and marks of other hands; it alone sets the last three.
 */
typedef struct dn_augment {
    float shift;         /**< along each axis, in pixels */
    float rotation;      /**< in radians */
    float scale;         /**< along each axis; 0.1 is 10 % larger or smaller */
    float shear;         /**< pixels sideways for each pixel down */
    float elastic_alpha; /**< displacement in pixels for a 1 in a smoothed random field of -1 to 1 */
    float elastic_sigma; /**< standard deviation of the Gaussian that smooths it, in pixels */
    float pen;           /**< how much thicker or thinner strokes may be on each side, in pixels */
    float marks;         /**< the probability that a 1 gets a flag, and perhaps a foot, and a 7 a bar */
    bool fit; /**< scale the changed ink to MNIST's box of 20 x 20, its centre of mass in the middle */
} dn_augment;

/**
 * The DataLoader: shuffles a dataset every epoch and returns it in mini-batches.
 *
 * Source  "Training a Digit Classifier": DataLoader(dataset, batch_size, shuffle=True).
 */

typedef struct dn_dataloader dn_dataloader;

/** One mini-batch, valid until the next call to the loader. */
typedef struct dn_batch {
    dn_matrix images;             /**< [count, pixels], a pixel's byte / 255 */
    const uint8_t *const *pixels; /**< [count]: the bytes of each image */
    const uint8_t *labels;        /**< [count] */
    size_t count;                 /**< the batch size, or less in the last batch */
} dn_batch;

/**
 * Make a loader.
 *
 * Units   batch_size >= 1. selection NULL takes every example.
 * Owner   Borrows the dataset's images and labels for the loader's life; the selection may be freed. The caller frees with
 *         dn_dataloader_free.
 * Errors  DN_ERR_ARGUMENT for batch_size 0, an empty selection, or one beyond the dataset; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_dataloader_new(dn_dataloader **loader, const dn_dataset *dataset,
                                                const dn_selection *selection, size_t batch_size,
                                                dn_error *error);

/** NULL is allowed. */
DN_API void dn_dataloader_free(dn_dataloader *loader);

/**
 * Augment each image of a shuffled epoch from the next batch on. NULL, or bounds of zero, end the augmentation.
 *
 * An image's bytes depend on (seed, epoch, its index in the dataset) alone: not on its batch, nor on the threads. An epoch
 * that begins with dn_dataloader_rewind is not augmented.
 *
 * Errors  As dn_augment_plan_new; DN_ERR_SHAPE where images are not 28 x 28. The loader is unchanged then.
 */
DN_API DN_NODISCARD dn_status dn_dataloader_augment(dn_dataloader *loader, const dn_augment *augment,
                                                    dn_error *error);

/** Begin an epoch in the dataset's order, without augmentation. */
DN_API void dn_dataloader_rewind(dn_dataloader *loader);

/**
 * Begin an epoch in an order that depends on (seed, epoch) alone, not on the epochs before.
 *
 * Source  Fisher and Yates; Durstenfeld 1964.
 */
DN_API void dn_dataloader_shuffle(dn_dataloader *loader, uint64_t seed, uint64_t epoch);

/** Return the next batch; false at the end of the epoch. The context's threads augment its images and pack them. */
DN_API bool dn_dataloader_next(dn_context *context, dn_dataloader *loader, dn_batch *batch);

#ifdef __cplusplus
}
#endif

#endif
