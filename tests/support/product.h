/** The definition of a matrix product, to hold every kernel to: the same bits. */
#ifndef DN_TESTS_PRODUCT_H
#define DN_TESTS_PRODUCT_H

#include "support.h"

#include "tensor/stripes.h"

#include "digitnet/tensor.h"

/** out = a b, or out += a b: ascending inner index, each term multiplied, rounded, then added. Any strides. */
void define_product(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, bool accumulate);

/** Fail unless the shapes are the same and so are the bits of all elements. */
#define assert_same_bits(found, expected) expect_same_bits((found), (expected), __FILE__, __LINE__)
void expect_same_bits(const dn_tensor *found, const dn_tensor *expected, const char *file, int line);

/** A matrix as one stripe, which borrows it. */
#define WHOLE(matrix) ((dn_stripes[]){dn_one_stripe(&(matrix))})

/** Copies of the columns of a matrix, DN_STRIPE to a stripe. Owner: the caller frees with free_stripes. */
dn_stripes cut_stripes(const dn_tensor *matrix);
void free_stripes(dn_stripes *stripes);
/** Fail unless the stripes have the bits of the matrix. */
void assert_same_stripes(const dn_stripes *found, const dn_tensor *expected);

/** Contexts that must all give the same bits: every set of kernels that this processor runs, on 1, 2, 3 and 8 threads. */
#define MAX_CONTEXTS 12
typedef struct all_contexts {
    size_t count;
    dn_context *context[MAX_CONTEXTS];
} all_contexts;

/** They are there between these two fixtures, of a test or of a group. */
extern all_contexts contexts;
int start_contexts(void **state);
int stop_contexts(void **state);

#endif
