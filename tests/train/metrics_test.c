#include "digits.h"

#include "product.h"

#include "nn/model.h"
#include "train/metrics.h"

#include "digitnet/train.h"

#include <math.h>

static dn_error error;

/*
 * Six images of one pixel row, two pixels wide, and a linear model of three classes whose logits are
 *
 *     class 0: left,   class 1: right,   class 2: 1/4
 *
 * so that the answer is the brighter pixel, or 2 where both are dark; of equals the first.
 */
static const uint8_t images[] = {255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 255};
static const uint8_t labels[] = {0, 1, 2, 1, 2, 0};
static const size_t answers[] = {0, 1, 2, 0, 1, 0};
#define COUNT 6

static dn_model *new_model(size_t classes)
{
    dn_model *model;
    assert_ok(dn_model_blank(&model, (size_t[]){2, classes}, 2, &error));
    float *element;
    assert_ok(dn_tensor_at(&dn_model_parameter(model, 0)->value, (size_t[]){0, 0}, &element, &error));
    *element = 1;
    assert_ok(dn_tensor_at(&dn_model_parameter(model, 0)->value, (size_t[]){1, 1}, &element, &error));
    *element = 1;
    dn_model_parameter(model, 1)->value.data[2] = 0.25F;
    return model;
}

static dn_dataloader *new_pixel_loader(size_t batch_size)
{
    const dn_dataset dataset = {
        .count = COUNT, .height = 1, .width = 2, .classes = 3, .images = images, .labels = labels};
    return new_loader(&dataset, batch_size);
}

/** -log softmax of the logits [left, right, 1/4] of an example. */
static double expected_loss(size_t example)
{
    const double logits[] = {images[2 * example] / 255.0, images[2 * example + 1] / 255.0, 0.25};
    const double sum = exp(logits[0]) + exp(logits[1]) + exp(logits[2]);
    return log(sum) - logits[labels[example]];
}

static void examples_are_counted_by_label_and_answer(void **state)
{
    (void)state;
    dn_model *model = new_model(3);
    for (size_t batch_size = 1; batch_size <= COUNT; batch_size++) {
        dn_metrics metrics;
        dn_dataloader *loader = new_pixel_loader(batch_size);
        dn_dataloader_shuffle(loader, 1, 1);
        dn_batch batch;
        assert_true(dn_dataloader_next(NULL, loader, &batch)); /* the loader is rewound first */
        assert_ok(dn_metrics_measure_by(dn_cross_entropy, NULL, model, loader, &metrics, &error));
        assert_int_equal(metrics.count, COUNT);
        assert_int_equal(metrics.correct, 4);
        size_t confusion[DN_DIGIT_CLASSES][DN_DIGIT_CLASSES] = {{0}};
        double loss = 0;
        for (size_t i = 0; i < COUNT; i++) {
            confusion[labels[i]][answers[i]]++;
            loss += expected_loss(i) / COUNT;
        }
        assert_memory_equal(metrics.confusion, confusion, sizeof confusion);
        assert_true(fabs(metrics.loss - loss) < 1e-6);
        assert_true(fabs(dn_metrics_accuracy(&metrics) - 4.0 / 6.0) < 1e-12);
        assert_false(dn_dataloader_next(NULL, loader, &batch));
        dn_dataloader_free(loader);
    }
    dn_model_free(model);
}

static void measuring_changes_no_parameter(void **state)
{
    (void)state;
    dn_model *model = new_model(3);
    dn_model *same = new_model(3);
    dn_metrics metrics;
    dn_dataloader *loader = new_pixel_loader(4);
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, NULL, model, loader, &metrics, &error));
    for (size_t i = 0; i < 2; i++) {
        assert_same_bits(&dn_model_parameter(model, i)->value, &dn_model_parameter(same, i)->value);
        assert_true(dn_model_parameter(model, i)->grad_is_zero);
    }
    dn_dataloader_free(loader);
    dn_model_free(model);
    dn_model_free(same);
}

static void the_uncertainty_is_one_standard_error(void **state)
{
    (void)state;
    const dn_metrics typical = {.count = 10000, .correct = 9800};
    const dn_metrics half = {.count = 4, .correct = 2};
    const dn_metrics all = {.count = 7, .correct = 7};
    const dn_metrics none = {.count = 7, .correct = 0};
    assert_true(fabs(dn_metrics_accuracy(&typical) - 0.98) < 1e-12);
    assert_true(fabs(dn_metrics_uncertainty(&typical) - 0.0014) < 1e-12); /* sqrt(0.98 * 0.02 / 10000) */
    assert_true(fabs(dn_metrics_uncertainty(&half) - 0.25) < 1e-12);
    assert_true(dn_metrics_accuracy(&all) == 1 && dn_metrics_uncertainty(&all) == 0);
    assert_true(dn_metrics_accuracy(&none) == 0 && dn_metrics_uncertainty(&none) == 0);
}

static void a_model_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    dn_metrics metrics;
    dn_dataloader *loader = new_pixel_loader(4);
    dn_model *wide = new_model(DN_DIGIT_CLASSES + 1);
    assert_int_equal(dn_metrics_measure_by(dn_cross_entropy, NULL, wide, loader, &metrics, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "11 classes");
    dn_model_free(wide);
    dn_model *narrow;
    assert_ok(dn_model_blank(&narrow, (size_t[]){2, 2}, 2, &error));
    assert_int_equal(dn_metrics_measure_by(dn_cross_entropy, NULL, narrow, loader, &metrics, &error),
                     DN_ERR_ARGUMENT);
    assert_contains(error.problem, "label 2 is 2 of 2 classes");
    dn_model_free(narrow);
    dn_model *other;
    assert_ok(dn_model_blank(&other, (size_t[]){784, 10}, 2, &error));
    assert_int_equal(dn_metrics_measure_by(dn_cross_entropy, NULL, other, loader, &metrics, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "784 inputs");
    dn_model_free(other);
    dn_dataloader_free(loader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_counted_by_label_and_answer),
        cmocka_unit_test(measuring_changes_no_parameter),
        cmocka_unit_test(the_uncertainty_is_one_standard_error),
        cmocka_unit_test(a_model_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
