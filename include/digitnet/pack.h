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

/** A picture that was taken or refused. */
typedef struct dn_packed {
    const char *path; /**< of its file */
    size_t number;    /**< of the picture, digit, row or image in that file, from 1; 0 for the only one */
    char *refusal;    /**< why it was refused; NULL where it was taken: the fields below are set then */
    bool several;     /**< it seems to show several digits: the main one was taken */
    uint8_t digit;
    dn_part_of_data part; /**< set by dn_pack_split */
    size_t index;         /**< in that part */
} dn_packed;

/** The caller sets the fields up to labels, and starts the others from 0. */
typedef struct dn_pack {
    dn_classifier *classifier; /**< borrowed: tells ink from paper; may be NULL where plain is set */
    dn_context *context;       /**< borrowed; may be NULL */
    bool plain;                /**< take pictures of 28 x 28 as they are */
    bool transposed;           /**< exchange rows and columns, as EMNIST's images want it */
    const char *labels; /**< of a sheet's columns or rows, "0123456789"; NULL where pictures are no sheets */

    dn_packed *pictures; /**< [count], in the order of the sources */
    size_t count, capacity;
    size_t refused;     /**< the number of refused pictures */
    dn_dataset images;  /**< the pictures that were taken */
    size_t images_room; /**< the number of images that fit into the memory */
    dn_selection train; /**< set by dn_pack_split */
    dn_selection test;
    char **paths; /**< the texts of the pictures' paths */
    size_t path_count, path_capacity;
} dn_pack;

/**
 * Add the pictures of a source:
 *
 * - a folder: pictures in folders that are named after their digit, 0 to 9, and pictures whose names begin with it, 3_aunt.png;
 * - a PNG or PNM picture whose name begins with its digit; or, with labels, a sheet: a grid of digits, whose columns (or else rows)
 *   have these labels;
 * - a CSV file in Kaggle's form (label, 784 pixels; with or without a header), or an IDX file of images beside its labels; plain or gzip.
 *
 * Files of a folder are sorted by the bytes of their names after the digit, so that 7_00001.png precedes 0_00002.png. Files whose
 * names begin with a dot are skipped. Rows of a CSV file, and images of an IDX file, are taken as they are.
 *
 * Effect  A file that is no picture, or a picture without a digit, is refused: its entry in pictures says why.
 * Errors  DN_ERR_FILE for a source, or a file in it, that is missing or unreadable; DN_ERR_FORMAT for a folder without digits, a CSV or IDX file with any
 *         fault, a sheet that is no grid; DN_ERR_ARGUMENT for labels that are no digits; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_pack_add(dn_pack *pack, const char *source, dn_error *error);

/**
 * Divide the images into those to train on and those to test with, with the same fraction of every class (dn_dataset_split).
 *
 * Units   test: the number of images to test with, or the fraction; 0: none.
 * Errors  DN_ERR_FORMAT where no picture was taken; DN_ERR_ARGUMENT where nothing would be left to train on; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_pack_split(dn_pack *pack, const dn_slice *test, uint64_t seed,
                                            dn_error *error);

/**
 * Check, before any work, that the IDX files can be written to the folder and that no file is lost.
 *
 * Units   with_test: test files will be written, too. force: files of the same names may be replaced.
 * Errors  DN_ERR_FILE where the folder is a file, or holds the files of a data set. Old test files that would stay beside new training
 *         files are refused even with force.
 */
DN_API DN_NODISCARD dn_status dn_pack_check(const char *folder, bool with_test, bool force, dn_error *error);

/**
 * Write the IDX files: all of them, or none. The folder is made where it is missing (its parent must exist).
 *
 * Errors  DN_ERR_FILE; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_pack_write(const dn_pack *pack, const char *folder, dn_error *error);

/** Free the pictures, the images and the paths, and empty the pack. NULL is allowed. */
DN_API void dn_pack_free(dn_pack *pack);

#ifdef __cplusplus
}
#endif

#endif
