/* What the chapter measures on the real MNIST, measured here. */
#include "digits.h"

#include "loss/losses.h"
#include "train/mean.h"
#include "train/metrics.h"

#include "digitnet/loss.h"
#include "digitnet/train.h"

#include <math.h>

static dn_error error;

static dn_dataset load(const char *folder, dn_part_of_data part, const dn_classes *classes)
{
    dn_dataset dataset;
    assert_ok(dn_dataset_load(folder, part, &dataset, &error));
    assert_ok(dn_dataset_keep_classes(&dataset, classes, NULL, &error));
    return dataset;
}

/** Mean images of the training images, measured on the test images. */
static dn_metrics measure_means(const dn_classes *classes, dn_distance distance)
{
    const char *folder = mnist_folder_or_skip();
    dn_dataset train = load(folder, DN_DATA_TRAIN, classes);
    dn_dataset test = load(folder, DN_DATA_TEST, classes);
    dn_dataloader *train_loader = new_loader(&train, 512);
    dn_dataloader *test_loader = new_loader(&test, 512);
    dn_classifier classifier = {.classes = *classes};
    dn_metrics metrics;
    assert_ok(dn_mean_images_learn(&classifier.mean, distance, classes->count, NULL, train_loader, &error));
    assert_ok(dn_classifier_measure(NULL, &classifier, test_loader, &metrics, &error));
    print_message("%zu classes, %s: accuracy %.4f, loss %.4f\n", classes->count, dn_distance_names[distance],
                  dn_metrics_accuracy(&metrics), metrics.loss);
    dn_classifier_free(&classifier);
    dn_dataloader_free(train_loader);
    dn_dataloader_free(test_loader);
    dn_dataset_free(&train);
    dn_dataset_free(&test);
    return metrics;
}

static void the_nearest_mean_of_ten_by_l1_is_right_in_two_of_three(void **state)
{
    (void)state;
    const dn_classes all = dn_classes_all();
    const dn_metrics metrics = measure_means(&all, DN_DISTANCE_L1);
    assert_int_equal(metrics.correct, 6685);
}

static void the_nearest_mean_of_ten_by_rmse_is_right_in_four_of_five(void **state)
{
    (void)state;
    const dn_classes all = dn_classes_all();
    const dn_metrics metrics = measure_means(&all, DN_DISTANCE_RMSE);
    assert_int_equal(metrics.correct, 8203);
}

/* The chapter prints 0.9168 and 0.9854. */
static void threes_and_sevens_have_the_accuracies_that_the_chapter_prints(void **state)
{
    (void)state;
    const dn_metrics metrics = measure_means(&(dn_classes){2, {3, 7}}, DN_DISTANCE_L1);
    assert_true(fabs(dn_metrics_recall(&metrics, 0) - 0.9168) < 0.00005);
    assert_true(fabs(dn_metrics_recall(&metrics, 1) - 0.9854) < 0.00005);
    assert_true(metrics.loss < log(2)); /* better than a coin, as probabilities too */
}

/** The chapter's simple net: 784-30-1, its loss, learning rate 0.1, batches of 256, 40 epochs. */
static void the_chapters_net_tells_threes_from_sevens_in_98_of_100(void **state)
{
    (void)state;
    const char *folder = mnist_folder_or_skip();
    const dn_classes classes = {2, {3, 7}};
    dn_dataset train = load(folder, DN_DATA_TRAIN, &classes);
    dn_dataset test = load(folder, DN_DATA_TEST, &classes);
    dn_dataloader *train_loader = new_loader(&train, 256);
    dn_dataloader *test_loader = new_loader(&test, 512);
    dn_classifier classifier = {.classes = classes};
    dn_metrics metrics;
    dn_metrics by_loss;
    dn_fit_result result;
    assert_ok(dn_model_new(&classifier.model, (size_t[]){DN_DIGIT_PIXELS, 30, 1}, 3, 1, &error));
    dn_learner learner = {.train = train_loader,
                          .model = classifier.model,
                          .optimiser = {.learning_rate = 0.1F},
                          .loss = dn_mnist_loss};
    assert_ok(dn_learner_fit(&learner, 40, &result, &error));
    assert_ok(dn_classifier_measure(NULL, &classifier, test_loader, &metrics, &error));
    assert_ok(dn_metrics_measure_by(dn_mnist_loss, NULL, classifier.model, test_loader, &by_loss, &error));
    print_message("the chapter's net: accuracy %.4f, loss %.4f\n", dn_metrics_accuracy(&metrics),
                  by_loss.loss);
    assert_true(dn_metrics_accuracy(&metrics) > 0.98);
    assert_int_equal(by_loss.correct, metrics.correct);
    assert_true(fabs(by_loss.loss - metrics.l1) <
                1e-6); /* 1 - p of the label: half of both classes' distances */
    dn_classifier_free(&classifier);
    dn_dataloader_free(train_loader);
    dn_dataloader_free(test_loader);
    dn_dataset_free(&train);
    dn_dataset_free(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_mean_of_ten_by_l1_is_right_in_two_of_three),
        cmocka_unit_test(the_nearest_mean_of_ten_by_rmse_is_right_in_four_of_five),
        cmocka_unit_test(the_chapters_net_tells_threes_from_sevens_in_98_of_100),
        cmocka_unit_test(threes_and_sevens_have_the_accuracies_that_the_chapter_prints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
