#include "digits.h"

#include "data/dataloader.h"
#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

#define COUNT 23
#define HEIGHT 3
#define WIDTH 4
#define PIXELS (HEIGHT * WIDTH)
#define BATCH 5

static dn_error error;

/*
 * 23 images of 3 x 4. An image's first pixel is its index times 11, 0 to 242, so that it can be told from the
 * others; of the rest some are 0 and some 255, and all bytes occur somewhere. The label is 7 * index mod 10.
 */
static uint8_t images[COUNT * PIXELS];
static uint8_t labels[COUNT];
static dn_dataset dataset;

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT * PIXELS; i++)
        images[i] = (uint8_t)(i % 7 == 3 ? 0 : i);
    for (size_t i = 0; i < COUNT; i++) {
        images[i * PIXELS] = (uint8_t)(11 * i);
        images[i * PIXELS + 1] = 255;
        labels[i] = (uint8_t)(7 * i % 10);
    }
    dataset = (dn_dataset){
        .count = COUNT, .height = HEIGHT, .width = WIDTH, .classes = 10, .images = images, .labels = labels};
    return 0;
}

/** Take the batch: every pixel and label must be that of the example; the examples' indices go to order. */
static void take_batch(const dn_batch *batch, size_t *order)
{
    dn_tensor pixels = batch_pixels(batch);
    assert_int_equal(pixels.shape.extent[1], PIXELS);
    for (size_t row = 0; row < batch->count; row++) {
        const float *found = pixels.data + row * PIXELS;
        const size_t index = (size_t)(found[0] * 255 / 11 + 0.5F);
        assert_true(index < COUNT);
        for (size_t i = 0; i < PIXELS; i++)
            assert_true(found[i] == dn_pixel_value(images[index * PIXELS + i]));
        assert_int_equal(batch->labels[row], labels[index]);
        order[row] = index;
    }
    dn_tensor_free(&pixels);
}

/** Run one epoch and write down the order of its examples. Hands back their number. */
static size_t take_epoch(dn_dataloader *loader, size_t *order)
{
    size_t taken = 0;
    size_t batches = 0;
    dn_batch batch;
    while (dn_dataloader_next(NULL, loader, &batch)) {
        const size_t left = dn_dataloader_count(loader) - taken;
        const size_t whole = dn_dataloader_batch_size(loader);
        assert_int_equal(batch.count, left < whole ? left : whole);
        take_batch(&batch, order + taken);
        taken += batch.count;
        batches++;
    }
    assert_int_equal(batches, dn_dataloader_batches(loader));
    assert_false(dn_dataloader_next(NULL, loader, &batch)); /* over is over */
    return taken;
}

