#include "plain_model.h"

#include "product.h"

#include "nn/model.h"
#include "train/checkpoint.h"
#include "train/training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dn_error error;

/** A model and a training with all three sets of weights, no two numbers of a tensor alike, and odd counters. */
typedef struct place {
    dn_model *model;
    dn_training training;
} place;

static const size_t widths[] = {4, 3, 2};

static void fill_weights(dn_weights *weights, size_t start)
{
    for (size_t i = 0; i < weights->count; i++) {
        dn_tensor *tensor = &weights->tensors[i];
        for (size_t at = 0; at < dn_tensor_count(tensor); at++)
            tensor->data[at] = (float)(start + 20 * i + at) / 3.0F;
    }
}

static place new_place(dn_training_needs needs, size_t start)
{
    place made;
    assert_ok(dn_model_blank(&made.model, widths, 3, &error));
    fill_model(made.model, start);
    assert_ok(dn_training_new(&made.training, needs, made.model, &error));
    fill_weights(&made.training.velocity, 100 * start);
    fill_weights(&made.training.average, 200 * start);
    fill_weights(&made.training.best, 300 * start);
    return made;
}

static void free_place(place *used)
{
    dn_model_free(used->model);
    dn_training_free(&used->training);
}

static const dn_training_needs everything = {.velocity = true, .average = true, .best = true};

static place counted_place(dn_training_needs needs)
{
    place made = new_place(needs, 1);
    made.training.epochs = 12;
    made.training.batches = 34;
    made.training.steps = 5678;
    made.training.images = 2176;
    made.training.loss_sum = 1.0 / 3.0;
    made.training.last_loss = 2.0 / 7.0;
    if (needs.best) {
        made.training.best_epoch = 11;
        made.training.best_accuracy = 0.1 + 0.2;
        made.training.best_loss = 1e-300;
    }
    return made;
}

static const char *write_place(const place *from)
{
    const char *path = temporary_path("checkpoint");
    assert_ok(dn_checkpoint_write(path, from->model, &from->training, NULL, 0, &error));
    return path;
}

static void assert_same_weights(const dn_weights *found, const dn_weights *expected)
{
    assert_int_equal(found->count, expected->count);
    for (size_t i = 0; i < expected->count; i++)
        assert_same_bits(&found->tensors[i], &expected->tensors[i]);
}

/* In every locale: see tests/CMakeLists.txt. */
static void a_real_counter_is_text_with_a_point(void **state)
{
    (void)state;
    place from = counted_place(everything);
    dn_archive archive;
    assert_ok(dn_checkpoint_read(write_place(&from), &archive, &error));
    assert_string_equal(dn_archive_metadata(&archive, "loss_sum"), "0x1.5555555555555p-2");
    assert_string_equal(dn_archive_metadata(&archive, "best_loss"), "0x1.56e1fc2f8f359p-997");
    dn_archive_free(&archive);
    free_place(&from);
}

static void a_training_comes_back_to_the_bit(void **state)
{
    (void)state;
    for (unsigned needs = 0; needs < 8; needs++) {
        const dn_training_needs wanted = {
            .velocity = needs & 1, .average = (needs & 2) != 0, .best = (needs & 4) != 0};
        place before = counted_place(wanted);
        place after = new_place(wanted, 2);
        dn_archive archive;
        assert_ok(dn_checkpoint_read(write_place(&before), &archive, &error));
        assert_ok(dn_checkpoint_restore(&archive, after.model, &after.training, &error));
        for (size_t i = 0; i < 4; i++)
            assert_same_bits(&dn_model_parameter(after.model, i)->value,
                             &dn_model_parameter(before.model, i)->value);
        assert_same_weights(&after.training.velocity, &before.training.velocity);
        assert_same_weights(&after.training.average, &before.training.average);
        assert_same_weights(&after.training.best, &before.training.best);
        assert_int_equal(after.training.epochs, 12);
        assert_int_equal(after.training.batches, 34);
        assert_int_equal(after.training.steps, 5678);
        assert_int_equal(after.training.images, 2176);
        assert_int_equal(after.training.best_epoch, wanted.best ? 11 : 0);
        assert_true(after.training.loss_sum == 1.0 / 3.0);
        assert_true(after.training.last_loss == 2.0 / 7.0);
        assert_true(after.training.best_accuracy == before.training.best_accuracy);
        assert_true(after.training.best_loss == before.training.best_loss);
        dn_archive_free(&archive);
        free_place(&before);
        free_place(&after);
    }
}

static void what_the_caller_adds_is_there(void **state)
{
    (void)state;
    char key[] = "arguments";
    char value[] = "--epochs 3";
    const dn_metadata extra = {key, value};
    place from = counted_place(everything);
    dn_archive archive;
    const char *path = temporary_path("extra");
    assert_ok(dn_checkpoint_write(path, from.model, &from.training, &extra, 1, &error));
    assert_ok(dn_checkpoint_read(path, &archive, &error));
    assert_string_equal(dn_archive_metadata(&archive, "arguments"), "--epochs 3");
    dn_archive_free(&archive);
    char taken[] = "steps";
    assert_int_equal(
        dn_checkpoint_write(path, from.model, &from.training, &(dn_metadata){taken, value}, 1, &error),
        DN_ERR_ARGUMENT);
    free_place(&from);
}

/** Replace the first `from` in the file by `to`, which is as long. */
static void patch(const char *path, const char *from, const char *to)
{
    size_t size;
    uint8_t *bytes = read_bytes(path, &size);
    const size_t length = strlen(from);
    size_t at = 0;
    assert_int_equal(strlen(to), length);
    while (at + length <= size && memcmp(bytes + at, from, length) != 0)
        at++;
    assert_true(at + length <= size);
    memcpy(bytes + at, to, length);
    write_bytes(path, bytes, size);
    free(bytes);
}

