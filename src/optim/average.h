/**
 * The running average of the weights: often better than the weights themselves, which jump about the minimum.
 */
#ifndef DN_OPTIM_AVERAGE_H
#define DN_OPTIM_AVERAGE_H

#include "digitnet/nn.h"

/** Steps from one look at the weights to the next: they hardly move in between, and a look costs as much as a step. */
#define DN_AVERAGE_INTERVAL 16

/**
 * average += (weights - average) * (1 - decay).
 *
 * Units   looks: how often the average was updated before; the decay is at most (1 + looks) / (10 + looks), so that the
 *         average does not remember where training began. decay from 0 to below 1, per look.
 * Effect  Overwrites the average at the first look.
 * Source  Polyak and Juditsky 1992.
 */
void dn_average_update(dn_context *context, dn_weights *average, dn_model *model, float decay, size_t looks);

#endif
