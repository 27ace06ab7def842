/**
 * Files that are cut short anywhere, or changed in any byte: an error of their format, or values that are whole. Never a
 * crash, and never memory that the file does not account for.
 *
 * DIGITNET_EVERY_VALUE  set: a byte becomes each of its 255 other values, not a few of them only. Takes minutes.
 */
#include "support.h"

#include "io/archive.h"
#include "nn/model.h"
#include "support/faults.h"
#include "support/inputs.h"
#include "train/checkpoint.h"
#include "train/training.h"

#include "digitnet/io.h"
#include "digitnet/picture.h"
#include "digitnet/train.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** What may be asked for beside a multiple of the file's size. */
#define SPARE ((size_t)64 << 20)
#define TIMES 16

/** So far reach headers; the elements behind them are all alike, and get one value each. */
#define MEANINGFUL 3000

static dn_error error;

/** Read the file at the path; what was read is checked here, and freed. */
typedef dn_status read_function(const char *path);

static void check_finite(const dn_tensor *tensor)
{
    for (size_t i = 0; i < dn_tensor_count(tensor); i++)
        assert_true(isfinite(tensor->data[i]));
}

static dn_status read_model(const char *path)
{
    dn_classifier net;
    const dn_status status = dn_classifier_read(path, &net, NULL, &error);
    for (size_t i = 0; status == DN_OK && i < dn_model_parameters(net.model); i++)
        check_finite(&dn_model_parameter(net.model, i)->value);
    dn_classifier_free(&net);
    return status;
}

static dn_status restore(const dn_archive *archive)
{
    static const size_t widths[] = {DN_DIGIT_PIXELS, 1, DN_DIGIT_CLASSES};
    dn_model *model;
    dn_training training;
    assert_ok(dn_model_new(&model, widths, 3, 1, &error));
    assert_ok(dn_training_new(&training, (dn_training_needs){.velocity = true, .best = true}, model, &error));
    const dn_status status = dn_checkpoint_restore(archive, model, &training, &error);
    if (status == DN_OK) {
        for (size_t i = 0; i < training.velocity.count; i++)
            check_finite(&training.velocity.tensors[i]);
        assert_true(isfinite(training.loss_sum) && isfinite(training.best_loss));
        assert_true(training.best_accuracy >= 0.0 && training.best_accuracy <= 1.0);
    }
    dn_training_free(&training);
    dn_model_free(model);
    return status;
}

static dn_status read_checkpoint(const char *path)
{
    dn_archive archive;
    dn_status status = dn_checkpoint_read(path, &archive, &error);
    if (status != DN_OK)
        return status;
    status = restore(&archive);
    dn_archive_free(&archive);
    return status;
}

static dn_status read_idx(const char *path)
{
    dn_idx idx;
    const dn_status status = dn_idx_read(path, 0, &idx, &error);
    unsigned sum = 0;
    for (size_t i = 0; i < idx.count && status == DN_OK; i++)
        sum += idx.data[i];
    assert_true(sum <= idx.count * UINT8_MAX);
    dn_idx_free(&idx);
    return status;
}

static dn_status read_picture(const char *path)
{
    dn_picture picture;
    dn_tensor grey;
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    const dn_status status = dn_picture_read(path, &picture, &error);
    if (status != DN_OK)
        return status;
    assert_ok(dn_picture_grey(&picture, &grey, &error));
    check_finite(&grey);
    const dn_status prepared = dn_prepare_digit(&picture, pixels, &preparation, &error);
    assert_true(prepared == DN_OK || prepared == DN_ERR_FORMAT);
    dn_tensor_free(&grey);
    dn_picture_free(&picture);
    return status;
}

/** A file under test: changed in place, which is quicker than to write it anew each time. */
typedef struct victim {
    const char *name;
    read_function *read;
    uint8_t *bytes;
    size_t size;
    char path[2048];
    int file;
    size_t refused;
    size_t taken;
} victim;

