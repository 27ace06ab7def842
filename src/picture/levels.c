#include "picture/levels.h"

#include "core/convert.h"

#define BINS 1024
/** Where the split may lie between paper and the largest element: single bright specks must not lift it above the ink. */
#define LOWEST_SPLIT 0.3F
#define HIGHEST_SPLIT 0.6F
/** Shares of a normal distribution below its middle, and below one standard deviation less. */
#define MEDIAN_SHARE 0.5
#define LOWER_SHARE 0.1587
/** The ink's level: one in ten of its pixels is above. */
#define INK_SHARE 0.9

typedef struct level_histogram {
    size_t count[BINS];
    float lowest;
    float width; /**< of a bin */
} level_histogram;

static size_t bin_of(const level_histogram *histogram, float value)
{
    return dn_size_from((double)((value - histogram->lowest) / histogram->width), BINS - 1);
}

static float level_of(const level_histogram *histogram, size_t bin)
{
    return histogram->lowest + (float)bin * histogram->width;
}

static void fill(level_histogram *histogram, const dn_tensor *picture, float lowest, float highest)
{
    const size_t count = dn_tensor_count(picture);
    histogram->lowest = lowest;
    histogram->width = (highest - lowest) / BINS;
    for (size_t i = 0; i < count; i++)
        histogram->count[bin_of(histogram, picture->data[i])]++;
}

/** The bin below which `share` of the elements in bins begin to end - 1 lie. */
static size_t quantile(const level_histogram *histogram, size_t begin, size_t end, double share)
{
    size_t total = 0;
    for (size_t bin = begin; bin < end; bin++)
        total += histogram->count[bin];
    double rest = share * (double)total;
    for (size_t bin = begin; bin + 1 < end; bin++) {
        rest -= (double)histogram->count[bin];
        if (rest < 0.0)
            return bin;
    }
    return end - 1;
}

/** The first bin of the upper class when two classes differ most. */
static size_t otsu(const level_histogram *histogram)
{
    double total = 0.0;
    double total_moment = 0.0;
    for (size_t bin = 0; bin < BINS; bin++) {
        total += (double)histogram->count[bin];
        total_moment += (double)bin * (double)histogram->count[bin];
    }
    double below = 0.0;
    double moment = 0.0;
    double best = -1.0;
    size_t split = 1;
    for (size_t bin = 0; bin + 1 < BINS; bin++) {
        below += (double)histogram->count[bin];
        moment += (double)bin * (double)histogram->count[bin];
        if (below == 0.0 || below == total)
            continue;
        const double apart = moment / below - (total_moment - moment) / (total - below);
        const double variance = below * (total - below) * apart * apart;
        if (variance > best) {
            best = variance;
            split = bin + 1;
        }
    }
    return split;
}

static float clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

void dn_value_range(const dn_tensor *tensor, float *lowest, float *highest)
{
    const size_t count = dn_tensor_count(tensor);
    float low = tensor->data[0];
    float high = tensor->data[0];
    for (size_t i = 1; i < count; i++) {
        low = tensor->data[i] < low ? tensor->data[i] : low;
        high = tensor->data[i] > high ? tensor->data[i] : high;
    }
    *lowest = low;
    *highest = high;
}

dn_levels dn_levels_find(const dn_tensor *picture)
{
    float lowest;
    float highest;
    dn_value_range(picture, &lowest, &highest);
    dn_levels levels = {.paper = highest, .ink = highest, .split = highest};
    level_histogram histogram = {{0}, 0.0F, 0.0F};
    if (!((highest - lowest) / BINS > 0.0F))
        return levels;
    fill(&histogram, picture, lowest, highest);
    const size_t split = otsu(&histogram);
    levels.paper = level_of(&histogram, quantile(&histogram, 0, split, MEDIAN_SHARE));
    levels.noise = levels.paper - level_of(&histogram, quantile(&histogram, 0, split, LOWER_SHARE));
    const float range = highest - levels.paper;
    levels.split = clamp(level_of(&histogram, split), levels.paper + LOWEST_SPLIT * range,
                         levels.paper + HIGHEST_SPLIT * range);
    const size_t ink = quantile(&histogram, bin_of(&histogram, levels.split), BINS, INK_SHARE);
    levels.ink = level_of(&histogram, ink);
    return levels;
}
