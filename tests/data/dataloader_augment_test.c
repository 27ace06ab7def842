/* The loader with augmentation: which bytes reach a batch. tests/data/augment_test.c says what is in them. */
#include "digits.h"
#include "product.h"

#include "data/augment.h"
#include "data/dataset.h"
#include "tensor/sparse.h"

#include "digitnet/data.h"

#include <stdlib.h>
#include <string.h>

#define COUNT 60
#define BATCH 25 /* the last batch is partial */
#define SEED 7
#define EPOCH 3
#define PIXELS DN_DIGIT_PIXELS

/** What a loader hands out in one epoch. */
typedef struct handed_out {
    uint8_t images[COUNT * PIXELS];
    uint8_t labels[COUNT];
} handed_out;

static dn_error error;
static dn_dataset digits;
static dn_augment hands;

static int start(void **state)
{
    (void)state;
    assert_ok(dn_augment_named("hands", &hands, &error));
    digits = first_digits(COUNT);
    return 0;
}

static dn_dataloader *new_augmenting(const dn_augment *augment)
{
    dn_dataloader *loader = new_loader(&digits, BATCH);
    assert_ok(dn_dataloader_augment(loader, augment, &error));
    return loader;
}

/** Take what is left of an epoch, as bytes. */
static void take(dn_context *context, dn_dataloader *loader, handed_out *out)
{
    dn_batch batch;
    size_t taken = 0;
    while (dn_dataloader_next(context, loader, &batch)) {
        dn_tensor pixels;
        assert_ok(dn_sparse_to_dense(batch.images.sparse, &pixels, &error));
        for (size_t i = 0; i < batch.count * PIXELS; i++)
            out->images[taken * PIXELS + i] = (uint8_t)(pixels.data[i] * 255.0F + 0.5F);
        memcpy(out->labels + taken, batch.labels, batch.count);
        dn_tensor_free(&pixels);
        taken += batch.count;
    }
    assert_int_equal(taken, COUNT);
}

static void take_epoch(const dn_augment *augment, uint64_t seed, uint64_t epoch, handed_out *out)
{
    dn_dataloader *loader = new_augmenting(augment);
    dn_dataloader_shuffle(loader, seed, epoch);
    take(NULL, loader, out);
    dn_dataloader_free(loader);
}

/** The index of an image in the dataset. */
static size_t find(const uint8_t *image)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (memcmp(image, dn_dataset_image(&digits, i), PIXELS) == 0)
            return i;
    }
    fail_msg("an image that is not in the dataset");
    return 0;
}

/** The order is as ever, labels stay with their images, and each is what its key in the dataset makes of it. */
static void a_shuffled_epoch_is_drawn_anew_image_by_image(void **state)
{
    (void)state;
    static handed_out plain;
    static handed_out augmented;
    dn_augment_plan *plan;
    take_epoch(NULL, SEED, EPOCH, &plain);
    take_epoch(&hands, SEED, EPOCH, &augmented);
    assert_ok(dn_augment_plan_new(&plan, &hands, &error));
    for (size_t i = 0; i < COUNT; i++) {
        uint8_t expected[PIXELS];
        const size_t index = find(plain.images + i * PIXELS);
        dn_augment_image(plan, SEED, EPOCH, index, digits.labels[index], dn_dataset_image(&digits, index),
                         expected);
        assert_memory_equal(augmented.images + i * PIXELS, expected, PIXELS);
        assert_int_equal(augmented.labels[i], digits.labels[index]);
    }
    dn_augment_plan_free(plan);
}

static void threads_and_kernels_do_not_change_a_byte(void **state)
{
    (void)state;
    static handed_out expected;
    static handed_out found;
    take_epoch(&hands, SEED, EPOCH, &expected);
    for (size_t i = 0; i < contexts.count; i++) {
        dn_dataloader *loader = new_augmenting(&hands);
        dn_dataloader_shuffle(loader, SEED, EPOCH);
        memset(&found, 0, sizeof found);
        take(contexts.context[i], loader, &found);
        assert_memory_equal(&found, &expected, sizeof found);
        dn_dataloader_free(loader);
    }
}

static void every_epoch_and_seed_draws_anew_and_can_be_repeated(void **state)
{
    (void)state;
    static handed_out first;
    static handed_out other;
    dn_batch batch;
    dn_dataloader *loader = new_augmenting(&hands);
    dn_dataloader_shuffle(loader, SEED, EPOCH);
    take(NULL, loader, &first);
    dn_dataloader_shuffle(loader, SEED, EPOCH + 1);
    take(NULL, loader, &other);
    assert_memory_not_equal(&other, &first, sizeof first);
    dn_dataloader_shuffle(loader, SEED + 1, EPOCH);
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    dn_dataloader_shuffle(loader, SEED, EPOCH); /* in the middle of an epoch */
    take(NULL, loader, &other);
    assert_memory_equal(&other, &first, sizeof first);
    dn_dataloader_free(loader);
}

