#include "train/training.h"

#include "core/fail.h"
#include "nn/weights.h"
#include "optim/ema.h"
#include "train/format.h"

#include <float.h>
#include <math.h>

static const char remedy[] = DN_CHECKPOINT_REMEDY;

dn_status dn_training_new(dn_training *training, dn_training_needs needs, dn_model *model, dn_error *error)
{
    *training = (dn_training){0};
    dn_status status = DN_OK;
    if (needs.velocity)
        status = dn_weights_new(&training->velocity, model, error);
    if (status == DN_OK && needs.average)
        status = dn_weights_new(&training->average, model, error);
    if (status == DN_OK && needs.best)
        status = dn_weights_new(&training->best, model, error);
    if (status != DN_OK)
        dn_training_free(training);
    return status;
}

void dn_training_free(dn_training *training)
{
    if (!training)
        return;
    dn_weights_free(&training->velocity);
    dn_weights_free(&training->average);
    dn_weights_free(&training->best);
    *training = (dn_training){0};
}

/** A mean of losses, each of which was a float; or a sum of so many of them. */
static dn_status check_loss(const char *name, double loss, size_t count, dn_error *error)
{
    if (!isfinite(loss) || loss < 0.0)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "%s: %g found, 0 or more expected", name, loss);
    if (count == 0 && loss != 0.0)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "%s: %g found, but nothing was measured", name, loss);
    if (loss > (double)FLT_MAX * (double)count)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "%s: %g found, too large for a loss", name, loss);
    return DN_OK;
}

/** Every whole epoch is validated, so the first one is the best so far. Without validation there is no best one. */
static dn_status check_best(const dn_training *training, dn_error *error)
{
    const size_t epochs = training->best.count != 0 ? training->epochs : 0;
    const size_t first = epochs != 0 ? 1 : 0;
    if (training->best_epoch < first || training->best_epoch > epochs)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "best_epoch: %zu found, after %zu epochs %s validation",
                       training->best_epoch, training->epochs,
                       training->best.count != 0 ? "with" : "without");
    if (!(training->best_accuracy >= 0.0 && training->best_accuracy <= (double)first))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "best_accuracy: %g found, %s expected",
                       training->best_accuracy, first != 0 ? "0 to 1" : "0");
    return check_loss("best_loss", training->best_loss, first, error);
}

dn_status dn_training_check(const dn_training *training, dn_error *error)
{
    DN_TRY(check_loss("loss_sum", training->loss_sum, training->images, error));
    DN_TRY(check_loss("last_loss", training->last_loss, training->epochs != 0 ? 1 : 0, error));
    return check_best(training, error);
}

bool dn_training_is_better(const dn_training *training, double accuracy, double loss)
{
    if (training->best_epoch == 0)
        return true;
    if (accuracy > training->best_accuracy)
        return true;
    return accuracy == training->best_accuracy && loss < training->best_loss;
}

bool dn_training_is_averaged(const dn_training *training)
{
    return training->average.count != 0 && training->steps >= DN_EMA_INTERVAL;
}

void dn_training_finish(const dn_training *training, dn_model *model)
{
    if (training->best_epoch != 0)
        dn_weights_restore(&training->best, model);
    else if (dn_training_is_averaged(training))
        dn_weights_restore(&training->average, model);
}
