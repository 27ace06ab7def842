/** Data sets: their folders, their digest, and faults that they may have. */
#ifndef DN_DATA_DATASET_H
#define DN_DATA_DATASET_H

#include "io/sha256.h"

#include "digitnet/data.h"
#include "digitnet/io.h"

/** SHA-256 of the images' bytes followed by the labels'. */
void dn_dataset_digest(const dn_dataset *dataset, uint8_t digest[DN_SHA256_SIZE]);

/**
 * Find the folder that holds the files: the folder itself, or a subfolder that downloads and torchvision create, such as MNIST/raw.
 *
 * The files are {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or .gz; also test for t10k, a dot for the "-" before idx, EMNIST's
 * and QMNIST's prefixes, and each file in a folder with the same name. src/data/names.c has the table.
 *
 * Effect  Writes the folder to path, cut where it does not fit. Returns false, with the folder as given, where it finds neither
 *         training nor test files.
 */
bool dn_dataset_folder(const char *folder, char *path, size_t size);

/** Are these images that a training takes? Errors: DN_ERR_FORMAT where there are none, or they are not 28 x 28. */
DN_NODISCARD dn_status dn_dataset_check_images(const dn_idx *images, dn_error *error);

/** Are these labels of digits, as many as the images? Errors: DN_ERR_FORMAT naming the file. */
DN_NODISCARD dn_status dn_dataset_check_pair(const dn_idx *images, const char *images_path,
                                             const dn_idx *labels, const char *labels_path, dn_error *error);

/** How many images a part of a data set has, by the first bytes of its file; 0 where these don't tell. Reads nothing else. */
size_t dn_dataset_peek(const char *folder, dn_part_of_data part);

/** Is there memory for so many images? Units: bytes there. Errors: DN_ERR_MEMORY with images, bytes wanted and bytes there. */
DN_NODISCARD dn_status dn_dataset_check_memory(size_t images, size_t there, dn_error *error);

/** Does the folder hold the images or the labels of the training or test set? */
bool dn_dataset_present(const char *folder, dn_part_of_data part);

/**
 * Join data sets: first each of them once, then the further copies of each. Only labels are copied.
 *
 * Units   repeat [count]: how often each set is there, at least 1.
 * Owner   Borrows the images of the sets, which own or view whole sets; the caller frees *joined. Empty after an error.
 * Errors  DN_ERR_ARGUMENT for more images than an index can count; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_dataset_join(const dn_dataset *sets, size_t count, const size_t *repeat,
                                       dn_dataset *joined, dn_error *error);

/** The pixels of one image, row by row. index < count. */
const uint8_t *dn_dataset_image(const dn_dataset *dataset, size_t index);

/**
 * Find faults of a dataset (not a joined one) that training does not notice but that make its model useless: transposed images (by EMNIST's
 * file names), pixels of 0 to 1 or 0 to 16, dark ink on light paper, blank images, the same label for all.
 *
 * Effect  Fills doubts, each a problem and a remedy, and returns their number; 0 for MNIST. Call it before
 *         dn_dataset_keep_classes: labels must be digits. alone: it is not joined with others, which have other labels.
 */
size_t dn_dataset_doubts(const dn_dataset *dataset, bool alone, dn_error doubts[DN_MAX_DOUBTS]);

/** The first count examples (all, if there are fewer), as a view. */
dn_dataset dn_dataset_first(const dn_dataset *dataset, size_t count);

#endif
