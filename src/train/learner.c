#include "train/learner.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "data/dataloader.h"
#include "nn/dropout.h"
#include "nn/model.h"
#include "nn/weights.h"
#include "optim/ema.h"
#include "optim/sgd.h"
#include "tensor/context.h"
#include "train/format.h"
#include "train/metrics.h"
#include "train/pace.h"
#include "train/training.h"

#include "digitnet/train.h"

#include <math.h>

/** State of a fit. */
typedef struct fit_run {
    dn_learner *learner;
    dn_training *training;
    dn_fit_result *result;
    size_t epochs;
    dn_schedule schedule;
    dn_sgd optimiser;     /**< the learner's, with this step's learning rate */
    dn_weights *velocity; /**< the training's, or NULL without momentum */
    dn_sgd_steps steps;   /**< of the weights, made while backward computes their gradients */
    dn_tensor dlogits;    /**< [batch size, classes] */
    float batch_loss;     /**< of the last batch */
    dn_pace pace;         /**< together or alone, whatever is faster now */
} fit_run;

static dn_status diverged(const fit_run *run, const char *what, size_t batch, dn_error *error)
{
    return dn_fail(error, DN_ERR_DIVERGED, "try a lower learning rate",
                   "training diverged: %s in epoch %zu, batch %zu, at learning rate %g", what,
                   run->training->epochs + 1, batch, (double)run->optimiser.learning_rate);
}

static const char *describe(double loss)
{
    return isnan(loss) ? "the loss is not a number" : "the loss is infinite";
}

/** The mean loss of the epoch so far. */
static double mean_loss(const dn_training *training)
{
    return training->images != 0 ? training->loss_sum / (double)training->images : 0.0;
}

static void update_average(const fit_run *run)
{
    dn_training *training = run->training;
    if (training->average.count != 0 && training->steps % DN_EMA_INTERVAL == 0)
        dn_ema_update(run->learner->context, &training->average, run->learner->model, run->learner->average,
                      training->steps / DN_EMA_INTERVAL - 1);
}

/** Steps 2 to 5 of SGD for one mini-batch: predict, loss, gradient, step. */
static dn_status learn_batch(fit_run *run, const dn_batch *batch, dn_error *error)
{
    const dn_learner *learner = run->learner;
    dn_training *training = run->training;
    dn_model *model = learner->model;
    dn_tensor logits;
    dn_tensor dlogits;
    float loss;
    DN_TRY(dn_tensor_slice(&run->dlogits, 0, 0, batch->count, 1, &dlogits, error));
    run->optimiser.learning_rate =
        learner->optimiser.learning_rate * dn_schedule_factor(&run->schedule, training->steps);
    dn_model_set_dropout(model, (dn_dropout){learner->dropout, learner->seed, training->steps});

    DN_TRY(dn_model_forward(learner->context, model, &batch->images, &logits, error));
    DN_TRY(learner->loss(learner->context, &logits, batch->labels, &dlogits, &loss, error));
    if (!isfinite(loss))
        return diverged(run, describe((double)loss), training->batches + 1, error);
    DN_TRY(
        dn_model_backward_into(learner->context, model, &batch->images, &dlogits, run->steps.sinks, error));
    dn_sgd_step(learner->context, &run->optimiser, model, run->velocity);
    dn_model_zero_grad(model);

    run->batch_loss = loss;
    training->steps++;
    training->batches++;
    training->images += batch->count;
    training->loss_sum += (double)loss * (double)batch->count;
    update_average(run);
    return DN_OK;
}

static bool reached_limit(const fit_run *run)
{
    return run->learner->max_steps != 0 && run->training->steps >= run->learner->max_steps;
}

/** False when training is to stop. */
static bool report_batch(const fit_run *run)
{
    const dn_training *training = run->training;
    const dn_callbacks *callbacks = &run->learner->callbacks;
    const dn_progress progress = {.epoch = training->epochs + 1,
                                  .epochs = run->epochs,
                                  .batch = training->batches,
                                  .batches = dn_dataloader_batches(run->learner->train),
                                  .images = training->images,
                                  .loss = mean_loss(training),
                                  .batch_loss = run->batch_loss};
    return !callbacks->batch_done || callbacks->batch_done(callbacks->self, &progress);
}

