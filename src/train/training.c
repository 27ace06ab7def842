#include "digitnet/train/training.h"

#include "digitnet/optim/average.h"

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
    return training->average.count != 0 && training->steps >= DN_AVERAGE_INTERVAL;
}

void dn_training_finish(const dn_training *training, dn_model *model)
{
    if (training->best_epoch != 0)
        dn_weights_restore(&training->best, model);
    else if (dn_training_is_averaged(training))
        dn_weights_restore(&training->average, model);
}
