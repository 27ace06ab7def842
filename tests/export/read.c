/**
 * export_read MODEL PICTURE...: what the library reads in each PNM picture, for comparison with the page to draw on. A line each: sure, unsure
 * or several, the digit, the bits of the digits' probabilities, the digit's box (x, y, width, height), its 28 x 28 pixels in hexadecimal;
 * or none.
 */
#include "digitnet/digitnet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const dn_error *error)
{
    fprintf(stderr, "export_read: %s: %s\n", error->subject, error->problem);
    exit(EXIT_FAILURE);
}

static void print_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    printf(" %08" PRIx32, bits);
}

static void print_answer(const dn_answer *answer, const dn_classes *classes)
{
    static const char *const verdicts[] = {
        [DN_VERDICT_DIGIT] = "sure", [DN_VERDICT_UNSURE] = "unsure", [DN_VERDICT_SEVERAL] = "several"};
    if (answer->verdict == DN_VERDICT_NONE) {
        puts("none");
        return;
    }
    printf("%s %zu", verdicts[answer->verdict], answer->ranking[0]);
    for (size_t i = 0; i < classes->count; i++)
        print_bits(answer->probability[classes->digit[i]]);
    printf(" %zu %zu %zu %zu ", answer->box.x, answer->box.y, answer->box.width, answer->box.height);
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        printf("%02x", answer->pixels[i]);
    putchar('\n');
}

static dn_status read_one(dn_classifier *classifier, const char *path, dn_error *error)
{
    dn_picture picture;
    dn_answer answer;
    dn_status status = dn_picture_read(path, &picture, error);
    if (status == DN_OK)
        status = dn_answer_picture(NULL, classifier, &picture, DN_PICTURE_VIEWS, &answer, error);
    dn_picture_free(&picture);
    if (status == DN_OK)
        print_answer(&answer, &classifier->classes);
    return status;
}

int main(int argc, char **argv)
{
    dn_classifier classifier;
    dn_error error;
    if (argc < 3)
        return 2;
    if (dn_classifier_read(argv[1], &classifier, NULL, &error) != DN_OK)
        fail(&error);
    for (int i = 2; i < argc; i++)
        if (read_one(&classifier, argv[i], &error) != DN_OK)
            fail(&error);
    dn_classifier_free(&classifier);
    return EXIT_SUCCESS;
}
