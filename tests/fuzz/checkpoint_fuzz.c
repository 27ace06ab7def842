/** Checkpoints: what is taken restores a training whose numbers are finite. */
#include "support/fuzz.h"

#include "digitnet/data/dataset.h"
#include "digitnet/train/checkpoint.h"

#include <math.h>

/** The training that the corpus's checkpoints are of. */
static void begin_training(dn_model **model, dn_training *training)
{
    static const size_t widths[] = {DN_DIGIT_PIXELS, 1, DN_DIGIT_CLASSES};
    const dn_training_needs needs = {.velocity = true, .best = true};
    dn_error error;
    fuzz_require(dn_model_new(model, widths, sizeof widths / sizeof widths[0], 1, &error) == DN_OK);
    fuzz_require(dn_training_new(training, needs, *model, &error) == DN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_archive archive;
    dn_model *model;
    dn_training training;
    dn_status status = dn_checkpoint_read(fuzz_file(data, size), &archive, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    begin_training(&model, &training);
    status = dn_checkpoint_restore(&archive, model, &training, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK) {
        fuzz_require(isfinite(training.loss_sum) && isfinite(training.best_loss));
        fuzz_require(training.best_accuracy >= 0.0 && training.best_accuracy <= 1.0);
        fuzz_require(training.best_epoch <= training.epochs);
    }
    dn_training_free(&training);
    dn_model_free(model);
    dn_archive_free(&archive);
    return 0;
}
