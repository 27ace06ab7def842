#include "train/temperature.h"

#include "support.h"

#include "core/random.h"
#include "nn/model.h"

#include <math.h>

#define COUNT 4000
#define CLASSES 2

static dn_error error;
static uint8_t images[COUNT];
static uint8_t labels[COUNT];

/** A net of one pixel: the logits are [0, slope * (pixel / 255 - 1/2)]. */
static dn_classifier ramp(float slope)
{
    dn_classifier classifier = {.classes = {CLASSES, {3, 7}}};
    float *element;
    assert_ok(dn_model_blank(&classifier.model, (size_t[]){1, CLASSES}, 2, &error));
    assert_ok(
        dn_tensor_at(&dn_model_parameter(classifier.model, 0)->value, (size_t[]){1, 0}, &element, &error));
    *element = slope;
    assert_ok(dn_tensor_at(&dn_model_parameter(classifier.model, 1)->value, (size_t[]){1}, &element, &error));
    *element = -0.5F * slope;
    return classifier;
}

/** Labels that are as likely as the ramp with this slope says; of slope 0: what is brighter than the middle is the second class. */
static dn_dataset draw(float slope)
{
    dn_random random = dn_random_stream(1, DN_PURPOSE_TENSOR, 0, 0);
    for (size_t i = 0; i < COUNT; i++) {
        images[i] = (uint8_t)dn_random_below(&random, 256);
        const double place = (double)images[i] / 255.0 - 0.5;
        const double second = slope > 0.0F ? 1.0 / (1.0 + exp((double)-slope * place)) : place > 0.0;
        labels[i] = (double)dn_random_uniform(&random) < second;
    }
    return (dn_dataset){
        .count = COUNT, .height = 1, .width = 1, .classes = CLASSES, .images = images, .labels = labels};
}

/** Fit the ramp's temperature on labels drawn from another ramp. */
static float fit(float slope, float drawn)
{
    const dn_dataset dataset = draw(drawn);
    dn_classifier classifier = ramp(slope);
    dn_dataloader *loader;
    classifier.temperature = 5.0F; /* of an earlier fit */
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, 300, &error));
    assert_ok(dn_temperature_fit(NULL, &classifier, loader, &error));
    const float found = classifier.temperature;
    dn_dataloader_free(loader);
    dn_classifier_free(&classifier);
    return found;
}

static void what_is_too_sure_or_not_sure_enough_gets_its_factor(void **state)
{
    (void)state;
    static const float factors[] = {0.2F, 0.5F, 2.0F, 6.0F};
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
        assert_true(fabs((double)(fit(8.0F * factors[i], 8.0F) / factors[i]) - 1.0) < 0.1);
}

static void what_is_right_as_often_as_it_says_stays(void **state)
{
    (void)state;
    assert_float_equal(fit(8.0F, 8.0F), 0.0F, 0.0F);
}

static void images_without_an_error_say_nothing(void **state)
{
    (void)state;
    assert_float_equal(fit(8.0F, 0.0F), 0.0F, 0.0F);
}

static void scores_are_divided_and_answers_stay(void **state)
{
    (void)state;
    dn_classifier classifier = ramp(8.0F);
    float pixels[] = {0.0F, 0.4F, 0.6F, 1.0F};
    const dn_tensor x = dn_tensor_borrow(pixels, DN_SHAPE(4, 1));
    for (int set = 0; set < 2; set++) {
        dn_tensor scores;
        classifier.temperature = set ? 4.0F : 0.0F;
        assert_ok(dn_classifier_scores(NULL, &classifier, &(dn_matrix){.dense = &x}, &scores, &error));
        for (size_t i = 0; i < 4; i++) {
            const double expected = 8.0 * ((double)pixels[i] - 0.5) / (set ? 4.0 : 1.0);
            assert_true(fabs((double)scores.data[(ptrdiff_t)i * scores.stride[0] + scores.stride[1]] -
                             expected) < 1e-5);
            assert_int_equal(dn_classifier_answer(&scores, i), i >= 2);
        }
    }
    dn_classifier_free(&classifier);
}

/** A linear net of 28 x 28 images as a file can hold it. */
static dn_classifier plain_net(void)
{
    dn_classifier classifier = {.classes = {CLASSES, {3, 7}}};
    assert_ok(dn_model_blank(&classifier.model, (size_t[]){DN_DIGIT_PIXELS, CLASSES}, 2, &error));
    return classifier;
}

static void a_model_file_keeps_it(void **state)
{
    (void)state;
    static const float temperatures[] = {0.0F, DN_TEMPERATURE_LEAST, 0.585706115F, 1.0F / 3.0F, 64.0F};
    const char *path = temporary_path("model");
    for (size_t i = 0; i < sizeof temperatures / sizeof temperatures[0]; i++) {
        dn_classifier written = plain_net();
        dn_classifier read;
        written.temperature = temperatures[i];
        assert_ok(dn_classifier_write(path, &written, NULL, 0, &error));
        assert_ok(dn_classifier_read(path, &read, NULL, &error));
        assert_float_equal(read.temperature, temperatures[i], 0.0F);
        dn_classifier_free(&read);
        dn_classifier_free(&written);
    }
}

static void what_is_no_temperature_is_refused(void **state)
{
    (void)state;
    static char *const texts[] = {"0", "-1", "65", "0.01", "nan", "inf", "1x", ""};
    const char *path = temporary_path("model");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const dn_metadata extra = {"temperature", texts[i]};
        dn_classifier classifier = plain_net();
        dn_classifier read;
        assert_ok(dn_classifier_write(path, &classifier, &extra, 1, &error));
        assert_int_equal(dn_classifier_read(path, &read, NULL, &error), DN_ERR_FORMAT);
        assert_contains(error.problem, "metadata temperature: ");
        dn_classifier_free(&classifier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_sure_or_not_sure_enough_gets_its_factor),
        cmocka_unit_test(what_is_right_as_often_as_it_says_stays),
        cmocka_unit_test(images_without_an_error_say_nothing),
        cmocka_unit_test(scores_are_divided_and_answers_stay),
        cmocka_unit_test(a_model_file_keeps_it),
        cmocka_unit_test(what_is_no_temperature_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
