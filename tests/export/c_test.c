#include "support.h"

#include "core/number.h"
#include "core/random.h"
#include "io/archive.h"
#include "nn/model.h"
#include "plain_model.h"

#include "digitnet/export.h"
#include "digitnet/tensor.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;

/** A net of the first so many digits, whose weights are patterns; the caller frees. */
static dn_classifier new_net(const size_t *widths, size_t width_count, size_t classes)
{
    dn_classifier net = {.classes = dn_classes_all()};
    net.classes.count = classes;
    assert_ok(dn_model_blank(&net.model, widths, width_count, &error));
    fill_model(net.model, 1);
    return net;
}

/** The header as a string, which the caller frees. */
static char *export_text(const dn_classifier *net, const dn_archive *archive,
                         const dn_export_options *options)
{
    dn_bytes bytes;
    assert_ok(dn_export_c(net, archive, options, &bytes, &error));
    char *text = malloc(bytes.size + 1);
    assert_non_null(text);
    memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    assert_int_equal(strlen(text), bytes.size);
    dn_bytes_free(&bytes);
    return text;
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/** Skip what stands between two numbers of an array. */
static const char *next_number(const char *place)
{
    return place + strspn(place, ",{}\n");
}

/**
 * Read a number of an array in both ways that compilers have: straight to float, and by way of a double. "F" must follow: it is a
 * float constant, with a point or an exponent.
 */
static const char *read_float(const char *place, float expected)
{
    char number[64];
    double value;
    const size_t length = strcspn(place, "F");
    assert_true(length < sizeof number);
    memcpy(number, place, length);
    number[length] = '\0';
    assert_non_null(strpbrk(number, ".e"));
    assert_true(dn_number_parse(number, &value));
    assert_int_equal(bits_of((float)value), bits_of(expected));
    if (strchr(number, '.') && strtod("0.5", NULL) == 0.5) /* in a locale with this decimal point */
        assert_int_equal(bits_of(strtof(number, NULL)), bits_of(expected));
    return place + length + 1;
}

/** Floats of every kind: both zeros, the smallest, subnormal, largest, powers of two and their neighbours, random bits. */
static void fill_with_every_kind(float *values, size_t count)
{
    dn_random random = dn_random_stream(1, DN_PURPOSE_TENSOR, 0, 0);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = i < 2 ? (uint32_t)i << 31 : (uint32_t)dn_random_bits(&random);
        if (i >= 2 && i < 512)
            bits = (uint32_t)(i / 2) << 23 | (i % 2 != 0 ? 0x007fffff : 0);
        if (i >= 512 && i < 1024)
            bits &= 0x807fffff; /* subnormal */
        if ((bits & 0x7f800000) == 0x7f800000)
            bits = 0x7f7fffff; /* neither infinite nor NaN */
        memcpy(&values[i], &bits, sizeof bits);
    }
}

static void every_weight_reads_back_to_its_bits(void **state)
{
    (void)state;
    enum { INPUTS = 784, OUTPUTS = 10 };
    dn_classifier net = new_net((size_t[]){INPUTS, OUTPUTS}, 2, OUTPUTS);
    dn_tensor *weight = &dn_model_parameter(net.model, 0)->value;
    fill_with_every_kind(weight->storage, INPUTS * OUTPUTS);
    char *text = export_text(&net, NULL, NULL);
    const char *place = strstr(text, "digit_weight_0[784][10] = {");
    assert_non_null(place);
    place = strchr(place, '\n');
    for (size_t i = 0; i < INPUTS; i++) {
        for (size_t o = 0; o < OUTPUTS; o++) {
            const float *element =
                weight->data + (ptrdiff_t)o * weight->stride[0] + (ptrdiff_t)i * weight->stride[1];
            place = read_float(next_number(place), *element);
        }
    }
    assert_memory_equal(place, "}};", 3);
    free(text);
    dn_classifier_free(&net);
}

static void the_head_tells_what_the_net_is_and_needs(void **state)
{
    (void)state;
    dn_archive archive = {0};
    assert_ok(dn_archive_add_metadata(&archive, "arguments", "--arch mlp --hidden 7,5", &error));
    assert_ok(dn_archive_add_metadata(&archive, "test_accuracy", "0.9876", &error));
    dn_classifier net = new_net((size_t[]){784, 7, 5, 10}, 4, 10);
    char *text = export_text(&net, &archive, NULL);
    assert_contains(text, "net             784-7-5-10, floats\n");
    assert_contains(text, "digits          0,1,2,3,4,5,6,7,8,9\n");
    assert_contains(text, "accuracy        98.76 % of the test images\n");
    assert_contains(text, "constants       22390 bytes"); /* 4 (784 * 7 + 7 + 7 * 5 + 5 + 5 * 10 + 10) + 10 */
    assert_contains(text, "variables       48 bytes");    /* 4 (7 + 5) */
    assert_contains(text, "multiplications 5573 at most"); /* 784 * 7 + 7 * 5 + 5 * 10 */
    assert_contains(text, "trained by      digitnet train --arch mlp --hidden 7,5\n");
    assert_contains(text, "digitnet export --to c --name digit\n");
    assert_contains(text, "int digit_predict(const uint8_t pixels[784], float scores[10])");
    free(text);
    text = export_text(&net, &archive, &(dn_export_options){.int8 = true, .name = "small"});
    assert_contains(text, "net             784-7-5-10, weights of 8 bits\n");
    /* 784 * 7 + 7 * 5 + 5 * 10 weights, 4 (7 + 5 + 10) biases, 2 (7 + 5) factors, 4 * 10 scales, 10 digits */
    assert_contains(text, "constants       5735 bytes");
    assert_contains(text, "variables       88 bytes"); /* 4 (7 + 5 + 10) */
    assert_contains(text, "digitnet export --to c --int8 --name small\n");
    assert_contains(text, "int small_predict(const uint8_t pixels[784], float scores[10])");
    assert_null(strstr(text, "digit_"));
    free(text);
    dn_classifier_free(&net);
    dn_archive_free(&archive);
}

