#include "support.h"

#include "nn/model.h"

#include "digitnet/train.h"

#include <math.h>

static dn_error error;

/* Images of one pixel; the logits are [0, level * 10 / 255]: class 1, and the surer the brighter the pixel. */
static const uint8_t images[] = {51, 255, 0, 102, 255, 153};
static const uint8_t labels[] = {0, 0, 1, 1, 0, 0};

static dn_classifier brightness(void)
{
    dn_classifier classifier = {.classes = {2, {3, 7}}};
    assert_ok(dn_model_blank(&classifier.model, (size_t[]){1, 2}, 2, &error));
    float *element;
    assert_ok(
        dn_tensor_at(&dn_model_parameter(classifier.model, 0)->value, (size_t[]){1, 0}, &element, &error));
    *element = 10;
    return classifier;
}

static void check_worst(size_t capacity, size_t batch_size)
{
    static const size_t expected[] = {1, 4, 5, 0, 2}; /* 10, 10, 6, 2 for class 1; 0, a tie, for class 0 */
    static const double margins[] = {10, 10, 6, 2, 0};
    const dn_dataset dataset = {
        .count = 6, .height = 1, .width = 1, .classes = 2, .images = images, .labels = labels};
    dn_classifier classifier = brightness();
    dn_dataloader *loader;
    dn_mistake outcomes[6];
    dn_mistake worst[8];
    dn_metrics metrics;
    size_t count = 99;
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, batch_size, &error));
    dn_dataloader_shuffle(loader, 1, 1); /* rewound first */
    assert_ok(dn_outcomes_collect(NULL, &classifier, loader, 1, &metrics, outcomes, &error));
    dn_mistakes_worst(outcomes, 6, worst, capacity, &count);
    assert_int_equal(count, capacity < 5 ? capacity : 5);
    for (size_t i = 0; i < count; i++) {
        const double wrong = 1 / (1 + exp(-margins[i]));
        assert_int_equal(worst[i].index, expected[i]);
        assert_int_equal(worst[i].label, labels[expected[i]]);
        assert_int_equal(worst[i].prediction, 1 - labels[expected[i]]);
        assert_true(fabs((double)worst[i].probability - wrong) < 1e-6);
        assert_true(fabs((double)worst[i].label_probability - (1 - wrong)) < 1e-6);
        assert_true(fabs((double)worst[i].loss - log(1 + exp(margins[i]))) < 1e-5);
    }
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
}

static void the_worst_mistakes_come_first_whatever_the_batches(void **state)
{
    (void)state;
    for (size_t capacity = 0; capacity <= 8; capacity++) {
        for (size_t batch_size = 1; batch_size <= 6; batch_size++)
            check_worst(capacity, batch_size);
    }
}

static void labels_that_are_no_class_are_refused(void **state)
{
    (void)state;
    const dn_dataset dataset = {.count = 6,
                                .height = 1,
                                .width = 1,
                                .classes = 3,
                                .images = images,
                                .labels = (const uint8_t[]){0, 1, 2, 0, 0, 0}};
    dn_classifier classifier = brightness();
    dn_dataloader *loader;
    dn_mistake outcomes[6];
    dn_metrics metrics;
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, 4, &error));
    assert_int_equal(dn_outcomes_collect(NULL, &classifier, loader, 1, &metrics, outcomes, &error),
                     DN_ERR_ARGUMENT);
    assert_int_equal(dn_outcomes_collect(NULL, &classifier, loader, 2, &metrics, outcomes, &error),
                     DN_ERR_SHAPE);
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_mistakes_come_first_whatever_the_batches),
        cmocka_unit_test(labels_that_are_no_class_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
