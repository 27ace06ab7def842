/**
 * Model files: what is taken classifies a picture, with probabilities that are numbers; the settings that it brings ask for no more than
 * the file holds; it is exported whole, or refused.
 */
#include "export/quantise.h"
#include "support/fuzz.h"
#include "train/settings.h"

#include "digitnet/export.h"
#include "digitnet/loss.h"
#include "digitnet/run.h"

#include <math.h>
#include <string.h>

static void classify(dn_classifier *classifier)
{
    float pixels[DN_DIGIT_PIXELS] = {[300] = 1.0F, [301] = 0.5F};
    float probability[DN_DIGIT_CLASSES];
    const dn_tensor image = dn_tensor_borrow(pixels, DN_SHAPE(1, DN_DIGIT_PIXELS));
    dn_tensor probabilities = dn_tensor_borrow(probability, DN_SHAPE(1, classifier->classes.count));
    dn_tensor scores;
    dn_error error;
    fuzz_require(dn_classifier_scores(NULL, classifier, &(dn_matrix){.dense = &image}, &scores, &error) ==
                 DN_OK);
    fuzz_require(dn_softmax(&scores, &probabilities, &error) == DN_OK);
    fuzz_require(dn_classifier_answer(&scores, 0) < classifier->classes.count);
}

/** As verify takes them. */
static void take_settings(const char *path, const dn_classifier *classifier)
{
    dn_error error;
    dn_run run = {0};
    const dn_status status = dn_run_reproduce(&run, path, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK && classifier->model && !dn_settings_are_mean(&run.settings)) {
        size_t widths[DN_SETTINGS_MAX_WIDTHS];
        const size_t count = dn_settings_widths(&run.settings, widths);
        fuzz_require(count == dn_model_layers(classifier->model) + 1);
        for (size_t i = 0; i < count; i++)
            fuzz_require(widths[i] == dn_model_width(classifier->model, i));
    }
    dn_run_free(&run);
}

/** A header is text that ends as it should, its first comment ends before the code, and its constants are numbers. */
static void check_header(const dn_bytes *header)
{
    static const char behind[] = "\n */\n#ifndef digit_H\n";
    size_t comment = 0;
    while (comment + 2 <= header->size && memcmp(header->data + comment, "*/", 2) != 0)
        comment++;
    fuzz_require(comment + sizeof behind < header->size);
    fuzz_require(memcmp(header->data + comment - 2, behind, sizeof behind - 1) == 0);
    for (size_t i = 0; i < header->size; i++) {
        const uint8_t character = header->data[i];
        fuzz_require(character == '\n' || (character >= ' ' && character <= '~'));
        fuzz_require(i < comment || i + 4 > header->size ||
                     (memcmp(header->data + i, "nanF", 4) != 0 && memcmp(header->data + i, "infF", 4) != 0));
    }
    fuzz_require(memcmp(header->data + header->size - 4, " */\n", 4) == 0);
}

static void export_header(const dn_classifier *classifier, const dn_archive *archive, bool int8)
{
    dn_bytes bytes;
    dn_error error;
    const dn_status status =
        dn_export_c(classifier, archive, &(dn_export_options){.int8 = int8}, &bytes, &error);
    fuzz_require(status == DN_OK || (status == DN_ERR_FORMAT && (int8 || !classifier->model)));
    if (status == DN_OK)
        check_header(&bytes);
    dn_bytes_free(&bytes);
}

/** Sums that leave their bits are undefined: a sanitizer sees them. */
static void score_in_whole_numbers(const dn_classifier *classifier)
{
    uint8_t pixels[DN_DIGIT_PIXELS];
    float scores[DN_DIGIT_CLASSES];
    dn_whole_net net;
    dn_error error;
    memset(pixels, 255, sizeof pixels);
    if (dn_quantise(classifier->model, &net, &error) != DN_OK)
        return;
    fuzz_require(dn_whole_net_scores(&net, pixels, scores, &error) == DN_OK);
    fuzz_require(!isnan(scores[0]));
    dn_whole_net_free(&net);
}

static void export_everywhere(const dn_classifier *classifier, const dn_archive *archive)
{
    dn_bytes bytes;
    dn_error error;
    export_header(classifier, archive, false);
    export_header(classifier, archive, true);
    fuzz_require((dn_export_onnx(classifier, archive, &bytes, &error) == DN_OK) ==
                 (classifier->model != NULL));
    dn_bytes_free(&bytes);
    fuzz_require(dn_export_html(classifier, archive, NULL, &bytes, &error) == DN_OK);
    dn_bytes_free(&bytes);
    if (classifier->model)
        score_in_whole_numbers(classifier);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_classifier classifier;
    dn_archive archive;
    char text[DN_ARCHITECTURE_SIZE];
    const char *path = fuzz_file(data, size);
    const dn_status status = dn_classifier_read(path, &classifier, &archive, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    classify(&classifier);
    fuzz_require(dn_classifier_architecture(&classifier, text)[0] == (classifier.model ? '7' : 'm'));
    take_settings(path, &classifier);
    export_everywhere(&classifier, &archive);
    dn_classifier_free(&classifier);
    dn_archive_free(&archive);
    return 0;
}