/** Where the first comment ends; nothing begins another one in it. */
static size_t end_of_comment(const char *text)
{
    const char *end = strstr(text, "*/");
    assert_non_null(end);
    for (const char *place = text + 2; place < end; place++)
        assert_false(place[0] == '/' && place[1] == '*');
    return (size_t)(end - text);
}

static void no_metadata_end_the_comment(void **state)
{
    (void)state;
    static const char *const hostile[] = {"*/ int evil; /*", "/* */",        "a\n#error", "\\",   "\?\?/",
                                          "\033[31m",        "\xe2\x80\xae", "//",        "\r\n", "**//"};
    dn_classifier net = new_net((size_t[]){784, 10}, 2, 10);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        dn_archive archive = {0};
        assert_ok(dn_archive_add_metadata(&archive, "arguments", hostile[i], &error));
        assert_ok(dn_archive_add_metadata(&archive, "data_sha256", hostile[i], &error));
        assert_ok(dn_archive_add_metadata(&archive, "test_accuracy", hostile[i], &error));
        char *text = export_text(&net, &archive, NULL);
        assert_memory_equal(text + end_of_comment(text), "*/\n#ifndef digit_H\n", 19);
        assert_null(strstr(text, "accuracy"));
        for (const char *place = text; *place != '\0'; place++)
            assert_true(*place == '\n' || (*place >= ' ' && *place <= '~'));
        assert_null(strstr(text, "\?\?/"));
        free(text);
        dn_archive_free(&archive);
    }
    dn_classifier_free(&net);
}

static void a_name_is_one_of_c(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "9x", "_x", "a-b", "a b", "a.b", "\xc3\xa4", "a*/", "abcdefghijklmnopqrstuvwxyzabcdefghijklmno"};
    static const char *const good[] = {"x", "X9", "my_net", "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"};
    dn_classifier net = new_net((size_t[]){784, 10}, 2, 10);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dn_bytes bytes;
        assert_int_equal(dn_export_c(&net, NULL, &(dn_export_options){.name = bad[i]}, &bytes, &error),
                         DN_ERR_ARGUMENT);
        assert_contains(error.problem, "can't begin a name in C");
        assert_null(bytes.data);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        free(export_text(&net, NULL, &(dn_export_options){.name = good[i]}));
    dn_classifier_free(&net);
}

static void a_single_output_tells_two_digits_apart(void **state)
{
    (void)state;
    dn_classifier net = new_net((size_t[]){784, 3, 1}, 3, 2);
    net.classes.digit[0] = 3;
    net.classes.digit[1] = 7;
    for (int int8 = 0; int8 < 2; int8++) {
        char *text = export_text(&net, NULL, &(dn_export_options){.int8 = int8 != 0});
        assert_contains(text, "float scores[2])");
        assert_contains(text, "digits[2] = { 3, 7 };");
        assert_contains(text, "scores[1] = 0.0F;");
        free(text);
    }
    dn_classifier_free(&net);
}

static void a_temperature_divides_the_scores(void **state)
{
    (void)state;
    static const char division[] = "    for (i = 0; i < 2; i++)\n        scores[i] = scores[i] * 0.25F; /* "
                                   "divided by the temperature */\n";
    dn_classifier net = new_net((size_t[]){784, 1}, 2, 2);
    for (int int8 = 0; int8 < 2; int8++) {
        net.temperature = 0.0F;
        char *plain = export_text(&net, NULL, &(dn_export_options){.int8 = int8});
        net.temperature = 4.0F;
        char *divided = export_text(&net, NULL, &(dn_export_options){.int8 = int8});
        const char *found = strstr(divided, division);
        assert_null(strstr(plain, "temperature"));
        assert_non_null(found);
        assert_true(found > strstr(divided, "scores[1] = 0.0F;"));
        assert_non_null(strstr(found, "best = scores[i]"));
        free(plain);
        free(divided);
    }
    dn_classifier_free(&net);
}

static void what_is_no_net_is_refused(void **state)
{
    (void)state;
    dn_bytes bytes;
    dn_classifier mean = {.classes = dn_classes_all()};
    assert_int_equal(dn_export_c(&mean, NULL, NULL, &bytes, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "mean images are no net");
    assert_null(bytes.data);
    dn_classifier net = new_net((size_t[]){784, 9}, 2, 10);
    assert_int_equal(dn_export_c(&net, NULL, NULL, &bytes, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "9 outputs for 10 classes");
    assert_null(bytes.data);
    dn_classifier_free(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_weight_reads_back_to_its_bits),
        cmocka_unit_test(the_head_tells_what_the_net_is_and_needs),
        cmocka_unit_test(no_metadata_end_the_comment),
        cmocka_unit_test(a_name_is_one_of_c),
        cmocka_unit_test(a_single_output_tells_two_digits_apart),
        cmocka_unit_test(a_temperature_divides_the_scores),
        cmocka_unit_test(what_is_no_net_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