/** A checkpoint spoilt so is read, but not restored from. */
static void assert_not_restored(const char *from, const char *to, const char *problem)
{
    place before = counted_place(everything);
    place after = new_place(everything, 2);
    dn_archive archive;
    const char *path = write_place(&before);
    patch(path, from, to);
    assert_ok(dn_checkpoint_read(path, &archive, &error));
    assert_int_equal(dn_checkpoint_restore(&archive, after.model, &after.training, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, problem);
    dn_archive_free(&archive);
    free_place(&before);
    free_place(&after);
}

static void spoilt_counters_are_named(void **state)
{
    (void)state;
    assert_not_restored("\"steps\":\"5678\"", "\"steps\":\"56x8\"", "metadata steps: no number found");
    assert_not_restored("\"steps\":\"5678\"", "\"steps\":\"-678\"", "metadata steps: no number found");
    assert_not_restored("\"steps\":\"5678\"", "\"stepz\":\"5678\"", "metadata steps: no number found");
    assert_not_restored("\"best_loss\":\"0x", "\"best_loss\":\"xx", "metadata best_loss: no number found");
    assert_not_restored("\"steps\":\"5678\"", "\"steps\":\"\"    ", "metadata steps: no number found");
    assert_not_restored("\"best_loss\":\"0x1", "\"best_loss\":\"inf", "metadata best_loss: no number found");
    assert_not_restored("\"best_epoch\":\"11\"", "\"best_epoch\":\"13\"",
                        "best_epoch: 13 found, after 12 epochs");
}

static void tensors_that_are_missing_are_named(void **state)
{
    (void)state;
    assert_not_restored("\"velocity.0.weight\"", "\"velocity.9.weight\"", "wanted: \"velocity.0.weight\"");
    assert_not_restored("\"best.2.bias\"", "\"best.4.bias\"", "wanted: \"best.2.bias\"");
    assert_not_restored("\"0.bias\"", "\"1.bias\"", "wanted: \"0.bias\"");
}

static void a_checkpoint_of_other_settings_does_not_fit(void **state)
{
    (void)state;
    place before = counted_place(everything);
    dn_archive archive;
    assert_ok(dn_checkpoint_read(write_place(&before), &archive, &error));
    place fewer = new_place((dn_training_needs){.velocity = true, .best = true}, 2);
    assert_int_equal(dn_checkpoint_restore(&archive, fewer.model, &fewer.training, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "16 tensors found, 12 expected");
    free_place(&fewer);
    place wider;
    assert_ok(dn_model_blank(&wider.model, (size_t[]){4, 5, 2}, 3, &error));
    assert_ok(dn_training_new(&wider.training, everything, wider.model, &error));
    assert_int_equal(dn_checkpoint_restore(&archive, wider.model, &wider.training, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "tensor \"0.weight\" has shape [3, 4], [5, 4] expected");
    free_place(&wider);
    dn_archive_free(&archive);
    free_place(&before);
}

static void assert_not_read(const char *path, dn_status status, const char *problem)
{
    dn_archive archive;
    assert_int_equal(dn_checkpoint_read(path, &archive, &error), status);
    assert_contains(error.problem, problem);
    assert_string_equal(error.subject, path);
    assert_null(archive.tensors);
    assert_int_not_equal(dn_checkpoint_check_ours(path, &error), DN_OK);
}

static void other_files_and_newer_versions_are_refused(void **state)
{
    (void)state;
    place from = counted_place(everything);
    const char *path = write_place(&from);
    assert_ok(dn_checkpoint_check_ours(path, &error));
    patch(path, "\"format_version\":\"1\"", "\"format_version\":\"2\"");
    assert_not_read(path, DN_ERR_FORMAT, "version 2 found, this program reads up to 1");
    patch(path, "\"format_version\":\"2\"", "\"format_version\":\"0\"");
    assert_not_read(path, DN_ERR_FORMAT, "no version number");
    path = write_place(&from);
    patch(path, "\"digitnet-checkpoint\"", "\"digitnet_checkpoint\"");
    assert_not_read(path, DN_ERR_FORMAT,
                    "metadata format: \"digitnet_checkpoint\" found, \"digitnet-checkpoint\" expected");
    assert_not_read(temporary_path("nowhere"), DN_ERR_FILE, "no such file");
    write_bytes(path, "hello, this is a text", 21);
    assert_not_read(path, DN_ERR_FORMAT, "expected");
    free_place(&from);
}

static void a_checkpoint_cut_anywhere_is_refused(void **state)
{
    (void)state;
    place from = counted_place(everything);
    const char *path = write_place(&from);
    size_t size;
    uint8_t *bytes = read_bytes(path, &size);
    for (size_t left = 0; left < size; left += 31) {
        dn_archive archive;
        write_bytes(path, bytes, left);
        assert_int_equal(dn_checkpoint_read(path, &archive, &error), DN_ERR_FORMAT);
        assert_null(archive.tensors);
    }
    free(bytes);
    free_place(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_counter_is_text_with_a_point),
        cmocka_unit_test(a_training_comes_back_to_the_bit),
        cmocka_unit_test(what_the_caller_adds_is_there),
        cmocka_unit_test(spoilt_counters_are_named),
        cmocka_unit_test(tensors_that_are_missing_are_named),
        cmocka_unit_test(a_checkpoint_of_other_settings_does_not_fit),
        cmocka_unit_test(other_files_and_newer_versions_are_refused),
        cmocka_unit_test(a_checkpoint_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
