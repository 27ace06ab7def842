#include "difficult.h"

#include "digits.h"

#include "core/random.h"
#include "data/dataset.h"

#include "digitnet/io.h"
#include "digitnet/picture.h"
#include "digitnet/train.h"

/* Difficult pictures, all the way from a file's bytes to an answer. */

#define MNIST_PICTURES 10 /* of each kind, as many of each digit */
#define ENOUGH 0.98

static dn_error error;

static dn_random stream(uint64_t seed, difficult_kind kind)
{
    return dn_random_stream(seed, DN_PURPOSE_TENSOR, (uint64_t)kind, 0);
}

/** A number of one test image of that label, drawn at random. */
static size_t choose(const dn_dataset *digits, unsigned label, dn_random *random)
{
    size_t number;
    do
        number = (size_t)dn_random_below(random, digits->count);
    while (digits->labels[number] != label);
    return number;
}

/** Make one picture of a digit as a file, and read it. The test frees it. */
static dn_picture make_picture(difficult_kind kind, const uint8_t *digit, dn_random *random)
{
    dn_bytes file;
    dn_picture read;
    size_t at = 0;
    dn_tensor picture = difficult_picture(kind, digit, random);
    difficult_file(kind, &picture, &file);
    assert_ok(dn_picture_next(&file, &at, &read, &error));
    assert_int_equal(at, file.size);
    dn_tensor_free(&picture);
    dn_bytes_free(&file);
    return read;
}

static void nearly_all_are_prepared_and_the_same_for_the_same_seed(void **state)
{
    (void)state;
    dn_dataset digits = load_digits(DN_DATA_TEST);
    size_t prepared = 0;
    for (difficult_kind kind = 0; kind < DIFFICULT_KINDS; kind++) {
        dn_random random[2] = {stream(1, kind), stream(1, kind)};
        for (unsigned label = 0; label < DN_DIGIT_CLASSES; label++) {
            uint8_t pixels[2][DN_DIGIT_PIXELS] = {{0}};
            dn_status status[2];
            for (size_t i = 0; i < 2; i++) {
                dn_preparation preparation;
                const size_t number = choose(&digits, label, &random[i]);
                dn_picture picture = make_picture(kind, dn_dataset_image(&digits, number), &random[i]);
                status[i] = dn_prepare_digit(&picture, pixels[i], &preparation, &error);
                assert_true(status[i] == DN_OK || status[i] == DN_ERR_FORMAT);
                dn_picture_free(&picture);
            }
            assert_int_equal(status[0], status[1]);
            assert_memory_equal(pixels[0], pixels[1], DN_DIGIT_PIXELS);
            prepared += status[0] == DN_OK;
        }
    }
    assert_true((double)prepared >= ENOUGH * DIFFICULT_KINDS * DN_DIGIT_CLASSES);
    dn_dataset_free(&digits);
}

/** How many pictures of a kind the net reads. */
static size_t count_right(dn_classifier *net, const dn_dataset *digits, difficult_kind kind)
{
    dn_random random = stream(1, kind);
    size_t right = 0;
    for (size_t i = 0; i < MNIST_PICTURES; i++) {
        const unsigned label = (unsigned)(i % DN_DIGIT_CLASSES);
        const size_t number = choose(digits, label, &random);
        dn_answer answer;
        dn_picture picture = make_picture(kind, dn_dataset_image(digits, number), &random);
        assert_ok(dn_answer_picture(NULL, net, &picture, DN_PICTURE_VIEWS, &answer, &error));
        right += answer.verdict != DN_VERDICT_NONE && answer.ranking[0] == label;
        dn_picture_free(&picture);
    }
    print_message("%-13s %zu of %d\n", difficult_names[kind], right, MNIST_PICTURES);
    return right;
}

static void the_net_that_comes_with_the_program_reads_98_in_100(void **state)
{
    (void)state;
    const char *folder = mnist_folder_or_skip();
    dn_dataset digits;
    dn_classifier net;
    size_t right = 0;
    assert_ok(dn_dataset_load(folder, DN_DATA_TEST, &digits, &error));
    assert_ok(dn_classifier_read(source_path("data/pretrained.safetensors"), &net, NULL, &error));
    for (difficult_kind kind = 0; kind < DIFFICULT_KINDS; kind++)
        right += count_right(&net, &digits, kind);
    print_message("%zu of %d are right\n", right, DIFFICULT_KINDS * MNIST_PICTURES);
    assert_true((double)right >= ENOUGH * DIFFICULT_KINDS * MNIST_PICTURES);
    dn_classifier_free(&net);
    dn_dataset_free(&digits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearly_all_are_prepared_and_the_same_for_the_same_seed),
        cmocka_unit_test(the_net_that_comes_with_the_program_reads_98_in_100),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