static victim begin(const char *name, read_function *read)
{
    char source[256];
    victim hurt = {.name = name, .read = read};
    snprintf(source, sizeof source, "tests/fuzz/corpus/%s", name);
    hurt.bytes = read_bytes(source_path(source), &hurt.size);
    strcpy(hurt.path, temporary_path("victim"));
    write_bytes(hurt.path, hurt.bytes, hurt.size);
    hurt.file = open(hurt.path, O_WRONLY);
    assert_true(hurt.file >= 0);
    return hurt;
}

static void tell(const victim *hurt, const char *how)
{
    print_message("%s, %s: %zu refused, %zu taken\n", hurt->name, how, hurt->refused, hurt->taken);
}

static void finish(victim *hurt)
{
    close(hurt->file);
    free(hurt->bytes);
}

static void try_reading(victim *hurt, const char *what, size_t place, int value)
{
    const long blocks = faults_live_blocks();
    faults_begin(FAULT_MEMORY, FAULT_NEVER, 0);
    const dn_status status = hurt->read(hurt->path);
    faults_end();
    if ((status != DN_OK && status != DN_ERR_FORMAT) || faults_live_blocks() != blocks ||
        faults_requested() > SPARE + TIMES * hurt->size) {
        print_error("%s, %s %zu (0x%02x): status %d, %ld blocks lost, %zu bytes asked for: %s\n", hurt->name,
                    what, place, (unsigned)value, (int)status, faults_live_blocks() - blocks,
                    faults_requested(), error.problem);
        fail();
    }
    hurt->refused += status == DN_ERR_FORMAT;
    hurt->taken += status == DN_OK;
}

/** Every prefix; the longest first, as a file can only be cut so. */
static void cut_everywhere(victim *hurt)
{
    for (size_t size = hurt->size; size-- > 0;) {
        assert_int_equal(ftruncate(hurt->file, (off_t)size), 0);
        try_reading(hurt, "cut to", size, 0);
    }
    assert_int_equal(pwrite(hurt->file, hurt->bytes, hurt->size, 0), hurt->size);
}

static void change(victim *hurt, size_t place, uint8_t value)
{
    if (value == hurt->bytes[place])
        return;
    assert_int_equal(pwrite(hurt->file, &value, 1, (off_t)place), 1);
    try_reading(hurt, "changed at", place, value);
}

/** The bits that change much, the neighbours, and the values that mean something somewhere. */
static void change_to_some(victim *hurt, size_t place)
{
    const uint8_t old = hurt->bytes[place];
    const uint8_t values[] = {old ^ 0x80, (uint8_t)(old + 1), 0xff, 0x00, old ^ 0x01, '0', '"', ' '};
    const size_t first = place < MEANINGFUL ? 0 : place % sizeof values;
    const size_t end = place < MEANINGFUL ? sizeof values : first + 1;
    for (size_t i = first; i < end; i++)
        change(hurt, place, values[i]);
}

static void change_everywhere(victim *hurt)
{
    const bool every_value = getenv("DIGITNET_EVERY_VALUE") != NULL;
    for (size_t place = 0; place < hurt->size; place++) {
        if (every_value)
            for (unsigned value = 0; value <= UINT8_MAX; value++)
                change(hurt, place, (uint8_t)value);
        else
            change_to_some(hurt, place);
        assert_int_equal(pwrite(hurt->file, &hurt->bytes[place], 1, (off_t)place), 1);
    }
}

/** Hands back which share of the changes was refused. */
static double hurt_everywhere(const char *name, read_function *read)
{
    victim hurt = begin(name, read);
    try_reading(&hurt, "whole", 0, 0);
    assert_int_equal(hurt.taken, 1);
    hurt.taken = 0;
    cut_everywhere(&hurt);
    tell(&hurt, "cut");
    assert_true(hurt.taken <= 1); /* a text may do without its last line feed */
    hurt.refused = 0;
    hurt.taken = 0;
    change_everywhere(&hurt);
    tell(&hurt, "changed");
    finish(&hurt);
    assert_true(hurt.refused > 0);
    return (double)hurt.refused / (double)(hurt.refused + hurt.taken);
}

static void a_damaged_model_is_refused_or_finite(void **state)
{
    (void)state;
    hurt_everywhere("model/small.safetensors", read_model);
}

