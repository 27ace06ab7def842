#include "picture/background.h"

#include "core/convert.h"
#include "core/fail.h"
#include "picture/morphology.h"

#include <math.h>
#include <string.h>

/** The square's side, of the geometric mean of the picture's: wider than a stroke, narrower than a shadow. */
#define SQUARE 0.34
/** The closing is lifted by so many levels before a shade is divided by it: noise in the dark stays small. */
#define DARK_OFFSET 12

static float measure_unevenness(const dn_plane *paper)
{
    const size_t count = paper->height * paper->width;
    uint32_t sum = 0; /* a plane has at most 1,200 x 300 bytes */
    uint32_t distance = 0;
    const uint8_t *bright = paper->data;
    for (size_t i = 0; i < count; i++)
        sum += bright[i];
    const int32_t mean = count != 0 ? (int32_t)(sum / count) : 0;
    for (size_t i = 0; i < count; i++)
        distance += (uint32_t)(bright[i] > mean ? bright[i] - mean : mean - bright[i]);
    return (float)((double)distance / ((double)sum + 1.0));
}

/** How much darker than the paper each shade is. Whole parts of quotients of such numbers are exact in float, a vector instruction. */
static void divide(const dn_plane *paper, dn_plane *shades)
{
    const size_t count = shades->height * shades->width;
    const uint8_t *restrict bright = paper->data;
    uint8_t *restrict shade = shades->data;
    for (size_t i = 0; i < count; i++) {
        const float darker = (float)(UINT8_MAX * (bright[i] - shade[i]));
        shade[i] = (uint8_t)(int32_t)(darker / (float)(bright[i] + DARK_OFFSET));
    }
}

dn_status dn_background_remove(dn_plane *shades, float *unevenness, dn_error *error)
{
    const size_t count = shades->height * shades->width;
    const double side = SQUARE * sqrt((double)shades->height * (double)shades->width);
    dn_plane paper;
    DN_TRY(dn_plane_new(&paper, shades->height, shades->width, error));
    memcpy(paper.data, shades->data, count);
    const dn_status status = dn_close_square(&paper, dn_size_from(side, count) | 1, error);
    if (status == DN_OK) {
        *unevenness = measure_unevenness(&paper);
        divide(&paper, shades);
    }
    dn_plane_free(&paper);
    return status;
}
