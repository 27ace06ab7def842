/** One run of `digitnet train`: what it was told, and what it made so far. */
#ifndef DN_CLI_TRAIN_RUN_H
#define DN_CLI_TRAIN_RUN_H

#include "cli/sources.h"
#include "cli/train_options.h"
#include "cli/train_report.h"

#include "digitnet/train/checkpoint.h"

typedef struct train_run {
    train_options options;
    cli_source source;
    char data_sha256[DN_SHA256_TEXT_SIZE];
    dn_dataset train_images;
    dn_dataset test_images; /**< or empty */
    dn_context *context;
    dn_dataloader *train;
    dn_dataloader *valid; /**< or NULL */
    dn_dataloader *test;  /**< or NULL */
    dn_model *model;
    dn_training training;
    dn_archive checkpoint; /**< that is resumed from, or empty */
    train_report report;
    dn_status checkpoint_status; /**< of writing checkpoints: a failure stops training */
    dn_error checkpoint_error;
    dn_fit_result fit;
    double seconds; /**< that training took */
    dn_metrics test_metrics;
} train_run;

/** Find and read the data folder, and make the loaders. */
DN_NODISCARD dn_status train_load_data(train_run *run, dn_error *error);

/** As train_load_data, but leave out what is not learnt from: the test images and the SHA-256. */
DN_NODISCARD dn_status train_load_training_data(train_run *run, dn_error *error);

/** Make the context with its threads, and the model: a stack from the pixels over the hidden layers to the classes. */
DN_NODISCARD dn_status train_build_model(train_run *run, dn_error *error);

/** The learner of a run whose data is loaded and whose model is built, without callbacks. */
dn_learner train_make_learner(const train_run *run);

/** Free everything that a run made. */
void train_release(train_run *run);

/** Will saving, logging and writing checkpoints work, and is it welcome? Asked before training, not after. */
DN_NODISCARD dn_status train_check_outputs(const train_options *options, dn_error *error);

/** Open the log, if one is wanted. */
DN_NODISCARD dn_status train_open_log(train_run *run, dn_error *error);

/** Close the log: a line that did not arrive is a failure, though the model is saved. */
DN_NODISCARD dn_status train_close_log(train_run *run, dn_error *error);

/** Save the model with everything that is needed to make the same file again, and what it reached. */
DN_NODISCARD dn_status train_save_model(train_run *run, dn_error *error);

/** Write where training stands to the checkpoint file. */
DN_NODISCARD dn_status train_save_checkpoint(train_run *run, dn_error *error);

/** Say how the run went. */
void train_summarise(const train_run *run);

#endif