static void assert_every_example_once(const size_t *order)
{
    bool seen[COUNT] = {false};
    for (size_t i = 0; i < COUNT; i++) {
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
}

static void a_new_loader_begins_in_the_order_of_the_dataset(void **state)
{
    (void)state;
    size_t order[COUNT];
    dn_dataloader *loader = new_loader(&dataset, BATCH);
    assert_int_equal(dn_dataloader_count(loader), COUNT);
    assert_int_equal(dn_dataloader_batch_size(loader), BATCH);
    assert_int_equal(dn_dataloader_batches(loader), 5);
    assert_int_equal(take_epoch(loader, order), COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(order[i], i);
    dn_dataloader_free(loader);
    dn_dataloader_free(NULL);
}

static void rewinding_brings_back_the_order_of_the_dataset(void **state)
{
    (void)state;
    size_t order[COUNT];
    dn_batch batch;
    dn_dataloader *loader = new_loader(&dataset, BATCH);
    dn_dataloader_shuffle(loader, 1, 1);
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    dn_dataloader_rewind(loader); /* in the middle of an epoch */
    assert_int_equal(take_epoch(loader, order), COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(order[i], i);
    dn_dataloader_free(loader);
}

static void any_batch_size_hands_out_every_example_once_an_epoch(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 22, 23, 24, 1000};
    static const size_t batches[] = {23, 12, 2, 1, 1, 1};
    size_t first[COUNT] = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t order[COUNT];
        dn_dataloader *loader = new_loader(&dataset, sizes[i]);
        assert_int_equal(dn_dataloader_batches(loader), batches[i]);
        dn_dataloader_shuffle(loader, 4, 1);
        assert_int_equal(take_epoch(loader, order), COUNT);
        assert_every_example_once(order);
        if (i == 0)
            memcpy(first, order, sizeof order);
        assert_memory_equal(order, first, sizeof order); /* the order does not depend on the batch size */
        dn_dataloader_free(loader);
    }
}

static void the_order_depends_on_seed_and_epoch_alone(void **state)
{
    (void)state;
    size_t orders[4][COUNT];
    dn_batch batch;
    dn_dataloader *loader = new_loader(&dataset, BATCH);
    dn_dataloader_shuffle(loader, 9, 3);
    take_epoch(loader, orders[0]);
    dn_dataloader_shuffle(loader, 9, 4);
    take_epoch(loader, orders[1]);
    dn_dataloader_shuffle(loader, 10, 3);
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    dn_dataloader_shuffle(loader, 9, 3); /* again, after other epochs and in the middle of one */
    take_epoch(loader, orders[2]);
    dn_dataloader_free(loader);
    loader = new_loader(&dataset, BATCH);
    dn_dataloader_shuffle(loader, 10, 3);
    take_epoch(loader, orders[3]);
    dn_dataloader_free(loader);
    for (size_t i = 0; i < 4; i++)
        assert_every_example_once(orders[i]);
    assert_memory_equal(orders[0], orders[2], sizeof orders[0]);
    assert_memory_not_equal(orders[0], orders[1], sizeof orders[0]);
    assert_memory_not_equal(orders[0], orders[3], sizeof orders[0]);
    assert_memory_not_equal(orders[1], orders[3], sizeof orders[0]);
}

/** Of 6,000 shuffles of three examples each of the six orders comes 1,000 times, give or take five deviations. */
static void every_order_is_equally_likely(void **state)
{
    (void)state;
    size_t counts[3][3] = {{0}};
    const dn_dataset three = dn_dataset_first(&dataset, 3);
    dn_dataloader *loader = new_loader(&three, 3);
    for (uint64_t epoch = 1; epoch <= 6000; epoch++) {
        dn_batch batch;
        dn_dataloader_shuffle(loader, 1, epoch);
        assert_true(dn_dataloader_next(NULL, loader, &batch));
        /* The labels of the first three are 0, 7 and 4. */
        const size_t first = batch.labels[0] == 0 ? 0 : batch.labels[0] == 7 ? 1 : 2;
        const size_t second = batch.labels[1] == 0 ? 0 : batch.labels[1] == 7 ? 1 : 2;
        counts[first][second]++;
    }
    for (size_t first = 0; first < 3; first++) {
        for (size_t second = 0; second < 3; second++) {
            if (first != second)
                assert_in_range(counts[first][second], 1000 - 5 * 29, 1000 + 5 * 29);
        }
    }
    dn_dataloader_free(loader);
}

static void a_selection_is_handed_out_in_its_order_and_nothing_else(void **state)
{
    (void)state;
    uint32_t indices[] = {20, 3, 7, 3};
    const dn_selection selection = {.indices = indices, .count = 4};
    size_t order[COUNT];
    dn_dataloader *loader;
    assert_ok(dn_dataloader_new(&loader, &dataset, &selection, 3, &error));
    assert_int_equal(dn_dataloader_count(loader), 4);
    assert_int_equal(dn_dataloader_batches(loader), 2);
    assert_int_equal(take_epoch(loader, order), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(order[i], indices[i]);
    dn_dataloader_free(loader);
}

static void the_selection_and_the_struct_of_the_dataset_may_go(void **state)
{
    (void)state;
    uint32_t indices[] = {20, 3, 7};
    dn_selection selection = {.indices = indices, .count = 3};
    dn_dataset passing = dataset;
    size_t order[COUNT];
    dn_dataloader *loader;
    assert_ok(dn_dataloader_new(&loader, &passing, &selection, 2, &error));
    memset(indices, 0, sizeof indices);
    selection = (dn_selection){0};
    passing = (dn_dataset){0};
    assert_int_equal(take_epoch(loader, order), 3);
    assert_true(order[0] == 20 && order[1] == 3 && order[2] == 7);
    dn_dataloader_shuffle(loader, 1, 1);
    assert_int_equal(take_epoch(loader, order), 3); /* shuffled among themselves */
    assert_int_equal(order[0] + order[1] + order[2], 30);
    assert_int_equal(order[0] * order[1] * order[2], 420);
    dn_dataloader_free(loader);
}

static void any_number_of_threads_hands_out_the_same_batches(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 8};
    const dn_dataset digits = first_digits(300);
    dn_tensor expected = dense_images(&digits);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dn_context *context;
        dn_batch batch;
        size_t taken = 0;
        dn_dataloader *loader = new_loader(&digits, 128);
        assert_ok(dn_context_new(&context, counts[i], DN_KERNELS_AUTO, &error));
        for (; dn_dataloader_next(context, loader, &batch); taken += batch.count) {
            dn_tensor pixels = batch_pixels(&batch);
            assert_memory_equal(pixels.data, expected.data + taken * DN_DIGIT_PIXELS,
                                batch.count * DN_DIGIT_PIXELS * sizeof(float));
            assert_memory_equal(batch.labels, digits.labels + taken, batch.count);
            dn_tensor_free(&pixels);
        }
        assert_int_equal(taken, 300);
        dn_dataloader_free(loader);
        dn_context_free(context);
    }
    dn_tensor_free(&expected);
}

