#include "export/net.h"

#include "core/ascii.h"
#include "core/fail.h"
#include "core/number.h"
#include "data/classes.h"
#include "export/c_float_in.h"
#include "export/c_int8_in.h"
#include "export/quantise.h"
#include "nn/model.h"

#include "digitnet/data.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Columns after which a row of numbers is wrapped. */
#define WRAP 100
/** Room for any number, and for any line of the layers. */
#define NUMBER_SIZE 40
#define LINE_SIZE 256

/** A header in the making. */
typedef struct header {
    const dn_classifier *classifier;
    const dn_archive *archive;
    const char *name;
    bool int8;
    dn_whole_net whole; /**< with int8 */
    dn_text text;
} header;

static void put(header *self, const char *format, ...) DN_PRINTF(2, 3);

static void put(header *self, const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    dn_text_string(&self->text, line);
}

static size_t layer_count(const header *self)
{
    return dn_model_layers(self->classifier->model);
}

static size_t width(const header *self, size_t place)
{
    return dn_model_width(self->classifier->model, place);
}

/* ---- The head: a comment ---- */

/** Text of a file: nothing in it ends the comment, begins another one, or is a trigraph. */
static void put_foreign(header *self, const char *text)
{
    for (; *text != '\0'; text++) {
        const bool plain = *text >= ' ' && *text <= '~' && !strchr("*?\\", *text);
        dn_text_put(&self->text, plain ? text : ".", 1);
    }
}

static void put_metadata(header *self, const char *title, const char *key, const char *before)
{
    const char *value = dn_export_metadata(self->archive, key);
    if (!value)
        return;
    put(self, " * %-16s%s", title, before);
    put_foreign(self, value);
    put(self, "\n");
}

static void put_accuracy(header *self)
{
    const char *value = dn_export_metadata(self->archive, "test_accuracy");
    char percent[NUMBER_SIZE];
    double accuracy;
    if (!value || !dn_number_parse(value, &accuracy) || accuracy < 0 || accuracy > 1)
        return;
    dn_number_text(percent, sizeof percent, "%.2f", 100 * accuracy);
    put(self, " * %-16s%s %% of the test images%s\n", "accuracy", percent,
        self->int8 ? ", as floats; in whole numbers nearly the same" : "");
}

/** The widest of every second layer of sums: they lie in two arrays in turn. The last layer's are scores, or with int8 a third. */
static size_t widest(const header *self, size_t first)
{
    size_t most = 0;
    for (size_t i = first; i < layer_count(self); i += 2)
        most = width(self, i) > most ? width(self, i) : most;
    return most;
}

static size_t count_outputs(const header *self)
{
    return width(self, layer_count(self));
}

static size_t count_weights(const header *self)
{
    size_t count = 0;
    for (size_t i = 0; i < layer_count(self); i++)
        count += width(self, i) * width(self, i + 1);
    return count;
}

static size_t count_constants(const header *self)
{
    const size_t units = dn_model_parameter_count(self->classifier->model) - count_weights(self);
    const size_t digits = self->classifier->classes.count;
    if (!self->int8)
        return 4 * (count_weights(self) + units) + digits;
    return count_weights(self) + 4 * units + 2 * (units - count_outputs(self)) + 4 * count_outputs(self) +
           digits;
}

