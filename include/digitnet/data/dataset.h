/**
 * A dataset: pairs of an image and its label, as bytes.
 *
 * Source  "Training a Digit Classifier": a Dataset is a list of pairs (x, y).
 */
#ifndef DIGITNET_DATA_DATASET_H
#define DIGITNET_DATA_DATASET_H

#include "digitnet/core/status.h"
#include "digitnet/io/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DN_DIGIT_CLASSES 10
/** MNIST's form: images of 28 x 28, ink in a box of 20 x 20 with the centre of mass in the middle. */
#define DN_DIGIT_SIDE 28
enum { DN_DIGIT_PIXELS = DN_DIGIT_SIDE * DN_DIGIT_SIDE };
#define DN_DIGIT_BOX 20

/** A pixel of full ink. */
#define DN_DIGIT_WHITE 255

/** What a pixel's byte means to a model: byte / 255, nothing subtracted, so that no ink stays 0. */
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
bool dn_dataset_folder(const char *folder, char *path, size_t size);

/** Does the folder hold the images or the labels of that part? */
bool dn_dataset_present(const char *folder, dn_part_of_data part);

/**
 * Read one part of a data folder; where both are there the plain file is taken before the .gz.
 *
 * Owner   The caller frees with dn_dataset_free. Empty after an error.
 * Errors  DN_ERR_FILE naming the file that is missing and what the folder holds; DN_ERR_FORMAT as dn_idx_read, and: no images, images
 *         that are not 28 x 28, a label above 9 (with its index and offset), counts that differ (naming both files); DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_dataset_load(const char *folder, dn_part_of_data part, dn_dataset *dataset,
                                       dn_error *error);

void dn_dataset_free(dn_dataset *dataset);

/** The first count examples (all, if there are fewer), as a view. */
dn_dataset dn_dataset_first(const dn_dataset *dataset, size_t count);

/** The pixels of one image, row by row. index < count. */
const uint8_t *dn_dataset_image(const dn_dataset *dataset, size_t index);

/** SHA-256 of the images' bytes followed by the labels': what a model was trained on. */
void dn_dataset_digest(const dn_dataset *dataset, uint8_t digest[DN_SHA256_SIZE]);

#define DN_MAX_DOUBTS 5
/**
 * Say what is odd about a dataset that trains, but whose model would fail in silence: images stored transposed (by EMNIST's names),
 * pixels of 0 to 1 or 0 to 16, dark ink on light paper, blank images, one label alone.
 *
 * Effect  Fills doubts, each a problem and a remedy, and hands back how many there are. Nothing is said of MNIST. Ask before
 *         the dataset is cut to some classes: labels are digits then.
 */
size_t dn_dataset_doubts(const dn_dataset *dataset, dn_error doubts[DN_MAX_DOUBTS]);

/** Which examples of a dataset, in which order. */
typedef struct dn_selection {
    uint32_t *indices;
    size_t count;
} dn_selection;

void dn_selection_free(dn_selection *selection);

/**
 * Cut a validation slice by class: of every class the same share (rounded so that the total is exactly
 * valid_count), drawn from the seed; the rest is for training. Both are in ascending order.
 *
 * Owner   The caller frees *train and *valid with dn_selection_free.
 * Errors  DN_ERR_ARGUMENT when valid_count would leave nothing to train on; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_dataset_split(const dn_dataset *dataset, size_t valid_count, uint64_t seed,
                                        dn_selection *train, dn_selection *valid, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
