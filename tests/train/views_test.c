#include "train/views.h"

#include "digits.h"
#include "support.h"

#include "data/dataset.h"
#include "loss/elements.h"
#include "nn/model.h"

#include <math.h>

#define IMAGES 20
#define NEAR 1e-5

static dn_error error;

/** The shipped net, the bundled test images, and the first few of them. */
typedef struct fixture {
    dn_classifier net;
    dn_dataset digits;
    const uint8_t *images[IMAGES];
} fixture;

static fixture open_fixture(void)
{
    fixture f;
    assert_ok(dn_classifier_read(source_path("data/pretrained.safetensors"), &f.net, NULL, &error));
    f.digits = load_digits(DN_DATA_TEST);
    for (size_t i = 0; i < IMAGES; i++)
        f.images[i] = dn_dataset_image(&f.digits, i);
    return f;
}

static void close_fixture(fixture *f)
{
    dn_classifier_free(&f->net);
    dn_dataset_free(&f->digits);
}

/** Copy the mean probabilities of the images, row by row. */
static void take(dn_context *context, fixture *f, size_t views, float *agreement,
                 float taken[IMAGES][DN_DIGIT_CLASSES])
{
    dn_tensor probabilities;
    assert_ok(dn_views_probabilities(context, &f->net, f->images, IMAGES, views, agreement, &probabilities,
                                     &error));
    assert_true(dn_shape_equal(probabilities.shape, DN_SHAPE(IMAGES, DN_DIGIT_CLASSES)));
    for (size_t i = 0; i < IMAGES; i++)
        for (size_t k = 0; k < DN_DIGIT_CLASSES; k++)
            taken[i][k] = dn_loss_element(&probabilities, i, k);
}

static void one_view_is_the_image_as_it_is(void **state)
{
    (void)state;
    fixture f = open_fixture();
    float taken[IMAGES][DN_DIGIT_CLASSES];
    float agreement[IMAGES];
    dn_tensor x;
    dn_tensor scores;
    take(NULL, &f, 1, agreement, taken);
    assert_ok(dn_tensor_zeros(&x, DN_SHAPE(IMAGES, DN_DIGIT_PIXELS), &error));
    for (size_t i = 0; i < IMAGES * DN_DIGIT_PIXELS; i++)
        x.data[i] = dn_pixel_value(f.digits.images[i]);
    assert_ok(dn_classifier_scores(NULL, &f.net, &(dn_matrix){.dense = &x}, &scores, &error));
    assert_ok(dn_softmax(&scores, &scores, &error));
    for (size_t i = 0; i < IMAGES; i++) {
        assert_float_equal(agreement[i], 1.0F, 0.0F);
        for (size_t k = 0; k < DN_DIGIT_CLASSES; k++)
            assert_float_equal(taken[i][k], dn_loss_element(&scores, i, k), 0.0F);
    }
    dn_tensor_free(&x);
    close_fixture(&f);
}

static void each_view_has_the_same_weight(void **state)
{
    (void)state;
    fixture f = open_fixture();
    float one[IMAGES][DN_DIGIT_CLASSES];
    float before[IMAGES][DN_DIGIT_CLASSES];
    float now[IMAGES][DN_DIGIT_CLASSES];
    size_t moved = 0;
    take(NULL, &f, 1, NULL, one);
    take(NULL, &f, 1, NULL, before);
    for (size_t views = 2; views <= DN_MOST_VIEWS; views++) {
        take(NULL, &f, views, NULL, now);
        for (size_t i = 0; i < IMAGES; i++) {
            double sum = 0.0;
            for (size_t k = 0; k < DN_DIGIT_CLASSES; k++) {
                /* What the last view adds to the mean is a probability. */
                const double added =
                    (double)views * (double)now[i][k] - (double)(views - 1) * (double)before[i][k];
                assert_true(added > -NEAR && added < 1.0 + NEAR);
                moved += fabs(added - (double)one[i][k]) > NEAR;
                sum += (double)now[i][k];
                before[i][k] = now[i][k];
            }
            assert_true(fabs(sum - 1.0) < NEAR);
        }
    }
    assert_true(moved > IMAGES);
    close_fixture(&f);
}

static void agreement_counts_the_views_that_give_the_answer(void **state)
{
    (void)state;
    fixture f = open_fixture();
    float taken[IMAGES][DN_DIGIT_CLASSES];
    float agreement[IMAGES];
    size_t less = 0;
    /* Halves of two digits side by side: views differ on some of them. */
    static uint8_t halves[IMAGES][DN_DIGIT_PIXELS];
    for (size_t i = 0; i < IMAGES; i++) {
        for (size_t k = 0; k < DN_DIGIT_PIXELS; k++)
            halves[i][k] = (uint8_t)((f.images[i][k] + dn_dataset_image(&f.digits, i + 1)[k]) / 2);
    }
    for (size_t i = 0; i < IMAGES; i++)
        f.images[i] = halves[i];
    take(NULL, &f, DN_MOST_VIEWS, agreement, taken);
    for (size_t i = 0; i < IMAGES; i++) {
        const double votes = (double)agreement[i] * DN_MOST_VIEWS;
        assert_true(votes >= 0.0 && votes <= DN_MOST_VIEWS && fabs(votes - floor(votes + 0.5)) < NEAR);
        less += votes < DN_MOST_VIEWS;
    }
    assert_in_range(less, 1, IMAGES);
    close_fixture(&f);
}

