/** Small files that the commands work on, made from the bundled digits; all in the test's temporary folder. */
#ifndef DN_TESTS_FAULTS_INPUTS_H
#define DN_TESTS_FAULTS_INPUTS_H

#include "support.h"

#define INPUT_PATH_SIZE 2048

typedef struct inputs {
    char folder[INPUT_PATH_SIZE];       /**< holds the four IDX files, the training labels as gzip */
    char picture[INPUT_PATH_SIZE];      /**< a PGM */
    char long_picture[INPUT_PATH_SIZE]; /**< a PGM whose digit is looked at twice */
    char model[INPUT_PATH_SIZE];        /**< a model, 784-2-10 */
    char checkpoint
        [INPUT_PATH_SIZE]; /**< after the first of two epochs, with momentum, average and validation */
} inputs;

/** The settings that the checkpoint was made with, without its file and the output. */
#define CHECKPOINT_SETTINGS                                                                                  \
    "--epochs 2 --hidden 2 --batch-size 20 --momentum 0.9 --average 0.5 --valid 10 --augment affine "        \
    "--threads 2"

/** Make them, once for the process. */
const inputs *make_inputs(void);

/**
 * A gzip file of stored blocks (RFC 1951, section 3.2.4) with the given contents.
 *
 * Owner   The caller frees with free().
 */
uint8_t *pack_stored(const uint8_t *data, size_t size, size_t *packed_size);

#endif
