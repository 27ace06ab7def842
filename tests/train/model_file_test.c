#include "digits.h"

#include "product.h"

#include "digitnet/train.h"
#include "io/archive.h"
#include "nn/model.h"
#include "train/model_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dn_error error;

/** A tensor of zeros to be put into a file; no name ends a list. */
typedef struct item {
    const char *name;
    dn_shape shape;
} item;

#define MOST_ITEMS 8

/** Write a file of these tensors and, unless NULL, this format and version. */
static const char *write_items(const item *items, const char *format, const char *version)
{
    const char *path = temporary_path("items.safetensors");
    dn_archive archive = {0};
    if (format)
        assert_ok(dn_archive_add_metadata(&archive, "format", format, &error));
    if (version)
        assert_ok(dn_archive_add_metadata(&archive, "format_version", version, &error));
    for (size_t i = 0; i < MOST_ITEMS && items[i].name; i++) {
        dn_tensor tensor;
        assert_ok(dn_tensor_zeros(&tensor, items[i].shape, &error));
        assert_ok(dn_archive_add_tensor(&archive, items[i].name, &tensor, &error));
    }
    assert_ok(dn_archive_write(path, &archive, &error));
    dn_archive_free(&archive);
    return path;
}

static void assert_refused(const char *path, dn_status status, const char *problem)
{
    dn_classifier net;
    dn_archive archive;
    assert_int_equal(dn_classifier_read(path, &net, &archive, &error), status);
    assert_contains(error.problem, problem);
    assert_string_equal(error.subject, path);
    assert_true(error.remedy[0] != '\0');
    assert_null(net.model);
    assert_null(archive.tensors);
    assert_null(archive.metadata);
}

static dn_classifier new_net(void)
{
    dn_classifier net = {.classes = dn_classes_all()};
    assert_ok(dn_model_new(&net.model, (size_t[]){784, 7, 5, 10}, 4, 3, &error));
    for (size_t i = 0; i < 5; i++)
        dn_model_parameter(net.model, 3)->value.data[i] = (float)i + 0.5F; /* biases that are not zero */
    return net;
}

static void what_is_written_is_read_back_to_the_byte(void **state)
{
    (void)state;
    const char *first = temporary_path("first.safetensors");
    const char *second = temporary_path("second.safetensors");
    dn_metadata extra[] = {{(char[]){"seed"}, (char[]){"3"}}, {(char[]){"note"}, (char[]){"\"quoted\""}}};
    dn_classifier net = new_net();
    dn_classifier read;
    assert_ok(dn_classifier_write(first, &net, extra, 2, &error));
    assert_ok(dn_classifier_read(first, &read, NULL, &error));
    assert_int_equal(dn_model_layers(read.model), 3);
    for (size_t i = 0; i < 6; i++)
        assert_same_bits(&dn_model_parameter(read.model, i)->value, &dn_model_parameter(net.model, i)->value);
    assert_ok(dn_classifier_write(second, &read, extra, 2, &error));
    size_t sizes[2];
    uint8_t *bytes[2] = {read_bytes(first, &sizes[0]), read_bytes(second, &sizes[1])};
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
    dn_classifier_free(&net);
    dn_classifier_free(&read);
}

static void the_metadata_say_what_the_tensors_are(void **state)
{
    (void)state;
    const char *path = temporary_path("model.safetensors");
    dn_metadata extra[] = {{(char[]){"seed"}, (char[]){"3"}}};
    dn_classifier net = new_net();
    dn_classifier read;
    dn_archive archive;
    assert_ok(dn_classifier_write(path, &net, extra, 1, &error));
    assert_ok(dn_classifier_read(path, &read, &archive, &error));
    assert_string_equal(dn_archive_metadata(&archive, "format"), "digitnet");
    assert_string_equal(dn_archive_metadata(&archive, "format_version"), "1");
    assert_string_equal(dn_archive_metadata(&archive, "architecture"), "784-7-5-10");
    assert_contains(dn_archive_metadata(&archive, "input"), "byte / 255");
    assert_string_equal(dn_archive_metadata(&archive, "seed"), "3");
    assert_int_equal(archive.tensor_count, 6);
    assert_string_equal(archive.tensors[0].name, "0.weight");
    assert_string_equal(archive.tensors[5].name, "4.bias");
    assert_same_bits(dn_archive_tensor(&archive, "2.weight"), &dn_model_parameter(net.model, 2)->value);
    dn_archive_free(&archive);
    dn_classifier_free(&read);
    dn_classifier_free(&net);
}

