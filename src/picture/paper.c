#include "picture/paper.h"

#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"
#include "picture/levels.h"
#include "picture/light.h"
#include "picture/resample.h"

#include "digitnet/tensor.h"

/** The small copy's shorter side. */
#define SMALL_SIDE 48
/** The window reaches this part of the shorter side to either hand: strokes are narrower than half of it. */
#define REACH_DIVISOR 4
/** Rings that may be the clean margin: this part of the shorter side, counted from the border. */
#define MARGIN_DIVISOR 8
/**
 * Where all else is equal ink on the outermost ring counts, and ink everywhere: a thick digit is not taken for
 * a frame around dark spots, nor what lies inside a frame for ink.
 */
#define BORDER_WEIGHT 0.09
#define EVERYWHERE_WEIGHT 0.2

static size_t shorter_side(const dn_tensor *picture)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    return height < width ? height : width;
}

static size_t at_least_one(size_t value)
{
    return value > 0 ? value : 1;
}

/** Replace each of count values by the largest (or smallest) of those within reach. copy has room for count. */
static void slide(float *values, size_t count, size_t stride, size_t reach, bool largest, float *copy)
{
    for (size_t i = 0; i < count; i++)
        copy[i] = values[i * stride];
    for (size_t i = 0; i < count; i++) {
        const size_t begin = i > reach ? i - reach : 0;
        const size_t end = i + reach < count ? i + reach + 1 : count;
        float best = copy[begin];
        for (size_t j = begin + 1; j < end; j++)
            best = (copy[j] > best) == largest ? copy[j] : best;
        values[i * stride] = best;
    }
}

static void slide_picture(dn_tensor *picture, bool largest, float *copy)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    const size_t reach = at_least_one(shorter_side(picture) / REACH_DIVISOR);
    for (size_t y = 0; y < height; y++)
        slide(picture->data + y * width, width, 1, reach, largest, copy);
    for (size_t x = 0; x < width; x++)
        slide(picture->data + x, height, width, reach, largest, copy);
}

/** The paper of a picture if ink is dark (a closing) or bright (an opening). */
static dn_status find_paper(const dn_tensor *picture, bool dark, dn_tensor *paper, dn_error *error)
{
    DN_TRY(dn_tensor_clone(paper, picture, error));
    float *copy = dn_allocate(picture->shape.extent[0] + picture->shape.extent[1], sizeof *copy, error);
    if (!copy) {
        dn_tensor_free(paper);
        return DN_ERR_MEMORY;
    }
    slide_picture(paper, dark, copy);
    slide_picture(paper, !dark, copy);
    dn_release(copy);
    return DN_OK;
}

static double ink_at(const dn_tensor *picture, const dn_tensor *paper, bool dark, size_t y, size_t x)
{
    const size_t place = y * picture->shape.extent[1] + x;
    const double difference = (double)paper->data[place] - (double)picture->data[place];
    return dark ? difference : -difference;
}

/** Mean ink on the ring `inset` pixels inside the border; the ring has at least one pixel. */
static double ring_ink(const dn_tensor *picture, const dn_tensor *paper, bool dark, size_t inset)
{
    const size_t bottom = picture->shape.extent[0] - 1 - inset;
    const size_t right = picture->shape.extent[1] - 1 - inset;
    double sum = 0.0;
    size_t count = 0;
    for (size_t x = inset; x <= right; x++, count += 2)
        sum += ink_at(picture, paper, dark, inset, x) + ink_at(picture, paper, dark, bottom, x);
    for (size_t y = inset; y <= bottom; y++, count += 2)
        sum += ink_at(picture, paper, dark, y, inset) + ink_at(picture, paper, dark, y, right);
    return sum / (double)count;
}

static double mean_ink(const dn_tensor *picture, const dn_tensor *paper, bool dark)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    double sum = 0.0;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++)
            sum += ink_at(picture, paper, dark, y, x);
    }
    return sum / ((double)height * (double)width);
}

/** How far apart the paper's shades are. */
static double unevenness(const dn_tensor *paper)
{
    float lowest;
    float highest;
    dn_value_range(paper, &lowest, &highest);
    return (double)highest - (double)lowest;
}

/**
 * How unlikely it is that this is the paper. With ink on the other side the digit's shape is taken for shades of
 * the paper, or the real paper for ink, up to the border: on the cleanest ring of the margin, as a frame may be drawn.
 */
static double unlikeliness(const dn_tensor *picture, const dn_tensor *paper, bool dark)
{
    const size_t rings = at_least_one(shorter_side(picture) / MARGIN_DIVISOR);
    const double border = ring_ink(picture, paper, dark, 0);
    double cleanest = border;
    for (size_t inset = 1; inset < rings; inset++) {
        const double ink = ring_ink(picture, paper, dark, inset);
        cleanest = ink < cleanest ? ink : cleanest;
    }
    return cleanest + unevenness(paper) + BORDER_WEIGHT * border +
           EVERYWHERE_WEIGHT * mean_ink(picture, paper, dark);
}

static size_t small_extent(size_t extent, double cell)
{
    return at_least_one(dn_size_from((double)extent / cell + 0.5, extent));
}

static dn_status shrink(const dn_tensor *grey, dn_tensor *small, dn_error *error)
{
    const size_t side = shorter_side(grey);
    const double cell = side > SMALL_SIDE ? (double)side / SMALL_SIDE : 1.0;
    const size_t height = small_extent(grey->shape.extent[0], cell);
    const size_t width = small_extent(grey->shape.extent[1], cell);
    DN_TRY(dn_tensor_zeros(small, DN_SHAPE(height, width), error));
    return dn_resample(grey, dn_region_whole(grey), DN_BEYOND_IGNORED, small, error);
}

/** grey = paper - grey, or grey - paper, with the small paper enlarged. */
static dn_status subtract(dn_tensor *grey, const dn_tensor *paper, bool dark, dn_error *error)
{
    dn_tensor large;
    DN_TRY(dn_tensor_zeros(&large, grey->shape, error));
    dn_status status = dn_resample(paper, dn_region_whole(paper), DN_BEYOND_IGNORED, &large, error);
    if (status == DN_OK)
        status = dark ? dn_subtract(&large, grey, grey, error) : dn_subtract(grey, &large, grey, error);
    dn_tensor_free(&large);
    return status;
}

/** Even the light of both, as the small copy shows it: a closing or opening would stick to slopes at the border. */
static dn_status even_light(dn_tensor *small, dn_tensor *grey, dn_error *error)
{
    dn_light light;
    DN_TRY(dn_light_estimate(small, &light, error));
    dn_light_subtract(small, light);
    dn_light_subtract(grey, light);
    return DN_OK;
}

dn_status dn_paper_subtract(dn_tensor *grey, bool *dark, dn_error *error)
{
    dn_tensor small = {0};
    dn_tensor light_paper = {0};
    dn_tensor dark_paper = {0};
    dn_status status = shrink(grey, &small, error);
    if (status == DN_OK)
        status = even_light(&small, grey, error);
    if (status == DN_OK)
        status = find_paper(&small, true, &light_paper, error);
    if (status == DN_OK)
        status = find_paper(&small, false, &dark_paper, error);
    if (status == DN_OK) {
        *dark = unlikeliness(&small, &light_paper, true) < unlikeliness(&small, &dark_paper, false);
        status = subtract(grey, *dark ? &light_paper : &dark_paper, *dark, error);
    }
    dn_tensor_free(&small);
    dn_tensor_free(&light_paper);
    dn_tensor_free(&dark_paper);
    return status;
}