/** One epoch, or what is left of it: every mini-batch once, in a new order. */
static dn_status learn_epoch(fit_run *run, dn_error *error)
{
    const dn_learner *learner = run->learner;
    dn_batch batch;
    dn_dataloader_shuffle(learner->train, learner->seed, run->training->epochs + 1);
    dn_dataloader_skip(learner->train, run->training->batches);
    while (!run->result->stopped && dn_dataloader_next(learner->context, learner->train, &batch)) {
        DN_TRY(learn_batch(run, &batch, error));
        run->result->steps++;
        dn_pace_step(&run->pace, dn_platform_seconds());
        run->result->stopped = !report_batch(run) || reached_limit(run);
    }
    return DN_OK;
}

/** No loss follows the last step of an epoch, so look at the parameters themselves. */
static dn_status check_parameters(const fit_run *run, dn_error *error)
{
    dn_model *model = run->learner->model;
    for (size_t i = 0; i < dn_model_parameters(model); i++) {
        const dn_tensor *value = &dn_model_parameter(model, i)->value;
        const size_t count = dn_tensor_count(value);
        for (size_t place = 0; place < count; place++) {
            if (!isfinite(value->data[place]))
                return diverged(run, "a weight is not finite", run->training->batches, error);
        }
    }
    return DN_OK;
}

/** Measure the weights that would be kept if training ended now, and keep them if they are the best. */
static dn_status validate(const fit_run *run, dn_epoch *epoch, dn_error *error)
{
    const dn_learner *learner = run->learner;
    dn_training *training = run->training;
    const bool averaged = dn_training_is_averaged(training);
    dn_model_set_dropout(learner->model, (dn_dropout){0});
    if (averaged)
        dn_weights_swap(&training->average, learner->model);
    const dn_status status = dn_metrics_measure_by(learner->loss, learner->context, learner->model,
                                                   learner->valid, &epoch->valid, error);
    const double accuracy = dn_metrics_accuracy(&epoch->valid);
    if (status == DN_OK && isfinite(epoch->valid.loss) &&
        dn_training_is_better(training, accuracy, epoch->valid.loss)) {
        epoch->best = true;
        training->best_epoch = epoch->epoch;
        training->best_accuracy = accuracy;
        training->best_loss = epoch->valid.loss;
        dn_weights_copy(&training->best, learner->model);
    }
    if (averaged)
        dn_weights_swap(&training->average, learner->model);
    if (status == DN_OK && !isfinite(epoch->valid.loss))
        return diverged(run, describe(epoch->valid.loss), training->batches, error);
    return status;
}

/**
 * Report an epoch. `whole` is false when training stopped within it; `resumed` images came before the seconds began.
 */
static dn_status end_epoch(fit_run *run, bool whole, double seconds, size_t resumed, dn_error *error)
{
    const dn_learner *learner = run->learner;
    dn_training *training = run->training;
    const dn_callbacks *callbacks = &learner->callbacks;
    dn_epoch epoch = {.epoch = training->epochs + 1,
                      .epochs = run->epochs,
                      .images = training->images,
                      .train_loss = mean_loss(training),
                      .validated = whole && learner->valid,
                      .learning_rate = run->optimiser.learning_rate,
                      .seconds = seconds,
                      .timed_images = training->images - resumed};
    if (epoch.validated)
        DN_TRY(validate(run, &epoch, error));
    if (whole) {
        training->last_loss = epoch.train_loss;
        training->epochs++;
        training->batches = 0;
        training->images = 0;
        training->loss_sum = 0.0;
        run->result->epochs++;
    }
    if (callbacks->epoch_done && !callbacks->epoch_done(callbacks->self, &epoch))
        run->result->stopped = true;
    return DN_OK;
}

static bool out_of_patience(const fit_run *run)
{
    const size_t patience = run->learner->patience;
    const dn_training *training = run->training;
    return patience != 0 && training->best_epoch != 0 && training->epochs < run->epochs &&
           training->epochs - training->best_epoch >= patience;
}

/** Steps 6 and 7: repeat, stop. */
static dn_status run_epochs(fit_run *run, dn_error *error)
{
    const size_t batches = dn_dataloader_batches(run->learner->train);
    run->result->stopped = reached_limit(run);
    run->result->early = out_of_patience(run); /* it may be resumed from its end */
    while (run->training->epochs < run->epochs && !run->result->stopped && !run->result->early) {
        const double begin = dn_platform_seconds();
        const size_t resumed = run->training->images;
        DN_TRY(learn_epoch(run, error));
        DN_TRY(check_parameters(run, error));
        const bool whole = run->training->batches == batches;
        DN_TRY(end_epoch(run, whole, dn_platform_seconds() - begin, resumed, error));
        run->result->early = out_of_patience(run);
    }
    return DN_OK;
}

dn_training_needs dn_learner_needs(const dn_learner *learner)
{
    return (dn_training_needs){.velocity = learner->optimiser.momentum > 0.0F,
                               .average = learner->average > 0.0F,
                               .best = learner->valid != NULL};
}

