/**
 * The log of `digitnet train`: one JSON object an epoch on a line of its own (JSON Lines), the newest last.
 *
 *     {"epoch":1,"train_loss":0.5,"valid_loss":0.6,"valid_accuracy":0.9,"images":640,"lr":0.1,"seconds":0.2,"images_per_second":3200}
 *
 * valid_loss and valid_accuracy are left out where no images are held out, images_per_second where no time passed. A number that
 * is not finite is null.
 *
 * Each line reaches the file in one piece and behind what is there. Of two runs that write one log at once, each may cut what is
 * there when it starts, and then their lines mingle, but none is damaged.
 */
#ifndef DN_TRAIN_LOG_H
#define DN_TRAIN_LOG_H

#include "digitnet/core.h"
#include "digitnet/train.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct dn_epoch_log {
    FILE *stream;  /**< or NULL */
    bool standard; /**< standard output or standard error: it stays open */
    bool failed;   /**< a line did not arrive */
    int reason;    /**< why the first one did not, in errno's numbers, or 0 */
} dn_epoch_log;

/** Is the file a log, from its first byte to its last? Errors: DN_ERR_FORMAT when it is none; DN_ERR_FILE, DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_epoch_log_check_ours(const char *path, dn_error *error);

/**
 * Read the whole lines of a log; one that is torn at the end is left out.
 *
 * Owner   The caller frees *lines with dn_bytes_free. Empty after an error.
 * Errors  As dn_epoch_log_check_ours.
 */
DN_NODISCARD dn_status dn_epoch_log_read(const char *path, dn_bytes *lines, dn_error *error);

/**
 * Begin a log, or go on with the log of a training that is resumed; "-" is standard output.
 *
 * Units   epochs: whole epochs done before, where the log goes on.
 * Effect  Going on keeps the lines of these epochs. Training writes the later ones again: that of an epoch that was stopped, and
 *         those after an older checkpoint.
 * Errors  DN_ERR_FILE.
 */
DN_NODISCARD dn_status dn_epoch_log_open(dn_epoch_log *log, const char *path, bool go_on, size_t epochs,
                                         dn_error *error);

/** Write an epoch's line. A line that does not arrive is remembered. */
void dn_epoch_log_put(dn_epoch_log *log, const dn_epoch *epoch);

/** Close the log, if one is open. Errors: DN_ERR_FILE when a line did not arrive. */
DN_NODISCARD dn_status dn_epoch_log_close(dn_epoch_log *log, const char *path, dn_error *error);

#endif
