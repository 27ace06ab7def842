#include "product.h"

#include "data/classes.h"
#include "io/archive.h"
#include "loss/losses.h"
#include "nn/model.h"
#include "train/metrics.h"
#include "train/model_file.h"

#include "digitnet/loss.h"
#include "digitnet/tensor.h"
#include "digitnet/train.h"

#include <math.h>
#include <string.h>

static dn_error error;

static const dn_classes three_and_seven = {2, {3, 7}};

/* Four images of two pixels, the left one bright, or the right one, or both, or none. */
static const uint8_t images[] = {255, 0, 0, 255, 255, 255, 0, 0};
static const uint8_t labels[] = {0, 1, 1, 0};

static dn_dataloader *new_loader(size_t batch_size)
{
    static const dn_dataset dataset = {
        .count = 4, .height = 1, .width = 2, .classes = 2, .images = images, .labels = labels};
    dn_dataloader *loader;
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, batch_size, &error));
    return loader;
}

/** One output: the logit is left - 2 right. */
static dn_classifier yes_or_no(void)
{
    dn_classifier classifier = {.classes = three_and_seven};
    assert_ok(dn_model_blank(&classifier.model, (size_t[]){2, 1}, 2, &error));
    dn_tensor *weight = &dn_model_parameter(classifier.model, 0)->value;
    assert_ok(dn_copy(&(dn_tensor){.shape = DN_SHAPE(1, 2), .stride = {2, 1}, .data = (float[]){1, -2}},
                      weight, &error));
    return classifier;
}

/** Class 0 is the left pixel, class 1 the right one. */
static dn_classifier nearest_mean(void)
{
    dn_classifier classifier = {.classes = three_and_seven};
    assert_ok(dn_tensor_zeros(&classifier.mean.images, DN_SHAPE(2, 2), &error));
    memcpy(classifier.mean.images.data, (float[]){1, 0, 0, 1}, 4 * sizeof(float));
    return classifier;
}

static void one_output_gives_two_probabilities(void **state)
{
    (void)state;
    dn_classifier classifier = yes_or_no();
    dn_dataloader *loader = new_loader(4);
    dn_batch batch;
    dn_tensor scores;
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    assert_ok(dn_classifier_scores(NULL, &classifier, &batch.images, &scores, &error));
    assert_tensor(&scores, DN_SHAPE(4, 2), 0, 1, 0, -2, 0, -1, 0, 0, 0);
    static const size_t answers[] = {0, 1, 1, 0}; /* of equals the first */
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(dn_classifier_answer(&scores, i), answers[i]);
    assert_ok(dn_softmax(&scores, &scores, &error));
    const float sigmoid_1 = 1 / (1 + expf(-1));
    const float sigmoid_2 = 1 / (1 + expf(2));
    assert_tensor(&scores, DN_SHAPE(4, 2), 1e-6F, sigmoid_1, 1 - sigmoid_1, sigmoid_2, 1 - sigmoid_2,
                  1 - sigmoid_1, sigmoid_1, 0.5F, 0.5F);
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
}

static void the_nearest_mean_has_the_highest_score(void **state)
{
    (void)state;
    dn_classifier classifier = nearest_mean();
    dn_dataloader *loader = new_loader(4);
    dn_batch batch;
    dn_tensor scores;
    const float all = -DN_DISTANCE_SHARPNESS;
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    assert_ok(dn_classifier_scores(NULL, &classifier, &batch.images, &scores, &error));
    assert_tensor(&scores, DN_SHAPE(4, 2), 0, 0, all, all, 0, all / 2, all / 2, all / 2, all / 2);
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
}