static void threads_and_batches_change_nothing(void **state)
{
    (void)state;
    fixture f = open_fixture();
    dn_context *context;
    float one[IMAGES][DN_DIGIT_CLASSES];
    float other[IMAGES][DN_DIGIT_CLASSES];
    take(NULL, &f, 10, NULL, one);
    for (size_t threads = 1; threads <= 3; threads++) {
        assert_ok(dn_context_new(&context, threads, DN_KERNELS_AUTO, &error));
        take(context, &f, 10, NULL, other);
        assert_memory_equal(one, other, sizeof one);
        for (size_t i = 0; i < IMAGES; i++) {
            dn_tensor alone;
            assert_ok(dn_views_probabilities(context, &f.net, &f.images[i], 1, 10, NULL, &alone, &error));
            for (size_t k = 0; k < DN_DIGIT_CLASSES; k++)
                assert_float_equal(dn_loss_element(&alone, 0, k), one[i][k], 0.0F);
        }
        dn_context_free(context);
    }
    close_fixture(&f);
}

static void a_measurement_by_views_is_of_the_answers_by_views(void **state)
{
    (void)state;
    enum { MOST = 512, VIEWS = 4 };
    static dn_answer answers[MOST];
    static dn_mistake outcomes[MOST];
    fixture f = open_fixture();
    dn_metrics metrics;
    dn_dataloader *loader;
    const size_t count = f.digits.count;
    size_t correct = 0;
    double loss = 0.0;
    assert_in_range(count, 1, MOST);
    assert_ok(dn_dataloader_new(&loader, &f.digits, NULL, 100, &error));
    assert_ok(dn_outcomes_collect(NULL, &f.net, loader, VIEWS, &metrics, outcomes, &error));
    assert_ok(dn_answer_images(NULL, &f.net, f.digits.images, count, VIEWS, answers, &error));
    for (size_t i = 0; i < count; i++) {
        const float *probability = answers[i].probability;
        assert_int_equal(outcomes[i].index, i);
        assert_int_equal(outcomes[i].label, f.digits.labels[i]);
        assert_int_equal(outcomes[i].prediction, answers[i].ranking[0]);
        assert_float_equal(outcomes[i].probability, probability[answers[i].ranking[0]], 1e-5F);
        assert_float_equal(outcomes[i].label_probability, probability[f.digits.labels[i]], 1e-5F);
        assert_true(fabs((double)outcomes[i].loss + log((double)probability[f.digits.labels[i]])) < 1e-3);
        correct += answers[i].ranking[0] == f.digits.labels[i];
        loss += (double)outcomes[i].loss;
    }
    assert_int_equal(metrics.correct, correct);
    assert_int_equal(metrics.count, count);
    assert_true(fabs(metrics.loss - loss / (double)count) < NEAR);
    dn_dataloader_free(loader);
    close_fixture(&f);
}

static void what_is_no_probability_is_no_endless_loss(void **state)
{
    (void)state;
    /* So sure of the wrong class that the label's probability is 0: the loss stays finite. */
    static const uint8_t image[DN_DIGIT_PIXELS] = {255};
    const dn_dataset dataset = {.count = 1,
                                .height = DN_DIGIT_SIDE,
                                .width = DN_DIGIT_SIDE,
                                .classes = 2,
                                .images = image,
                                .labels = (const uint8_t[]){0}};
    dn_classifier classifier = {.classes = {2, {3, 7}}};
    dn_metrics metrics;
    dn_dataloader *loader;
    float *bias;
    assert_ok(dn_model_blank(&classifier.model, (size_t[]){DN_DIGIT_PIXELS, 2}, 2, &error));
    assert_ok(dn_tensor_at(&dn_model_parameter(classifier.model, 1)->value, (size_t[]){1}, &bias, &error));
    *bias = 1000.0F;
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, 1, &error));
    assert_ok(dn_outcomes_collect(NULL, &classifier, loader, 2, &metrics, NULL, &error));
    assert_true(metrics.loss > 80.0 && isfinite(metrics.loss));
    *bias = INFINITY;
    assert_int_equal(dn_outcomes_collect(NULL, &classifier, loader, 2, &metrics, NULL, &error),
                     DN_ERR_FORMAT);
    for (size_t views = 0; views <= DN_MOST_VIEWS + 1; views += DN_MOST_VIEWS + 1)
        assert_int_equal(dn_outcomes_collect(NULL, &classifier, loader, views, &metrics, NULL, &error),
                         DN_ERR_ARGUMENT);
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_view_is_the_image_as_it_is),
        cmocka_unit_test(each_view_has_the_same_weight),
        cmocka_unit_test(agreement_counts_the_views_that_give_the_answer),
        cmocka_unit_test(threads_and_batches_change_nothing),
        cmocka_unit_test(a_measurement_by_views_is_of_the_answers_by_views),
        cmocka_unit_test(what_is_no_probability_is_no_endless_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
