#include "support.h"

#include "io/archive.h"
#include "nn/model.h"

#include "digitnet/export.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;

/** A part of the file that is expected: bytes that C's strings can write, also with zeros among them. */
#define PART(string)                                                                                         \
    {                                                                                                        \
        string, sizeof string - 1                                                                            \
    }
typedef struct part {
    const char *bytes;
    size_t size;
} part;

static const uint8_t *expect_part(const uint8_t *place, const uint8_t *end, const part *expected)
{
    assert_true((size_t)(end - place) >= expected->size);
    assert_memory_equal(place, expected->bytes, expected->size);
    return place + expected->size;
}

/** A net 2-2-2 with weights whose bits are told by eye: 1 is 0000803f, -2 is 000000c0, 0.5 is 0000003f. */
static dn_classifier new_net(void)
{
    static const float values[] = {1, -2, 0.5F, 1};
    dn_classifier net = {.classes = {.count = 2, .digit = {3, 7}}};
    assert_ok(dn_model_blank(&net.model, (size_t[]){2, 2, 2}, 3, &error));
    for (size_t layer = 0; layer < 2; layer++) {
        dn_tensor *weight = &dn_model_parameter(net.model, 2 * layer)->value;
        for (size_t i = 0; i < 4; i++)
            weight->data[(ptrdiff_t)(i / 2) * weight->stride[0] + (ptrdiff_t)(i % 2) * weight->stride[1]] =
                values[i];
        dn_model_parameter(net.model, 2 * layer + 1)->value.data[1] = -2;
    }
    return net;
}

static void the_file_is_this_to_the_byte(void **state)
{
    (void)state;
    /* Fields as onnx.proto3 numbers them: \x0a is field 1, \x12 field 2, \x1a 3, \x22 4, \x2a 5, \x3a 7, \x42 8, \x4a 9 ... with a length behind. */
    static const part before_graph[] = {
        PART("\x08\x07"), /* ir_version 7 */
        PART("\x12\x08"
             "digitnet"), /* producer_name */
        PART("\x1a\x05"
             "0.1.0"), /* producer_version */
    };
    static const part graph[] = {
        PART("\x3a\xc6\x03"), /* graph */
        PART("\x0a\x43\x0a\x06"
             "pixels\x0a\x08"
             "0.weight\x0a\x06"
             "0.bias\x12\x08"
             "0.output\x1a\x08"
             "0.output\x22\x04"
             "Gemm"
             "\x2a\x0d\x0a\x06transB\x18\x01\xa0\x01\x02"),
        PART("\x0a\x24\x0a\x08"
             "0.output\x12\x08"
             "1.output\x1a\x08"
             "1.output\x22\x04Relu"),
        PART("\x0a\x41\x0a\x08"
             "1.output\x0a\x08"
             "2.weight\x0a\x06"
             "2.bias\x12\x06logits\x1a\x06logits\x22\x04"
             "Gemm"
             "\x2a\x0d\x0a\x06transB\x18\x01\xa0\x01\x02"),
        PART("\x0a\x3c\x0a\x06logits\x12\x0dprobabilities\x1a\x0dprobabilities\x22\x07Softmax\x2a\x0b\x0a\x04"
             "axis\x18\x01\xa0\x01\x02"),
        PART("\x12\x08"
             "digitnet"), /* its name */
        PART("\x2a\x22\x08\x02\x08\x02\x10\x01\x42\x08"
             "0.weight\x4a\x10\0\0\x80\x3f\0\0\0\xc0\0\0\0\x3f\0\0\x80\x3f"),
        PART("\x2a\x16\x08\x02\x10\x01\x42\x06"
             "0.bias\x4a\x08\0\0\0\0\0\0\0\xc0"),
        PART("\x2a\x22\x08\x02\x08\x02\x10\x01\x42\x08"
             "2.weight\x4a\x10\0\0\x80\x3f\0\0\0\xc0\0\0\0\x3f\0\0\x80\x3f"),
        PART("\x2a\x16\x08\x02\x10\x01\x42\x06"
             "2.bias\x4a\x08\0\0\0\0\0\0\0\xc0"),
        PART("\x5a\x19\x0a\x06pixels\x12\x0f\x0a\x0d\x08\x01\x12\x09\x0a\x03\x12\x01N\x0a\x02\x08\x02"),
        PART("\x62\x19\x0a\x06logits\x12\x0f\x0a\x0d\x08\x01\x12\x09\x0a\x03\x12\x01N\x0a\x02\x08\x02"),
        PART(
            "\x62\x20\x0a\x0dprobabilities\x12\x0f\x0a\x0d\x08\x01\x12\x09\x0a\x03\x12\x01N\x0a\x02\x08\x02"),
    };
    static const part after_graph[] = {
        PART("\x42\x02\x10\x0d"), /* opset_import, version 13 */
        PART("\x72\x0b\x0a\x04"
             "seed\x12\x03"
             "123"), /* metadata_props */
        PART("\x72\x53\x0a\x0f"
             "digitnet sha256\x12\x40"), /* and 64 digits */
    };
    dn_classifier net = new_net();
    dn_archive archive = {0};
    dn_bytes bytes;
    assert_ok(dn_archive_add_metadata(&archive, "seed", "123", &error));
    assert_ok(
        dn_archive_add_metadata(&archive, "digitnet sha256", "left out: the seal has this key", &error));
    assert_ok(dn_export_onnx(&net, &archive, &bytes, &error));
    const uint8_t *place = bytes.data;
    const uint8_t *end = bytes.data + bytes.size;
    for (size_t i = 0; i < sizeof before_graph / sizeof before_graph[0]; i++)
        place = expect_part(place, end, &before_graph[i]);
    const uint8_t *begin = place + graph[0].size;
    for (size_t i = 0; i < sizeof graph / sizeof graph[0]; i++)
        place = expect_part(place, end, &graph[i]);
    assert_int_equal(place - begin, 0x46 + (0x03 << 7)); /* the length of the graph is what it says */
    for (size_t i = 0; i < sizeof after_graph / sizeof after_graph[0]; i++)
        place = expect_part(place, end, &after_graph[i]);
    assert_int_equal(end - place, 64);
    dn_bytes_free(&bytes);
    dn_archive_free(&archive);
    dn_classifier_free(&net);
}

