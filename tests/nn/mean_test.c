#include "support.h"

#include "digitnet/data.h"
#include "digitnet/nn.h"

#include <math.h>

static dn_error error;

/* Four pictures of two pixels: class 0 has (1, 0) and (0.5, 0.5), class 1 has (0, 1) and (0, 0.5). */
static float pixels[] = {1, 0, 0, 1, 0.5F, 0.5F, 0, 0.5F};
static const uint8_t labels[] = {0, 1, 0, 1};

static dn_mean_images small_means(dn_distance distance)
{
    dn_mean_images mean;
    const dn_tensor pictures = dn_tensor_borrow(pixels, DN_SHAPE(4, 2));
    assert_ok(dn_mean_images_new(&mean, 2, 2, distance, &error));
    assert_ok(dn_mean_images_add(&mean, &(dn_matrix){.dense = &pictures}, labels, &error));
    assert_ok(dn_mean_images_finish(&mean, &error));
    return mean;
}

static void the_mean_of_each_class_is_that_of_its_pictures(void **state)
{
    (void)state;
    dn_mean_images mean = small_means(DN_DISTANCE_L1);
    assert_tensor(&mean.images, DN_SHAPE(2, 2), 0, 0.75F, 0.25F, 0, 0.75F);
    dn_mean_images_free(&mean);
}

static void distances_are_those_worked_by_hand(void **state)
{
    (void)state;
    float picture[] = {0.25F, 0.25F, 0.75F, 0.25F};
    float answers[4];
    const dn_tensor pictures = dn_tensor_borrow(picture, DN_SHAPE(2, 2));
    const dn_matrix x = {.dense = &pictures};
    dn_tensor distances = dn_tensor_borrow(answers, DN_SHAPE(2, 2));
    dn_mean_images mean = small_means(DN_DISTANCE_L1);
    assert_ok(dn_mean_images_distances(&mean, &x, &distances, &error));
    assert_tensor(&distances, DN_SHAPE(2, 2), 1e-7F, 0.25F, 0.375F, 0, 0.625F);
    mean.distance = DN_DISTANCE_RMSE;
    assert_ok(dn_mean_images_distances(&mean, &x, &distances, &error));
    assert_tensor(&distances, DN_SHAPE(2, 2), 1e-6F, sqrtf(0.125F), sqrtf(0.15625F), 0, sqrtf(0.40625F));
    dn_mean_images_free(&mean);
}

static void batches_change_no_bit_of_the_means(void **state)
{
    (void)state;
    dn_dataset digits;
    dn_mean_images mean[2];
    assert_ok(dn_dataset_load(source_path("data/digits"), DN_DATA_TRAIN, &digits, &error));
    for (size_t i = 0; i < 2; i++) {
        dn_dataloader *loader;
        dn_batch batch;
        assert_ok(dn_dataloader_new(&loader, &digits, NULL, i == 0 ? 7 : 500, &error));
        assert_ok(dn_mean_images_new(&mean[i], 10, DN_DIGIT_PIXELS, DN_DISTANCE_L1, &error));
        while (dn_dataloader_next(NULL, loader, &batch))
            assert_ok(dn_mean_images_add(&mean[i], &batch.images, batch.labels, &error));
        assert_ok(dn_mean_images_finish(&mean[i], &error));
        dn_dataloader_free(loader);
    }
    assert_memory_equal(mean[0].images.data, mean[1].images.data, 10 * DN_DIGIT_PIXELS * sizeof(float));
    dn_mean_images_free(&mean[0]);
    dn_mean_images_free(&mean[1]);
    dn_dataset_free(&digits);
}

static void every_class_gets_its_own_mean(void **state)
{
    (void)state;
    enum { CLASSES = 8 }; /* as many counts as fill a block of memory: one too far is seen */
    float pictures[CLASSES];
    uint8_t classes[CLASSES];
    for (unsigned i = 0; i < CLASSES; i++) {
        pictures[i] = 0.125F * (float)i;
        classes[i] = (uint8_t)(CLASSES - 1 - i);
    }
    const dn_tensor x = dn_tensor_borrow(pictures, DN_SHAPE(CLASSES, 1));
    dn_mean_images mean;
    assert_ok(dn_mean_images_new(&mean, CLASSES, 1, DN_DISTANCE_L1, &error));
    assert_ok(dn_mean_images_add(&mean, &(dn_matrix){.dense = &x}, classes, &error));
    assert_ok(dn_mean_images_finish(&mean, &error));
    for (unsigned i = 0; i < CLASSES; i++)
        assert_float_equal(mean.images.data[i], 0.125F * (float)(CLASSES - 1 - i), 0);
    dn_mean_images_free(&mean);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    dn_mean_images mean = small_means(DN_DISTANCE_L1);
    float numbers[8] = {0};
    const dn_tensor wide = dn_tensor_borrow(pixels, DN_SHAPE(2, 4));
    const dn_tensor good = dn_tensor_borrow(pixels, DN_SHAPE(4, 2));
    const dn_tensor flat = dn_tensor_borrow(pixels, DN_SHAPE(2));
    dn_tensor distances = dn_tensor_borrow(numbers, DN_SHAPE(2, 4));
    const dn_matrix x = {.dense = &good};
    assert_int_equal(dn_mean_images_add(&mean, &(dn_matrix){.dense = &wide}, labels, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_mean_images_add(&mean, &(dn_matrix){.dense = &flat}, labels, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "pictures of shape [2]");
    assert_int_equal(dn_mean_images_distances(&mean, &(dn_matrix){.dense = &wide}, &distances, &error),
                     DN_ERR_SHAPE);
    assert_int_equal(dn_mean_images_distances(&mean, &x, &distances, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[4, 2] expected");
    assert_int_equal(dn_mean_images_add(&mean, &x, (uint8_t[]){0, 1, 2, 0}, &error), DN_ERR_ARGUMENT);
    assert_int_equal(dn_mean_images_add(&mean, &x, (uint8_t[]){2, 1, 0, 0}, &error), DN_ERR_ARGUMENT);
    assert_int_equal(dn_mean_images_finish(&mean, &error), DN_ERR_ARGUMENT); /* nothing was added */
    assert_ok(dn_mean_images_add(&mean, &x, (uint8_t[]){0, 0, 0, 0}, &error));
    assert_int_equal(dn_mean_images_finish(&mean, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "class 1 of 2 has no picture");
    dn_mean_images_free(&mean);
}

static void distances_have_names(void **state)
{
    (void)state;
    dn_distance distance;
    assert_true(dn_distance_named("rmse", &distance) && distance == DN_DISTANCE_RMSE);
    assert_true(dn_distance_named("l1", &distance) && distance == DN_DISTANCE_L1);
    assert_false(dn_distance_named("l2", &distance));
    assert_string_equal(dn_distance_name(DN_DISTANCE_RMSE), "rmse");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_of_each_class_is_that_of_its_pictures),
        cmocka_unit_test(distances_are_those_worked_by_hand),
        cmocka_unit_test(batches_change_no_bit_of_the_means),
        cmocka_unit_test(every_class_gets_its_own_mean),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(distances_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
