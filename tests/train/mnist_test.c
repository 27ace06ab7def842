/** A short training run on the real MNIST, where it is there. */
#include "digits.h"

#include "train/metrics.h"

#include "digitnet/loss.h"
#include "digitnet/train.h"

#define EPOCHS 3
#define BATCH 64
#define TEST_BATCH 1000

static dn_error error;

static dn_dataset load(const char *folder, dn_part_of_data part, size_t count)
{
    dn_dataset dataset;
    assert_ok(dn_dataset_load(folder, part, &dataset, &error));
    assert_int_equal(dataset.count, count);
    return dataset;
}

static void three_epochs_reach_97_percent_on_the_test_set(void **state)
{
    (void)state;
    const char *folder = mnist_folder_or_skip();
    dn_dataset train = load(folder, DN_DATA_TRAIN, 60000);
    dn_dataset test = load(folder, DN_DATA_TEST, 10000);
    dn_dataloader *test_loader = new_loader(&test, TEST_BATCH);
    dn_fit_result result;
    dn_metrics metrics;
    dn_learner learner = {.train = new_loader(&train, BATCH),
                          .optimiser = {.learning_rate = 0.3F},
                          .loss = dn_cross_entropy,
                          .seed = 1};
    assert_ok(dn_context_new(&learner.context, 2, DN_KERNELS_AUTO, &error));
    assert_ok(dn_model_new(&learner.model, (size_t[]){DN_DIGIT_PIXELS, 128, DN_DIGIT_CLASSES}, 3, 1, &error));
    assert_ok(dn_learner_fit(&learner, EPOCHS, &result, &error));
    assert_int_equal(result.steps, EPOCHS * 938);
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, learner.context, learner.model, test_loader, &metrics,
                                    &error));
    print_message("%zu of %zu right\n", metrics.correct, metrics.count);
    assert_int_equal(metrics.count, 10000);
    assert_true(metrics.correct >= 9700);
    dn_dataloader_free(learner.train);
    dn_dataloader_free(test_loader);
    dn_dataset_free(&train);
    dn_dataset_free(&test);
    dn_model_free(learner.model);
    dn_context_free(learner.context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(three_epochs_reach_97_percent_on_the_test_set)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
