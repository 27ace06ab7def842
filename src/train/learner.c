#include "digitnet/train/learner.h"

#include "core/platform.h"
#include "core/try.h"

#include <math.h>

/** What one run of the loop keeps. */
typedef struct fit_state {
    dn_tensor dlogits; /**< [batch size, classes] */
    dn_progress progress;
    double loss_sum; /**< over the images of this epoch */
} fit_state;

static dn_status diverged(const dn_learner *learner, const fit_state *fit, const char *what, size_t batch,
                          dn_error *error)
{
    return dn_fail(error, DN_ERR_DIVERGED, "try a lower learning rate",
                   "training diverged: %s in epoch %zu, batch %zu, at learning rate %g", what,
                   fit->progress.epoch, batch, (double)learner->optimiser.learning_rate);
}

static const char *describe(double loss)
{
    return isnan(loss) ? "the loss is not a number" : "the loss is infinite";
}

/** Steps 2 to 5 of SGD for one mini-batch: predict, loss, gradient, step. */
static dn_status learn_batch(dn_learner *learner, fit_state *fit, const dn_batch *batch, dn_error *error)
{
    dn_model *model = learner->model;
    dn_tensor logits;
    dn_tensor dlogits;
    float loss;
    DN_TRY(dn_tensor_slice(&fit->dlogits, 0, 0, batch->count, 1, &dlogits, error));

    DN_TRY(dn_model_forward(learner->context, model, &batch->images, &logits, error));
    DN_TRY(learner->loss(&logits, batch->labels, &dlogits, &loss, error));
    if (!isfinite(loss))
        return diverged(learner, fit, describe((double)loss), fit->progress.batch + 1, error);
    DN_TRY(dn_model_backward(learner->context, model, &batch->images, &dlogits, error));
    dn_sgd_step(learner->context, &learner->optimiser, model);
    dn_model_zero_grad(model);

    fit->progress.batch++;
    fit->progress.images += batch->count;
    fit->loss_sum += (double)loss * (double)batch->count;
    fit->progress.loss = fit->loss_sum / (double)fit->progress.images;
    return DN_OK;
}

/** One epoch: every mini-batch once, in a new order. */
static dn_status learn_epoch(dn_learner *learner, fit_state *fit, dn_fit_result *result, dn_error *error)
{
    const dn_callbacks *callbacks = &learner->callbacks;
    dn_batch batch;
    dn_dataloader_shuffle(learner->train, learner->seed, fit->progress.epoch);
    while (!result->stopped && dn_dataloader_next(learner->context, learner->train, &batch)) {
        DN_TRY(learn_batch(learner, fit, &batch, error));
        result->steps++;
        if (callbacks->batch_done && !callbacks->batch_done(callbacks->self, &fit->progress))
            result->stopped = true;
    }
    return DN_OK;
}

/** No loss follows the last step of an epoch, so look at the parameters themselves. */
static dn_status check_parameters(const dn_learner *learner, const fit_state *fit, dn_error *error)
{
    for (size_t i = 0; i < 2 * dn_model_layers(learner->model); i++) {
        const dn_tensor *value = &dn_model_parameter(learner->model, i)->value;
        const size_t count = dn_tensor_count(value);
        for (size_t place = 0; place < count; place++) {
            if (!isfinite(value->data[place]))
                return diverged(learner, fit, "a weight is not finite", fit->progress.batch, error);
        }
    }
    return DN_OK;
}

static dn_status report_epoch(dn_learner *learner, const fit_state *fit, double seconds,
                              dn_fit_result *result, dn_error *error)
{
    const dn_callbacks *callbacks = &learner->callbacks;
    dn_epoch epoch = {.epoch = fit->progress.epoch,
                      .epochs = fit->progress.epochs,
                      .images = fit->progress.images,
                      .train_loss = fit->progress.loss,
                      .validated = learner->valid != NULL,
                      .learning_rate = learner->optimiser.learning_rate,
                      .seconds = seconds};
    if (learner->valid)
        DN_TRY(dn_metrics_measure(learner->context, learner->model, learner->valid, &epoch.valid, error));
    if (!isfinite(epoch.valid.loss))
        return diverged(learner, fit, describe(epoch.valid.loss), fit->progress.batch, error);
    if (callbacks->epoch_done && !callbacks->epoch_done(callbacks->self, &epoch))
        result->stopped = true;
    return DN_OK;
}

static dn_status run_epochs(dn_learner *learner, fit_state *fit, size_t epochs, dn_fit_result *result,
                            dn_error *error)
{
    for (size_t epoch = 1; epoch <= epochs && !result->stopped; epoch++) {
        fit->progress =
            (dn_progress){.epoch = epoch, .epochs = epochs, .batches = dn_dataloader_batches(learner->train)};
        fit->loss_sum = 0.0;
        const double begin = dn_platform_seconds();
        DN_TRY(learn_epoch(learner, fit, result, error));
        DN_TRY(check_parameters(learner, fit, error));
        const double seconds = dn_platform_seconds() - begin;
        if (fit->progress.batch == fit->progress.batches)
            result->epochs++;
        DN_TRY(report_epoch(learner, fit, seconds, result, error));
    }
    return DN_OK;
}

dn_status dn_learner_fit(dn_learner *learner, size_t epochs, dn_fit_result *result, dn_error *error)
{
    *result = (dn_fit_result){0};
    fit_state fit = {0};
    const size_t batch_size = dn_dataloader_batch_size(learner->train);
    const size_t classes = dn_model_width(learner->model, dn_model_layers(learner->model));
    DN_TRY(dn_tensor_zeros(&fit.dlogits, DN_SHAPE(batch_size, classes), error));
    dn_model_zero_grad(learner->model);
    const dn_status status = run_epochs(learner, &fit, epochs, result, error);
    dn_tensor_free(&fit.dlogits);
    return status;
}