/** Has the training the sets of weights that the settings need, and no others? */
static dn_status check_needs(const dn_learner *learner, const dn_training *training, dn_error *error)
{
    const dn_training_needs needs = dn_learner_needs(learner);
    if (needs.velocity == (training->velocity.count != 0) &&
        needs.average == (training->average.count != 0) && needs.best == (training->best.count != 0))
        return DN_OK;
    return dn_fail(error, DN_ERR_ARGUMENT, "make the training with dn_learner_needs",
                   "the training is one of other settings");
}

/** Check the position within the epochs against the data and the batch size. */
static dn_status check_place(const dn_learner *learner, size_t epochs, const dn_training *training,
                             dn_error *error)
{
    const size_t batches = dn_dataloader_batches(learner->train);
    size_t steps;
    if (!dn_size_multiply(epochs, batches, &steps))
        return dn_fail(error, DN_ERR_ARGUMENT, "give fewer epochs, or larger batches",
                       "%zu epochs of %zu batches are more steps than can be counted here", epochs, batches);
    /* Only an epoch's last batch is smaller than the others, and after that the epoch is over. */
    const size_t images = training->batches * dn_dataloader_batch_size(learner->train);
    const bool fit = training->epochs <= epochs && training->batches < batches && training->steps <= steps &&
                     training->steps == training->epochs * batches + training->batches &&
                     training->images == images;
    if (fit)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY,
                   "%zu epochs, %zu batches, %zu images and %zu steps do not fit %zu epochs of %zu batches",
                   training->epochs, training->batches, training->images, training->steps, epochs, batches);
}

/** The best epoch is one that patience waited for, and its accuracy a number of the validation images. */
static dn_status check_best(const dn_learner *learner, const dn_training *training, dn_error *error)
{
    if (training->best_epoch == 0)
        return DN_OK;
    if (learner->patience != 0 && training->epochs - training->best_epoch > learner->patience)
        return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY,
                       "best_epoch: %zu found, after %zu epochs with a patience of %zu", training->best_epoch,
                       training->epochs, learner->patience);
    const double count = (double)dn_dataloader_count(learner->valid);
    if (training->best_accuracy == floor(training->best_accuracy * count + 0.5) / count)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY,
                   "best_accuracy: %g found, no fraction of %.0f validation images", training->best_accuracy,
                   count);
}

dn_status dn_learner_check(const dn_learner *learner, size_t epochs, const dn_training *training,
                           dn_error *error)
{
    DN_TRY(check_needs(learner, training, error));
    DN_TRY(check_place(learner, epochs, training, error));
    DN_TRY(dn_training_check(training, error));
    return check_best(learner, training, error);
}

dn_status dn_learner_continue(dn_learner *learner, size_t epochs, dn_training *training,
                              dn_fit_result *result, dn_error *error)
{
    *result = (dn_fit_result){0};
    const size_t classes = dn_model_width(learner->model, dn_model_layers(learner->model));
    fit_run run = {.learner = learner,
                   .training = training,
                   .result = result,
                   .epochs = epochs,
                   .schedule = learner->schedule,
                   .optimiser = learner->optimiser,
                   .velocity = learner->optimiser.momentum > 0.0F ? &training->velocity : NULL};
    DN_TRY(dn_learner_check(learner, epochs, training, error));
    if (run.schedule.steps == 0)
        run.schedule.steps = epochs * dn_dataloader_batches(learner->train);
    DN_TRY(dn_tensor_zeros(&run.dlogits, DN_SHAPE(dn_dataloader_batch_size(learner->train), classes), error));
    dn_model_zero_grad(learner->model);
    dn_sgd_prepare(&run.steps, learner->context, &run.optimiser, learner->model, run.velocity);
    dn_pace_begin(&run.pace, dn_context_pool(learner->context));
    const dn_status status = run_epochs(&run, error);
    dn_pace_end(&run.pace);
    dn_model_set_dropout(learner->model, (dn_dropout){0});
    dn_tensor_free(&run.dlogits);
    return status;
}

dn_status dn_learner_fit(dn_learner *learner, size_t epochs, dn_fit_result *result, dn_error *error)
{
    dn_training training;
    *result = (dn_fit_result){0};
    DN_TRY(dn_training_new(&training, dn_learner_needs(learner), learner->model, error));
    const dn_status status = dn_learner_continue(learner, epochs, &training, result, error);
    if (status == DN_OK)
        dn_training_finish(&training, learner->model);
    dn_training_free(&training);
    return status;
}
