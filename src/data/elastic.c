#include "data/elastic.h"

#include "core/random.h"
#include "core/scalar.h"

#include <math.h>
#include <string.h>

#define TWO_SQRT_PI 3.5449077F

/** So many numbers of 16 bits are made of 64 random bits. */
#define NUMBERS 4
#define NUMBER_BITS 16
#define NUMBER_MASK 0xFFFF

void dn_elastic_prepare(dn_elastic *elastic, float alpha, float sigma)
{
    memset(elastic, 0, sizeof *elastic);
    elastic->alpha = alpha;
    if (!(alpha > 0.0F))
        return;
    const float length = (float)(DN_DIGIT_SIDE - 1);
    elastic->knots = (size_t)ceilf(length / sigma) + DN_ELASTIC_OUTER_KNOTS + 1;
    const float first = (length - (float)(elastic->knots - 1) * sigma) / 2.0F;
    for (size_t x = 0; x < DN_DIGIT_SIDE; x++) {
        float square_sum = 0.0F;
        for (size_t k = 0; k < elastic->knots; k++) {
            const float distance = ((float)x - (first + (float)k * sigma)) / sigma;
            const float weight = dn_exp(-0.5F * distance * distance);
            elastic->weight[k][x] = weight;
            square_sum += weight * weight;
        }
        /* Sums of independent numbers: the squared weights of a Gaussian over all pixels sum to 1 / (2 sqrt(pi) sigma). */
        const float norm = sqrtf(TWO_SQRT_PI * sigma * square_sum);
        for (size_t k = 0; k < elastic->knots; k++)
            elastic->weight[k][x] /= norm;
    }
}

/** Numbers from -alpha to alpha, four from each 64 random bits; count is rounded up to whole fours. */
static void draw_numbers(dn_random *random, float alpha, size_t count, float *number)
{
    for (size_t i = 0; i < count; i += NUMBERS) {
        const uint64_t bits = dn_random_bits(random);
        for (size_t part = 0; part < NUMBERS; part++) {
            const int32_t whole = (int32_t)(bits >> (part * NUMBER_BITS) & NUMBER_MASK);
            number[i + part] = (float)(2 * whole - NUMBER_MASK) * (alpha / NUMBER_MASK);
        }
    }
}

void dn_elastic_draw(const dn_elastic *elastic, dn_random *random, dn_elastic_field *field)
{
    const size_t count = elastic->knots * elastic->knots;
    float number[DN_ELASTIC_AXES * DN_ELASTIC_MAX_KNOTS * DN_ELASTIC_MAX_KNOTS];
    draw_numbers(random, elastic->alpha, DN_ELASTIC_AXES * count, number);
    for (size_t axis = 0; axis < DN_ELASTIC_AXES; axis++)
        memcpy(field->number[axis], number + axis * count, count * sizeof *number);
}