static void outputs_that_do_not_suit_the_classes_are_refused(void **state)
{
    (void)state;
    dn_classifier classifier = yes_or_no();
    float pixels[] = {0, 0};
    const dn_tensor x = dn_tensor_borrow(pixels, DN_SHAPE(1, 2));
    dn_tensor scores;
    classifier.classes = dn_classes_all();
    assert_int_equal(dn_classifier_scores(NULL, &classifier, &(dn_matrix){.dense = &x}, &scores, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "1 outputs for 10 classes");
    dn_classifier_free(&classifier);
    classifier = nearest_mean();
    classifier.classes.count = 3;
    assert_int_equal(dn_classifier_scores(NULL, &classifier, &(dn_matrix){.dense = &x}, &scores, &error),
                     DN_ERR_SHAPE);
    dn_classifier_free(&classifier);
}

/* Answers 0 1 1 0 are all right; of the four one is a tie. With labels turned they are all wrong. */
static void metrics_are_those_worked_by_hand(void **state)
{
    (void)state;
    dn_classifier classifier = yes_or_no();
    for (size_t batch_size = 1; batch_size <= 4; batch_size++) {
        dn_dataloader *loader = new_loader(batch_size);
        dn_metrics metrics;
        assert_ok(dn_classifier_measure(NULL, &classifier, loader, &metrics, &error));
        const double wrong[] = {1 / (1 + exp(1)), 1 / (1 + exp(2)), 1 / (1 + exp(1)), 0.5};
        double loss = 0;
        double l1 = 0;
        double squares = 0;
        for (size_t i = 0; i < 4; i++) {
            loss -= log(1 - wrong[i]) / 4;
            l1 += 2 * wrong[i] / 8;
            squares += 2 * wrong[i] * wrong[i] / 8;
        }
        assert_int_equal(metrics.correct, 4);
        assert_true(fabs(metrics.loss - loss) < 1e-6);
        assert_true(fabs(metrics.l1 - l1) < 1e-6);
        assert_true(fabs(metrics.rmse - sqrt(squares)) < 1e-6);
        assert_true(dn_metrics_error(&metrics) == 0);
        assert_true(dn_metrics_top(&metrics, 1) == 1);
        dn_dataloader_free(loader);
    }
    dn_classifier_free(&classifier);
}

/* The logits are 1, -2, -1 and 0, all on the label's side: the chapter's loss is what p lacks. */
static void another_loss_sees_the_nets_own_outputs(void **state)
{
    (void)state;
    dn_classifier classifier = yes_or_no();
    dn_dataloader *loader = new_loader(3);
    dn_metrics metrics;
    dn_metrics entropy;
    assert_ok(dn_metrics_measure_by(dn_mnist_loss, NULL, classifier.model, loader, &metrics, &error));
    const double loss = (2 / (1 + exp(1)) + 1 / (1 + exp(2)) + 0.5) / 4;
    assert_true(fabs(metrics.loss - loss) < 1e-6);
    assert_ok(
        dn_metrics_measure_by(dn_binary_cross_entropy, NULL, classifier.model, loader, &metrics, &error));
    assert_ok(dn_classifier_measure(NULL, &classifier, loader, &entropy, &error));
    assert_true(fabs(metrics.loss - entropy.loss) < 1e-6); /* the softmax of a logit and 0 is its sigmoid */
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
}

static void shares_are_taken_of_the_right_wholes(void **state)
{
    (void)state;
    const dn_metrics metrics = {.count = 10,
                                .correct = 6,
                                .classes = 3,
                                .ranks = {6, 3, 1},
                                .confusion = {{4, 1, 0}, {3, 2, 0}, {0, 0, 0}}};
    assert_true(fabs(dn_metrics_error(&metrics) - 0.4) < 1e-12);
    assert_true(fabs(dn_metrics_top(&metrics, 1) - 0.6) < 1e-12);
    assert_true(fabs(dn_metrics_top(&metrics, 2) - 0.9) < 1e-12);
    assert_true(dn_metrics_top(&metrics, 3) == 1 && dn_metrics_top(&metrics, 99) == 1);
    assert_true(fabs(dn_metrics_precision(&metrics, 0) - 4.0 / 7.0) < 1e-12);
    assert_true(fabs(dn_metrics_precision(&metrics, 1) - 2.0 / 3.0) < 1e-12);
    assert_true(isnan(dn_metrics_precision(&metrics, 2)));
    assert_true(fabs(dn_metrics_recall(&metrics, 0) - 0.8) < 1e-12);
    assert_true(fabs(dn_metrics_recall(&metrics, 1) - 0.4) < 1e-12);
    assert_true(isnan(dn_metrics_recall(&metrics, 2)));
}

static void ranks_count_the_classes_above_the_label(void **state)
{
    (void)state;
    dn_classifier classifier = {.classes = {3, {0, 1, 2}}};
    static const uint8_t three[] = {2, 0, 1, 2};
    const dn_dataset dataset = {
        .count = 4, .height = 1, .width = 2, .classes = 3, .images = images, .labels = three};
    dn_dataloader *loader;
    dn_metrics metrics;
    assert_ok(dn_model_blank(&classifier.model, (size_t[]){2, 3}, 2, &error));
    memcpy(dn_model_parameter(classifier.model, 1)->value.data, (float[]){3, 2, 1}, 3 * sizeof(float));
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, 3, &error));
    assert_ok(dn_classifier_measure(NULL, &classifier, loader, &metrics, &error));
    assert_int_equal(metrics.ranks[0], 1);
    assert_int_equal(metrics.ranks[1], 1);
    assert_int_equal(metrics.ranks[2], 2);
    memset(dn_model_parameter(classifier.model, 1)->value.data, 0, 3 * sizeof(float)); /* all equal */
    assert_ok(dn_classifier_measure(NULL, &classifier, loader, &metrics, &error));
    assert_int_equal(metrics.ranks[0], 1);
    assert_int_equal(metrics.ranks[2], 2);
    assert_int_equal(metrics.correct, metrics.ranks[0]);
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
}