static void put_head(header *self)
{
    char classes[DN_CLASSES_TEXT_SIZE];
    char architecture[DN_ARCHITECTURE_SIZE];
    const char *name = self->name;
    const size_t outputs = self->classifier->classes.count;
    dn_model_architecture(self->classifier->model, architecture);
    put(self,
        "/*\n * %s_predict: which digit is it? A net in C99 and C++, without heap, libm or files.\n *\n",
        name);
    put(self, " *     uint8_t pixels[%zu];  28 rows of 28, each from 0 (paper) to 255 (ink)\n",
        width(self, 0));
    put(self, " *     float scores[%zu];    gets the logits: softmax makes them probabilities\n", outputs);
    put(self, " *     int digit = %s_predict(pixels, scores);\n *\n", name);
    put(self, " * A picture is prepared as MNIST's are: scaled into 20 x 20, its centre of mass in the "
              "middle of 28 x 28.\n *\n");
    put(self, " * %-16s", "net");
    dn_text_string(&self->text, architecture);
    put(self, "%s\n * %-16s%s\n", self->int8 ? ", weights of 8 bits" : ", floats", "digits",
        dn_classes_text(&self->classifier->classes, classes));
    put_accuracy(self);
    put(self, " * %-16s%zu bytes (flash)\n", "constants", count_constants(self));
    put(self, " * %-16s%zu bytes (RAM, on the stack)\n", "variables",
        4 * (widest(self, 1) + widest(self, 2) + (self->int8 ? count_outputs(self) : 0)));
    put(self, " * %-16s%zu at most; a pixel or a unit of 0 costs none\n", "multiplications",
        count_weights(self));
    put_metadata(self, "trained by", "arguments", "digitnet train ");
    put_metadata(self, "on data", "data_sha256", "with SHA-256 ");
    put(self, " * %-16sdigitnet %s: digitnet export --to c%s --name %s\n */", "exported by", dn_version(),
        self->int8 ? " --int8" : "", name);
}

/* ---- The arrays ---- */

/**
 * Write a float as nine digits, which tell all floats apart and lie so near to theirs that any correct reader finds it again, also one
 * that reads a double first.
 */
static void float_text(float value, char text[NUMBER_SIZE])
{
    dn_number_text(text, NUMBER_SIZE - 3, "%.9g", (double)value);
    const size_t length = strlen(text);
    snprintf(text + length, NUMBER_SIZE - length, "%sF", strpbrk(text, ".e") ? "" : ".0");
}

/** A number of a row, the comma before it, and a line feed where the line is full. */
static void put_number(header *self, size_t index, size_t *column, const char *number)
{
    const size_t length = strlen(number) + 1;
    if (index != 0)
        dn_text_string(&self->text, ",");
    if (*column + length > WRAP) {
        dn_text_string(&self->text, "\n");
        *column = 0;
    }
    dn_text_string(&self->text, number);
    *column += length;
}

static void put_floats(header *self, const float *values, ptrdiff_t stride, size_t count)
{
    size_t column = 0;
    for (size_t i = 0; i < count; i++) {
        char number[NUMBER_SIZE];
        float_text(values[(ptrdiff_t)i * stride], number);
        put_number(self, i, &column, number);
    }
}

/** An element of an array of whole numbers. */
typedef int64_t element(const void *array, size_t index);

static int64_t element8(const void *array, size_t index)
{
    return ((const int8_t *)array)[index];
}

static int64_t element16(const void *array, size_t index)
{
    return ((const uint16_t *)array)[index];
}

static int64_t element32(const void *array, size_t index)
{
    return ((const int32_t *)array)[index];
}

static void put_whole(header *self, element *at, const void *array, size_t begin, size_t count)
{
    size_t column = 0;
    for (size_t i = 0; i < count; i++) {
        char number[NUMBER_SIZE];
        snprintf(number, sizeof number, "%" PRId64, at(array, begin + i));
        put_number(self, i, &column, number);
    }
}

static void begin_array(header *self, const char *type, const char *what, size_t layer, const char *extents)
{
    put(self, "static const %s %s_%s_%zu%s = {\n", type, self->name, what, 2 * layer, extents);
}

static void put_layer_of_floats(header *self, size_t layer)
{
    dn_tensor weight;
    const dn_tensor *bias = &dn_model_bias(self->classifier->model, layer)->value;
    const size_t inputs = width(self, layer);
    const size_t outputs = width(self, layer + 1);
    char extents[NUMBER_SIZE];
    if (!dn_export_take_weight(&self->text, self->classifier->model, layer, &weight))
        return;
    snprintf(extents, sizeof extents, "[%zu][%zu]", inputs, outputs);
    begin_array(self, "float", "weight", layer, extents);
    for (size_t i = 0; i < inputs; i++) {
        put(self, "{");
        put_floats(self, weight.data + (ptrdiff_t)i * weight.stride[1], weight.stride[0], outputs);
        put(self, "}%s\n", i + 1 < inputs ? "," : "};");
    }
    dn_tensor_free(&weight);
    snprintf(extents, sizeof extents, "[%zu]", outputs);
    begin_array(self, "float", "bias", layer, extents);
    put_floats(self, bias->data, bias->stride[0], outputs);
    put(self, "};\n");
}

