#include "picture/threshold.h"

#include "core/size.h"

#include <string.h>

#define LEVELS ((size_t)UINT8_MAX + 1)
/** The paper's level: the median, and so many times the distance between it and the lower sixth (one standard deviation). */
#define NOISE_FACTOR 5U
#define NOISE_LEAST 6U
#define LOWER_SHARE 6
/** Two classes are two kinds of pixels above this separability and so many levels apart; then the paper is the lower one alone. */
#define SEPARABLE 0.8
#define DISTANCE 40

static void count_levels(const dn_plane *plane, uint64_t histogram[LEVELS])
{
    memset(histogram, 0, LEVELS * sizeof *histogram);
    for (size_t i = 0; i < plane->height * plane->width; i++)
        histogram[plane->data[i]]++;
}

/** The lowest level that at least `wanted` pixels do not exceed. */
static size_t quantile(const uint64_t histogram[LEVELS], uint64_t wanted)
{
    uint64_t sum = 0;
    size_t level = 0;
    for (; level < LEVELS - 1; level++) {
        sum += histogram[level];
        if (sum >= wanted && sum > 0)
            break;
    }
    return level;
}

/** The mean of levels begin to end - 1. */
static size_t mean_level(const uint64_t histogram[LEVELS], size_t begin, size_t end)
{
    uint64_t count = 0;
    uint64_t sum = 0;
    for (size_t level = begin; level < end; level++) {
        count += histogram[level];
        sum += histogram[level] * level;
    }
    return count > 0 ? (size_t)(sum / count) : begin;
}

/** Two classes of levels. */
typedef struct classes {
    size_t first; /**< the first level of the upper one */
    double
        separability; /**< variance between the classes, of all variance: 0.64 for a normal distribution, 1 for two levels */
} classes;

/** Split the levels from `begin` on where the variance between the classes is largest. */
static classes split(const uint64_t histogram[LEVELS], size_t begin)
{
    double total = 0.0;
    double moment = 0.0;
    double square = 0.0;
    for (size_t level = begin; level < LEVELS; level++) {
        total += (double)histogram[level];
        moment += (double)histogram[level] * (double)level;
        square += (double)histogram[level] * (double)level * (double)level;
    }
    double lower = 0.0;
    double lower_moment = 0.0;
    double most = -1.0;
    classes best = {.first = begin};
    for (size_t level = begin; level + 1 < LEVELS; level++) {
        lower += (double)histogram[level];
        lower_moment += (double)histogram[level] * (double)level;
        if (!(lower > 0.0) || !(total - lower > 0.0))
            continue;
        const double distance = lower_moment / lower - (moment - lower_moment) / (total - lower);
        const double variance = lower * (total - lower) * distance * distance;
        if (variance > most) {
            most = variance;
            best.first = level + 1;
        }
    }
    const double all = total * square - moment * moment;
    best.separability = all > 0.0 && most > 0.0 ? most / all : 0.0;
    return best;
}

/** How many pixels have a level below `end`. */
static uint64_t count_below(const uint64_t histogram[LEVELS], size_t end)
{
    uint64_t sum = 0;
    for (size_t level = 0; level < end; level++)
        sum += histogram[level];
    return sum;
}

dn_levels dn_levels_of_darkness(const dn_plane *darkness)
{
    uint64_t histogram[LEVELS];
    count_levels(darkness, histogram);
    const classes both = split(histogram, 0);
    const size_t apart = mean_level(histogram, both.first, LEVELS) - mean_level(histogram, 0, both.first);
    const bool are_two = both.separability >= SEPARABLE && apart >= DISTANCE;
    const uint64_t count = count_below(histogram, are_two ? both.first : LEVELS);
    const size_t median = quantile(histogram, (count + 1) / 2);
    const size_t low = quantile(histogram, count / LOWER_SHARE + 1);
    const size_t noise = dn_smaller(median + NOISE_FACTOR * (median - low) + NOISE_LEAST, UINT8_MAX - 1);
    const size_t first = split(histogram, noise + 1).first;
    return (dn_levels){.paper = (uint8_t)median,
                       .noise = (uint8_t)noise,
                       .ink = (uint8_t)mean_level(histogram, first, LEVELS)};
}

dn_levels dn_levels_of_bitmap(const dn_plane *bitmap)
{
    uint64_t histogram[LEVELS];
    count_levels(bitmap, histogram);
    const size_t first = split(histogram, 0).first;
    const uint64_t lower = count_below(histogram, first);
    const uint64_t all = count_below(histogram, LEVELS);
    const uint8_t paper = (uint8_t)dn_smaller(quantile(histogram, (lower + 1) / 2), UINT8_MAX - 1);
    return (dn_levels){.paper = paper,
                       .noise = (uint8_t)(paper + 1),
                       .ink = (uint8_t)quantile(histogram, lower + (all - lower + 1) / 2)};
}

uint8_t dn_levels_scale(dn_levels levels, uint8_t level)
{
    if (level <= levels.paper)
        return 0;
    if (level >= levels.ink)
        return UINT8_MAX;
    return (uint8_t)((unsigned)UINT8_MAX * (level - levels.paper) / (unsigned)(levels.ink - levels.paper));
}