static void a_model_that_was_read_answers_the_same(void **state)
{
    (void)state;
    const char *path = temporary_path("model.safetensors");
    const dn_dataset digits = first_digits(20);
    dn_dataloader *loader = new_loader(&digits, 20);
    dn_classifier net = new_net();
    dn_classifier read;
    dn_batch batch;
    dn_tensor logits[2];
    assert_ok(dn_classifier_write(path, &net, NULL, 0, &error));
    assert_ok(dn_classifier_read(path, &read, NULL, &error));
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    assert_ok(dn_model_forward(NULL, net.model, &batch.images, &logits[0], &error));
    assert_ok(dn_model_forward(NULL, read.model, &batch.images, &logits[1], &error));
    assert_same_bits(&logits[0], &logits[1]);
    dn_dataloader_free(loader);
    dn_classifier_free(&net);
    dn_classifier_free(&read);
}

static void another_programs_file_is_taken_when_its_tensors_fit(void **state)
{
    (void)state;
    static const item fitting[] = {{"2.bias", {1, {10}}},
                                   {"0.weight", {2, {3, 784}}},
                                   {"2.weight", {2, {10, 3}}},
                                   {"0.bias", {1, {3}}},
                                   {0}};
    static const char *const formats[] = {NULL, "pt"};
    for (size_t i = 0; i < 2; i++) {
        char text[DN_ARCHITECTURE_SIZE];
        dn_classifier net;
        const char *path = write_items(fitting, formats[i], i == 0 ? NULL : "99");
        assert_ok(dn_classifier_read(path, &net, NULL, &error));
        assert_string_equal(dn_model_architecture(net.model, text), "784-3-10");
        assert_int_equal(dn_model_check_ours(path, &error), DN_ERR_FORMAT);
        dn_classifier_free(&net);
    }
}

static const item linear[] = {{"0.weight", {2, {10, 784}}}, {"0.bias", {1, {10}}}, {0}};

static void versions_that_are_newer_or_none_are_refused(void **state)
{
    (void)state;
    static const char *const none[] = {NULL, "", "one", "1.5", "0", "-1", "1 "};
    dn_classifier net;
    assert_ok(dn_classifier_read(write_items(linear, "digitnet", "1"), &net, NULL, &error));
    dn_classifier_free(&net);
    assert_refused(write_items(linear, "digitnet", "2"), DN_ERR_FORMAT,
                   "metadata format_version: version 2 found, this program reads up to 1");
    assert_contains(error.remedy, "newer digitnet");
    assert_refused(write_items(linear, "digitnet", "99999999999999999999"), DN_ERR_FORMAT, "format_version");
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_refused(write_items(linear, "digitnet", none[i]), DN_ERR_FORMAT, "format_version");
}

