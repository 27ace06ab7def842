#include "picture/sight.h"

#include "core/convert.h"
#include "core/fail.h"
#include "picture/background.h"
#include "picture/threshold.h"

#include <math.h>

/** The shorter side is reduced to this, or enlarged to the least; the longer is at most so long. */
#define SIDE 300.0
#define LEAST_SIDE 96.0
#define LONGEST_SIDE 1200.0
/** A picture whose longer side is at most this is small. */
#define SMALL_SIDE 64.0
/** A channel is taken in place of luminance when it shows so many times its contrast. */
#define CLEARLY_MORE 1.5

static double scale_of(dn_region region)
{
    const double shorter = region.height < region.width ? region.height : region.width;
    const double longer = region.height < region.width ? region.width : region.height;
    double scale = shorter > SIDE ? SIDE / shorter : shorter < LEAST_SIDE ? LEAST_SIDE / shorter : 1.0;
    return longer * scale > LONGEST_SIDE ? LONGEST_SIDE / longer : scale;
}

/** An extent in pixels, scaled; at least 1. */
static size_t scaled(double extent, double scale)
{
    return dn_larger(dn_size_from(extent * scale + 0.5, (size_t)LONGEST_SIDE), 1);
}

/** sum += weight * one channel of the region. channel and sum [h, w]. */
static dn_status add_channel(const dn_tensor *picture, size_t index, float weight, dn_region region,
                             dn_tensor *channel, dn_tensor *sum, dn_error *error)
{
    dn_tensor source;
    DN_TRY(dn_tensor_select(picture, 0, index, &source, error));
    DN_TRY(dn_resample(&source, region, DN_BEYOND_IGNORED, channel, error));
    const size_t count = dn_tensor_count(sum);
    for (size_t i = 0; i < count; i++)
        sum->data[i] += weight * channel->data[i];
    return DN_OK;
}

/** The region in grey [h, w]: a grey picture as it is, a coloured one mixed. */
static dn_status mix_channels(const dn_tensor *picture, dn_mix mix, dn_region region, dn_tensor *grey,
                              dn_error *error)
{
    dn_tensor channel;
    if (picture->shape.extent[0] == 1) {
        DN_TRY(dn_tensor_select(picture, 0, 0, &channel, error));
        return dn_resample(&channel, region, DN_BEYOND_IGNORED, grey, error);
    }
    DN_TRY(dn_tensor_zeros(&channel, grey->shape, error));
    dn_status status = DN_OK;
    for (size_t i = 0; i < DN_COLOURS && status == DN_OK; i++)
        if (mix.weight[i] > 0.0F)
            status = add_channel(picture, i, mix.weight[i], region, &channel, grey, error);
    dn_tensor_free(&channel);
    return status;
}

/** One line smoothed by the binomial 1 2 1, whose sigma is 0.7; the edges go on outside. */
static void smooth_line(uint8_t *values, size_t count, size_t stride)
{
    unsigned before = values[0];
    for (size_t i = 0; i < count; i++) {
        const unsigned here = values[i * stride];
        const unsigned behind = i + 1 < count ? values[(i + 1) * stride] : here;
        values[i * stride] = (uint8_t)((before + 2 * here + behind + 2) / 4);
        before = here;
    }
}

static void smooth(dn_plane *plane)
{
    for (size_t y = 0; y < plane->height; y++)
        smooth_line(plane->data + y * plane->width, plane->width, 1);
    for (size_t x = 0; x < plane->width; x++)
        smooth_line(plane->data + x, plane->height, plane->width);
}

dn_status dn_sight_take(const dn_tensor *picture, dn_mix mix, dn_region region, dn_sight *sight,
                        dn_error *error)
{
    dn_tensor grey;
    *sight = (dn_sight){.region = region, .small = region.height <= SMALL_SIDE && region.width <= SMALL_SIDE};
    const double scale = sight->small ? 1.0 : scale_of(region);
    const size_t height = scaled(region.height, scale);
    const size_t width = scaled(region.width, scale);
    DN_TRY(dn_plane_new(&sight->shades, height, width, error));
    dn_status status = dn_tensor_zeros(&grey, DN_SHAPE(height, width), error);
    if (status == DN_OK)
        status = mix_channels(picture, mix, region, &grey, error);
    for (size_t i = 0; i < height * width && status == DN_OK; i++)
        sight->shades.data[i] = dn_byte_from(grey.data[i]);
    dn_tensor_free(&grey);
    if (status != DN_OK)
        dn_plane_free(&sight->shades);
    else if (!sight->small)
        smooth(&sight->shades);
    return status;
}

/* ---- Colour ---- */

/** How clearly ink stands out, dark or bright: the share of its pixels times its squared distance from the paper. */
static dn_status measure_contrast(const dn_plane *shades, bool dark, double *contrast, dn_error *error)
{
    dn_plane plane;
    float unevenness;
    const size_t count = shades->height * shades->width;
    DN_TRY(dn_plane_new(&plane, shades->height, shades->width, error));
    for (size_t i = 0; i < count; i++)
        plane.data[i] = dark ? shades->data[i] : (uint8_t)(UINT8_MAX - shades->data[i]);
    const dn_status status = dn_background_remove(&plane, &unevenness, error);
    if (status == DN_OK) {
        const dn_levels levels = dn_levels_of_darkness(&plane);
        const double distance = (double)levels.ink - (double)levels.paper;
        size_t inked = 0;
        for (size_t i = 0; i < count; i++)
            inked += 2U * plane.data[i] >= (unsigned)levels.ink + levels.paper;
        const double clear = (double)inked * distance * distance;
        *contrast = clear > *contrast ? clear : *contrast;
    }
    dn_plane_free(&plane);
    return status;
}

static dn_status contrast_of(const dn_tensor *sample, dn_mix mix, double *contrast, dn_error *error)
{
    dn_sight sight;
    const dn_region whole = {.height = (double)sample->shape.extent[1],
                             .width = (double)sample->shape.extent[2]};
    *contrast = 0.0;
    DN_TRY(dn_sight_take(sample, mix, whole, &sight, error));
    dn_status status = measure_contrast(&sight.shades, true, contrast, error);
    if (status == DN_OK)
        status = measure_contrast(&sight.shades, false, contrast, error);
    dn_plane_free(&sight.shades);
    return status;
}

dn_status dn_mix_choose(const dn_tensor *picture, dn_mix *mix, dn_error *error)
{
    static const dn_mix mixes[] = {{{0.299F, 0.587F, 0.114F}}, {{1, 0, 0}}, {{0, 1, 0}}, {{0, 0, 1}}};
    dn_tensor sample = *picture;
    double most = 0.0;
    *mix = mixes[0];
    if (picture->shape.extent[0] != DN_COLOURS)
        return DN_OK;
    for (int axis = 1; axis <= 2; axis++) {
        const size_t extent = picture->shape.extent[axis];
        const size_t step = extent > (size_t)SIDE ? extent / (size_t)SIDE : 1;
        DN_TRY(dn_tensor_slice(&sample, axis, 0, extent, step, &sample, error));
    }
    for (size_t i = 0; i < sizeof mixes / sizeof mixes[0]; i++) {
        double contrast;
        DN_TRY(contrast_of(&sample, mixes[i], &contrast, error));
        if (i > 0 && !(contrast > most * CLEARLY_MORE))
            continue;
        most = i == 0 ? contrast : contrast / CLEARLY_MORE;
        *mix = mixes[i];
    }
    return DN_OK;
}
