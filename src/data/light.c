#include "data/light.h"

#include "core/memory.h"

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

/** How much brighter the last strip along an axis is than the first, from the middle of the picture on. */
static double slope(const dn_tensor *picture, bool down, float *room)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    double shade[2];
    for (int i = 0; i < 2; i++) {
        patch_area strip = {0, height, 0, width};
        if (down)
            cut(height, 2 * i, &strip.top, &strip.bottom);
        else
            cut(width, 2 * i, &strip.left, &strip.right);
        shade[i] = median_of_patch(picture, strip, room);
    }
    return (shade[1] - shade[0]) / 2.0;
}

/** Corners (x^2 + y^2 = 2) against the middles of the sides (1): by how much they are brighter. */
static double corner_shade(const dn_tensor *picture, float *room)
{
    static const int corner[4][2] = {{0, 0}, {0, 2}, {2, 0}, {2, 2}};
    static const int side[4][2] = {{0, 1}, {1, 0}, {1, 2}, {2, 1}};
    float corners[4];
    float sides[4];
    for (int i = 0; i < 4; i++) {
        patch_area patch;
        cut(picture->shape.extent[0], corner[i][0], &patch.top, &patch.bottom);
        cut(picture->shape.extent[1], corner[i][1], &patch.left, &patch.right);
        corners[i] = (float)median_of_patch(picture, patch, room);
        cut(picture->shape.extent[0], side[i][0], &patch.top, &patch.bottom);
        cut(picture->shape.extent[1], side[i][1], &patch.left, &patch.right);
        sides[i] = (float)median_of_patch(picture, patch, room);
    }
    return median(corners, 4) - median(sides, 4);
}

dn_status dn_light_estimate(const dn_tensor *picture, dn_light *light, dn_error *error)
{
    *light = (dn_light){0};
    float *room = dn_allocate(dn_tensor_count(picture), sizeof *room, error);
    if (!room)
        return DN_ERR_MEMORY;
    light->across = slope(picture, false, room);
    light->down = slope(picture, true, room);
    light->corners = corner_shade(picture, room);
    dn_release(room);
    return DN_OK;
}

/** The middle of a pixel on a scale where the middles of the two margins are at -1 and 1. */
static double coordinate(size_t place, size_t extent)
{
    const double reach = (1.0 - 1.0 / MARGIN_DIVISOR) / 2.0;
    return (((double)place + 0.5) / (double)extent - 0.5) / reach;
}

void dn_light_subtract(dn_tensor *picture, dn_light light)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    for (size_t row = 0; row < height; row++) {
        const double y = coordinate(row, height);
        for (size_t column = 0; column < width; column++) {
            const double x = coordinate(column, width);
            float *pixel = picture->data + row * width + column;
            *pixel -= (float)(light.across * x + light.down * y + light.corners * (x * x + y * y));
        }
    }
}