static void tensors_that_make_no_model_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        item items[MOST_ITEMS];
        const char *problem;
    } cases[] = {
        {{{0}}, "tensors found: none; wanted: \"0.weight\", \"0.bias\""},
        {{{"0.weight", {2, {10, 784}}}}, "tensors found: \"0.weight\"; wanted: \"0.weight\", \"0.bias\""},
        {{{"0.weight", {2, {10, 784}}}, {"0.bias", {1, {10}}}, {"mean", {2, {10, 784}}}},
         "found: \"0.weight\", \"0.bias\", \"mean\"; wanted: \"0.weight\", \"0.bias\""},
        {{{"0.weight", {2, {10, 784}}}, {"0.bias", {1, {10}}}, {"mean", {1, {1}}}, {"more", {1, {1}}}},
         "found: \"0.weight\", \"0.bias\", \"mean\", \"more\"; wanted: \"0.weight\", \"0.bias\""},
        {{{"0.weight", {2, {10, 784}}}, {"bias", {1, {10}}}},
         "found: \"0.weight\", \"bias\"; wanted: \"0.weight\", \"0.bias\""},
        {{{"1.weight", {2, {10, 784}}}, {"1.bias", {1, {10}}}},
         "found: \"1.weight\", \"1.bias\"; wanted: \"0.weight\", \"0.bias\""},
        {{{"conv1.weight", {2, {4, 784}}},
          {"conv1.bias", {1, {4}}},
          {"layers.with.a.name.that.goes.on.and.on.until.nobody.wants.to.read.it.weight", {2, {10, 4}}},
          {"fc.bias", {1, {10}}}},
         "tensors found: \"conv1.weight\", \"conv1.bias\", "
         "\"layers.with.a.name.that.goes.on.and.on.until.nobody.wants.to\", \"fc.bias\"; "
         "wanted: \"0.weight\", \"0.bias\", \"2.weight\", \"2.bias\""},
        {{{"0.weight", {2, {10, 783}}}, {"0.bias", {1, {10}}}},
         "tensor \"0.weight\" has shape [10, 783], [10, 784] expected"},
        {{{"0.weight", {3, {10, 28, 28}}}, {"0.bias", {1, {10}}}},
         "tensor \"0.weight\" has shape [10, 28, 28], [1 to 65535, 784] expected"},
        {{{"0.weight", {2, {10, 784}}}, {"0.bias", {2, {1, 10}}}},
         "tensor \"0.bias\" has shape [1, 10], [10] expected"},
        {{{"0.weight", {2, {10, 784}}}, {"0.bias", {1, {9}}}},
         "tensor \"0.bias\" has shape [9], [10] expected"},
        {{{"0.weight", {2, {9, 784}}}, {"0.bias", {1, {9}}}}, "the last layer has 9 outputs, 10 expected"},
        {{{"0.weight", {2, {4, 784}}},
          {"0.bias", {1, {4}}},
          {"2.weight", {2, {10, 5}}},
          {"2.bias", {1, {10}}}},
         "tensor \"2.weight\" has shape [10, 5], [10, 4] expected"},
        {{{"0.weight", {2, {0, 784}}},
          {"0.bias", {1, {0}}},
          {"2.weight", {2, {10, 0}}},
          {"2.bias", {1, {10}}}},
         "tensor \"0.weight\" has shape [0, 784], [1 to 65535, 784] expected"},
        {{{"0.weight", {2, {1, 784}}},
          {"0.bias", {1, {1}}},
          {"2.weight", {2, {65536, 1}}},
          {"2.bias", {1, {65536}}},
          {"4.weight", {2, {10, 65536}}},
          {"4.bias", {1, {10}}}},
         "tensor \"2.weight\" has shape [65536, 1], [1 to 65535, 1] expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(write_items(cases[i].items, NULL, NULL), DN_ERR_FORMAT, cases[i].problem);
        assert_refused(write_items(cases[i].items, "digitnet", "1"), DN_ERR_FORMAT, cases[i].problem);
    }
}

static void metadata_that_name_another_architecture_are_refused(void **state)
{
    (void)state;
    static const char *const formats[] = {"digitnet", "other"};
    const char *path = temporary_path("named.safetensors");
    for (size_t i = 0; i < 2; i++) {
        dn_archive archive;
        dn_classifier net;
        assert_ok(dn_archive_read(write_items(linear, formats[i], "1"), &archive, &error));
        assert_ok(dn_archive_add_metadata(&archive, "architecture", "784-128-10", &error));
        assert_ok(dn_archive_write(path, &archive, &error));
        dn_archive_free(&archive);
        if (i == 0) {
            assert_refused(path, DN_ERR_FORMAT,
                           "metadata architecture: \"784-128-10\" found, the tensors make \"784-10\"");
        } else { /* another program may mean what it likes */
            assert_ok(dn_classifier_read(path, &net, NULL, &error));
            dn_classifier_free(&net);
        }
    }
}

