/** The names of the files of a dataset, and their places in the folder that a user gives. */
#ifndef DN_DATA_NAMES_H
#define DN_DATA_NAMES_H

#include "digitnet/data.h"

#include <stdio.h>

typedef enum dn_data_file { DN_IMAGES_FILE, DN_LABELS_FILE } dn_data_file;

/** How one publisher names the files of both parts. */
typedef struct dn_naming dn_naming;

/** The folder that holds the files, and their naming. */
typedef struct dn_data_place {
    char folder[FILENAME_MAX];
    const dn_naming *naming;
} dn_data_place;

/**
 * Search the folder, then the subfolders that downloads and torchvision create, for training or test files.
 *
 * Effect  Fills place with the first match. Without one returns false, and place is the folder itself, with MNIST's names, cut
 *         where it is too long.
 */
bool dn_data_find_place(const char *folder, dn_data_place *place);

/** Are rows and columns of the images exchanged, as in EMNIST? */
bool dn_data_is_transposed(const dn_data_place *place);

/** Find a file of the training or test set, perhaps in a folder with its name. Effect: path is the first match, plain ones first. */
bool dn_data_find_file(const dn_data_place *place, dn_part_of_data part, dn_data_file file,
                       char path[FILENAME_MAX]);

/** Write the path of a file under MNIST's name for it. False where it is too long. */
bool dn_data_path(const char *folder, dn_part_of_data part, dn_data_file file, char path[FILENAME_MAX]);

/** Record that a file is missing, with its name and the contents of the folder. */
dn_status dn_data_fail_missing(const dn_data_place *place, dn_part_of_data part, dn_data_file file,
                               dn_error *error);

/**
 * Find the labels of an IDX file of images: beside it, or, where each file lies in a folder of its own name, in the folder beside
 * its own. Names of folders above stay as they are.
 *
 * Effect  Writes the path of a file that is there. False where there is none.
 */
bool dn_data_labels_beside(const char *images, char path[FILENAME_MAX]);

#endif
