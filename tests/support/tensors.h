/** Tensors made and compared: what tests alone need. */
#ifndef DN_TESTS_TENSORS_H
#define DN_TESTS_TENSORS_H

#include "core/random.h"

#include "digitnet/tensor.h"

/** Make a tensor with every element set to value. The caller frees with dn_tensor_free; a failure ends the test. */
void new_full(dn_tensor *tensor, dn_shape shape, float value);

/** Make a tensor with elements copied from values in C order. */
void new_from(dn_tensor *tensor, dn_shape shape, const float *values);

/** Make a tensor with elements drawn in C order from the normal distribution, mean 0, variance 1. */
void new_normal(dn_tensor *tensor, dn_shape shape, dn_random *random);

/** The element at a place in C order. */
float element_in_order(const dn_tensor *tensor, size_t place);

/** The same shape, and |actual - expected| <= absolute + relative * |expected| everywhere? A NaN is close to nothing. */
bool all_close(const dn_tensor *actual, const dn_tensor *expected, float relative, float absolute);

#endif
