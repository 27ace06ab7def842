/**
 * Random initialisation.
 */
#ifndef DN_NN_INIT_H
#define DN_NN_INIT_H

#include "core/random.h"

#include "digitnet/tensor.h"

/**
 * Fill a weight [out, in] from the normal distribution with mean 0 and variance 2 / in.
 *
 * Effect  Draws in the file's order, [out, in] row by row, whatever the strides.
 * Errors  DN_ERR_SHAPE unless weight has rank 2.
 * Source  He, Zhang, Ren and Sun 2015.
 */
DN_NODISCARD dn_status dn_init_he(dn_tensor *weight, dn_random *random, dn_error *error);

#endif
