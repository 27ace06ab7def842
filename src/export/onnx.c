#include "export/net.h"

#include "core/endian.h"
#include "core/fail.h"
#include "export/protobuf.h"
#include "nn/model.h"

#include <stdio.h>
#include <string.h>

#define IR_VERSION 7
#define OPERATOR_SET 13
/** Protocol buffers hold less than 2 GB; so much of it is for what is no weight. */
#define MOST_WEIGHTS ((((size_t)1 << 31) - ((size_t)1 << 24)) / sizeof(float))

/** Field numbers of onnx.proto3, and values of its enumerations. */
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_GRAPH = 7,
    MODEL_OPERATOR_SET = 8,
    MODEL_METADATA = 14,

    OPERATOR_SET_VERSION = 2,

    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,

    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,

    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OPERATOR = 4,
    NODE_ATTRIBUTE = 5,

    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_INT = 3,
    ATTRIBUTE_TYPE = 20,
    TYPE_INT = 2,

    TENSOR_EXTENT = 1,
    TENSOR_ELEMENT = 2,
    TENSOR_NAME = 8,
    TENSOR_BYTES = 9,
    ELEMENT_FLOAT = 1,

    VALUE_NAME = 1,
    VALUE_TYPE = 2,
    TYPE_TENSOR = 1,
    TENSOR_TYPE_ELEMENT = 1,
    TENSOR_TYPE_SHAPE = 2,
    SHAPE_EXTENT = 1,
    EXTENT_VALUE = 1,
    EXTENT_NAME = 2
};

static const char input_name[] = "pixels";
static const char logits_name[] = "logits";
static const char probabilities_name[] = "probabilities";
static const char scores_name[] = "scores";
static const char inverse_name[] = "inverse_temperature";

#define NAME_SIZE 32
/** What the output of the module at this place of PyTorch's nn.Sequential is called: linear layers are the even ones. */
static const char *output_name(const dn_model *model, size_t module, char text[NAME_SIZE])
{
    if (module + 2 == 2 * dn_model_layers(model))
        return logits_name;
    snprintf(text, NAME_SIZE, "%zu.output", module);
    return text;
}

static void put_attribute(dn_text *text, const char *name, uint64_t value)
{
    const size_t begin = dn_protobuf_begin(text, NODE_ATTRIBUTE);
    dn_protobuf_string(text, ATTRIBUTE_NAME, name);
    dn_protobuf_number(text, ATTRIBUTE_INT, value);
    dn_protobuf_number(text, ATTRIBUTE_TYPE, TYPE_INT);
    dn_protobuf_end(text, begin);
}

/** A node with one input beside its parameters or its factor; attribute may be NULL. It is named after its output. */
static void put_node(dn_text *text, const char *operator, const char * input, size_t layer,
                     const char *output, const char *attribute)
{
    char name[DN_PARAMETER_NAME_SIZE];
    const size_t begin = dn_protobuf_begin(text, GRAPH_NODE);
    dn_protobuf_string(text, NODE_INPUT, input);
    for (size_t i = 2 * layer; i < 2 * layer + 2 && strcmp(operator, "Gemm") == 0; i++)
        dn_protobuf_string(text, NODE_INPUT, dn_model_parameter_name(i, name));
    if (strcmp(operator, "Mul") == 0)
        dn_protobuf_string(text, NODE_INPUT, inverse_name);
    dn_protobuf_string(text, NODE_OUTPUT, output);
    dn_protobuf_string(text, NODE_NAME, output);
    dn_protobuf_string(text, NODE_OPERATOR, operator);
    if (attribute)
        put_attribute(text, attribute, 1);
    dn_protobuf_end(text, begin);
}

static void put_nodes(dn_text *text, const dn_classifier *classifier)
{
    const dn_model *model = classifier->model;
    const size_t layers = dn_model_layers(model);
    char names[2][NAME_SIZE];
    const char *input = input_name;
    for (size_t i = 0; i < layers; i++) {
        const char *sums = output_name(model, 2 * i, names[0]);
        put_node(text, "Gemm", input, i, sums, "transB");
        if (i + 1 < layers) {
            input = output_name(model, 2 * i + 1, names[1]);
            put_node(text, "Relu", sums, i, input, NULL); /* NOLINT(readability-suspicious-call-argument) */
        }
    }
    input = logits_name;
    if (classifier->temperature > 0.0F) {
        put_node(text, "Mul", logits_name, layers, scores_name, NULL);
        input = scores_name;
    }
    if (dn_model_width(model, layers) == 1)
        put_node(text, "Sigmoid", input, layers, probabilities_name, NULL);
    else
        put_node(text, "Softmax", input, layers, probabilities_name, "axis");
}

/** The elements in C order, little-endian. */
static void put_elements(dn_text *text, const dn_tensor *tensor)
{
    dn_tensor matrix = *tensor; /* a bias [outputs] is one row */
    if (tensor->shape.rank == 1) {
        matrix.shape = DN_SHAPE(1, tensor->shape.extent[0]);
        matrix.stride[1] = tensor->stride[0];
    }
    for (size_t row = 0; row < matrix.shape.extent[0]; row++) {
        for (size_t column = 0; column < matrix.shape.extent[1]; column++) {
            const float value = dn_export_weight(&matrix, row, column);
            uint32_t bits;
            uint8_t bytes[sizeof bits];
            memcpy(&bits, &value, sizeof bits);
            dn_store_little32(bytes, bits);
            dn_text_put(text, bytes, sizeof bytes);
        }
    }
}

