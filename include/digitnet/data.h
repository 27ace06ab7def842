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

/** Images [N, height, width], 0 background to 255 ink, and labels [N] below classes. */
typedef struct dn_dataset {
    size_t count;
    size_t height;
    size_t width;
    size_t classes;
    const uint8_t *images;
    const uint8_t *labels;
    void *image_storage; /**< what dn_dataset_free frees; NULL for a view */
    void *label_storage;
    bool transposed; /**< rows and columns of the images are exchanged, as EMNIST stores them */
} dn_dataset;

/**
 * Find the folder that really holds the files: the folder itself, or a subfolder that downloads and torchvision make, MNIST/raw say.
 *
 * The files are {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or .gz; also test for t10k, a dot for the "-" before idx, EMNIST's
 * and QMNIST's prefixes, and each file in a folder of its own name. src/data/names.c has the table.
 *
 * Effect  Writes the folder to path, cut where it does not fit. False where no file of either part was found: path is the folder as given.
 */
DN_API bool dn_dataset_folder(const char *folder, char *path, size_t size);

/** Does the folder hold the images or the labels of that part? */
DN_API bool dn_dataset_present(const char *folder, dn_part_of_data part);

/**
 * Read one part of a data folder; where both are there the plain file is taken before the .gz.
 *
 * Owner   The caller frees with dn_dataset_free. Empty after an error.
 * Errors  DN_ERR_FILE naming the file that is missing and what the folder holds; DN_ERR_FORMAT as dn_idx_read, and: no images, images
 *         that are not 28 x 28, a label above 9 (with its index and offset), counts that differ (naming both files); DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_dataset_load(const char *folder, dn_part_of_data part, dn_dataset *dataset,
                                              dn_error *error);

DN_API void dn_dataset_free(dn_dataset *dataset);

/** The first count examples (all, if there are fewer), as a view. */
DN_API dn_dataset dn_dataset_first(const dn_dataset *dataset, size_t count);

/** The pixels of one image, row by row. index < count. */
const uint8_t *dn_dataset_image(const dn_dataset *dataset, size_t index);

#define DN_MAX_DOUBTS 5
/**
 * Find faults of a dataset that training does not notice, but that make its model useless: transposed images (by EMNIST's
 * file names), pixels of 0 to 1 or 0 to 16, dark ink on light paper, blank images, the same label for all.
 *
 * Effect  Fills doubts, each a problem and a remedy, and hands back how many there are. Nothing is said of MNIST. Ask before
 *         the dataset is cut to some classes: labels are digits then.
 */
DN_API size_t dn_dataset_doubts(const dn_dataset *dataset, dn_error doubts[DN_MAX_DOUBTS]);

/** Which examples of a dataset, in which order. */
typedef struct dn_selection {
    uint32_t *indices;
    size_t count;
} dn_selection;

DN_API void dn_selection_free(dn_selection *selection);

/**
 * Cut a validation slice by class: of every class the same share (rounded so that the total is exactly
 * valid_count), drawn from the seed; the rest is for training. Both are in ascending order.
 *
 * Owner   The caller frees *train and *valid with dn_selection_free.
 * Errors  DN_ERR_ARGUMENT when valid_count would leave nothing to train on; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_dataset_split(const dn_dataset *dataset, size_t valid_count, uint64_t seed,
                                               dn_selection *train, dn_selection *valid, dn_error *error);

/**
 * Which digits a classifier tells apart: class 0, 1, ... stands for the digits of a list, in its order.
 *
 * The chapter begins with 3 and 7 alone: the list "3,7", where class 0 is the digit 3.
 */

typedef struct dn_classes {
    size_t count; /**< 2 to DN_DIGIT_CLASSES */
    uint8_t digit[DN_DIGIT_CLASSES];
} dn_classes;

/** Every digit: class and digit are the same. */
DN_API dn_classes dn_classes_all(void);

/**
 * Read a list such as "3,7".
 *
 * Errors  DN_ERR_ARGUMENT unless text is 2 to 10 digits, no two alike, with commas between and nothing else.
 */
DN_API DN_NODISCARD dn_status dn_classes_parse(const char *text, dn_classes *classes, dn_error *error);

#define DN_CLASSES_TEXT_SIZE (2 * DN_DIGIT_CLASSES)
/** Write the list, "3,7", and hand text back. */
DN_API char *dn_classes_text(const dn_classes *classes, char text[DN_CLASSES_TEXT_SIZE]);

DN_API bool dn_classes_equal(const dn_classes *a, const dn_classes *b);

/**
 * Cut a dataset to the examples of some digits, their labels now classes: 0, 1, ...
 *
 * Effect  The kept examples move to the front of the dataset's own memory, in their order; nothing is copied anew. Where kept is not
 *         NULL it gets the places at which they stood.
 * Owner   The dataset must own its memory and its labels be digits. The caller frees *kept with dn_selection_free.
 * Errors  DN_ERR_ARGUMENT for a view; DN_ERR_FORMAT naming the digit of which there is no example; DN_ERR_MEMORY. Nothing is changed then.
 */