static void every_byte_is_its_255th_to_the_bit(void **state)
{
    (void)state;
    uint8_t bytes[256];
    const uint8_t label = 0;
    for (size_t i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    const dn_dataset all = {
        .count = 1, .height = 16, .width = 16, .classes = 10, .images = bytes, .labels = &label};
    dn_dataloader *loader = new_loader(&all, 1);
    dn_batch batch;
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    dn_tensor pixels = batch_pixels(&batch);
    for (size_t i = 0; i < 256; i++)
        assert_true(pixels.data[i] == (float)i / 255.0F);
    dn_tensor_free(&pixels);
    dn_dataloader_free(loader);
}

static void bundled_digits_come_as_they_are(void **state)
{
    (void)state;
    const dn_dataset digits = first_digits(40);
    dn_tensor expected = dense_images(&digits);
    dn_dataloader *loader = new_loader(&digits, 40);
    dn_batch batch;
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    dn_tensor pixels = batch_pixels(&batch);
    assert_memory_equal(pixels.data, expected.data, 40 * DN_DIGIT_PIXELS * sizeof(float));
    assert_memory_equal(batch.labels, digits.labels, 40);
    dn_tensor_free(&pixels);
    dn_tensor_free(&expected);
    dn_dataloader_free(loader);
}

static void what_cannot_be_handed_out_is_refused(void **state)
{
    (void)state;
    uint32_t indices[] = {0, COUNT};
    const dn_selection beyond = {.indices = indices, .count = 2};
    const dn_selection none = {.indices = indices, .count = 0};
    const dn_dataset empty = dn_dataset_first(&dataset, 0);
    dn_dataloader *loader = NULL;
    assert_int_equal(dn_dataloader_new(&loader, &dataset, NULL, 0, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "batches of 0");
    assert_int_equal(dn_dataloader_new(&loader, &dataset, &none, 4, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "0 examples");
    assert_int_equal(dn_dataloader_new(&loader, &empty, NULL, 4, &error), DN_ERR_ARGUMENT);
    assert_int_equal(dn_dataloader_new(&loader, &dataset, &beyond, 4, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "example 23 is selected of 23");
#if SIZE_MAX > UINT32_MAX
    dn_dataset many = dataset;
    many.count = (size_t)UINT32_MAX + 1;
    assert_int_equal(dn_dataloader_new(&loader, &many, NULL, 4, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "4294967296 examples are too many");
#endif
    assert_null(loader);
}

static void batches_are_skipped_up_to_the_end(void **state)
{
    (void)state;
    dn_dataloader *loader;
    dn_batch batch;
    assert_ok(dn_dataloader_new(&loader, &dataset, NULL, 4, &error));
    dn_dataloader_skip(loader, 5);
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    assert_int_equal(batch.count, COUNT - 5 * 4);
    assert_int_equal(batch.labels[0], dataset.labels[5 * 4]);
    dn_dataloader_rewind(loader);
    dn_dataloader_skip(loader, 6);
    assert_false(dn_dataloader_next(NULL, loader, &batch));
    dn_dataloader_skip(loader, SIZE_MAX);
    assert_false(dn_dataloader_next(NULL, loader, &batch));
    dn_dataloader_free(loader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_loader_begins_in_the_order_of_the_dataset),
        cmocka_unit_test(rewinding_brings_back_the_order_of_the_dataset),
        cmocka_unit_test(batches_are_skipped_up_to_the_end),
        cmocka_unit_test(any_batch_size_hands_out_every_example_once_an_epoch),
        cmocka_unit_test(the_order_depends_on_seed_and_epoch_alone),
        cmocka_unit_test(every_order_is_equally_likely),
        cmocka_unit_test(a_selection_is_handed_out_in_its_order_and_nothing_else),
        cmocka_unit_test(the_selection_and_the_struct_of_the_dataset_may_go),
        cmocka_unit_test(any_number_of_threads_hands_out_the_same_batches),
        cmocka_unit_test(every_byte_is_its_255th_to_the_bit),
        cmocka_unit_test(bundled_digits_come_as_they_are),
        cmocka_unit_test(what_cannot_be_handed_out_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