static void put_layer_of_int8(header *self, size_t index)
{
    const dn_whole_layer *layer = &self->whole.layers[index];
    char extents[NUMBER_SIZE];
    snprintf(extents, sizeof extents, "[%zu][%zu]", layer->inputs, layer->outputs);
    begin_array(self, "int8_t", "weight", index, extents);
    for (size_t i = 0; i < layer->inputs; i++) {
        put(self, "{");
        put_whole(self, element8, layer->weight, i * layer->outputs, layer->outputs);
        put(self, "}%s\n", i + 1 < layer->inputs ? "," : "};");
    }
    snprintf(extents, sizeof extents, "[%zu]", layer->outputs);
    begin_array(self, "int32_t", "bias", index, extents);
    put_whole(self, element32, layer->bias, 0, layer->outputs);
    put(self, "};\n");
    begin_array(self, layer->factor ? "uint16_t" : "float", layer->factor ? "factor" : "scale", index,
                extents);
    if (layer->factor)
        put_whole(self, element16, layer->factor, 0, layer->outputs);
    else
        put_floats(self, layer->scale, 1, layer->outputs);
    put(self, "};\n");
}

static void put_arrays(header *self)
{
    put(self, "/* The tensors of the model, [inputs][outputs]%s. */\n",
        self->int8 ? ", in whole numbers: a factor or a scale for each output" : "");
    for (size_t i = 0; i < layer_count(self); i++) {
        if (self->int8)
            put_layer_of_int8(self, i);
        else
            put_layer_of_floats(self, i);
    }
}

/* ---- The layers ---- */

static const char *type_of_sums(const header *self)
{
    return self->int8 ? "int32_t" : "float";
}

/** What a layer's sums are called; place 0 is the input. */
static const char *sums(const header *self, size_t place)
{
    if (place == 0)
        return "pixels";
    if (place == layer_count(self))
        return self->int8 ? "last" : "scores";
    return place % 2 != 0 ? "odd" : "even";
}

static void put_variables(header *self)
{
    if (widest(self, 1) != 0)
        put(self, "    %s odd[%zu];\n", type_of_sums(self), widest(self, 1));
    if (widest(self, 2) != 0)
        put(self, "    %s even[%zu];\n", type_of_sums(self), widest(self, 2));
    if (self->int8)
        put(self, "    int32_t last[%zu];\n", count_outputs(self));
}

/** What one input is multiplied by, and how it is seen that it is 0. */
static void put_products(header *self, size_t layer)
{
    const char *from = sums(self, layer);
    const char *zero = layer == 0 || self->int8 ? "0" : "0.0F";
    put(self,
        "    for (i = 0; i < %zu; i++)\n        if (%s[i] != %s)\n            %s_add(%s, %s_weight_%zu[i], ",
        width(self, layer), from, zero, self->name, sums(self, layer + 1), self->name, 2 * layer);
    if (layer == 0 && !self->int8)
        put(self, "(float)pixels[i] / %d.0F", DN_DIGIT_WHITE);
    else
        put(self, "%s[i]", from);
    put(self, ", %zu);\n", width(self, layer + 1));
}

static void put_float_layer(header *self, size_t layer)
{
    const char *to = sums(self, layer + 1);
    const size_t outputs = width(self, layer + 1);
    put(self, "    %s_clear(%s, %zu);\n", self->name, to, outputs);
    put_products(self, layer);
    put(self, "    %s_add_bias(%s, %s_bias_%zu, %zu);\n", self->name, to, self->name, 2 * layer, outputs);
    if (layer + 1 < layer_count(self))
        put(self, "    %s_rectify(%s, %zu);\n", self->name, to, outputs);
}

static void put_int8_layer(header *self, size_t index)
{
    const dn_whole_layer *layer = &self->whole.layers[index];
    const char *to = sums(self, index + 1);
    put(self, "    %s_copy(%s, %s_bias_%zu, %zu);\n", self->name, to, self->name, 2 * index, layer->outputs);
    put_products(self, index);
    if (layer->factor)
        put(self, "    %s_rectify(%s, %s_factor_%zu, %u, %u, %zu);\n", self->name, to, self->name, 2 * index,
            layer->before, layer->after, layer->outputs);
    else
        put(self, "    for (i = 0; i < %zu; i++)\n        scores[i] = (float)%s[i] * %s_scale_%zu[i];\n",
            layer->outputs, to, self->name, 2 * index);
}