static void put_tensor(dn_text *text, const char *name, const dn_tensor *tensor)
{
    const size_t begin = dn_protobuf_begin(text, GRAPH_INITIALIZER);
    for (size_t i = 0; i < tensor->shape.rank; i++)
        dn_protobuf_number(text, TENSOR_EXTENT, tensor->shape.extent[i]);
    dn_protobuf_number(text, TENSOR_ELEMENT, ELEMENT_FLOAT);
    dn_protobuf_string(text, TENSOR_NAME, name);
    const size_t bytes = dn_protobuf_begin(text, TENSOR_BYTES);
    put_elements(text, tensor);
    dn_protobuf_end(text, bytes);
    dn_protobuf_end(text, begin);
}

/** An input or output: floats [N, columns]. */
static void put_value(dn_text *text, unsigned field, const char *name, size_t columns)
{
    const size_t begin = dn_protobuf_begin(text, field);
    dn_protobuf_string(text, VALUE_NAME, name);
    const size_t type = dn_protobuf_begin(text, VALUE_TYPE);
    const size_t tensor = dn_protobuf_begin(text, TYPE_TENSOR);
    dn_protobuf_number(text, TENSOR_TYPE_ELEMENT, ELEMENT_FLOAT);
    const size_t shape = dn_protobuf_begin(text, TENSOR_TYPE_SHAPE);
    size_t extent = dn_protobuf_begin(text, SHAPE_EXTENT);
    dn_protobuf_string(text, EXTENT_NAME, "N");
    dn_protobuf_end(text, extent);
    extent = dn_protobuf_begin(text, SHAPE_EXTENT);
    dn_protobuf_number(text, EXTENT_VALUE, columns);
    dn_protobuf_end(text, extent);
    dn_protobuf_end(text, shape);
    dn_protobuf_end(text, tensor);
    dn_protobuf_end(text, type);
    dn_protobuf_end(text, begin);
}

/** What the logits are multiplied by: one float, as dn_classifier_scores has it. */
static void put_inverse_temperature(dn_text *text, float temperature)
{
    float inverse = 1.0F / temperature;
    const dn_tensor tensor = dn_tensor_borrow(&inverse, DN_SHAPE(1));
    put_tensor(text, inverse_name, &tensor);
}

static void put_layer(dn_text *text, dn_model *model, size_t layer)
{
    char name[DN_PARAMETER_NAME_SIZE];
    dn_tensor weight;
    if (!dn_export_take_weight(text, model, layer, &weight))
        return;
    put_tensor(text, dn_model_parameter_name(2 * layer, name), &weight);
    put_tensor(text, dn_model_parameter_name(2 * layer + 1, name), &dn_model_bias(model, layer)->value);
    dn_tensor_free(&weight);
}

static void put_graph(dn_text *text, const dn_classifier *classifier)
{
    dn_model *model = classifier->model;
    const size_t layers = dn_model_layers(model);
    const size_t begin = dn_protobuf_begin(text, MODEL_GRAPH);
    put_nodes(text, classifier);
    dn_protobuf_string(text, GRAPH_NAME, "digitnet");
    for (size_t i = 0; i < layers; i++)
        put_layer(text, model, i);
    if (classifier->temperature > 0.0F)
        put_inverse_temperature(text, classifier->temperature);
    put_value(text, GRAPH_INPUT, input_name, dn_model_width(model, 0));
    put_value(text, GRAPH_OUTPUT, logits_name, dn_model_width(model, layers));
    put_value(text, GRAPH_OUTPUT, probabilities_name, dn_model_width(model, layers));
    dn_protobuf_end(text, begin);
}

static void put_entry(dn_text *text, const char *key, const char *value)
{
    const size_t begin = dn_protobuf_begin(text, MODEL_METADATA);
    dn_protobuf_string(text, ENTRY_KEY, key);
    dn_protobuf_string(text, ENTRY_VALUE, value);
    dn_protobuf_end(text, begin);
}

dn_status dn_export_onnx(const dn_classifier *classifier, const dn_archive *archive, dn_bytes *bytes,
                         dn_error *error)
{
    dn_text text = {.error = error};
    *bytes = (dn_bytes){0};
    DN_TRY(dn_export_check_net(classifier, error));
    if (dn_model_parameter_count(classifier->model) > MOST_WEIGHTS)
        return dn_fail(error, DN_ERR_FORMAT, "export a smaller net",
                       "it has %zu weights: ONNX holds less than 2 GB",
                       dn_model_parameter_count(classifier->model));
    dn_protobuf_number(&text, MODEL_IR_VERSION, IR_VERSION);
    dn_protobuf_string(&text, MODEL_PRODUCER, "digitnet");
    dn_protobuf_string(&text, MODEL_PRODUCER_VERSION, dn_version());
    put_graph(&text, classifier);
    const size_t set = dn_protobuf_begin(&text, MODEL_OPERATOR_SET);
    dn_protobuf_number(&text, OPERATOR_SET_VERSION, OPERATOR_SET);
    dn_protobuf_end(&text, set);
    for (size_t i = 0; archive && i < archive->metadata_count; i++)
        if (strcmp(archive->metadata[i].key, DN_SEAL_NAME) != 0) /* keys are unique */
            put_entry(&text, archive->metadata[i].key, archive->metadata[i].value);
    dn_seal_put(&text, DN_SEAL_ONNX);
    return dn_text_take(&text, bytes);
}
