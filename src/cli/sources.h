/** The search for data and models that no option names. */
#ifndef DN_CLI_SOURCES_H
#define DN_CLI_SOURCES_H

#include "digitnet/settings.h"

#include <stdbool.h>

#define CLI_SOURCE_PATH_SIZE 4096
#define CLI_MODEL_NAME "digitnet.safetensors"
#define CLI_BUNDLED_MODEL "pretrained.safetensors"

/** A folder or file that was found, and the reason for it. */
typedef struct cli_source {
    char path[CLI_SOURCE_PATH_SIZE];
    const char *why; /**< "--data", "$DIGITNET_DATA", "found here" or "bundled" */
} cli_source;

/**
 * The data folder: option (--data), then $DIGITNET_DATA, then data/mnist under the current folder, then the
 * bundled digits; or the subfolder of it that holds the files, MNIST/raw say.
 *
 * Errors  DN_ERR_FILE when there is none at all; DN_ERR_ARGUMENT for a path too long. A folder that is named
 *         but lacks files is found all the same: reading it says what is missing.
 */
DN_NODISCARD dn_status cli_find_data(const char *option, cli_source *source, dn_error *error);

/** The data folders that are used together. */
typedef struct cli_sources {
    size_t count;
    cli_source source[DN_MAX_SETS];
} cli_sources;

/** Find each folder that --data names, or the one of cli_find_data, and say what was taken. Errors: those of cli_find_data. */
DN_NODISCARD dn_status cli_find_sets(const dn_texts *options, bool quiet, cli_sources *found,
                                     dn_error *error);

/** Write the folders with ", " between, cut where they are too long, and hand text back. */
const char *cli_sources_text(const cli_sources *sources, char text[CLI_SOURCE_PATH_SIZE]);

/** Say what was taken, and why: "model: PATH (REASON)". */
void cli_say_source(bool quiet, const char *what, const cli_source *source);

/** Warn of the doubts about the images of one part of the source (dn_dataset_doubts). */
void cli_say_doubts(bool quiet, const cli_source *source, dn_part_of_data part, const dn_error *doubts,
                    size_t count);

/** Test images, of one set or of several that are joined. Start from {0}. */
typedef struct cli_test_images {
    cli_sources sources;
    dn_dataset sets[DN_MAX_SETS];
    dn_selection kept[DN_MAX_SETS];
    dn_dataset images; /**< of all sets */
    dn_selection
        places; /**< where the images stand in the files of their sets; empty where that is where they stand here */
} cli_test_images;

/**
 * Find the data, load its test images, and keep those of the classes that a model knows; what is found is said on standard error.
 *
 * Owner   The caller frees with cli_free_test_images, also after an error.
 * Errors  Those of cli_find_data, dn_dataset_load, dn_dataset_keep_classes and dn_dataset_join.
 */
DN_NODISCARD dn_status cli_load_test_images(const dn_texts *options, bool quiet, const dn_classes *known,
                                            cli_test_images *found, dn_error *error);

void cli_free_test_images(cli_test_images *found);

/**
 * The model: option (--model), then digitnet.safetensors in the current folder, then the bundled one.
 *
 * Errors  DN_ERR_FILE when there is none; DN_ERR_ARGUMENT for a path too long.
 */
DN_NODISCARD dn_status cli_find_model(const char *option, cli_source *source, dn_error *error);

/** Remember how the program was called, main's argv[0]: some platforms have no other way to say where it lies. */
void cli_sources_begin(const char *program);

/**
 * A file or folder that comes with digitnet, "samples": beside the program, then in the data folder that the build was
 * configured for. False when it is in neither.
 */
bool cli_find_bundled(const char *name, char path[CLI_SOURCE_PATH_SIZE]);

/** The part of cli_find_bundled beside a program: in the program's folder, then in ../share/digitnet from there. */
bool cli_find_beside(const char *program, const char *name, char path[CLI_SOURCE_PATH_SIZE]);

#endif
