/**
 * A run: one training, from its settings and data to its model file.
 *
 *     dn_run run = {.settings = dn_settings_default()};
 *     dn_status status = dn_run_open(&run, "data/mnist", 0, &error);
 *     if (status == DN_OK)
 *         status = dn_run_fit(&run, NULL, &error);
 *     if (status == DN_OK)
 *         status = dn_run_save(&run, "digitnet.safetensors", NULL, &error);
 *     dn_run_free(&run);
 *
 * dn_run_resume before dn_run_open continues from a checkpoint; dn_run_reproduce makes a model again. `digitnet train` and
 * `digitnet verify` make these calls and report on them.
 */
#ifndef DIGITNET_RUN_H
#define DIGITNET_RUN_H

#include "digitnet/settings.h"
#include "digitnet/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One of the data sets of a run. */
typedef struct dn_run_set {
    const char *folder;                /**< borrowed */
    dn_dataset images[2];              /**< indexed by dn_part_of_data; the test images may be empty */
    dn_error doubts[2][DN_MAX_DOUBTS]; /**< faults of the images */
    size_t doubt_count[2];
} dn_run_set;

/** Every field may be read. Before dn_run_open only settings and max_steps may be set; start from {0}. */
typedef struct dn_run {
    dn_settings settings;
    size_t max_steps; /**< training stops after so many steps in all; 0: after all epochs */

    dn_run_set *sets; /**< [set_count] */
    size_t set_count;
    /** The training images of all sets: each set once, then its repetitions. Other classes are left out; the limit is not applied. */
    dn_dataset train_images;
    dn_dataset test_images; /**< of all sets; empty where no set has any */
    /** The SHA-256 of each set's training images, with commas between; empty until it is needed. */
    char data_sha256[DN_MAX_SETS * DN_SHA256_TEXT_SIZE];

    dn_context *context;  /**< kernels and threads */
    dn_dataloader *train; /**< the images to learn from */
    dn_dataloader *valid; /**< the images held out, or NULL */
    dn_dataloader *test;  /**< the test images, or NULL */

    dn_classifier classifier; /**< the net, or the mean images */
    dn_training training;     /**< the training state of a net */
    dn_fit_result fit;        /**< the result of dn_run_fit */
    bool is_fitted;           /**< dn_run_fit is done: the net has the weights to keep */
    double seconds;           /**< the wall-clock time of the learning in dn_run_fit */
    dn_metrics test_metrics;  /**< of the test images, after dn_run_fit */

    const char *from;     /**< borrowed path of the model to start from, or NULL */
    dn_classifier parent; /**< that model */
    /** The SHA-256 of its file, also after dn_run_resume; empty where there is no such model. */
    char from_sha256[DN_SHA256_TEXT_SIZE];
    const char *file;   /**< borrowed path of the file that is resumed or reproduced, or NULL */
    dn_bytes bytes;     /**< of a model that is reproduced */
    dn_archive archive; /**< contents of the file */
} dn_run;

/**
 * Take the settings of a checkpoint, to continue its training as if it had never stopped.
 *
 * Effect  Reads the file, once, and sets run->settings. The caller may raise settings.epochs before dn_run_open, where the schedule
 *         does not depend on their number.
 * Owner   Borrows path as long as the run lasts.
 * Errors  As dn_archive_read; DN_ERR_FORMAT for a file that is no checkpoint, for one of a newer version, and for settings that are
 *         missing, outside their range, or do not fit the tensors in the file: nothing is allocated for these.
 */
DN_API DN_NODISCARD dn_status dn_run_resume(dn_run *run, const char *path, dn_error *error);

/**
 * Take the settings of a model, to make it again.
 *
 * Effect  Reads the file, once, and sets run->settings. dn_run_open sets max_steps to the model's, so that also the model of a
 *         stopped training can be made again.
 * Owner   Borrows path as long as the run lasts.
 * Errors  As dn_run_resume, for a model.
 */
DN_API DN_NODISCARD dn_status dn_run_reproduce(dn_run *run, const char *path, dn_error *error);

