/**
 * Smooth random displacements: what a random number for every pixel and axis, smoothed by a Gaussian, is like.
 *
 * A field smoothed by a Gaussian of sigma holds nothing finer than that: random numbers at knots sigma apart, each spread
 * by the same Gaussian, make a field with the same standard deviation and the same correlation between pixels (to 1 in
 * 10,000), from some hundred numbers in place of thousands. The Gaussian is a product of one along x and one along y, so the
 * field is a product of three small matrices, weights^T knots weights.
 */
#ifndef DN_DATA_ELASTIC_H
#define DN_DATA_ELASTIC_H

#include "core/random.h"

#include "digitnet/core.h"
#include "digitnet/data.h"

/** Knots lie up to two sigma beyond the edges; further ones do not count. */
#define DN_ELASTIC_OUTER_KNOTS 4
/** Along one axis, for the smallest sigma. */
#define DN_ELASTIC_MAX_KNOTS (DN_DIGIT_SIDE + DN_ELASTIC_OUTER_KNOTS)
#define DN_ELASTIC_MIN_SIGMA 1.0F
#define DN_ELASTIC_AXES 2

/** What all fields of one alpha and sigma share. */
typedef struct dn_elastic {
    size_t knots; /**< along one axis; 0: no displacement */
    float alpha;
    float weight[DN_ELASTIC_MAX_KNOTS][DN_DIGIT_SIDE]; /**< [knots, 28]: how much a knot counts at a pixel */
} dn_elastic;

/** One random field, smoothed along x; dn_elastic_row does the rest. */
typedef struct dn_elastic_field {
    float rows[DN_ELASTIC_AXES][DN_ELASTIC_MAX_KNOTS][DN_DIGIT_SIDE]; /**< [x or y, knots along y, 28] */
} dn_elastic_field;

/** Units alpha and sigma as in dn_augment; sigma from DN_ELASTIC_MIN_SIGMA, or anything when alpha is 0. */
void dn_elastic_prepare(dn_elastic *elastic, float alpha, float sigma);

/** Draw a field. */
void dn_elastic_draw(const dn_elastic *elastic, dn_random *random, dn_elastic_field *field);

/** Displacements along x and along y of the pixels in row y. Shapes dx and dy [28]. Units pixels. */
void dn_elastic_row(const dn_elastic *elastic, const dn_elastic_field *field, size_t y, float *dx, float *dy);

#endif
