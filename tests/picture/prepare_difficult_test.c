#include "difficult.h"

#include "digits.h"

#include "digitnet/io.h"
#include "digitnet/loss.h"
#include "digitnet/picture.h"
#include "digitnet/train.h"

#include <string.h>

/* Difficult pictures, all the way from a file's bytes to an answer. */

#define MNIST_PICTURES 20 /* of each kind, as many of each digit */
#define ENOUGH 0.97

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

/** The file of one picture, read and prepared. */
static void prepare_file(const dn_bytes *file, uint8_t pixels[DN_DIGIT_PIXELS])
{
    dn_tensor picture;
    dn_tensor grey;
    dn_preparation preparation;
    size_t at = 0;
    assert_ok(dn_pnm_next(file, &at, &picture, &error));
    assert_int_equal(at, file->size);
    assert_ok(dn_pnm_to_grey(&picture, &grey, &error));
    assert_ok(dn_prepare_digit(&grey, pixels, &preparation, &error));
    dn_tensor_free(&picture);
}

/** Make one picture of a digit, and prepare it. */
static void make_and_prepare(difficult_kind kind, const uint8_t *digit, dn_random *random,
                             uint8_t pixels[DN_DIGIT_PIXELS])
{
    dn_bytes file;
    dn_tensor picture = difficult_picture(kind, digit, random);
    difficult_file(kind, &picture, &file);
    dn_tensor_free(&picture);
    prepare_file(&file, pixels);
    dn_bytes_free(&file);
}

static void every_kind_is_prepared_and_the_same_for_the_same_seed(void **state)
{
    (void)state;
    dn_dataset digits = load_digits(DN_DATA_TEST);
    for (difficult_kind kind = 0; kind < DIFFICULT_KINDS; kind++) {
        dn_random first = stream(1, kind);
        dn_random second = stream(1, kind);
        for (unsigned label = 0; label < DN_DIGIT_CLASSES; label++) {
            uint8_t pixels[2][DN_DIGIT_PIXELS];
            const size_t number = choose(&digits, label, &first);
            assert_int_equal(choose(&digits, label, &second), number);
            make_and_prepare(kind, dn_dataset_image(&digits, number), &first, pixels[0]);
            make_and_prepare(kind, dn_dataset_image(&digits, number), &second, pixels[1]);
            assert_memory_equal(pixels[0], pixels[1], DN_DIGIT_PIXELS);
        }
    }
    dn_dataset_free(&digits);
}

static size_t read_digit(dn_classifier *net, const uint8_t pixels[DN_DIGIT_PIXELS])
{
    float values[DN_DIGIT_PIXELS];
    dn_tensor scores;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        values[i] = dn_pixel_value(pixels[i]);
    const dn_tensor image = dn_tensor_borrow(values, DN_SHAPE(1, DN_DIGIT_PIXELS));
    assert_ok(dn_classifier_scores(NULL, net, &(dn_matrix){.dense = &image}, &scores, &error));
    return net->classes.digit[dn_classifier_answer(&scores, 0)];
}

/** How many pictures of a kind the net reads. */
static size_t count_right(dn_classifier *net, const dn_dataset *digits, difficult_kind kind)
{
    dn_random random = stream(1, kind);
    size_t right = 0;
    for (size_t i = 0; i < MNIST_PICTURES; i++) {
        const unsigned label = (unsigned)(i % DN_DIGIT_CLASSES);
        const size_t number = choose(digits, label, &random);
        uint8_t pixels[DN_DIGIT_PIXELS];
        make_and_prepare(kind, dn_dataset_image(digits, number), &random, pixels);
        right += read_digit(net, pixels) == label;
    }
    print_message("%-13s %zu of %d\n", difficult_names[kind], right, MNIST_PICTURES);
    return right;
}

static void the_net_that_comes_with_the_program_reads_97_in_100(void **state)
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
        cmocka_unit_test(every_kind_is_prepared_and_the_same_for_the_same_seed),
        cmocka_unit_test(the_net_that_comes_with_the_program_reads_97_in_100),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
