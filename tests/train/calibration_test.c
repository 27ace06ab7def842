#include "train/calibration.h"

#include "digits.h"

#include <math.h>

/** Fail unless two numbers are equal but for rounding. */
#define assert_near(found, expected) assert_true(fabs((found) - (expected)) < 1e-6)

/** An answer of some probability, right or wrong. */
static dn_mistake answer(size_t index, float probability, bool right)
{
    return (dn_mistake){.index = index, .label = 3, .prediction = right ? 3 : 5, .probability = probability};
}

static void probabilities_at_the_edges_fall_into_the_lower_bin(void **state)
{
    (void)state;
    const dn_mistake outcomes[] = {answer(0, 0.0F, false), answer(1, 0.0666F, false), answer(2, 0.07F, true),
                                   answer(3, 1.0F, true)};
    const dn_calibration calibration = dn_calibration_measure(outcomes, 4);
    assert_int_equal(calibration.bins[0].count, 2);
    assert_int_equal(calibration.bins[0].correct, 0);
    assert_int_equal(calibration.bins[1].count, 1);
    assert_int_equal(calibration.bins[1].correct, 1);
    assert_int_equal(calibration.bins[DN_CALIBRATION_BINS - 1].count, 1);
    assert_near(calibration.bins[5].confidence, 0.0);
}

static void what_is_as_often_right_as_it_says_has_no_error(void **state)
{
    (void)state;
    const dn_mistake outcomes[] = {answer(0, 0.75F, true), answer(1, 0.75F, true), answer(2, 0.75F, false),
                                   answer(3, 0.75F, true)};
    assert_near(dn_calibration_measure(outcomes, 4).error, 0.0);
}

static void what_is_too_sure_of_itself_has_the_difference_as_error(void **state)
{
    (void)state;
    const dn_mistake outcomes[] = {answer(0, 0.875F, true), answer(1, 0.875F, false), answer(2, 0.5F, true),
                                   answer(3, 0.5F, false)};
    const dn_calibration calibration = dn_calibration_measure(outcomes, 4);
    assert_near(calibration.error, 0.5 * 0.375 + 0.5 * 0.0);
    assert_near(calibration.bins[13].confidence, 0.875);
}

static void the_least_probable_answers_are_rejected_first(void **state)
{
    (void)state;
    dn_error error;
    dn_mistake outcomes[200];
    dn_reject_point points[DN_REJECT_POINTS];
    /* The probability falls along the images, and each tenth answer is wrong, but the last ten all are. */
    for (size_t i = 0; i < 200; i++)
        outcomes[i] = answer(i, 1.0F - (float)i / 400.0F, i % 10 != 0 && i < 190);
    assert_ok(dn_reject_curve(outcomes, 200, points, &error));
    assert_int_equal(points[0].rejected, 0);
    assert_int_equal(points[0].errors, 19 + 10);
    assert_int_equal(points[1].rejected, 2);
    assert_int_equal(points[1].errors, 19 + 8);
    assert_int_equal(points[5].errors, 19);
    assert_float_equal(points[5].probability, 1.0F - 189.0F / 400.0F, 1e-6F);
    assert_int_equal(points[10].errors, 18);
    assert_int_equal(points[DN_REJECT_POINTS - 1].rejected, 60);
}

static void one_answer_is_never_rejected(void **state)
{
    (void)state;
    dn_error error;
    const dn_mistake outcome = answer(0, 0.5F, false);
    dn_reject_point points[DN_REJECT_POINTS];
    assert_ok(dn_reject_curve(&outcome, 1, points, &error));
    assert_int_equal(points[DN_REJECT_POINTS - 1].rejected, 0);
    assert_int_equal(points[DN_REJECT_POINTS - 1].errors, 1);
}

static void as_few_as_needed_are_rejected(void **state)
{
    (void)state;
    dn_error error;
    static const double most[] = {1.0, 0.5, 0.34, 0.25, 0.0};
    static const size_t expected[] = {0, 0, 1, 1, 3};
    /* In the order of rejecting: wrong, right, wrong, right, right. */
    const dn_mistake outcomes[] = {answer(0, 0.9F, true), answer(1, 0.2F, false), answer(2, 0.8F, true),
                                   answer(3, 0.5F, false), answer(4, 0.3F, true)};
    size_t rejected[5];
    assert_ok(dn_reject_least(outcomes, 5, most, 5, rejected, &error));
    assert_memory_equal(rejected, expected, sizeof expected);
}

static void outcomes_are_those_of_the_metrics(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    dn_classifier classifier;
    dn_context *context;
    dn_dataloader *loader;
    dn_metrics metrics;
    static dn_mistake outcomes[512];
    assert_ok(dn_classifier_read(source_path("data/pretrained.safetensors"), &classifier, NULL, &error));
    dataset = load_digits(DN_DATA_TEST);
    assert_true(dataset.count <= 512);
    assert_ok(dn_context_new(&context, 1, DN_KERNELS_AUTO, &error));
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, 100, &error));
    assert_ok(dn_outcomes_collect(context, &classifier, loader, 1, &metrics, outcomes, &error));
    size_t correct = 0;
    double loss = 0.0;
    for (size_t i = 0; i < dataset.count; i++) {
        assert_int_equal(outcomes[i].index, i);
        assert_int_equal(outcomes[i].label, dataset.labels[i]);
        correct += outcomes[i].label == outcomes[i].prediction;
        loss += (double)outcomes[i].loss;
    }
    assert_int_equal(correct, metrics.correct);
    assert_near(loss / (double)dataset.count, metrics.loss);
    dn_dataloader_free(loader);
    dn_context_free(context);
    dn_dataset_free(&dataset);
    dn_classifier_free(&classifier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_at_the_edges_fall_into_the_lower_bin),
        cmocka_unit_test(what_is_as_often_right_as_it_says_has_no_error),
        cmocka_unit_test(what_is_too_sure_of_itself_has_the_difference_as_error),
        cmocka_unit_test(the_least_probable_answers_are_rejected_first),
        cmocka_unit_test(one_answer_is_never_rejected),
        cmocka_unit_test(as_few_as_needed_are_rejected),
        cmocka_unit_test(outcomes_are_those_of_the_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