static void expect_widths(const dn_archive *archive, const size_t *widths, size_t count, const char *problem)
{
    if (!problem) {
        assert_ok(dn_model_check_widths(archive, widths, count, &error));
        return;
    }
    assert_int_equal(dn_model_check_widths(archive, widths, count, &error), DN_ERR_FORMAT);
    assert_string_equal(error.problem, problem);
}

static void the_widths_of_settings_are_those_of_the_layers(void **state)
{
    (void)state;
    static const item items[MOST_ITEMS] = {{"0.weight", {2, {5, 784}}},
                                           {"0.bias", {1, {5}}},
                                           {"2.weight", {2, {10, 5}}},
                                           {"best.2.bias", {1, {10}}},
                                           {0}};
    float numbers[10] = {0};
    const dn_tensor bias = dn_tensor_borrow(numbers, DN_SHAPE(10));
    dn_archive archive;
    assert_ok(dn_archive_read(write_items(items, "digitnet-checkpoint", "1"), &archive, &error));
    expect_widths(
        &archive, (size_t[]){784, 5, 10}, 3,
        "tensors found: \"0.weight\", \"0.bias\", \"2.weight\", \"best.2.bias\"; wanted: \"2.bias\"");
    assert_ok(dn_archive_add_tensor(&archive, "2.bias", &bias, &error));
    expect_widths(&archive, (size_t[]){784, 5, 10}, 3, NULL);
    expect_widths(&archive, (size_t[]){784, 10}, 2, "2 layers found, the settings want 1");
    expect_widths(&archive, (size_t[]){784, 5, 10, 10}, 4, "2 layers found, the settings want 3");
    expect_widths(&archive, (size_t[]){784, 6, 10}, 3,
                  "tensor \"0.weight\" has shape [5, 784], [6, 784] expected");
    expect_widths(&archive, (size_t[]){784, 5, 2}, 3,
                  "tensor \"2.weight\" has shape [10, 5], [2, 5] expected");
    dn_archive_free(&archive);
}

static void more_layers_than_a_model_may_have_are_refused(void **state)
{
    (void)state;
    const char *path = temporary_path("deep.safetensors");
    dn_archive archive = {0};
    float one = 1;
    const dn_tensor number = dn_tensor_borrow(&one, DN_SHAPE(1));
    for (size_t i = 0; i < 2 * (DN_MODEL_MAX_LAYERS + 1); i++) {
        char name[DN_PARAMETER_NAME_SIZE];
        assert_ok(dn_archive_add_tensor(&archive, dn_model_parameter_name(i, name), &number, &error));
    }
    assert_ok(dn_archive_write(path, &archive, &error));
    dn_archive_free(&archive);
    assert_refused(path, DN_ERR_FORMAT, "\"0.weight\", \"0.bias\", \"2.weight\"");
    assert_contains(error.problem, "\"12.weight\", \"12.bias\" and 52 more; wanted: ");
    assert_contains(error.problem, "\"12.weight\", \"12.bias\" and 50 more");
}

static void damaged_and_missing_files_are_refused(void **state)
{
    (void)state;
    const char *path = temporary_path("damaged.safetensors");
    dn_classifier net = new_net();
    size_t size;
    assert_ok(dn_classifier_write(path, &net, NULL, 0, &error));
    dn_classifier_free(&net);
    uint8_t *bytes = read_bytes(path, &size);
    static const uint8_t not_a_number[] = {0, 0, 0xc0, 0x7f};
    memcpy(bytes + size - 4, not_a_number, 4);
    write_bytes(path, bytes, size);
    assert_refused(path, DN_ERR_FORMAT, "4.bias");
    write_bytes(path, bytes, size - 1);
    assert_refused(path, DN_ERR_FORMAT, "");
    assert_int_equal(dn_model_check_ours(path, &error), DN_ERR_FORMAT);
    write_bytes(path, "P5 28 28 255 ", 13);
    assert_refused(path, DN_ERR_FORMAT, "");
    free(bytes);
    remove(path);
    assert_refused(path, DN_ERR_FILE, "");
}

