/** What the files of a dataset are called, and where they lie in the folder that a user names. */
#ifndef DN_DATA_NAMES_H
#define DN_DATA_NAMES_H

#include "digitnet/data.h"

#include <stdio.h>

typedef enum dn_data_file { DN_IMAGES_FILE, DN_LABELS_FILE } dn_data_file;

/** How one publisher names the files of both parts. */
typedef struct dn_naming dn_naming;

/** The folder that really holds the files, and how they are named there. */
typedef struct dn_data_place {
    char folder[FILENAME_MAX];
    const dn_naming *naming;
} dn_data_place;

/**
 * Look in the folder, then in the subfolders that downloads and torchvision make, for the files of either part.
 *
 * Effect  Fills place with the first that has one. False where none has: place is then the folder itself, with MNIST's names, cut
 *         where it is too long.
 */
bool dn_data_find_place(const char *folder, dn_data_place *place);

/** Are rows and columns of the images exchanged, as EMNIST has them? */
bool dn_data_is_transposed(const dn_data_place *place);

/** Find one file of a part, perhaps in a folder of its own name. Effect: path is the first that there is; the plain ones come first. */
bool dn_data_find_file(const dn_data_place *place, dn_part_of_data part, dn_data_file file,
                       char path[FILENAME_MAX]);

/** Say that a file is missing, what it is called, and what the folder holds instead. */
dn_status dn_data_fail_missing(const dn_data_place *place, dn_part_of_data part, dn_data_file file,
                               dn_error *error);

#endif
