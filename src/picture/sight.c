#include "picture/sight.h"

#include "core/convert.h"
#include "core/fail.h"
#include "core/size.h"
#include "io/picture.h"
#include "picture/background.h"
#include "picture/threshold.h"

#include <string.h>

/** The shorter side is reduced to this, or enlarged to the least; the longer is at most so long. */
#define SIDE 300.0
#define LEAST_SIDE 96.0
#define LONGEST_SIDE 1200.0
/** A picture whose longer side is at most this is small. */
#define SMALL_SIDE 64.0
/** A channel is taken in place of luminance when it shows so many times its contrast. */
#define CLEARLY_MORE 1.5

/** Luminance (Rec. 601), and each channel alone. */
static const dn_mix mixes[] = {{{0.299F, 0.587F, 0.114F}}, {{1, 0, 0}}, {{0, 1, 0}}, {{0, 0, 1}}};

static bool is_small(dn_region region)
{
    return region.height <= SMALL_SIDE && region.width <= SMALL_SIDE;
}

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

/** The channels [C, h, w] in grey, each shade rounded to a byte: a grey picture as it is, a coloured one mixed. */
static void mix_channels(const dn_tensor *channels, dn_mix mix, dn_plane *shades)
{
    const size_t count = shades->height * shades->width;
    for (size_t i = 0; i < count; i++) {
        float shade = channels->data[i];
        if (channels->shape.extent[0] == DN_COLOURS) {
            shade = 0.0F;
            for (size_t k = 0; k < DN_COLOURS; k++)
                shade += mix.weight[k] * channels->data[k * count + i];
        }
        shades->data[i] = dn_byte_from(shade);
    }
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

/** The region's channels [C, h, w], at the size at which it is looked at. */
static dn_status take_channels(const dn_picture *picture, dn_region region, dn_tensor *channels,
                               dn_error *error)
{
    const double scale = is_small(region) ? 1.0 : scale_of(region);
    const dn_shape shape =
        DN_SHAPE(picture->channels, scaled(region.height, scale), scaled(region.width, scale));
    DN_TRY(dn_tensor_zeros(channels, shape, error));
    const dn_status status = dn_resample_picture(picture, region, channels, error);
    if (status != DN_OK)
        dn_tensor_free(channels);
    return status;
}

/** The channels of a region, mixed and smoothed. */
static dn_status take_shades(const dn_tensor *channels, dn_mix mix, bool small, dn_plane *shades,
                             dn_error *error)
{
    DN_TRY(dn_plane_new(shades, channels->shape.extent[1], channels->shape.extent[2], error));
    mix_channels(channels, mix, shades);
    if (!small)
        smooth(shades);
    return DN_OK;
}

dn_status dn_sight_take(const dn_picture *picture, dn_mix mix, dn_region region, dn_sight *sight,
                        dn_error *error)
{
    dn_tensor channels;
    *sight = (dn_sight){.region = region, .small = is_small(region)};
    DN_TRY(take_channels(picture, region, &channels, error));
    const dn_status status = take_shades(&channels, mix, sight->small, &sight->shades, error);
    dn_tensor_free(&channels);
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
    if (dark)
        memcpy(plane.data, shades->data, count);
    else
        dn_plane_invert(shades, &plane);
    const dn_status status = dn_background_remove(&plane, false, &unevenness, error);
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

static dn_status contrast_of(const dn_tensor *channels, dn_mix mix, bool small, double *contrast,
                             dn_error *error)
{
    dn_plane shades;
    *contrast = 0.0;
    DN_TRY(take_shades(channels, mix, small, &shades, error));
    dn_status status = measure_contrast(&shades, true, contrast, error);
    if (status == DN_OK)
        status = measure_contrast(&shades, false, contrast, error);
    dn_plane_free(&shades);
    return status;
}

/** The mix of the channels with the most contrast. */
static dn_status compare_mixes(const dn_tensor *channels, bool small, dn_mix *mix, dn_error *error)
{
    double most = 0.0;
    for (size_t i = 0; i < sizeof mixes / sizeof mixes[0]; i++) {
        double contrast;
        DN_TRY(contrast_of(channels, mixes[i], small, &contrast, error));
        if (i > 0 && !(contrast > most * CLEARLY_MORE))
            continue;
        most = i == 0 ? contrast : contrast / CLEARLY_MORE;
        *mix = mixes[i];
    }
    return DN_OK;
}

/** From so many pixels on one of them is taken: about SIDE remain. */
static size_t step_of(size_t extent)
{
    return extent > (size_t)SIDE ? extent / (size_t)SIDE : 1;
}

/** Copy some of a large picture's rows and columns. The caller frees the sample. */
static dn_status take_sample(const dn_picture *picture, dn_picture *sample, dn_error *error)
{
    const size_t down = step_of(picture->height);
    const size_t across = step_of(picture->width);
    *sample = (dn_picture){.height = dn_divide_up(picture->height, down),
                           .width = dn_divide_up(picture->width, across),
                           .channels = picture->channels};
    DN_TRY(dn_picture_allocate(sample, error));
    uint16_t *to = sample->samples;
    for (size_t y = 0; y < picture->height; y += down)
        for (size_t x = 0; x < picture->width; x += across)
            for (size_t k = 0; k < picture->channels; k++)
                *to++ = picture->samples[(y * picture->width + x) * picture->channels + k];
    return DN_OK;
}

dn_status dn_mix_choose(const dn_picture *picture, dn_mix *mix, dn_error *error)
{
    dn_picture sample;
    dn_tensor channels = {0};
    *mix = mixes[0];
    if (picture->channels != DN_COLOURS)
        return DN_OK;
    DN_TRY(take_sample(picture, &sample, error));
    const dn_region whole = {.height = (double)sample.height, .width = (double)sample.width};
    dn_status status = take_channels(&sample, whole, &channels, error);
    if (status == DN_OK)
        status = compare_mixes(&channels, is_small(whole), mix, error);
    dn_tensor_free(&channels);
    dn_picture_free(&sample);
    return status;
}
