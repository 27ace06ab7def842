#include "support.h"

#include "core/random.h"
#include "data/elastic.h"

#include <math.h>
#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define FIELDS 2000
#define ALPHA 30.0F

static const float sigmas[] = {1.0F, 1.7F, 4.5F, 5.0F, 28.0F};
#define SIGMAS (sizeof sigmas / sizeof sigmas[0])

static dn_random stream(uint64_t number)
{
    return dn_random_stream(1, DN_PURPOSE_AUGMENT, number, 0);
}

/** Displacements of a whole field. */
typedef struct displacements {
    float x[SIDE][SIDE];
    float y[SIDE][SIDE];
} displacements;

static void draw_field(const dn_elastic *elastic, uint64_t number, displacements *drawn)
{
    static dn_elastic_field field;
    dn_random random = stream(number);
    dn_elastic_draw(elastic, &random, &field);
    static dn_elastic_rows rows;
    dn_elastic_smooth(elastic, &field, &rows);
    for (size_t y = 0; y < SIDE; y++) {
        float dx[DN_ELASTIC_STRIDE];
        float dy[DN_ELASTIC_STRIDE];
        dn_elastic_row(elastic, &rows, y, dx, dy);
        memcpy(drawn->x[y], dx, sizeof drawn->x[y]);
        memcpy(drawn->y[y], dy, sizeof drawn->y[y]);
    }
}

/**
 * The standard deviation that the definition gives: a number for every pixel, uniform from -1 to 1 (its variance is 1/3), smoothed
 * along both axes by a Gaussian that sums to 1, times alpha.
 */
static double defined_deviation(double alpha, double sigma)
{
    double sum = 0;
    double square_sum = 0;
    for (int i = -200; i <= 200; i++) {
        const double weight = exp(-i * i / (2 * sigma * sigma));
        sum += weight;
        square_sum += weight * weight;
    }
    return alpha * sqrt(1.0 / 3.0) * square_sum / (sum * sum);
}

/** Two pixels, x and y of each. */
typedef struct pair {
    size_t x0, y0, x1, y1;
} pair;

static const pair pairs[] = {
    {0, 0, 0, 0},  {13, 14, 13, 14}, {27, 3, 27, 3},   {3, 20, 4, 20}, {3, 20, 3, 21},
    {9, 9, 14, 9}, {22, 0, 22, 9},   {10, 10, 13, 14}, {0, 0, 27, 27}, {0, 27, 27, 0},
};
#define PAIRS (sizeof pairs / sizeof pairs[0])

/** Means over many fields. */
typedef struct moments {
    double x, y; /**< of the first pixel's displacements */
    double x_x;  /**< of the first pixel's along x times the second's along x */
    double y_y, x_y;
} moments;

static void measure(float sigma, moments mean[PAIRS])
{
    static dn_elastic elastic;
    static displacements drawn;
    memset(mean, 0, PAIRS * sizeof *mean);
    dn_elastic_prepare(&elastic, ALPHA, sigma);
    for (uint64_t field = 0; field < FIELDS; field++) {
        draw_field(&elastic, field, &drawn);
        for (size_t i = 0; i < PAIRS; i++) {
            const pair *at = &pairs[i];
            const double x = (double)drawn.x[at->y0][at->x0] / FIELDS;
            const double y = (double)drawn.y[at->y0][at->x0] / FIELDS;
            mean[i].x += x;
            mean[i].y += y;
            mean[i].x_x += x * (double)drawn.x[at->y1][at->x1];
            mean[i].y_y += y * (double)drawn.y[at->y1][at->x1];
            mean[i].x_y += x * (double)drawn.y[at->y1][at->x1];
        }
    }
}

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %g, expected %g, give or take %g", found, expected, tolerance);
}

/** Two Gaussians that far apart overlap by exp(-distance^2 / (4 sigma^2)). The mean of 2,000 is known to 2 or 3 %. */
static void pixels_move_and_move_together_as_the_definition_says(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIGMAS; s++) {
        const double sigma = (double)sigmas[s];
        const double deviation = defined_deviation((double)ALPHA, sigma);
        const double variance = deviation * deviation;
        moments found[PAIRS];
        measure(sigmas[s], found);
        for (size_t i = 0; i < PAIRS; i++) {
            const double across = (double)pairs[i].x1 - (double)pairs[i].x0;
            const double down = (double)pairs[i].y1 - (double)pairs[i].y0;
            const double overlap = exp(-(across * across + down * down) / (4 * sigma * sigma));
            assert_near(found[i].x, 0, 0.08 * deviation);
            assert_near(found[i].y, 0, 0.08 * deviation);
            assert_near(found[i].x_x, overlap * variance, 0.09 * variance);
            assert_near(found[i].y_y, overlap * variance, 0.09 * variance);
            assert_near(found[i].x_y, 0, 0.09 * variance);
        }
    }
}

static void displacements_are_proportional_to_alpha(void **state)
{
    (void)state;
    static dn_elastic elastic;
    static displacements once;
    static displacements twice;
    dn_elastic_prepare(&elastic, 8.0F, 4.0F);
    draw_field(&elastic, 1, &once);
    dn_elastic_prepare(&elastic, 16.0F, 4.0F);
    draw_field(&elastic, 1, &twice);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            assert_true(once.x[y][x] != 0.0F && once.y[y][x] != 0.0F);
            assert_true(twice.x[y][x] == 2.0F * once.x[y][x]);
            assert_true(twice.y[y][x] == 2.0F * once.y[y][x]);
        }
    }
}

static void without_alpha_nothing_moves(void **state)
{
    (void)state;
    static dn_elastic elastic;
    static displacements drawn;
    dn_elastic_prepare(&elastic, 0.0F, 0.0F);
    draw_field(&elastic, 1, &drawn);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++)
            assert_true(drawn.x[y][x] == 0.0F && drawn.y[y][x] == 0.0F);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_move_and_move_together_as_the_definition_says),
        cmocka_unit_test(displacements_are_proportional_to_alpha),
        cmocka_unit_test(without_alpha_nothing_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
