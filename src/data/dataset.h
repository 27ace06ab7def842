/** Data sets: their folders, their digest, and faults that they may have. */
#ifndef DN_DATA_DATASET_H
#define DN_DATA_DATASET_H

#include "io/sha256.h"

#include "digitnet/data.h"

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

/** Does the folder hold the images or the labels of the training or test set? */
bool dn_dataset_present(const char *folder, dn_part_of_data part);

/** The pixels of one image, row by row. index < count. */
const uint8_t *dn_dataset_image(const dn_dataset *dataset, size_t index);

/**
 * Find faults of a dataset that training does not notice but that make its model useless: transposed images (by EMNIST's
 * file names), pixels of 0 to 1 or 0 to 16, dark ink on light paper, blank images, the same label for all.
 *
 * Effect  Fills doubts, each a problem and a remedy, and returns their number; 0 for MNIST. Call it before
 *         dn_dataset_keep_classes: labels must be digits.
 */
size_t dn_dataset_doubts(const dn_dataset *dataset, dn_error doubts[DN_MAX_DOUBTS]);

/** The first count examples (all, if there are fewer), as a view. */
dn_dataset dn_dataset_first(const dn_dataset *dataset, size_t count);

#endif
