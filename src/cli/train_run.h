/** One run of `digitnet train`: what it was told, and what it made so far. */
#ifndef DN_CLI_TRAIN_RUN_H
#define DN_CLI_TRAIN_RUN_H

#include "cli/sources.h"
#include "cli/train_options.h"
#include "cli/train_report.h"
#include "io/sha256.h"
#include "train/checkpoint.h"
#include "train/training.h"

typedef struct train_run {
    train_options options;
    cli_source source;
    char data_sha256[DN_SHA256_TEXT_SIZE];
    dn_dataset train_images;
    dn_dataset test_images; /**< or empty */
    dn_context *context;
    dn_dataloader *train;
    dn_dataloader *valid;     /**< or NULL */
    dn_dataloader *test;      /**< or NULL */
    dn_classifier classifier; /**< what is learnt: a net, or mean images */
    dn_training training;
    size_t max_steps;          /**< 0: as many as the epochs have */
    dn_archive checkpoint;     /**< that is resumed from, or empty */
    const char *settings_file; /**< the file that brought the settings, or NULL */
    const char *made_from; /**< the SHA-256 of the training images that it was made from, of its archive */
    train_report report;
    dn_status checkpoint_status; /**< of writing checkpoints: a failure stops training */
    dn_error checkpoint_error;
    dn_fit_result fit;
    double seconds;                         /**< that training took */
    char model_sha256[DN_SHA256_TEXT_SIZE]; /**< of the saved model file, for --json */
    dn_metrics test_metrics;
} train_run;

/**
 * Read a checkpoint, and set the options that it was made with.
 *
 * Errors  As dn_checkpoint_read; DN_ERR_FORMAT where its settings can't be read.
 */
DN_NODISCARD dn_status train_read_checkpoint(train_run *run, const char *path, dn_error *error);

/** Are the options still those of the checkpoint, or only more epochs at a rate that does not depend on their number? Errors: DN_ERR_ARGUMENT naming one that is not. */
DN_NODISCARD dn_status train_check_settings(train_run *run, dn_error *error);

/**
 * Take the settings that a file, a model or a checkpoint, was made with. They are checked as those of a user are, and
 * held against the file's tensors.
 *
 * Owner   Borrows the archive and the path as long as the run lasts.
 * Errors  DN_ERR_FORMAT naming the metadata and the option, or the tensor.
 */
DN_NODISCARD dn_status train_take_settings(train_run *run, const dn_archive *archive, const char *path,
                                           dn_error *error);

/** What would be wrong usage in an option of the user is bad data in a setting that a file brought: DN_ERR_FORMAT naming the file then. */
DN_NODISCARD dn_status train_blame_settings(const train_run *run, dn_status status, dn_error *error);

/**
 * Find and read the data folder, and make the loaders.
 *
 * Errors  Also DN_ERR_FORMAT with both sums where the settings come from a file that was made from other data.
 */
DN_NODISCARD dn_status train_load_data(train_run *run, dn_error *error);

/** As train_load_data, but leave out what is not learnt from: the test images and the SHA-256. */
DN_NODISCARD dn_status train_load_training_data(train_run *run, dn_error *error);

/** Make the context with its threads. */
DN_NODISCARD dn_status train_make_context(train_run *run, dn_error *error);

/** Make the net: a stack from the pixels over the hidden layers to the classes. */
DN_NODISCARD dn_status train_build_model(train_run *run, dn_error *error);

/** The learner of a run whose data is loaded and whose model is built, without callbacks. */
dn_learner train_make_learner(const train_run *run);

/** Will saving, logging and writing checkpoints work, and is it welcome? Asked before training, not after. */
DN_NODISCARD dn_status train_check_outputs(const train_options *options, dn_error *error);

/** Learn what the options ask for, from the beginning or from where the checkpoint stands, and measure it. */
DN_NODISCARD dn_status train_classifier(train_run *run, dn_error *error);

/** Learn mean images, instead of a net. */
DN_NODISCARD dn_status train_mean_images(train_run *run, dn_error *error);

/** Free everything. */
void train_release(train_run *run);

/** Open the log, if one is wanted. */
DN_NODISCARD dn_status train_open_log(train_run *run, dn_error *error);

/** Close the log: a line that did not arrive is a failure, though the model is saved. */
DN_NODISCARD dn_status train_close_log(train_run *run, dn_error *error);

/** Make the model's file in memory, with everything that is needed to make the same one again, and what it reached. Owner: the caller frees. */
DN_NODISCARD dn_status train_encode_model(train_run *run, dn_bytes *bytes, dn_error *error);

/** Save the model, and for --json keep the SHA-256 of its bytes. */
DN_NODISCARD dn_status train_save_model(train_run *run, dn_error *error);

/** Write where training stands to the checkpoint file. */
DN_NODISCARD dn_status train_save_checkpoint(train_run *run, dn_error *error);

/** Say how the run went. Errors: DN_ERR_MEMORY when the loss of guessing, to compare with, can't be computed. */
DN_NODISCARD dn_status train_summarise(const train_run *run, dn_error *error);

#endif