static void a_damaged_checkpoint_is_refused_or_finite(void **state)
{
    (void)state;
    hurt_everywhere("checkpoint/small.checkpoint", read_checkpoint);
}

static void damaged_idx_is_refused_or_whole(void **state)
{
    (void)state;
    hurt_everywhere("idx/images", read_idx);
    hurt_everywhere("idx/labels", read_idx);
    hurt_everywhere("idx/small", read_idx);
}

/** A checksum stands behind gzip's contents: hardly a change goes unseen. */
static void damaged_gzip_is_refused_or_whole(void **state)
{
    (void)state;
    assert_true(hurt_everywhere("idx/images.gz", read_idx) > 0.95);
    assert_true(hurt_everywhere("idx/labels.gz", read_idx) >
                0.7); /* a third of it is a header without a sum */
    assert_true(hurt_everywhere("idx/split.gz", read_idx) > 0.7);
}

/** Deflate could hold what its header promises: only what really arrives gets memory. */
static void a_gzip_file_that_promises_much_gets_little_memory(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    static uint8_t contents[SIZE] = {0, 0, 8, DN_IDX_LABELS_RANK, 0x11, 0, 0, 0};
    size_t size;
    uint8_t *packed = pack_stored(contents, sizeof contents, &size);
    const char *path = temporary_path("promise");
    write_bytes(path, packed, size);
    free(packed);
    faults_begin(FAULT_MEMORY, FAULT_NEVER, 0);
    assert_int_equal(read_idx(path), DN_ERR_FORMAT);
    faults_end();
    assert_contains(error.problem, "extents 285212672 need 285212680 bytes, 284912680 are missing");
    assert_true(faults_requested() <= SPARE + TIMES * size);
}

/** Layers that do not fit each other make no net: the one that their outputs name would take 17 GB. */
static void layers_that_do_not_fit_get_no_memory(void **state)
{
    (void)state;
    enum { WIDE = DN_MODEL_MAX_WIDTH };
    static const dn_shape shapes[] = {{2, {1, DN_DIGIT_PIXELS}},
                                      {1, {1}},
                                      {2, {WIDE, 1}},
                                      {1, {WIDE}},
                                      {2, {WIDE, 1}},
                                      {1, {WIDE}},
                                      {2, {10, 1}},
                                      {1, {10}}};
    const char *path = temporary_path("wide.safetensors");
    dn_archive archive = {0};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        dn_tensor zeros;
        char name[DN_PARAMETER_NAME_SIZE];
        assert_ok(dn_tensor_zeros(&zeros, shapes[i], &error));
        assert_ok(dn_archive_add_tensor(&archive, dn_model_parameter_name(i, name), &zeros, &error));
    }
    assert_ok(dn_archive_write(path, &archive, &error));
    dn_archive_free(&archive);
    faults_begin(FAULT_MEMORY, FAULT_NEVER, 0);
    assert_int_equal(read_model(path), DN_ERR_FORMAT);
    faults_end();
    assert_contains(error.problem, "tensor \"4.weight\" has shape [65535, 1], [65535, 65535] expected");
    assert_true(faults_requested() <= SPARE);
}

static void a_damaged_picture_is_refused_or_finite(void **state)
{
    (void)state;
    hurt_everywhere("pnm/digit", read_picture);
    hurt_everywhere("pnm/p2", read_picture);
    hurt_everywhere("pnm/p3", read_picture);
    hurt_everywhere("pnm/p5_deep", read_picture);
    hurt_everywhere("pnm/crlf", read_picture);
    assert_true(hurt_everywhere("png/digit.png", read_picture) == 1.0); /* each chunk has its CRC */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_model_is_refused_or_finite),
        cmocka_unit_test(a_damaged_checkpoint_is_refused_or_finite),
        cmocka_unit_test(damaged_idx_is_refused_or_whole),
        cmocka_unit_test(damaged_gzip_is_refused_or_whole),
        cmocka_unit_test(a_gzip_file_that_promises_much_gets_little_memory),
        cmocka_unit_test(layers_that_do_not_fit_get_no_memory),
        cmocka_unit_test(a_damaged_picture_is_refused_or_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
