#include "core/convert.h"
#include "core/fail.h"
#include "picture/hypothesis.h"

#include "digitnet/picture.h"

#include <string.h>

/** A digit beside the main one is at least this large. */
#define OTHER_SIDE 0.5
/** What has less evidence for it is no digit. */
#define LEAST_SCORE (-8.0F)

dn_status dn_prepare_nothing(const dn_picture *picture, uint8_t pixels[DN_DIGIT_PIXELS], dn_error *error)
{
    dn_tensor grey;
    if (picture->height != DN_DIGIT_SIDE || picture->width != DN_DIGIT_SIDE)
        return dn_fail(error, DN_ERR_SHAPE, "let it be prepared, or give 28 x 28 pixels",
                       "shape [%zu, %zu], [%d, %d] expected", picture->height, picture->width, DN_DIGIT_SIDE,
                       DN_DIGIT_SIDE);
    DN_TRY(dn_picture_grey(picture, &grey, error));
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        pixels[i] = dn_byte_from(grey.data[i]);
    dn_tensor_free(&grey);
    return DN_OK;
}

static size_t count_digits(const dn_hypothesis *hypothesis)
{
    const dn_rectangle main = hypothesis->candidates[hypothesis->main].box;
    size_t digits = 0;
    for (size_t i = 0; i < hypothesis->count; i++)
        digits += (double)hypothesis->candidates[i].box.height >= OTHER_SIDE * (double)main.height;
    return digits;
}

dn_status dn_prepare_digit(const dn_picture *picture, uint8_t pixels[DN_DIGIT_PIXELS],
                           dn_preparation *preparation, dn_error *error)
{
    dn_hypothesis hypotheses[DN_POLARITIES];
    const dn_hypothesis *best = NULL;
    float highest = 0.0F;
    *preparation = (dn_preparation){0};
    DN_TRY(dn_hypotheses_make(picture, hypotheses, error));
    for (size_t i = 0; i < DN_POLARITIES; i++) {
        if (hypotheses[i].count == 0)
            continue;
        const float score = dn_evidence_score(&hypotheses[i].candidates[hypotheses[i].main].evidence);
        if (score >= LEAST_SCORE && (!best || score > highest)) {
            best = &hypotheses[i];
            highest = score;
        }
    }
    if (best) {
        const dn_candidate *main = &best->candidates[best->main];
        memcpy(pixels, main->pixels, DN_DIGIT_PIXELS);
        *preparation =
            (dn_preparation){.inverted = best->dark, .box = main->box, .digits = count_digits(best)};
    }
    dn_hypotheses_free(hypotheses);
    if (preparation->digits > 0)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT,
                   "give a picture of a digit whose ink is darker or brighter than its paper",
                   "there is no ink in it");
}