DN_API DN_NODISCARD dn_status dn_dataset_keep_classes(dn_dataset *dataset, const dn_classes *classes,
                                                      dn_selection *kept, dn_error *error);

/**
 * Data augmentation: each epoch a network sees every digit as somebody else might have written it, a little moved, turned,
 * stretched, slanted and wobbled.
 *
 * Source  Simard, Steinkraus and Platt 2003, "Best Practices for Convolutional Neural Networks Applied to Visual Document
 *         Analysis": elastic distortions.
 */

/** How far an image may be changed. An image draws each number apart, uniformly from -bound to +bound. All zero: no change. */
typedef struct dn_augment {
    float shift;         /**< along each axis, in pixels */
    float rotation;      /**< in radians */
    float scale;         /**< along each axis; 0.1 is 10 % larger or smaller */
    float shear;         /**< pixels sideways for each pixel down */
    float elastic_alpha; /**< pixels that 1 stands for, in a smoothed random field of -1 to 1 */
    float elastic_sigma; /**< standard deviation of the Gaussian that smooths it, in pixels */
} dn_augment;

/** The names of the kinds of augmentation: "none", "shift", "affine", "elastic"; NULL after the last. */
DN_API extern const char *const dn_augment_names[];

/**
 * Look a kind of augmentation up by its name.
 *
 * Errors  DN_ERR_ARGUMENT listing the names.
 */
DN_API DN_NODISCARD dn_status dn_augment_named(const char *name, dn_augment *augment, dn_error *error);

/** Is there nothing to do? */
DN_API bool dn_augment_is_none(const dn_augment *augment);

/**
 * The DataLoader: shuffles a dataset every epoch and hands it out in mini-batches.
 *
 * Source  "Training a Digit Classifier": DataLoader(dataset, batch_size, shuffle=True).
 */

typedef struct dn_dataloader dn_dataloader;

/** One mini-batch, valid until the next call to the loader. */
typedef struct dn_batch {
    dn_matrix images;      /**< [count, pixels], a pixel's byte / 255 */
    const uint8_t *labels; /**< [count] */
    size_t count;          /**< the batch size, or less in the last batch */
} dn_batch;

/**
 * Make a loader.
 *
 * Units   batch_size >= 1. selection NULL takes every example.
 * Owner   Borrows the dataset's images and labels for the loader's life; the selection may go. The caller frees with
 *         dn_dataloader_free.
 * Errors  DN_ERR_ARGUMENT for batch_size 0, an empty selection, or one beyond the dataset; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_dataloader_new(dn_dataloader **loader, const dn_dataset *dataset,
                                                const dn_selection *selection, size_t batch_size,
                                                dn_error *error);

/** NULL is allowed. */
DN_API void dn_dataloader_free(dn_dataloader *loader);

/**
 * From now on hand out each image of a shuffled epoch drawn anew; NULL or nothing to do: as it is.
 *
 * An image's bytes depend on (seed, epoch, its index in the dataset) alone: not on its batch, nor on the threads. An epoch
 * begun with dn_dataloader_rewind has neither seed nor number, and hands out the images as they are.
 *
 * Effect  Takes effect with the next batch.
 * Errors  As dn_augment_plan_new; DN_ERR_SHAPE where images are not 28 x 28. The loader stays as it was then.
 */
DN_API DN_NODISCARD dn_status dn_dataloader_augment(dn_dataloader *loader, const dn_augment *augment,
                                                    dn_error *error);

/** Examples in an epoch. */
DN_API size_t dn_dataloader_count(const dn_dataloader *loader);

/** Examples in a whole mini-batch. */
DN_API size_t dn_dataloader_batch_size(const dn_dataloader *loader);

/** Mini-batches in an epoch; the last may be partial. */
DN_API size_t dn_dataloader_batches(const dn_dataloader *loader);

/** Begin an epoch in the dataset's order, of the images as they are. */
DN_API void dn_dataloader_rewind(dn_dataloader *loader);

/**
 * Begin an epoch in an order that depends on (seed, epoch) alone, not on the epochs before.
 *
 * Source  Fisher and Yates; Durstenfeld 1964.
 */
DN_API void dn_dataloader_shuffle(dn_dataloader *loader, uint64_t seed, uint64_t epoch);

/** Pass over so many batches of the epoch; the rest of it, when there are fewer. */
DN_API void dn_dataloader_skip(dn_dataloader *loader, size_t batches);

/** Hand out the next batch; false when the epoch is over. The context's threads augment its images and turn
 *  them into sparse rows. */
DN_API bool dn_dataloader_next(dn_context *context, dn_dataloader *loader, dn_batch *batch);

#ifdef __cplusplus
}
#endif

#endif
