/* Train a digit classifier with the library alone: train_digits DATA_FOLDER MODEL_FILE */
#include "digitnet/digitnet.h"

#include <stdio.h>

static const size_t widths[] = {DN_DIGIT_PIXELS, 64, DN_DIGIT_CLASSES}; /* linear, ReLU, linear */

static dn_status train(dn_dataloader *images, dn_dataloader *test, dn_model *model, const char *path,
                       dn_error *error)
{
    dn_metrics metrics;
    dn_fit_result result;
    dn_learner learner = {.train = images,
                          .model = model,
                          .loss = dn_cross_entropy,
                          .optimiser = {.learning_rate = 0.1F},
                          .seed = 1};
    dn_status status = dn_learner_fit(&learner, 10, &result, error);
    if (status == DN_OK)
        status = dn_metrics_measure(NULL, model, test, &metrics, error);
    if (status == DN_OK)
        printf("%zu steps, test accuracy %.4f\n", result.steps, dn_metrics_accuracy(&metrics));
    return status == DN_OK ? dn_model_write(path, model, NULL, 0, error) : status;
}

int main(int count, char **arguments)
{
    dn_dataset train_set = {0};
    dn_dataset test_set = {0};
    dn_dataloader *images = NULL;
    dn_dataloader *test = NULL;
    dn_model *model = NULL;
    dn_error error;
    if (count != 3)
        return 2;
    const bool trained = dn_dataset_load(arguments[1], DN_DATA_TRAIN, &train_set, &error) == DN_OK &&
                         dn_dataset_load(arguments[1], DN_DATA_TEST, &test_set, &error) == DN_OK &&
                         dn_dataloader_new(&images, &train_set, NULL, 16, &error) == DN_OK &&
                         dn_dataloader_new(&test, &test_set, NULL, 512, &error) == DN_OK &&
                         dn_model_new(&model, widths, 3, 1, &error) == DN_OK &&
                         train(images, test, model, arguments[2], &error) == DN_OK;
    if (!trained)
        fprintf(stderr, "%s: %s: %s\n", error.subject, error.problem, error.remedy);
    dn_model_free(model);
    dn_dataloader_free(test);
    dn_dataloader_free(images);
    dn_dataset_free(&test_set);
    dn_dataset_free(&train_set);
    return trained ? 0 : 1;
}
