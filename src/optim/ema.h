/**
 * The exponential moving average of the weights: often better than the weights themselves, which move around the minimum.
 */
#ifndef DN_OPTIM_EMA_H
#define DN_OPTIM_EMA_H

#include "digitnet/nn.h"

/** Steps between two updates: the weights hardly change in between, and an update takes as long as a step. */
#define DN_EMA_INTERVAL 16

/**
 * average += (weights - average) * (1 - decay).
 *
 * Units   decay from 0 to below 1, each update. updates: the number of earlier updates; the decay is at most
 *         (1 + updates) / (10 + updates), so that the average forgets the first weights.
 * Effect  The first update copies the weights.
 * Source  Polyak and Juditsky 1992.
 */
void dn_ema_update(dn_context *context, dn_weights *average, dn_model *model, float decay, size_t updates);

#endif
