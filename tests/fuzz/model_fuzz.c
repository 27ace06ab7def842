/** Model files: what is taken classifies a picture, with probabilities that are numbers. */
#include "support/fuzz.h"

#include "digitnet/data/dataset.h"
#include "digitnet/loss/cross_entropy.h"
#include "digitnet/train/model_file.h"

static void classify(dn_model *model)
{
    float pixels[DN_DIGIT_PIXELS] = {[300] = 1.0F, [301] = 0.5F};
    float probability[DN_DIGIT_CLASSES];
    const dn_tensor image = dn_tensor_borrow(pixels, DN_SHAPE(1, DN_DIGIT_PIXELS));
    dn_tensor probabilities = dn_tensor_borrow(probability, DN_SHAPE(1, DN_DIGIT_CLASSES));
    dn_tensor logits;
    dn_error error;
    fuzz_require(dn_model_forward(NULL, model, &(dn_matrix){.dense = &image}, &logits, &error) == DN_OK);
    fuzz_require(dn_softmax(&logits, &probabilities, &error) == DN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_model *model;
    dn_archive archive;
    char text[DN_ARCHITECTURE_SIZE];
    const dn_status status = dn_model_read(fuzz_file(data, size), &model, &archive, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    classify(model);
    fuzz_require(dn_model_architecture(model, text)[0] == '7');
    dn_model_free(model);
    dn_archive_free(&archive);
    return 0;
}
