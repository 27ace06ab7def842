/**
 * Model files: what is taken classifies a picture, with probabilities that are numbers; the settings that it brings ask for no more than
 * the file holds.
 */
#include "cli/train_run.h"
#include "support/fuzz.h"

#include "digitnet/loss.h"
#include "digitnet/train.h"

#include <math.h>

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
static void take_settings(const dn_archive *archive, const dn_classifier *classifier)
{
    dn_error error;
    train_run run = {.options = train_defaults()};
    const dn_status status = train_take_settings(&run, archive, "model", &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK || !classifier->model)
        return;
    size_t widths[TRAIN_MOST_WIDTHS];
    const size_t count = train_widths(&run.options, widths);
    fuzz_require(train_is_mean(&run.options) || count == dn_model_layers(classifier->model) + 1);
    for (size_t i = 0; i < count && !train_is_mean(&run.options); i++)
        fuzz_require(widths[i] == dn_model_width(classifier->model, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_classifier classifier;
    dn_archive archive;
    char text[DN_ARCHITECTURE_SIZE];
    const dn_status status = dn_classifier_read(fuzz_file(data, size), &classifier, &archive, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    classify(&classifier);
    fuzz_require(dn_classifier_architecture(&classifier, text)[0] == (classifier.model ? '7' : 'm'));
    take_settings(&archive, &classifier);
    dn_classifier_free(&classifier);
    dn_archive_free(&archive);
    return 0;
}
