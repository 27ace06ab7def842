/** Gradients held against central finite differences. */
#ifndef DN_TESTS_GRADIENTS_H
#define DN_TESTS_GRADIENTS_H

#include "support.h"

/** How far an element is moved to either side. Keep a ReLU's inputs further than that from its kink. */
#define GRADIENT_STEP 0.01F

/** A number that depends on a variable, as it stands. */
typedef double scalar_function(void *argument);

/**
 * Fail unless gradient is d(function)/d(variable), element by element, within the tolerance; and unless at
 * least one element of it is larger than the tolerance by far, so that zeros prove nothing.
 */
#define assert_gradient(variable, gradient, function, argument, tolerance)                                   \
    expect_gradient((variable), (gradient), (function), (argument), (tolerance), __FILE__, __LINE__)
void expect_gradient(dn_tensor *variable, const dn_tensor *gradient, scalar_function *function,
                     void *argument, double tolerance, const char *file, int line);

/** The sum of a * b, element by element, in C order and double precision. Shapes alike. */
double dot(const dn_tensor *a, const dn_tensor *b);

/** Fill a tensor, in C order, with multiples of 1/64 from -scale/64 to scale/64, no two neighbours alike. */
void fill_pattern(dn_tensor *tensor, size_t start, size_t scale);

#endif