/**
 * Start from the weights of a model instead of random ones. Call it before dn_run_open, and after dn_run_reproduce, if that is called.
 *
 * Effect  Reads the file, once, and sets arch, hidden and classes of run->settings to the model's, unless dn_run_reproduce has set
 *         them.
 * Owner   Borrows path as long as the run lasts.
 * Errors  As dn_classifier_read; DN_ERR_FORMAT for mean images.
 */
DN_API DN_NODISCARD dn_status dn_run_start_from(dn_run *run, const char *path, dn_error *error);

/**
 * Load the data and make the net: everything before the first step.
 *
 * Units   threads: at most so many, 0 for one a processor; the model does not depend on them.
 * Effect  A resumed run continues after the last step of its checkpoint.
 * Owner   The caller frees with dn_run_free, also after an error.
 * Errors  Those of dn_settings_check, dn_dataset_load and dn_dataset_split; DN_ERR_FORMAT naming the file where its settings or
 *         counters do not fit this data, or where it was made from other data or another model; DN_ERR_ARGUMENT for settings that
 *         differ from the checkpoint's, or from those of the model to start from; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_run_open(dn_run *run, const char *data_folder, size_t threads,
                                          dn_error *error);

/**
 * Load several data sets and make the net: it learns from the training images of all sets, and is measured on all test images.
 *
 * Units   settings.repeat has as many factors as there are folders, or none.
 * Owner   Borrows the folders' paths as long as the run lasts.
 */
DN_API DN_NODISCARD dn_status dn_run_open_sets(dn_run *run, const char *const *folders, size_t folder_count,
                                               size_t threads, dn_error *error);

/** The learner of an open run, without callbacks. It borrows from the run. */
DN_API dn_learner dn_run_learner(const dn_run *run);

/**
 * Train to the end, choose the weights to keep, and measure them on the test images.
 *
 * Units   callbacks: the functions to call during training, or NULL. Mean images are learnt in one pass, without callbacks.
 * Errors  As dn_learner_fit and dn_classifier_measure.
 */
DN_API DN_NODISCARD dn_status dn_run_fit(dn_run *run, const dn_callbacks *callbacks, dn_error *error);

/**
 * Write a checkpoint of a net's training, for dn_run_resume. The callback epoch_done can call it, also for an epoch that was stopped.
 *
 * Errors  DN_ERR_FILE; DN_ERR_MEMORY; DN_ERR_ARGUMENT for mean images, and after dn_run_fit: the net then has the weights to keep,
 *         from which training does not continue.
 */
DN_API DN_NODISCARD dn_status dn_run_checkpoint(dn_run *run, const char *path, dn_error *error);

/**
 * Make the bytes of the model file, with the metadata that make the same file again: settings, seed, steps, the data's SHA-256,
 * and the accuracies.
 *
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 */
DN_API DN_NODISCARD dn_status dn_run_encode(dn_run *run, dn_bytes *bytes, dn_error *error);

/** Write the model file; sha256, if not NULL, gets the sum of its bytes. Errors: as dn_classifier_write. */
DN_API DN_NODISCARD dn_status dn_run_save(dn_run *run, const char *path, char sha256[DN_SHA256_TEXT_SIZE],
                                          dn_error *error);

/** How a model that was made again compares with its file. */
typedef enum dn_likeness {
    DN_SAME_BYTES,
    DN_SAME_WEIGHTS, /**< the same weights, and other metadata or another order of them */
    DN_OTHER_WEIGHTS
} dn_likeness;

#define DN_DIFFERENCE_SIZE 512

/**
 * Compare the net of a run that was reproduced with the file.
 *
 * Effect  Sets *likeness, and writes the first difference to text, "" where there is none: the weight or key, the value found in
 *         the file, and the value expected.
 * Errors  DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_run_compare(dn_run *run, dn_likeness *likeness,
                                             char text[DN_DIFFERENCE_SIZE], dn_error *error);

/** Free everything that the run owns, and empty it. NULL and a run that was not opened are allowed. */
DN_API void dn_run_free(dn_run *run);

#ifdef __cplusplus
}
#endif

#endif
