/**
 * Pictures of your own as a data set: what `digitnet pack` does.
 *
 *     dn_pack pack = {.classifier = &classifier};
 *     dn_status status = dn_pack_add(&pack, "mine", &error);
 *     if (status == DN_OK)
 *         status = dn_pack_split(&pack, &(dn_slice){.is_fraction = true, .fraction = 0.2}, 1, &error);
 *     if (status == DN_OK)
 *         status = dn_pack_write(&pack, "data/mine", &error);
 *     dn_pack_free(&pack);
 */
#ifndef DIGITNET_PACK_H
#define DIGITNET_PACK_H

#include "digitnet/settings.h"
#include "digitnet/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One picture, and what became of it. */
typedef struct dn_packed {
    const char *path; /**< of its file */
    size_t number;    /**< of the picture, digit, row or image in that file, from 1; 0 for the only one */
    char *refusal;    /**< why it was refused; NULL where it was taken, and then: */
    bool several;     /**< it seems to show several digits: the main one was taken */
    uint8_t digit;
    dn_part_of_data part; /**< of dn_pack_split */
    size_t index;         /**< in that part */
} dn_packed;

/** Set the first fields, and start the others from 0. */
typedef struct dn_pack {
    dn_classifier *classifier; /**< borrowed: helps to tell ink from paper; may be NULL where plain */
    dn_context *context;       /**< borrowed; may be NULL */
    bool plain;                /**< take 28 x 28 as they are */
    bool transposed;           /**< exchange rows and columns, as EMNIST's images want it */
    const char
        *labels; /**< of the columns or rows of a sheet, "0123456789"; NULL where pictures are no sheets */

    dn_packed *pictures; /**< [count], in the order of the sources */
    size_t count, capacity;
    size_t refused;     /**< of those */
    dn_dataset images;  /**< those that were taken */
    size_t images_room; /**< how many there is memory for */
    dn_selection train; /**< of dn_pack_split */
    dn_selection test;
    char **paths; /**< what the pictures' paths point to */
    size_t path_count, path_capacity;
} dn_pack;

/**
 * Add the pictures of a source:
 *
 * - a folder with a folder of pictures for each digit, 0 to 9, and files named with the digit first, 3_aunt.png;
 * - a PNG or PNM picture so named, or with labels a sheet: a grid of digits whose columns, or else rows, they name;
 * - a CSV as Kaggle's (label, 784 pixels; with or without a header), or an IDX file of images beside its labels; both also gzip.
 *
 * Files of a folder come in the order of the bytes of their names behind the digit, so that 7_00001.png precedes 0_00002.png.
 * Names that begin with a dot are not looked at. Rows of a CSV, and images of an IDX file, are taken as they are.
 *
 * Effect  A file that is no picture, or a picture without a digit, is refused: its entry in pictures says why.
 * Errors  DN_ERR_FILE for a source, or a file in it, that is missing or unreadable; DN_ERR_FORMAT for a folder without digits, a CSV or IDX file with any
 *         fault, a sheet that is no grid; DN_ERR_ARGUMENT for labels that are no digits; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_pack_add(dn_pack *pack, const char *source, dn_error *error);

/**
 * Divide what was taken into images to train on and images to test with, class by class (dn_dataset_split).
 *
 * Units   test: how many, or which fraction, to test with; 0: none.
 * Errors  DN_ERR_FORMAT where no picture was taken; DN_ERR_ARGUMENT where nothing would be left to train on; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_pack_split(dn_pack *pack, const dn_slice *test, uint64_t seed,
                                            dn_error *error);

/**
 * Can the IDX files be written to the folder without a loss? Asked before the work.
 *
 * Units   with_test: test files will be written, too. force: files of the same names may be replaced.
 * Errors  DN_ERR_FILE: the folder is a file, or holds the files of a data set; test files that would stay are refused even with force.
 */
DN_API DN_NODISCARD dn_status dn_pack_check(const char *folder, bool with_test, bool force, dn_error *error);

/**
 * Write the IDX files: all of them, or none. The folder is made where it is missing (its parent must exist).
 *
 * Errors  DN_ERR_FILE; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_pack_write(const dn_pack *pack, const char *folder, dn_error *error);

/** Free what was added. NULL is allowed. */
DN_API void dn_pack_free(dn_pack *pack);

#ifdef __cplusplus
}
#endif

#endif
