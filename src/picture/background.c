#include "picture/background.h"

#include "core/convert.h"
#include "core/fail.h"
#include "picture/morphology.h"

#include <math.h>
#include <string.h>

/** The square's side, of the geometric mean of the picture's: wider than a stroke, narrower than a shadow. */
#define SQUARE 0.34
/** The closing is lifted by so many levels before a shade is divided by it: noise in the dark stays small. */
#define DARK_OFFSET 12U

static float measure_unevenness(const dn_plane *paper)
{
    const size_t count = paper->height * paper->width;
    uint64_t sum = 0;
    uint64_t distance = 0;
    for (size_t i = 0; i < count; i++)
        sum += paper->data[i];
    const uint64_t mean = count != 0 ? sum / count : 0;
    for (size_t i = 0; i < count; i++)
        distance += paper->data[i] > mean ? paper->data[i] - mean : mean - paper->data[i];
    return (float)((double)distance / ((double)sum + 1.0));
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
        for (size_t i = 0; i < count; i++) {
            const unsigned darker = (unsigned)(paper.data[i] - shades->data[i]);
            shades->data[i] = (uint8_t)(UINT8_MAX * darker / (paper.data[i] + DARK_OFFSET));
        }
    }
    dn_plane_free(&paper);
    return status;
}