static void put_temperature(header *self)
{
    char inverse[NUMBER_SIZE];
    float_text(1.0F / self->classifier->temperature, inverse);
    put(self,
        "    for (i = 0; i < %zu; i++)\n        scores[i] = scores[i] * %s; /* divided by the temperature "
        "*/\n",
        self->classifier->classes.count, inverse);
}

static void put_layers(header *self)
{
    for (size_t i = 0; i < layer_count(self); i++) {
        if (self->int8)
            put_int8_layer(self, i);
        else
            put_float_layer(self, i);
    }
    if (count_outputs(self) < self->classifier->classes.count)
        put(self, "    scores[1] = 0.0F; /* a single output says how much it is the first of the two */\n");
    if (self->classifier->temperature > 0.0F)
        put_temperature(self);
}

/* ---- The template ---- */

static void put_name(header *self)
{
    dn_text_string(&self->text, self->name);
}

static void put_pixels(header *self)
{
    put(self, "%zu", width(self, 0));
}

static void put_classes(header *self)
{
    put(self, "%zu", self->classifier->classes.count);
}

static void put_digits(header *self)
{
    for (size_t i = 0; i < self->classifier->classes.count; i++)
        put(self, i == 0 ? "%d" : ", %d", self->classifier->classes.digit[i]);
}

static const struct {
    const char *hole;
    void (*fill)(header *self);
} holes[] = {
    {"{{HEAD}}", put_head},           {"{{NAME}}", put_name},       {"{{ARRAYS}}", put_arrays},
    {"{{PIXELS}}", put_pixels},       {"{{CLASSES}}", put_classes}, {"{{DIGITS}}", put_digits},
    {"{{VARIABLES}}", put_variables}, {"{{LAYERS}}", put_layers},
};

/** Put the template from its byte *at on, up to the next hole and what fills that. */
static void put_up_to_hole(header *self, const unsigned char *template, size_t size, size_t *at)
{
    for (size_t i = 0; i < sizeof holes / sizeof holes[0]; i++) {
        const size_t length = strlen(holes[i].hole);
        if (size - *at >= length && memcmp(template + *at, holes[i].hole, length) == 0) {
            holes[i].fill(self);
            *at += length;
            return;
        }
    }
    dn_text_put(&self->text, template + (*at)++, 1);
}

static void put_template(header *self, const unsigned char *template, size_t size)
{
    for (size_t at = 0; at < size;)
        put_up_to_hole(self, template, size, &at);
}

static dn_status check_name(const char *name, dn_error *error)
{
    const size_t length = strlen(name);
    bool good = length != 0 && length <= DN_EXPORT_NAME_MOST;
    for (size_t i = 0; i < length && good; i++) {
        const int letter = dn_to_lower(name[i]);
        good = (letter >= 'a' && letter <= 'z') || (i != 0 && (dn_is_digit(letter) || letter == '_'));
    }
    if (good)
        return DN_OK;
    return dn_fail(error, DN_ERR_ARGUMENT, "give a letter, then letters, digits and _, at most 40",
                   "\"%.60s\" can't begin a name in C", name);
}

dn_status dn_export_c(const dn_classifier *classifier, const dn_archive *archive,
                      const dn_export_options *options, dn_bytes *bytes, dn_error *error)
{
    header self = {.classifier = classifier,
                   .archive = archive,
                   .name = options && options->name ? options->name : DN_EXPORT_NAME,
                   .int8 = options && options->int8,
                   .text = {.error = error}};
    *bytes = (dn_bytes){0};
    DN_TRY(check_name(self.name, error));
    DN_TRY(dn_export_check_net(classifier, error));
    if (self.int8)
        DN_TRY(dn_quantise(classifier->model, &self.whole, error));
    if (self.int8)
        put_template(&self, c_int8_in, sizeof c_int8_in);
    else
        put_template(&self, c_float_in, sizeof c_float_in);
    dn_seal_put(&self.text, DN_SEAL_C);
    dn_whole_net_free(&self.whole);
    return dn_text_take(&self.text, bytes);
}
