#include "digits.h"

#include "train/mean.h"

#include <math.h>

static dn_error error;

/* Four images of two pixels: class 0 has (1, 0) and (3/5, 2/5), class 1 has (0, 1) and (0, 2/5). */
static const uint8_t images[] = {255, 0, 0, 255, 153, 102, 0, 102};
static const uint8_t labels[] = {0, 1, 0, 1};

static dn_status learn(const uint8_t *with_labels, size_t batch_size, dn_mean_images *mean)
{
    const dn_dataset dataset = {
        .count = 4, .height = 1, .width = 2, .classes = 3, .images = images, .labels = with_labels};
    dn_dataloader *loader = new_loader(&dataset, batch_size);
    dn_batch batch;
    assert_true(dn_dataloader_next(NULL, loader, &batch)); /* the loader is rewound first */
    const dn_status status = dn_mean_images_learn(mean, DN_DISTANCE_L1, 2, NULL, loader, &error);
    dn_dataloader_free(loader);
    return status;
}

static dn_mean_images small_means(void)
{
    dn_mean_images mean;
    assert_ok(learn(labels, 3, &mean));
    return mean;
}

static void the_mean_of_each_class_is_that_of_its_images(void **state)
{
    (void)state;
    dn_mean_images mean = small_means();
    assert_int_equal(mean.distance, DN_DISTANCE_L1);
    assert_tensor(&mean.images, DN_SHAPE(2, 2), 1e-7F, 0.8F, 0.2F, 0, 0.7F);
    dn_tensor_free(&mean.images);
}

static void distances_are_those_worked_by_hand(void **state)
{
    (void)state;
    float pixels[] = {0.2F, 0.2F, 0.8F, 0.2F};
    float answers[4];
    const dn_tensor rows = dn_tensor_borrow(pixels, DN_SHAPE(2, 2));
    const dn_matrix x = {.dense = &rows};
    dn_tensor distances = dn_tensor_borrow(answers, DN_SHAPE(2, 2));
    dn_mean_images mean = small_means();
    assert_ok(dn_mean_images_distances(&mean, &x, &distances, &error));
    assert_tensor(&distances, DN_SHAPE(2, 2), 1e-6F, 0.3F, 0.35F, 0, 0.65F);
    mean.distance = DN_DISTANCE_RMSE;
    assert_ok(dn_mean_images_distances(&mean, &x, &distances, &error));
    assert_tensor(&distances, DN_SHAPE(2, 2), 1e-6F, sqrtf(0.18F), sqrtf(0.145F), 0, sqrtf(0.445F));
    dn_tensor_free(&mean.images);
}

static void batches_change_no_bit_of_the_means(void **state)
{
    (void)state;
    const dn_dataset digits = first_digits(1000);
    dn_mean_images mean[2];
    for (size_t i = 0; i < 2; i++) {
        dn_dataloader *loader = new_loader(&digits, i == 0 ? 7 : 500);
        assert_ok(dn_mean_images_learn(&mean[i], DN_DISTANCE_L1, DN_DIGIT_CLASSES, NULL, loader, &error));
        dn_dataloader_free(loader);
    }
    assert_memory_equal(mean[0].images.data, mean[1].images.data,
                        DN_DIGIT_CLASSES * DN_DIGIT_PIXELS * sizeof(float));
    dn_tensor_free(&mean[0].images);
    dn_tensor_free(&mean[1].images);
}

static void every_class_gets_its_own_mean(void **state)
{
    (void)state;
    enum { CLASSES = 8 }; /* as many counts as fill a block of memory: one too far is seen */
    uint8_t pixels[CLASSES];
    uint8_t classes[CLASSES];
    for (unsigned i = 0; i < CLASSES; i++) {
        pixels[i] = (uint8_t)(10 * i);
        classes[i] = (uint8_t)(CLASSES - 1 - i);
    }
    const dn_dataset dataset = {
        .count = CLASSES, .height = 1, .width = 1, .classes = CLASSES, .images = pixels, .labels = classes};
    dn_dataloader *loader = new_loader(&dataset, CLASSES);
    dn_mean_images mean;
    assert_ok(dn_mean_images_learn(&mean, DN_DISTANCE_L1, CLASSES, NULL, loader, &error));
    for (unsigned i = 0; i < CLASSES; i++)
        assert_float_equal(mean.images.data[i], dn_pixel_value((uint8_t)(10 * (CLASSES - 1 - i))), 0);
    dn_tensor_free(&mean.images);
    dn_dataloader_free(loader);
}

static void expect_not_learnt(const uint8_t *with_labels, const char *problem)
{
    dn_mean_images mean;
    assert_int_equal(learn(with_labels, 3, &mean), DN_ERR_ARGUMENT);
    assert_contains(error.problem, problem);
    assert_null(mean.images.data);
}

static void labels_that_make_no_means_are_refused(void **state)
{
    (void)state;
    expect_not_learnt((const uint8_t[]){0, 1, 2, 0}, "label 2 is 2 of 2 classes");
    expect_not_learnt((const uint8_t[]){0, 1, 0, 2}, "label 0 is 2 of 2 classes"); /* of the second batch */
    expect_not_learnt((const uint8_t[]){0, 0, 0, 0}, "class 1 of 2 has no image");
    expect_not_learnt((const uint8_t[]){1, 1, 1, 1}, "class 0 of 2 has no image");
}

static void shapes_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    dn_mean_images mean = small_means();
    float numbers[8] = {0};
    const dn_tensor wide = dn_tensor_borrow(numbers, DN_SHAPE(2, 4));
    const dn_tensor good = dn_tensor_borrow(numbers, DN_SHAPE(4, 2));
    const dn_tensor deep = dn_tensor_borrow(numbers, DN_SHAPE(2, 2, 2));
    const dn_tensor flat = dn_tensor_borrow(numbers, DN_SHAPE(2));
    dn_tensor distances = dn_tensor_borrow(numbers, DN_SHAPE(2, 4));
    assert_int_equal(dn_mean_images_distances(&mean, &(dn_matrix){.dense = &wide}, &distances, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "images of shape [2, 4] for mean images of 2 pixels");
    assert_int_equal(dn_mean_images_distances(&mean, &(dn_matrix){.dense = &flat}, &distances, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "images of shape [2]");
    assert_int_equal(dn_mean_images_distances(&mean, &(dn_matrix){.dense = &deep}, &distances, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "images of shape [2, 2, 2]");
    assert_int_equal(dn_mean_images_distances(&mean, &(dn_matrix){.dense = &good}, &distances, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "[4, 2] expected");
    dn_tensor_free(&mean.images);
}

static void distances_have_names(void **state)
{
    (void)state;
    dn_distance distance;
    assert_true(dn_distance_named("rmse", &distance) && distance == DN_DISTANCE_RMSE);
    assert_true(dn_distance_named("l1", &distance) && distance == DN_DISTANCE_L1);
    assert_false(dn_distance_named("l2", &distance));
    assert_string_equal(dn_distance_names[DN_DISTANCE_RMSE], "rmse");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_of_each_class_is_that_of_its_images),
        cmocka_unit_test(distances_are_those_worked_by_hand),
        cmocka_unit_test(batches_change_no_bit_of_the_means),
        cmocka_unit_test(every_class_gets_its_own_mean),
        cmocka_unit_test(labels_that_make_no_means_are_refused),
        cmocka_unit_test(shapes_that_do_not_fit_are_refused),
        cmocka_unit_test(distances_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