static void every_kind_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    const char *path = temporary_path("kinds.safetensors");
    dn_classifier net = {.classes = three_and_seven};
    dn_classifier mean = {.classes = {3, {9, 0, 4}}};
    dn_classifier read;
    dn_archive archive;
    assert_ok(dn_model_new(&net.model, (size_t[]){DN_DIGIT_PIXELS, 5, 1}, 3, 1, &error));
    assert_ok(dn_classifier_write(path, &net, NULL, 0, &error));
    assert_ok(dn_classifier_read(path, &read, &archive, &error));
    assert_true(dn_classes_equal(&read.classes, &three_and_seven));
    assert_string_equal(dn_archive_metadata(&archive, "classes"), "3,7");
    assert_string_equal(dn_archive_metadata(&archive, "architecture"), "784-5-1");
    assert_null(dn_archive_metadata(&archive, "metric"));
    for (size_t i = 0; i < 4; i++)
        assert_same_bits(&dn_model_parameter(read.model, i)->value, &dn_model_parameter(net.model, i)->value);
    dn_archive_free(&archive);
    dn_classifier_free(&read);
    dn_classifier_free(&net);

    mean.mean.distance = DN_DISTANCE_RMSE;
    assert_ok(dn_tensor_zeros(&mean.mean.images, DN_SHAPE(3, DN_DIGIT_PIXELS), &error));
    mean.mean.images.data[DN_DIGIT_PIXELS] = 0.5F;
    assert_ok(dn_classifier_write(path, &mean, NULL, 0, &error));
    assert_ok(dn_classifier_read(path, &read, &archive, &error));
    assert_true(dn_classes_equal(&read.classes, &mean.classes));
    assert_null(read.model);
    assert_int_equal(read.mean.distance, DN_DISTANCE_RMSE);
    assert_same_bits(&read.mean.images, &mean.mean.images);
    assert_string_equal(dn_archive_metadata(&archive, "architecture"), "mean");
    assert_string_equal(dn_archive_metadata(&archive, "metric"), "rmse");
    assert_int_equal(archive.tensor_count, 1);
    assert_ok(dn_model_check_ours(path, &error));
    dn_archive_free(&archive);
    dn_classifier_free(&read);
    dn_classifier_free(&mean);
}

/** Write a file with one tensor of zeros (or a layer of one output) and these metadata, and expect it to be refused. */
static void expect_refused(const char *name, dn_shape shape, const char *classes, const char *metric,
                           const char *problem)
{
    const char *path = temporary_path("bad.safetensors");
    dn_archive archive = {0};
    dn_classifier read;
    dn_tensor tensor;
    dn_tensor bias;
    if (classes)
        assert_ok(dn_archive_add_metadata(&archive, "classes", classes, &error));
    if (metric)
        assert_ok(dn_archive_add_metadata(&archive, "metric", metric, &error));
    assert_ok(dn_tensor_zeros(&tensor, shape, &error));
    assert_ok(dn_archive_add_tensor(&archive, name, &tensor, &error));
    if (strcmp(name, "0.weight") == 0) {
        assert_ok(dn_tensor_zeros(&bias, DN_SHAPE(shape.extent[0]), &error));
        assert_ok(dn_archive_add_tensor(&archive, "0.bias", &bias, &error));
    }
    assert_ok(dn_archive_write(path, &archive, &error));
    dn_archive_free(&archive);
    assert_int_equal(dn_classifier_read(path, &read, &archive, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, problem);
    assert_string_equal(error.subject, path);
    assert_null(read.model);
    assert_null(read.mean.images.data);
    assert_null(archive.tensors);
}

static void files_that_contradict_themselves_are_refused(void **state)
{
    (void)state;
    const dn_shape ten = DN_SHAPE(10, DN_DIGIT_PIXELS);
    const dn_shape one = DN_SHAPE(1, DN_DIGIT_PIXELS);
    expect_refused("mean", ten, NULL, NULL, "metadata metric: nothing found");
    expect_refused("mean", ten, NULL, "l2", "metadata metric: l2 found");
    expect_refused("mean", ten, "3,7", "l1", "tensor \"mean\" has shape [10, 784], [2, 784] expected");
    expect_refused("mean", DN_SHAPE(10, 28, 28), NULL, "l1", "tensor \"mean\" has shape [10, 28, 28]");
    expect_refused("mean", one, "3", "l1", "metadata classes: \"3\" is no list of digits");
    expect_refused("0.weight", one, NULL, NULL, "the last layer has 1 outputs, 10 expected");
    expect_refused("0.weight", one, "3,7,1", NULL, "the last layer has 1 outputs, 3 expected");
    expect_refused("0.weight", ten, "3,7", NULL, "the last layer has 10 outputs, 2 expected, or 1");
    expect_refused("0.weight", ten, "3,3", NULL, "metadata classes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_output_gives_two_probabilities),
        cmocka_unit_test(the_nearest_mean_has_the_highest_score),
        cmocka_unit_test(outputs_that_do_not_suit_the_classes_are_refused),
        cmocka_unit_test(metrics_are_those_worked_by_hand),
        cmocka_unit_test(another_loss_sees_the_nets_own_outputs),
        cmocka_unit_test(shares_are_taken_of_the_right_wholes),
        cmocka_unit_test(ranks_count_the_classes_above_the_label),
        cmocka_unit_test(every_kind_is_read_back_as_it_was_written),
        cmocka_unit_test(files_that_contradict_themselves_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
