/*
 * The answers of an exported net, as export_scores prints them: one line an image, the digit and the bits of each score.
 *
 *     cc -DHEADER='"net.h"' -DIMAGES=100 answers.c      PREFIX_predict of net.h is called digit_predict; CLASSES is 10 where it is not given
 *
 * The images are those of an IDX file on standard input; on a processor without a system (-DBARE) they lie at IMAGES_AT, and
 * semihosting prints, at last "# " and the ticks of the processor's clock that the predictions took. C99 and C++.
 */
#include HEADER

#include "output.h"

#ifndef CLASSES
#define CLASSES 10
#endif

static void put_hex(char *line, const float *score)
{
    union {
        float value;
        uint32_t bits;
    } of;
    int i;
    of.value = *score;
    for (i = 0; i < 8; i++)
        line[i] = "0123456789abcdef"[of.bits >> (28 - 4 * i) & 15];
}

int main(void)
{
    static uint8_t pixels[784];
    char line[2 + 9 * CLASSES + 1];
    float scores[CLASSES];
    long images;
    output_begin();
    for (images = 0; images < IMAGES && next_image(pixels); images++) {
        int i;
        begin_timing();
        i = digit_predict(pixels, scores);
        end_timing();
        line[0] = (char)('0' + i);
        for (i = 0; i < CLASSES; i++) {
            line[1 + 9 * i] = ' ';
            put_hex(line + 2 + 9 * i, &scores[i]);
        }
        line[1 + 9 * CLASSES] = '\n';
        line[2 + 9 * CLASSES] = '\0';
        put_line(line);
    }
    output_end();
    return 0;
}
