/** The page to draw on: page.html with the classifier in its hole, as JSON. */
#include "core/fail.h"
#include "core/memory.h"
#include "core/number.h"
#include "export/net.h"
#include "export/page_html.h"
#include "export/quantise.h"
#include "train/mean.h"

#include "digitnet/export.h"

#include <stdio.h>
#include <string.h>

static const char hole[] = "{{NET}}";

/** Numbers of the same size, in little-endian order and base64. element gives the bits of one. */
static void put_numbers(dn_text *text, const char *key, size_t count, size_t size,
                        uint32_t (*element)(const void *self, size_t i), const void *self)
{
    uint8_t *bytes = text->status == DN_OK ? dn_allocate(count, size, text->error) : NULL;
    if (!bytes) {
        text->status = DN_ERR_MEMORY;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t bits = element(self, i);
        for (size_t k = 0; k < size; k++)
            bytes[i * size + k] = (uint8_t)(bits >> (8 * k));
    }
    dn_text_bytes(text, key, bytes, count * size);
    dn_release(bytes);
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/** Element i of a matrix, row by row. */
static uint32_t matrix_element(const void *self, size_t i)
{
    const dn_tensor *matrix = self;
    const size_t columns = matrix->shape.extent[1];
    return bits_of(dn_export_weight(matrix, i / columns, i % columns));
}

static void put_matrix(dn_text *text, const char *key, const dn_tensor *matrix)
{
    put_numbers(text, key, dn_tensor_count(matrix), sizeof(float), matrix_element, matrix);
}

/** Weights go out as [inputs, outputs]: the inner loop of the page runs along the outputs. */
static dn_status put_layers(dn_text *text, dn_model *model)
{
    dn_text_begin(text, "layers", '[');
    for (size_t i = 0; i < dn_model_layers(model); i++) {
        dn_tensor weight;
        dn_tensor turned;
        dn_tensor bias;
        const dn_shape row = DN_SHAPE(1, dn_model_width(model, i + 1));
        DN_TRY(dn_tensor_view(&dn_model_bias(model, i)->value, row, &bias, text->error));
        DN_TRY(dn_model_weight(model, i, &weight, text->error));
        const dn_status status = dn_tensor_transpose(&weight, 0, 1, &turned, text->error);
        dn_text_begin(text, NULL, '{');
        dn_text_count(text, "outputs", dn_model_width(model, i + 1));
        put_matrix(text, "weight", &turned);
        put_matrix(text, "bias", &bias);
        dn_text_end(text, '}');
        dn_tensor_free(&weight);
        DN_TRY(status);
    }
    dn_text_end(text, ']');
    return DN_OK;
}

static uint32_t whole_element(const void *self, size_t i)
{
    return (uint32_t)((const int8_t *)self)[i];
}

static uint32_t bias_element(const void *self, size_t i)
{
    return (uint32_t)((const int32_t *)self)[i];
}

static uint32_t factor_element(const void *self, size_t i)
{
    return ((const uint16_t *)self)[i];
}

static uint32_t scale_element(const void *self, size_t i)
{
    return bits_of(((const float *)self)[i]);
}

static void put_whole_layer(dn_text *text, const dn_whole_layer *layer)
{
    dn_text_begin(text, NULL, '{');
    dn_text_count(text, "outputs", layer->outputs);
    put_numbers(text, "weight", layer->inputs * layer->outputs, sizeof(int8_t), whole_element, layer->weight);
    put_numbers(text, "bias", layer->outputs, sizeof(int32_t), bias_element, layer->bias);
    if (layer->factor) {
        dn_text_count(text, "before", layer->before);
        dn_text_count(text, "after", layer->after);
        put_numbers(text, "factor", layer->outputs, sizeof(uint16_t), factor_element, layer->factor);
    } else {
        put_numbers(text, "scale", layer->outputs, sizeof(float), scale_element, layer->scale);
    }
    dn_text_end(text, '}');
}

static dn_status put_whole_layers(dn_text *text, const dn_classifier *classifier)
{
    dn_whole_net net;
    DN_TRY(dn_export_check_net(classifier, text->error));
    DN_TRY(dn_quantise(classifier->model, &net, text->error));
    dn_text_flag(text, "whole", true);
    dn_text_begin(text, "layers", '[');
    for (size_t i = 0; i < net.layer_count; i++)
        put_whole_layer(text, &net.layers[i]);
    dn_text_end(text, ']');
    dn_whole_net_free(&net);
    return DN_OK;
}

static dn_status put_weights(dn_text *text, const dn_classifier *classifier, const dn_export_options *options)
{
    if (options && options->int8)
        return put_whole_layers(text, classifier);
    if (classifier->model)
        return put_layers(text, classifier->model);
    dn_text_member(text, "metric", dn_distance_names[classifier->mean.distance]);
    dn_text_number(text, "sharpness", (double)DN_DISTANCE_SHARPNESS);
    put_matrix(text, "images", &classifier->mean.images);
    return DN_OK;
}

/** The sentence below the heading. */
static void put_summary(dn_text *text, const dn_classifier *classifier, const dn_archive *archive)
{
    char architecture[DN_ARCHITECTURE_SIZE];
    char summary[DN_ARCHITECTURE_SIZE + 160];
    char percent[32] = "";
    double accuracy;
    const char *found = dn_export_metadata(archive, "test_accuracy");
    if (found && dn_number_parse(found, &accuracy))
        dn_number_text(percent, sizeof percent, "%.2f", 100.0 * accuracy);
    (void)dn_classifier_architecture(classifier, architecture);
    snprintf(summary, sizeof summary, "Read by %s%.200s%s%s%s. Nothing leaves this page.",
             classifier->model ? "the network " : "",
             classifier->model ? architecture : "the nearest of the mean images",
             percent[0] != '\0' ? ", which is right on " : "", percent,
             percent[0] != '\0' ? " % of its test images" : "");
    dn_text_member(text, "summary", summary);
}

static dn_status put_page(dn_text *text, const dn_classifier *classifier, const dn_archive *archive,
                          const dn_export_options *options)
{
    dn_text_before(text, page_html, sizeof page_html, hole);
    dn_text_begin(text, NULL, '{');
    put_summary(text, classifier, archive);
    dn_text_begin(text, "classes", '[');
    for (size_t i = 0; i < classifier->classes.count; i++)
        dn_text_count(text, NULL, classifier->classes.digit[i]);
    dn_text_end(text, ']');
    dn_text_metadata(text, "facts", archive);
    if (classifier->temperature > 0.0F)
        dn_text_number(text, "temperature", (double)classifier->temperature);
    DN_TRY(put_weights(text, classifier, options));
    dn_text_end(text, '}');
    dn_text_behind(text, page_html, sizeof page_html, hole);
    dn_seal_put(text, DN_SEAL_HTML);
    return DN_OK;
}

dn_status dn_export_html(const dn_classifier *classifier, const dn_archive *archive,
                         const dn_export_options *options, dn_bytes *bytes, dn_error *error)
{
    dn_text text = {.error = error};
    *bytes = (dn_bytes){0};
    dn_status status = put_page(&text, classifier, archive, options);
    if (status == DN_OK)
        status = dn_text_take(&text, bytes);
    dn_text_free(&text);
    return status;
}
