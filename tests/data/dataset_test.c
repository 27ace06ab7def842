#include "support.h"

#include "data/dataset.h"
#include "io/idx.h"
#include "io/sha256.h"

#include "digitnet/data.h"
#include "digitnet/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRAIN_IMAGES "train-images-idx3-ubyte"
#define TRAIN_LABELS "train-labels-idx1-ubyte"

/** The temporary folder itself. */
static const char *folder(void)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s", temporary_path(""));
    path[strlen(path) - 1] = '\0';
    return path;
}

static void remove_files(void)
{
    static const char *const names[] = {
        TRAIN_IMAGES,
        TRAIN_LABELS,
        "t10k-images.idx3-ubyte",
        "t10k-labels.idx1-ubyte",
        "train-images-idx3-ubyte.gz",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        remove(temporary_path(names[i]));
}

static void write_images(const char *name, size_t count, size_t height, size_t width, uint8_t value)
{
    dn_error error;
    dn_idx idx = {.rank = 3, .extent = {count, height, width}, .count = count * height * width};
    idx.data = calloc(idx.count + 1, 1);
    assert_non_null(idx.data);
    for (size_t i = 0; i < idx.count; i++)
        idx.data[i] = (uint8_t)(i / (height * width) + value);
    assert_ok(dn_idx_write(temporary_path(name), &idx, &error));
    free(idx.data);
}

static void write_labels(const char *name, const char *digits)
{
    dn_error error;
    dn_idx idx = {.rank = 1, .extent = {strlen(digits)}, .count = strlen(digits)};
    idx.data = calloc(idx.count + 1, 1);
    assert_non_null(idx.data);
    for (size_t i = 0; i < idx.count; i++)
        idx.data[i] = (uint8_t)(digits[i] - '0');
    assert_ok(dn_idx_write(temporary_path(name), &idx, &error));
    free(idx.data);
}

static void assert_refused(dn_status status, const char *file, const char *problem)
{
    dn_error error;
    dn_dataset dataset;
    assert_int_equal(dn_dataset_load(folder(), DN_DATA_TRAIN, &dataset, &error), status);
    assert_contains(error.problem, problem);
    assert_contains(error.subject, file);
    assert_int_equal(dataset.count, 0);
    assert_null(dataset.image_storage);
}

static void a_pair_of_files_is_loaded(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    remove_files();
    write_images(TRAIN_IMAGES, 3, 28, 28, 5);
    write_labels(TRAIN_LABELS, "709");
    assert_ok(dn_dataset_load(folder(), DN_DATA_TRAIN, &dataset, &error));
    assert_int_equal(dataset.count, 3);
    assert_int_equal(dataset.height, 28);
    assert_int_equal(dataset.width, 28);
    assert_int_equal(dataset.classes, 10);
    assert_memory_equal(dataset.labels, "\7\0\11", 3);
    assert_int_equal(dn_dataset_image(&dataset, 2)[0], 7);
    assert_ptr_equal(dn_dataset_image(&dataset, 2), dataset.images + 2 * 784);
    dn_dataset_free(&dataset);
    assert_null(dataset.images);
    dn_dataset_free(NULL);
}

static void names_with_a_dot_are_taken(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    remove_files();
    write_images("t10k-images.idx3-ubyte", 1, 28, 28, 0);
    write_labels("t10k-labels.idx1-ubyte", "4");
    assert_ok(dn_dataset_load(folder(), DN_DATA_TEST, &dataset, &error));
    assert_int_equal(dataset.labels[0], 4);
    dn_dataset_free(&dataset);
}

static void the_plain_file_is_taken_before_the_packed_one(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    remove_files();
    write_bytes(temporary_path(TRAIN_IMAGES ".gz"), "\x1f\x8b no gzip", 10);
    write_labels(TRAIN_LABELS, "1");
    assert_refused(DN_ERR_FORMAT, TRAIN_IMAGES ".gz", "byte ");
    write_images(TRAIN_IMAGES, 1, 28, 28, 0);
    assert_ok(dn_dataset_load(folder(), DN_DATA_TRAIN, &dataset, &error));
    dn_dataset_free(&dataset);
}

static void presence_is_either_file(void **state)
{
    (void)state;
    remove_files();
    assert_false(dn_dataset_present(folder(), DN_DATA_TRAIN));
    write_labels(TRAIN_LABELS, "1");
    assert_true(dn_dataset_present(folder(), DN_DATA_TRAIN));
    assert_false(dn_dataset_present(folder(), DN_DATA_TEST));
    write_bytes(temporary_path("t10k-images.idx3-ubyte"), "", 0);
    assert_true(dn_dataset_present(folder(), DN_DATA_TEST));
    assert_false(dn_dataset_present("/no-such-folder", DN_DATA_TRAIN));
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    char long_name[8192];
    remove_files();
    assert_refused(DN_ERR_FILE, TRAIN_IMAGES, "there is no such file, plain or .gz");
    write_images(TRAIN_IMAGES, 1, 28, 28, 0);
    assert_refused(DN_ERR_FILE, TRAIN_LABELS, "there is no such file, plain or .gz");
    assert_int_equal(dn_dataset_load("/no-such-folder", DN_DATA_TRAIN, &dataset, &error), DN_ERR_FILE);
    assert_string_equal(error.subject, "/no-such-folder");
    assert_contains(error.problem, "there is no such folder");
#ifndef DN_PLATFORM_ISO /* ISO C alone can't tell a folder from a file */
    assert_int_equal(dn_dataset_load(temporary_path(TRAIN_IMAGES), DN_DATA_TRAIN, &dataset, &error),
                     DN_ERR_FILE);
    assert_contains(error.problem, "is not a folder");
#endif
    memset(long_name, '/', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_int_equal(dn_dataset_load(long_name, DN_DATA_TRAIN, &dataset, &error), DN_ERR_FILE);
}

static void counts_that_differ_name_both_files(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    remove_files();
    write_images(TRAIN_IMAGES, 3, 28, 28, 0);
    write_labels(TRAIN_LABELS, "12");
    assert_int_equal(dn_dataset_load(folder(), DN_DATA_TRAIN, &dataset, &error), DN_ERR_FORMAT);
    assert_contains(error.subject, TRAIN_IMAGES);
    assert_contains(error.problem, "3 images, but 2 labels in ");
    assert_contains(error.problem, TRAIN_LABELS);
}

static void the_folder_is_told_and_emnist_is_marked_as_transposed(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    char path[1024];
    char small[8];
    remove_files();
    write_images(TRAIN_IMAGES, 1, 28, 28, 0);
    write_labels(TRAIN_LABELS, "4");
    assert_true(dn_dataset_folder(folder(), path, sizeof path));
    assert_string_equal(path, folder());
    assert_ok(dn_dataset_load(path, DN_DATA_TRAIN, &dataset, &error));
    assert_false(dataset.transposed);
    dn_dataset_free(&dataset);
    assert_true(dn_dataset_folder(folder(), small, sizeof small)); /* what does not fit is cut */
    assert_int_equal(strlen(small), sizeof small - 1);
    assert_int_equal(rename(temporary_path(TRAIN_IMAGES), temporary_path("emnist-digits-" TRAIN_IMAGES)), 0);
    assert_int_equal(rename(temporary_path(TRAIN_LABELS), temporary_path("emnist-digits-" TRAIN_LABELS)), 0);
    assert_ok(dn_dataset_load(folder(), DN_DATA_TRAIN, &dataset, &error));
    assert_int_equal(dataset.labels[0], 4);
    assert_true(dataset.transposed);
    dn_dataset_free(&dataset);
    remove(temporary_path("emnist-digits-" TRAIN_IMAGES));
    remove(temporary_path("emnist-digits-" TRAIN_LABELS));
}

static void a_label_above_nine_is_named_with_its_place(void **state)
{
    (void)state;
    remove_files();
    write_images(TRAIN_IMAGES, 3, 28, 28, 0);
    write_labels(TRAIN_LABELS, "12:");
    assert_refused(DN_ERR_FORMAT, TRAIN_LABELS, "byte 10 of the IDX data: label 2 is 10, 0 to 9 expected");
}

static void files_that_are_no_digit_images_are_refused(void **state)
{
    (void)state;
    remove_files();
    write_labels(TRAIN_LABELS, "");
    write_images(TRAIN_IMAGES, 0, 28, 28, 0);
    assert_refused(DN_ERR_FORMAT, TRAIN_IMAGES, "no images");
    write_images(TRAIN_IMAGES, 1, 28, 32, 0);
    assert_refused(DN_ERR_FORMAT, TRAIN_IMAGES, "images of 28 x 32 found, 28 x 28 expected");
    write_labels(TRAIN_IMAGES, "123");
    assert_refused(DN_ERR_FORMAT, TRAIN_IMAGES, "rank 1 (labels) found, 3 (images) expected");
}

static void the_first_examples_are_a_view(void **state)
{
    (void)state;
    static const uint8_t pixels[4] = {1, 2, 3, 4};
    static const uint8_t classes[4] = {0, 1, 0, 1};
    int storage = 0;
    const dn_dataset whole = {.count = 4,
                              .height = 1,
                              .width = 1,
                              .classes = 2,
                              .images = pixels,
                              .labels = classes,
                              .image_storage = &storage,
                              .label_storage = &storage};
    const dn_dataset two = dn_dataset_first(&whole, 2);
    assert_int_equal(two.count, 2);
    assert_ptr_equal(two.images, pixels);
    assert_ptr_equal(two.labels, classes);
    assert_null(two.image_storage);
    assert_null(two.label_storage);
    assert_int_equal(dn_dataset_first(&whole, 9).count, 4);
}

static void the_digest_is_that_of_images_then_labels(void **state)
{
    (void)state;
    char text[DN_SHA256_TEXT_SIZE];
    uint8_t digest[DN_SHA256_SIZE];
    const dn_dataset dataset = {
        .count = 1, .height = 1, .width = 2, .images = (const uint8_t *)"ab", .labels = (const uint8_t *)"c"};
    dn_dataset_digest(&dataset, digest);
    assert_string_equal(dn_sha256_text(digest, text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#define SPLIT_COUNT 100

/** Class 0 has 50 examples, class 1 30, class 2 15, class 3 5, mixed. */
static dn_dataset mixed_classes(void)
{
    static uint8_t labels[SPLIT_COUNT];
    for (size_t i = 0; i < SPLIT_COUNT; i++) {
        const size_t place = i * 37 % SPLIT_COUNT;
        labels[i] = place < 50 ? 0 : place < 80 ? 1 : place < 95 ? 2 : 3;
    }
    return (dn_dataset){.count = SPLIT_COUNT, .classes = 4, .labels = labels};
}

static void count_classes(const dn_dataset *dataset, const dn_selection *selection, size_t counts[4])
{
    memset(counts, 0, 4 * sizeof counts[0]);
    for (size_t i = 0; i < selection->count; i++)
        counts[dataset->labels[selection->indices[i]]]++;
}

static void assert_partition(const dn_selection *train, const dn_selection *valid)
{
    unsigned seen[SPLIT_COUNT] = {0};
    const dn_selection *both[] = {train, valid};
    for (size_t part = 0; part < 2; part++)
        for (size_t i = 0; i < both[part]->count; i++) {
            assert_true(both[part]->indices[i] < SPLIT_COUNT);
            assert_true(i == 0 || both[part]->indices[i - 1] < both[part]->indices[i]);
            seen[both[part]->indices[i]]++;
        }
    for (size_t i = 0; i < SPLIT_COUNT; i++)
        assert_int_equal(seen[i], 1);
}

static void a_split_is_exact_by_class_and_in_total(void **state)
{
    (void)state;
    dn_error error;
    const dn_dataset dataset = mixed_classes();
    for (size_t valid_count = 0; valid_count < SPLIT_COUNT; valid_count++) {
        dn_selection train;
        dn_selection valid;
        size_t counts[4];
        static const size_t sizes[4] = {50, 30, 15, 5};
        assert_ok(dn_dataset_split(&dataset, valid_count, 7, &train, &valid, &error));
        assert_int_equal(valid.count, valid_count);
        assert_int_equal(train.count, SPLIT_COUNT - valid_count);
        assert_partition(&train, &valid);
        count_classes(&dataset, &valid, counts);
        for (size_t i = 0; i < 4; i++) {
            assert_true(counts[i] >= valid_count * sizes[i] / SPLIT_COUNT);
            assert_true(counts[i] <= valid_count * sizes[i] / SPLIT_COUNT + 1);
        }
        dn_selection_free(&train);
        dn_selection_free(&valid);
        assert_null(valid.indices);
    }
}

static void what_rounding_leaves_goes_where_most_was_cut_off(void **state)
{
    (void)state;
    dn_error error;
    dn_selection train;
    dn_selection valid;
    size_t counts[4];
    const dn_dataset dataset = mixed_classes();
    /* Shares of 6.5, 3.9, 1.95 and 0.65: the second, third and fourth are rounded up. */
    assert_ok(dn_dataset_split(&dataset, 13, 7, &train, &valid, &error));
    count_classes(&dataset, &valid, counts);
    assert_int_equal(counts[0], 6);
    assert_int_equal(counts[1], 4);
    assert_int_equal(counts[2], 2);
    assert_int_equal(counts[3], 1);
    dn_selection_free(&train);
    dn_selection_free(&valid);
}

static void a_split_depends_on_the_seed_alone(void **state)
{
    (void)state;
    dn_error error;
    dn_selection train[3];
    dn_selection valid[3];
    static const uint64_t seeds[3] = {1, 1, 2};
    const dn_dataset dataset = mixed_classes();
    for (size_t i = 0; i < 3; i++)
        assert_ok(dn_dataset_split(&dataset, 20, seeds[i], &train[i], &valid[i], &error));
    assert_memory_equal(valid[0].indices, valid[1].indices, 20 * sizeof(uint32_t));
    assert_memory_not_equal(valid[0].indices, valid[2].indices, 20 * sizeof(uint32_t));
    for (size_t i = 0; i < 3; i++) {
        dn_selection_free(&train[i]);
        dn_selection_free(&valid[i]);
    }
    dn_selection_free(NULL);
}

static void a_split_that_leaves_nothing_to_train_on_is_refused(void **state)
{
    (void)state;
    dn_error error;
    dn_selection train;
    dn_selection valid;
    const dn_dataset dataset = mixed_classes();
    assert_int_equal(dn_dataset_split(&dataset, SPLIT_COUNT, 1, &train, &valid, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "100 of 100 examples");
    assert_null(train.indices);
    assert_null(valid.indices);
}

static void mnist_is_loaded_and_split(void **state)
{
    (void)state;
    dn_error error;
    dn_dataset dataset;
    dn_selection train;
    dn_selection valid;
    char text[DN_SHA256_TEXT_SIZE];
    uint8_t digest[DN_SHA256_SIZE];
    const char *path = mnist_folder_or_skip();
    assert_ok(dn_dataset_load(path, DN_DATA_TRAIN, &dataset, &error));
    assert_int_equal(dataset.count, 60000);
    assert_int_equal(dataset.labels[0], 5);
    dn_dataset_digest(&dataset, digest);
    assert_string_equal(dn_sha256_text(digest, text),
                        "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b");
    assert_ok(dn_dataset_split(&dataset, 6000, 1, &train, &valid, &error));
    assert_int_equal(train.count, 54000);
    dn_selection_free(&train);
    dn_selection_free(&valid);
    dn_dataset_free(&dataset);
    assert_ok(dn_dataset_load(path, DN_DATA_TEST, &dataset, &error));
    assert_int_equal(dataset.count, 10000);
    dn_dataset_free(&dataset);
}

/** Each set once, then the further copies; images lie where they lay. */
static void sets_are_joined_without_a_copy_of_an_image(void **state)
{
    (void)state;
    dn_error error;
    static const uint8_t pixels[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
    static const uint8_t labels[3] = {7, 8, 9};
    const dn_dataset sets[] = {
        {.count = 2, .height = 2, .width = 2, .classes = 10, .images = pixels[0], .labels = labels},
        {.count = 0, .height = 2, .width = 2, .classes = 10, .images = pixels[2], .labels = labels},
        {.count = 1,
         .height = 2,
         .width = 2,
         .classes = 10,
         .images = pixels[2],
         .labels = labels + 2,
         .transposed = true},
    };
    static const size_t expected[] = {0, 1, 2, 0, 1, 0, 1, 2};
    dn_dataset joined;
    assert_ok(dn_dataset_join(sets, 3, (const size_t[]){3, 5, 2}, &joined, &error));
    assert_int_equal(joined.count, 8);
    assert_true(joined.transposed);
    for (size_t i = 0; i < joined.count; i++) {
        assert_ptr_equal(dn_dataset_image(&joined, i), pixels[expected[i]]);
        assert_int_equal(joined.labels[i], labels[expected[i]]);
    }
    const dn_dataset first = dn_dataset_first(&joined, 4);
    assert_int_equal(first.count, 4);
    assert_ptr_equal(dn_dataset_image(&first, 3), pixels[0]);
    dn_dataset_free(&joined);
    assert_int_equal(dn_dataset_join(sets, 3, (const size_t[]){UINT32_MAX / 2 + 1, 1, 1}, &joined, &error),
                     DN_ERR_ARGUMENT);
    assert_null(joined.labels);
    assert_null(joined.image_storage);
}

static void images_are_counted_and_weighed_before_they_are_read(void **state)
{
    (void)state;
    dn_error error;
#ifndef DN_PLATFORM_ISO /* a pipe must not be peeked into, and only the platform knows a file from a pipe */
    assert_int_equal(dn_dataset_peek(source_path("data/digits"), DN_DATA_TRAIN), 1438);
    assert_int_equal(dn_dataset_peek(source_path("data/digits"), DN_DATA_TEST), 359);
#endif
    assert_int_equal(dn_dataset_peek(source_path("data/samples"), DN_DATA_TEST), 0);
    assert_ok(dn_dataset_check_memory(1000, 793000, &error));
    assert_int_equal(dn_dataset_check_memory(1000, 792999, &error), DN_ERR_MEMORY);
    assert_contains(error.problem, "1000 images want 1 MB of memory, and there are 1 MB");
    assert_ok(dn_dataset_check_memory(SIZE_MAX / 1000, SIZE_MAX, &error));
    assert_int_equal(dn_dataset_check_memory(SIZE_MAX / 100, SIZE_MAX, &error), DN_ERR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_of_files_is_loaded),
        cmocka_unit_test(names_with_a_dot_are_taken),
        cmocka_unit_test(the_plain_file_is_taken_before_the_packed_one),
        cmocka_unit_test(presence_is_either_file),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(counts_that_differ_name_both_files),
        cmocka_unit_test(the_folder_is_told_and_emnist_is_marked_as_transposed),
        cmocka_unit_test(a_label_above_nine_is_named_with_its_place),
        cmocka_unit_test(files_that_are_no_digit_images_are_refused),
        cmocka_unit_test(the_first_examples_are_a_view),
        cmocka_unit_test(the_digest_is_that_of_images_then_labels),
        cmocka_unit_test(a_split_is_exact_by_class_and_in_total),
        cmocka_unit_test(what_rounding_leaves_goes_where_most_was_cut_off),
        cmocka_unit_test(a_split_depends_on_the_seed_alone),
        cmocka_unit_test(a_split_that_leaves_nothing_to_train_on_is_refused),
        cmocka_unit_test(sets_are_joined_without_a_copy_of_an_image),
        cmocka_unit_test(images_are_counted_and_weighed_before_they_are_read),
        cmocka_unit_test(mnist_is_loaded_and_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