static void the_order_of_the_dataset_comes_as_it_is(void **state)
{
    (void)state;
    static handed_out found;
    dn_batch batch;
    dn_dataloader *loader = new_augmenting(&hands);
    take(NULL, loader, &found); /* a new loader */
    assert_memory_equal(found.images, digits.images, sizeof found.images);
    dn_dataloader_shuffle(loader, SEED, EPOCH);
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    dn_dataloader_rewind(loader);
    take(NULL, loader, &found);
    assert_memory_equal(found.images, digits.images, sizeof found.images);
    assert_memory_equal(found.labels, digits.labels, COUNT);
    dn_dataloader_free(loader);
}

static void augmentation_can_be_taken_back_and_none_is_none(void **state)
{
    (void)state;
    static const dn_augment none = {.elastic_sigma = 4.0F};
    static handed_out plain;
    static handed_out found;
    take_epoch(NULL, SEED, EPOCH, &plain);
    take_epoch(&none, SEED, EPOCH, &found);
    assert_memory_equal(&found, &plain, sizeof plain);
    dn_dataloader *loader = new_augmenting(&hands);
    assert_ok(dn_dataloader_augment(loader, NULL, &error));
    dn_dataloader_shuffle(loader, SEED, EPOCH);
    take(NULL, loader, &found);
    assert_memory_equal(&found, &plain, sizeof plain);
    dn_dataloader_free(loader);
}

static void what_is_refused_leaves_the_loader_as_it_was(void **state)
{
    (void)state;
    static handed_out expected;
    static handed_out found;
    take_epoch(&hands, SEED, EPOCH, &expected);
    dn_dataloader *loader = new_augmenting(&hands);
    assert_int_equal(dn_dataloader_augment(loader, &(dn_augment){.scale = 1.0F}, &error), DN_ERR_ARGUMENT);
    dn_dataloader_shuffle(loader, SEED, EPOCH);
    take(NULL, loader, &found);
    assert_memory_equal(&found, &expected, sizeof found);
    dn_dataloader_free(loader);
}

static bool is_in(const dn_batch *batch, const uint8_t *image)
{
    dn_tensor pixels;
    bool found = false;
    assert_ok(dn_sparse_to_dense(batch->images.sparse, &pixels, &error));
    for (size_t i = 0; i < batch->count && !found; i++) {
        found = true;
        for (size_t pixel = 0; pixel < PIXELS && found; pixel++)
            found = image[pixel] == (uint8_t)(pixels.data[i * PIXELS + pixel] * 255.0F + 0.5F);
    }
    dn_tensor_free(&pixels);
    return found;
}

/** A label is a class; the marks go by the digit that it stands for. */
static void classes_keep_the_marks_of_their_digits(void **state)
{
    (void)state;
    const dn_classes classes = {2, {7, 1}};
    dn_dataset cut;
    dn_dataloader *loader;
    dn_augment_plan *plan;
    dn_batch batch;
    size_t images = 0;
    const dn_augment marks = {.marks = 1};
    cut = load_digits(DN_DATA_TRAIN);
    assert_ok(dn_dataset_keep_classes(&cut, &classes, NULL, &error));
    assert_ok(dn_dataloader_new(&loader, &cut, NULL, BATCH, &error));
    assert_ok(dn_dataloader_augment(loader, &marks, &error));
    assert_ok(dn_augment_plan_new(&plan, &marks, &error));
    dn_dataloader_shuffle(loader, SEED, EPOCH);
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    for (size_t i = 0; i < cut.count; i++) {
        uint8_t expected[PIXELS];
        dn_augment_image(plan, SEED, EPOCH, i, cut.labels[i] == 0 ? 7 : 1, dn_dataset_image(&cut, i),
                         expected);
        images += is_in(&batch, expected);
    }
    assert_int_equal(images, BATCH);
    dn_augment_plan_free(plan);
    dn_dataloader_free(loader);
    dn_dataset_free(&cut);
}

static void images_of_another_size_are_refused(void **state)
{
    (void)state;
    dn_dataset halves = digits;
    dn_dataloader *loader;
    halves.height /= 2;
    assert_ok(dn_dataloader_new(&loader, &halves, NULL, BATCH, &error));
    assert_int_equal(dn_dataloader_augment(loader, &hands, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "14 x 28");
    dn_dataloader_free(loader);
    halves = digits;
    halves.width /= 2;
    assert_ok(dn_dataloader_new(&loader, &halves, NULL, BATCH, &error));
    assert_int_equal(dn_dataloader_augment(loader, &hands, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "28 x 14");
    dn_dataloader_free(loader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shuffled_epoch_is_drawn_anew_image_by_image),
        cmocka_unit_test_setup_teardown(threads_and_kernels_do_not_change_a_byte, start_contexts,
                                        stop_contexts),
        cmocka_unit_test(every_epoch_and_seed_draws_anew_and_can_be_repeated),
        cmocka_unit_test(the_order_of_the_dataset_comes_as_it_is),
        cmocka_unit_test(augmentation_can_be_taken_back_and_none_is_none),
        cmocka_unit_test(what_is_refused_leaves_the_loader_as_it_was),
        cmocka_unit_test(classes_keep_the_marks_of_their_digits),
        cmocka_unit_test(images_of_another_size_are_refused),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
