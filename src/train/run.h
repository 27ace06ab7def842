/** Functions that the two halves of a run share: run.c trains, run_file.c reads and writes the files. */
#ifndef DN_TRAIN_RUN_H
#define DN_TRAIN_RUN_H

#include "digitnet/run.h"

/** Write the SHA-256 of the training images of each set to run->data_sha256, unless it is there. */
void dn_run_digest(dn_run *run);

/** Turn DN_ERR_ARGUMENT about a setting of a file into DN_ERR_FORMAT naming the file: it is bad data, not wrong usage. Hands back the status. */
dn_status dn_run_blame_file(const dn_run *run, dn_status status, dn_error *error);

/** Are the settings still those of the file, or only more epochs of a training that can go on? Errors: DN_ERR_ARGUMENT naming one that is not. */
DN_NODISCARD dn_status dn_run_check_settings(const dn_run *run, dn_error *error);

/**
 * Has the model to start from the architecture of the settings, and is it the one that the file was made from?
 *
 * Errors  DN_ERR_ARGUMENT with both architectures; DN_ERR_FORMAT with both sums.
 */
DN_NODISCARD dn_status dn_run_check_parent(const dn_run *run, dn_error *error);

/** Was the file made from so many data sets? Errors: DN_ERR_FORMAT. */
DN_NODISCARD dn_status dn_run_check_set_count(const dn_run *run, size_t count, dn_error *error);

/** Was the file made from the training images? Errors: DN_ERR_FORMAT with both sums. */
DN_NODISCARD dn_status dn_run_check_data(dn_run *run, dn_error *error);

/**
 * Stand where the file says, once data and net are there: at the checkpoint, or at the beginning with as many steps to go as the
 * model took.
 *
 * Units   learner: of the net; unused for mean images.
 * Errors  DN_ERR_FORMAT naming the counter that these settings and data can't have.
 */
DN_NODISCARD dn_status dn_run_take_counters(dn_run *run, const dn_learner *learner, dn_error *error);

#endif
