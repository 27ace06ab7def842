/**
 * A net in whole numbers: weights of 8 bits with a scale a row, sums of 32 bits, and nothing but integers from the pixels to the last sum.
 *
 * An integer x stands for the number unit * x, with one unit a layer; of the pixels it is 1 / 255. A row of weights w becomes
 * q = round(w / scale), from -127 to 127, so that the layer's sums are
 *
 *     sum[o] = bias[o] + (x[0] q[0][o] + x[1] q[1][o] + ...)      and stand for unit * scale[o] * sum[o]
 *
 * Behind a hidden layer comes its ReLU, and every sum is brought to the unit of the next layer, with a factor of 16 bits a row:
 *
 *     x[o] = sum[o] <= 0 ? 0 : ((sum[o] >> before) * factor[o]) >> after
 *
 * Behind the last layer each sum becomes a float: score[o] = (float)sum[o] * scale[o]. Everything else is exact, and a single
 * product is rounded once: the order of the sums does not matter, and every machine gives the same bits.
 *
 * The shifts are chosen from the weights alone, so that no sum can leave its 32 bits, whatever the pixels are.
 */
#ifndef DN_EXPORT_QUANTISE_H
#define DN_EXPORT_QUANTISE_H

#include "digitnet/nn.h"

#include <stdint.h>

typedef struct dn_whole_layer {
    size_t inputs;
    size_t outputs;
    int8_t *weight;   /**< q, [inputs, outputs] */
    int32_t *bias;    /**< [outputs] */
    uint16_t *factor; /**< [outputs], of a hidden layer; else NULL */
    unsigned before;
    unsigned after;
    float *scale; /**< [outputs], of the last layer; else NULL */
} dn_whole_layer;

typedef struct dn_whole_net {
    size_t layer_count;
    dn_whole_layer *layers;
} dn_whole_net;

/**
 * Turn a net into whole numbers.
 *
 * Owner   The caller frees with dn_whole_net_free. Empty after an error.
 * Errors  DN_ERR_FORMAT where the weights are so large that no float can hold a score; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_quantise(dn_model *model, dn_whole_net *net, dn_error *error);

/** Effect: empties the struct. An empty one is allowed. */
void dn_whole_net_free(dn_whole_net *net);

/**
 * The scores of one image, as an exported net computes them.
 *
 * Shapes  pixels [inputs of the first layer]; scores [outputs of the last].
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_whole_net_scores(const dn_whole_net *net, const uint8_t *pixels, float *scores,
                                           dn_error *error);

#endif
