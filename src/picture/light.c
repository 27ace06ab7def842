#include "picture/light.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

/** The margin is this part of a side. */
#define MARGIN_DIVISOR 8

/** Rows begin to end (not included) and columns likewise. */
typedef struct patch_area {
    size_t top, bottom;
    size_t left, right;
} patch_area;

/** A side cut in three: the margin, what lies between, the margin. place is 0, 1 or 2. */
static void cut(size_t extent, int place, size_t *begin, size_t *end)
{
    const size_t margin = extent / MARGIN_DIVISOR > 0 ? extent / MARGIN_DIVISOR : 1;
    const size_t middle = (extent - margin) / 2;
    *begin = place == 0 ? 0 : place == 1 ? middle : extent - margin;
    *end = *begin + margin;
}

static int compare(const void *a, const void *b)
{
    const float x = *(const float *)a;
    const float y = *(const float *)b;
    return (x > y) - (x < y);
}

static double median(float *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return ((double)values[(count - 1) / 2] + (double)values[count / 2]) / 2.0;
}

static double median_of_patch(const dn_tensor *picture, patch_area patch, float *room)
{
    size_t count = 0;
    for (size_t y = patch.top; y < patch.bottom; y++) {
        for (size_t x = patch.left; x < patch.right; x++)
            room[count++] = picture->data[y * picture->shape.extent[1] + x];
    }
    return median(room, count);
}

/** The shade of a strip across the picture: one of count side by side, or one below the other. */
static double strip_shade(const dn_tensor *picture, bool down, size_t place, size_t count, float *room)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    const size_t extent = down ? height : width;
    const size_t begin = place * extent / count;
    const size_t end = (place + 1) * extent / count;
    return median_of_patch(
        picture, down ? (patch_area){begin, end, 0, width} : (patch_area){0, height, begin, end}, room);
}

/** How much brighter the last strip along an axis is than the middle: Theil and Sen's line, which a strip of ink does not turn. */
static double slope(const dn_tensor *picture, bool down, float *room)
{
    const size_t extent = picture->shape.extent[down ? 0 : 1];
    const size_t count = extent < MARGIN_DIVISOR ? extent : MARGIN_DIVISOR;
    double shade[MARGIN_DIVISOR];
    float rise[MARGIN_DIVISOR * (MARGIN_DIVISOR - 1) / 2];
    size_t pairs = 0;
    if (count < 2)
        return 0.0;
    for (size_t i = 0; i < count; i++) {
        shade[i] = strip_shade(picture, down, i, count, room);
        for (size_t j = 0; j < i; j++)
            rise[pairs++] = (float)((shade[i] - shade[j]) / (double)(i - j));
    }
    return median(rise, pairs) * (double)(count - 1) / 2.0;
}

/** The shade of the patch at a place of the grid of three by three. */
static double patch_shade(const dn_tensor *picture, int row, int column, float *room)
{
    patch_area patch;
    cut(picture->shape.extent[0], row, &patch.top, &patch.bottom);
    cut(picture->shape.extent[1], column, &patch.left, &patch.right);
    return median_of_patch(picture, patch, room);
}

/**
 * By how much corners (x^2 + y^2 = 2) are brighter than the middles of the sides (1). Each side tells it with
 * its own two corners, whatever the slopes; ink there makes it large, so that the smallest is believed.
 */
static double corner_shade(const dn_tensor *picture, float *room)
{
    double shade[3][3];
    for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 3; column++)
            shade[row][column] = patch_shade(picture, row, column, room);
    }
    const double sides[] = {
        (shade[0][0] + shade[0][2]) / 2.0 - shade[0][1], (shade[2][0] + shade[2][2]) / 2.0 - shade[2][1],
        (shade[0][0] + shade[2][0]) / 2.0 - shade[1][0], (shade[0][2] + shade[2][2]) / 2.0 - shade[1][2]};
    double smallest = sides[0];
    for (int i = 1; i < 4; i++)
        smallest = fabs(sides[i]) < fabs(smallest) ? sides[i] : smallest;
    return smallest;
}

/** The middle of a pixel on a scale where the middles of the two margins are at -1 and 1. */
static double coordinate(size_t place, size_t extent)
{
    const double reach = (1.0 - 1.0 / MARGIN_DIVISOR) / 2.0;
    return (((double)place + 0.5) / (double)extent - 0.5) / reach;
}

static double light_at(dn_light light, const dn_tensor *picture, size_t row, size_t column)
{
    const double y = coordinate(row, picture->shape.extent[0]);
    const double x = coordinate(column, picture->shape.extent[1]);
    return light.across * x + light.down * y + light.corners * (x * x + y * y);
}

/** How far the picture's border strays from one shade once the light is gone: the mean of the absolute differences. */
static double border_spread(const dn_tensor *picture, dn_light light, float *room)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    size_t count = 0;
    for (size_t row = 0; row < height; row++) {
        const size_t step = row == 0 || row + 1 == height || width == 1 ? 1 : width - 1;
        for (size_t column = 0; column < width; column += step)
            room[count++] =
                picture->data[row * width + column] - (float)light_at(light, picture, row, column);
    }
    const double middle = median(room, count);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += fabs((double)room[i] - middle);
    return sum / (double)count;
}

/** Believe a part of the light only if the border is more even without it: a thick digit darkens a margin, too. */
static void believe(double *part, double estimate, const dn_tensor *picture, dn_light *light, float *room)
{
    const double before = border_spread(picture, *light, room);
    *part = estimate;
    if (!(border_spread(picture, *light, room) < before))
        *part = 0.0;
}

dn_status dn_light_estimate(const dn_tensor *picture, dn_light *light, dn_error *error)
{
    *light = (dn_light){0};
    float *room = dn_allocate(dn_tensor_count(picture), sizeof *room, error);
    if (!room)
        return DN_ERR_MEMORY;
    believe(&light->across, slope(picture, false, room), picture, light, room);
    believe(&light->down, slope(picture, true, room), picture, light, room);
    believe(&light->corners, corner_shade(picture, room), picture, light, room);
    dn_release(room);
    return DN_OK;
}

void dn_light_subtract(dn_tensor *picture, dn_light light)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < width; column++)
            picture->data[row * width + column] -= (float)light_at(light, picture, row, column);
    }
}
