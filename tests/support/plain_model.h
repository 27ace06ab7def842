/** A model run through the public tensor operations alone, dense: what the layers must agree with. */
#ifndef DN_TESTS_PLAIN_MODEL_H
#define DN_TESTS_PLAIN_MODEL_H

#include "support.h"

#include "digitnet/nn.h"

/**
 * The forward pass: matmul, add with broadcasting, relu, for one layer after the other.
 *
 * Shapes  x [N, in], any strides; *logits gets [N, out].
 * Effect  *nearest_kink, unless NULL, gets the distance from 0 of the ReLU input that is closest to it.
 * Owner   The caller frees *logits.
 */
void plain_forward(dn_model *model, const dn_tensor *x, dn_tensor *logits, float *nearest_kink);

/** Fill the parameters with patterns that begin at start. */
void fill_model(dn_model *model, size_t start);

#endif