/** Has the file these bytes anywhere? */
static bool holds(const dn_bytes *bytes, const char *string)
{
    const size_t length = strlen(string);
    for (size_t i = 0; i + length <= bytes->size; i++)
        if (memcmp(bytes->data + i, string, length) == 0)
            return true;
    return false;
}

static void one_output_has_a_sigmoid(void **state)
{
    (void)state;
    dn_classifier net = {.classes = {.count = 2, .digit = {3, 7}}};
    dn_bytes bytes;
    assert_ok(dn_model_blank(&net.model, (size_t[]){4, 1}, 2, &error));
    assert_ok(dn_export_onnx(&net, NULL, &bytes, &error));
    assert_true(holds(&bytes, "\x22\x07Sigmoid"));
    assert_false(holds(&bytes, "Softmax"));
    dn_bytes_free(&bytes);
    dn_classifier_free(&net);
}

/** Find a part in the file from a place on; the place behind it. */
static const uint8_t *find_part(const uint8_t *place, const uint8_t *end, const part *wanted)
{
    while ((size_t)(end - place) >= wanted->size && memcmp(place, wanted->bytes, wanted->size) != 0)
        place++;
    return expect_part(place, end, wanted);
}

static void a_temperature_multiplies_the_logits_before_the_softmax(void **state)
{
    (void)state;
    static const part nodes[] = {
        PART("\x12\x06logits\x1a\x06logits\x22\x04Gemm"),
        PART("\x0a\x32\x0a\x06logits\x0a\x13inverse_temperature\x12\x06scores\x1a\x06scores\x22\x03Mul"),
        PART("\x0a\x3c\x0a\x06scores\x12\x0dprobabilities\x1a\x0dprobabilities\x22\x07Softmax\x2a\x0b\x0a\x04"
             "axis\x18\x01\xa0\x01\x02"),
        PART("\x42\x06"
             "2.bias\x4a\x08\0\0\0\0\0\0\0\xc0"),
        PART("\x2a\x1f\x08\x01\x10\x01\x42\x13inverse_temperature\x4a\x04\0\0\0\x3f"), /* 1 / 2 */
        PART("\x5a\x19\x0a\x06pixels\x12"),
        PART("\x62\x19\x0a\x06logits\x12"), /* an output still */
    };
    dn_classifier net = new_net();
    dn_bytes bytes;
    net.temperature = 2.0F;
    assert_ok(dn_export_onnx(&net, NULL, &bytes, &error));
    const uint8_t *place = bytes.data;
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++)
        place = find_part(place, bytes.data + bytes.size, &nodes[i]);
    dn_bytes_free(&bytes);
    dn_classifier_free(&net);
}

static void a_temperature_multiplies_a_single_logit_before_the_sigmoid(void **state)
{
    (void)state;
    dn_classifier net = {.classes = {.count = 2, .digit = {3, 7}}, .temperature = 0.5F};
    dn_bytes bytes;
    assert_ok(dn_model_blank(&net.model, (size_t[]){4, 1}, 2, &error));
    assert_ok(dn_export_onnx(&net, NULL, &bytes, &error));
    assert_true(holds(&bytes, "\x0a\x06scores\x12\x0dprobabilities\x1a\x0dprobabilities\x22\x07Sigmoid"));
    dn_bytes_free(&bytes);
    dn_classifier_free(&net);
}

static void what_is_no_net_is_refused(void **state)
{
    (void)state;
    dn_bytes bytes;
    const dn_classifier mean = {.classes = dn_classes_all()};
    assert_int_equal(dn_export_onnx(&mean, NULL, &bytes, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "mean images are no net");
    assert_null(bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_is_this_to_the_byte),
        cmocka_unit_test(one_output_has_a_sigmoid),
        cmocka_unit_test(a_temperature_multiplies_the_logits_before_the_softmax),
        cmocka_unit_test(a_temperature_multiplies_a_single_logit_before_the_sigmoid),
        cmocka_unit_test(what_is_no_net_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
