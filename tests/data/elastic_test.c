#include "support.h"

#include "data/elastic.h"

#include <math.h>

#define SIDE DN_DIGIT_SIDE
#define FIELDS 4000
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
    for (size_t y = 0; y < SIDE; y++)
        dn_elastic_row(elastic, &field, y, drawn->x[y], drawn->y[y]);
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

/** Means of products over many fields: of the pixel (x, y) with itself and with three others. */
typedef struct moments {
    double mean_x, mean_y;
    double square_x, square_y;
    double both_axes;
    double right, below, far; /**< with the pixels `step` to the right, below, and in the opposite corner */
} moments;

static moments measure(float sigma, size_t x, size_t y, size_t step)
{
    static dn_elastic elastic;
    static dn_elastic_field field;
    float row_x[SIDE];
    float row_y[SIDE];
    float below_x[SIDE];
    float far_x[SIDE];
    float unused[SIDE];
    moments sum = {0};
    dn_elastic_prepare(&elastic, ALPHA, sigma);
    for (uint64_t i = 0; i < FIELDS; i++) {
        dn_random random = stream(i);
        dn_elastic_draw(&elastic, &random, &field);
        dn_elastic_row(&elastic, &field, y, row_x, row_y);
        dn_elastic_row(&elastic, &field, y + step, below_x, unused);
        dn_elastic_row(&elastic, &field, SIDE - 1 - y, far_x, unused);
        const double dx = (double)row_x[x];
        const double dy = (double)row_y[x];
        sum.mean_x += dx / FIELDS;
        sum.mean_y += dy / FIELDS;
        sum.square_x += dx * dx / FIELDS;
        sum.square_y += dy * dy / FIELDS;
        sum.both_axes += dx * dy / FIELDS;
        sum.right += dx * (double)row_x[x + step] / FIELDS;
        sum.below += dx * (double)below_x[x] / FIELDS;
        sum.far += dx * (double)far_x[SIDE - 1 - x] / FIELDS;
    }
    return sum;
}

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %g, expected %g, give or take %g", found, expected, tolerance);
}

static void displacements_deviate_as_the_definition_says(void **state)
{
    (void)state;
    static const size_t pixels[][2] = {{0, 0}, {13, 14}, {3, 20}};
    for (size_t i = 0; i < SIGMAS; i++) {
        const double expected = defined_deviation((double)ALPHA, (double)sigmas[i]);
        for (size_t pixel = 0; pixel < 3; pixel++) {
            const moments found = measure(sigmas[i], pixels[pixel][0], pixels[pixel][1], 1);
            assert_near(sqrt(found.square_x), expected, 0.05 * expected);
            assert_near(sqrt(found.square_y), expected, 0.05 * expected);
            assert_near(found.mean_x, 0, 0.06 * expected);
            assert_near(found.mean_y, 0, 0.06 * expected);
            assert_near(found.both_axes, 0, 0.06 * expected * expected);
        }
    }
}

/** Two Gaussians that far apart overlap by exp(-distance^2 / (4 sigma^2)). */
static void neighbours_move_alike_as_the_definition_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIGMAS; i++) {
        for (size_t step = 1; step <= 9; step += 4) {
            const double variance = pow(defined_deviation((double)ALPHA, (double)sigmas[i]), 2);
            const double distance = (double)step / (double)sigmas[i];
            const double expected = variance * exp(-distance * distance / 4);
            const moments found = measure(sigmas[i], 2, 5, step);
            assert_near(found.right, expected, 0.08 * variance);
            assert_near(found.below, expected, 0.08 * variance);
            if (sigmas[i] < 6)
                assert_near(found.far, 0, 0.08 * variance);
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
        cmocka_unit_test(displacements_deviate_as_the_definition_says),
        cmocka_unit_test(neighbours_move_alike_as_the_definition_says),
        cmocka_unit_test(displacements_are_proportional_to_alpha),
        cmocka_unit_test(without_alpha_nothing_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
