/**
 * Smooth random displacements: what a random number for every pixel and axis, smoothed by a Gaussian, is like.
 *
 * A field smoothed by a Gaussian of sigma holds nothing finer than that: random numbers at knots sigma apart, each spread
 * by the same Gaussian, make a field with the same standard deviation and the same correlation between pixels (to 1 in
 * 10,000), from some hundred numbers in place of thousands. The Gaussian is a product of one along x and one along y, so the
 * field is a product of three small matrices, weights^T knots weights. The products are inline, for callers that are compiled for several
 * instruction sets.
 */
#ifndef DN_DATA_ELASTIC_H
#define DN_DATA_ELASTIC_H

#include "core/memory.h"
#include "core/random.h"

#include "digitnet/core.h"
#include "digitnet/data.h"

#include <string.h>

/** Knots lie up to two sigma beyond the edges; further ones do not count. */
#define DN_ELASTIC_OUTER_KNOTS 4
/** Along one axis, for the smallest sigma. */
#define DN_ELASTIC_MAX_KNOTS (DN_DIGIT_SIDE + DN_ELASTIC_OUTER_KNOTS)
#define DN_ELASTIC_MIN_SIGMA 1.0F
#define DN_ELASTIC_AXES 2
/** What a row of 28 takes in memory: whole vectors of any width; the numbers behind it are zeros. */
#define DN_ELASTIC_STRIDE 32

/** Bytes in a vector. Of vectors that are longer than the instructions know gcc makes slow code. */
#ifndef DN_ELASTIC_VECTOR
#define DN_ELASTIC_VECTOR 16
#endif

/** What all fields of one alpha and sigma share. */
typedef struct dn_elastic {
    size_t knots; /**< along one axis; 0: no displacement */
    float alpha;
    /** [knots, 28]: how much a knot counts at a pixel. */
    _Alignas(DN_ALIGNMENT) float weight[DN_ELASTIC_MAX_KNOTS][DN_ELASTIC_STRIDE];
} dn_elastic;

/** One random field. */
typedef struct dn_elastic_field {
    float number[DN_ELASTIC_AXES][DN_ELASTIC_MAX_KNOTS * DN_ELASTIC_MAX_KNOTS]; /**< [x or y, knots, knots] */
} dn_elastic_field;

/** A field that is smoothed along x. */
typedef struct dn_elastic_rows {
    /** [x or y, knots along y, 28] */
    _Alignas(DN_ALIGNMENT) float row[DN_ELASTIC_AXES][DN_ELASTIC_MAX_KNOTS][DN_ELASTIC_STRIDE];
} dn_elastic_rows;

/** Units alpha and sigma as in dn_augment; sigma from DN_ELASTIC_MIN_SIGMA, or anything when alpha is 0. */
void dn_elastic_prepare(dn_elastic *elastic, float alpha, float sigma);

/** Draw a field. */
void dn_elastic_draw(const dn_elastic *elastic, dn_random *random, dn_elastic_field *field);

/**
 * Rows, each times its factor, added up. The sums stay in registers for all rows.
 *
 * Shapes  rows [count, 28]; factor [count], `step` floats apart; out [28].
 */
static inline void dn_elastic_mix(const float *factor, size_t step, const float (*rows)[DN_ELASTIC_STRIDE],
                                  size_t count, float out[DN_ELASTIC_STRIDE])
{
    typedef float vector __attribute__((vector_size(DN_ELASTIC_VECTOR), aligned(sizeof(float)), may_alias));
    enum { VECTORS = DN_ELASTIC_STRIDE * sizeof(float) / sizeof(vector) };
    vector sum[VECTORS] = {{0}};
    for (size_t k = 0; k < count; k++)
        for (size_t v = 0; v < VECTORS; v++)
            sum[v] += factor[k * step] * ((const vector *)rows[k])[v];
    for (size_t v = 0; v < VECTORS; v++)
        memcpy(out + v * (sizeof(vector) / sizeof *out), &sum[v], sizeof(vector));
}

/** Smooth a field along x. */
static inline void dn_elastic_smooth(const dn_elastic *elastic, const dn_elastic_field *field,
                                     dn_elastic_rows *smooth)
{
    for (size_t axis = 0; axis < DN_ELASTIC_AXES; axis++)
        for (size_t k = 0; k < elastic->knots; k++)
            dn_elastic_mix(field->number[axis] + k * elastic->knots, 1, elastic->weight, elastic->knots,
                           smooth->row[axis][k]);
}

/** Displacements along x and along y of the pixels in row y. Shapes dx and dy [28]. Units pixels. */
static inline void dn_elastic_row(const dn_elastic *elastic, const dn_elastic_rows *smooth, size_t y,
                                  float dx[DN_ELASTIC_STRIDE], float dy[DN_ELASTIC_STRIDE])
{
    const float *factor = &elastic->weight[0][y];
    dn_elastic_mix(factor, DN_ELASTIC_STRIDE, smooth->row[0], elastic->knots, dx);
    dn_elastic_mix(factor, DN_ELASTIC_STRIDE, smooth->row[1], elastic->knots, dy);
}

#endif
