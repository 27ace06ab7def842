/**
 * export_scores MODEL IMAGES COUNT [int8]: the answers to the first images of an IDX file, for comparison with those of an exported net.
 *
 * One line an image: the digit, and the bits of each score in hexadecimal. Without int8 by the library's own forward pass.
 */
#include "export/quantise.h"

#include "digitnet/digitnet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const dn_error *error)
{
    fprintf(stderr, "export_scores: %s: %s\n", error->subject, error->problem);
    exit(EXIT_FAILURE);
}

static void score_floats(dn_classifier *classifier, const uint8_t *pixels, float *scores)
{
    float values[DN_DIGIT_PIXELS];
    dn_tensor result;
    dn_error error;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        values[i] = dn_pixel_value(pixels[i]);
    const dn_tensor image = dn_tensor_borrow(values, DN_SHAPE(1, DN_DIGIT_PIXELS));
    if (dn_classifier_scores(NULL, classifier, &(dn_matrix){.dense = &image}, &result, &error) != DN_OK)
        fail(&error);
    memcpy(scores, result.data, classifier->classes.count * sizeof *scores);
}

static void print(const dn_classifier *classifier, const float *scores)
{
    size_t best = 0;
    for (size_t i = 1; i < classifier->classes.count; i++)
        best = scores[i] > scores[best] ? i : best;
    printf("%d", classifier->classes.digit[best]);
    for (size_t i = 0; i < classifier->classes.count; i++) {
        uint32_t bits;
        memcpy(&bits, &scores[i], sizeof bits);
        printf(" %08" PRIx32, bits);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    dn_classifier classifier;
    dn_whole_net whole = {0};
    dn_idx images;
    dn_error error;
    float scores[DN_DIGIT_CLASSES] = {0};
    if (argc < 4)
        return 2;
    if (dn_classifier_read(argv[1], &classifier, NULL, &error) != DN_OK ||
        dn_idx_read(argv[2], DN_IDX_IMAGES_RANK, &images, &error) != DN_OK ||
        (argc > 4 && dn_quantise(classifier.model, &whole, &error) != DN_OK))
        fail(&error);
    for (size_t i = 0; i < images.extent[0] && i < strtoul(argv[3], NULL, 10); i++) {
        const uint8_t *pixels = images.data + i * DN_DIGIT_PIXELS;
        if (argc <= 4)
            score_floats(&classifier, pixels, scores);
        else if (dn_whole_net_scores(&whole, pixels, scores, &error) != DN_OK)
            fail(&error);
        for (size_t k = 0; k < classifier.classes.count && whole.layers && classifier.temperature > 0.0F; k++)
            scores[k] *= 1.0F / classifier.temperature;
        print(&classifier, scores);
    }
    dn_whole_net_free(&whole);
    dn_idx_free(&images);
    dn_classifier_free(&classifier);
    return 0;
}