static void what_cannot_be_written_leaves_the_old_file(void **state)
{
    (void)state;
    const char *path = temporary_path("kept.safetensors");
    dn_classifier net = new_net();
    dn_classifier read;
    dn_metadata taken[] = {{(char[]){"format"}, (char[]){"other"}}};
    assert_ok(dn_classifier_write(path, &net, NULL, 0, &error));
    assert_int_equal(dn_classifier_write(path, &net, taken, 1, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "format");
    dn_model_parameter(net.model, 1)->value.data[6] = INFINITY;
    assert_int_equal(dn_classifier_write(path, &net, NULL, 0, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "0.bias");
    assert_ok(dn_classifier_read(path, &read, NULL, &error));
    dn_classifier_free(&read);
    dn_model_parameter(net.model, 1)->value.data[6] = 0;
    assert_int_equal(dn_classifier_write(temporary_path("no/folder"), &net, NULL, 0, &error), DN_ERR_FILE);
    dn_classifier_free(&net);
}

static void digitnet_knows_its_own_files(void **state)
{
    (void)state;
    const char *path = temporary_path("ours.safetensors");
    dn_classifier net = new_net();
    assert_ok(dn_classifier_write(path, &net, NULL, 0, &error));
    dn_classifier_free(&net);
    assert_ok(dn_model_check_ours(path, &error));
    assert_ok(dn_model_check_ours(write_items(linear, "digitnet", "2"),
                                  &error)); /* a newer one's, but digitnet's */
    assert_int_equal(dn_model_check_ours(write_items(linear, "digitnets", "1"), &error), DN_ERR_FORMAT);
    assert_int_equal(dn_model_check_ours(write_items(linear, NULL, NULL), &error), DN_ERR_FORMAT);
    write_bytes(path, "a letter", 8);
    assert_int_equal(dn_model_check_ours(path, &error), DN_ERR_FORMAT);
    assert_int_equal(dn_model_check_ours(temporary_path("missing"), &error), DN_ERR_FILE);
    assert_int_equal(dn_model_check_ours(temporary_path(""), &error), DN_ERR_FILE);
}

static void a_checkpoint_is_no_model_though_it_holds_one(void **state)
{
    (void)state;
    const item items[MOST_ITEMS] = {{"0.weight", DN_SHAPE(10, 784)}, {"0.bias", DN_SHAPE(10)}};
    assert_refused(write_items(items, "digitnet-checkpoint", "1"), DN_ERR_FORMAT,
                   "is a checkpoint, not a model");
}

static void bytes_in_memory_are_those_of_the_file(void **state)
{
    (void)state;
    const char *path = temporary_path("model.safetensors");
    char key[] = "seed";
    char value[] = "7";
    const dn_metadata extra = {key, value};
    dn_classifier net = new_net();
    dn_bytes bytes;
    size_t size;
    assert_ok(dn_classifier_encode(&net, &extra, 1, &bytes, &error));
    assert_ok(dn_classifier_write(path, &net, &extra, 1, &error));
    uint8_t *written = read_bytes(path, &size);
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data, written, size);
    free(written);
    dn_bytes_free(&bytes);
    dn_classifier_free(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checkpoint_is_no_model_though_it_holds_one),
        cmocka_unit_test(bytes_in_memory_are_those_of_the_file),
        cmocka_unit_test(what_is_written_is_read_back_to_the_byte),
        cmocka_unit_test(the_metadata_say_what_the_tensors_are),
        cmocka_unit_test(a_model_that_was_read_answers_the_same),
        cmocka_unit_test(another_programs_file_is_taken_when_its_tensors_fit),
        cmocka_unit_test(versions_that_are_newer_or_none_are_refused),
        cmocka_unit_test(tensors_that_make_no_model_are_refused_by_name),
        cmocka_unit_test(metadata_that_name_another_architecture_are_refused),
        cmocka_unit_test(the_widths_of_settings_are_those_of_the_layers),
        cmocka_unit_test(more_layers_than_a_model_may_have_are_refused),
        cmocka_unit_test(damaged_and_missing_files_are_refused),
        cmocka_unit_test(what_cannot_be_written_leaves_the_old_file),
        cmocka_unit_test(digitnet_knows_its_own_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
