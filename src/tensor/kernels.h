/**
 * The inner loops of products, compiled for several instruction sets from one source, kernels_body.h.
 *
 * Every set gives the same bits: a sum runs in ascending order of the inner index, and each term is multiplied,
 * rounded, then added. They differ in how many columns they compute side by side.
 */
#ifndef DN_TENSOR_KERNELS_H
#define DN_TENSOR_KERNELS_H

#include "core/pool.h"
#include "core/x86.h"
#include "tensor/epilogue.h"
#include "tensor/masks.h"
#include "tensor/sparse.h"
#include "tensor/stripes.h"

/** out [N, M] = a b and its epilogue. */
typedef struct dn_sparse_product {
    const dn_sparse *a;
    const dn_stripes *b;
    dn_tensor *out; /**< rows contiguous */
    const dn_epilogue *epilogue;
} dn_sparse_product;

/** out [K, M] (+)= a^T b, and sums [M] (+)= the sums of b's columns. */
typedef struct dn_transposed_product {
    const dn_sparse *a;
    const dn_tensor *b; /**< rows contiguous */
    const dn_stripes *out;
    dn_tensor *sums; /**< contiguous, or NULL */
    bool accumulate;
    const dn_row_sink *sink; /**< takes the product instead of out; or NULL */
} dn_transposed_product;

/** The matrix to fill, and the rows. */
typedef struct dn_sparse_filling {
    dn_sparse *matrix;
    const uint8_t *const *rows; /**< [matrix->rows] */
} dn_sparse_filling;

/** out [N, M] (+)= a [N, K] b, with masks of a, and its epilogue; rows of out are contiguous. */
typedef struct dn_masked_product {
    const dn_tensor *a;
    const dn_stripes *b; /**< [K, M]; or turned, [M, K], to be transposed */
    bool is_turned;
    const dn_stripes *out;
    const dn_epilogue *epilogue;
    bool accumulate;
    const dn_row_sink *sink; /**< takes the product instead of out; or NULL */
    const uint64_t *masks;   /**< [blocks of K, N]: bit j of block k is element 64 k + j of the row */
} dn_masked_product;

/** out [N, M] (+)= a [N, K] b [K, M], any strides, and its epilogue. */
typedef struct dn_dense_product {
    const dn_tensor *a;
    const dn_tensor *b;
    dn_tensor *out;
    const dn_epilogue *epilogue;
    bool accumulate;
    size_t rows; /**< of out in a piece; pieces are the panels of the first rows, then those of the next */
} dn_dense_product;

/**
 * One step of SGD for rows of numbers: value -= learning_rate * gradient, or the form with velocity and weight decay.
 * The formula is dn_sgd_step's.
 */
typedef struct dn_update {
    float *value;          /**< [rows, step] */
    float *velocity;       /**< alike, or NULL */
    const float *gradient; /**< [rows, gradient_step] */
    size_t rows;
    size_t width;
    size_t step;
    size_t gradient_step;
    float learning_rate;
    float momentum;
    float weight_decay;
    bool nesterov;
} dn_update;

/** Tasks for dn_pool_run: but for fill, piece p computes the columns of out from p * DN_STRIPE (of dense: p * panel) on. */
typedef struct dn_kernels {
    const char *name;
    bool (*can_run)(void); /**< does this processor have the instructions? */
    size_t panel;          /**< columns in a piece of a dense product */
    dn_task *fill;         /**< of a dn_sparse_filling: piece p packs block p of columns, copy after copy */
    dn_task *sparse;       /**< of a dn_sparse_product */
    dn_task *transposed;   /**< of a dn_transposed_product */
    uint64_t (*mask_of)(const float *numbers,
                        size_t count); /**< bit i is set where number i is not 0; up to DN_MASK_BITS */
    dn_task *masked;                   /**< of a dn_masked_product */
    dn_task *dense;                    /**< of a dn_dense_product */
    void (*update)(const dn_update *update);
    void (*exp_each)(float *numbers,
                     size_t count); /**< numbers become their exponentials, each the bits of dn_exp */
} dn_kernels;

/** In vectors of 16 bytes, which every processor has or imitates. */
extern const dn_kernels dn_kernels_portable;

#ifdef DN_X86
extern const dn_kernels dn_kernels_avx2;
extern const dn_kernels dn_kernels_avx512;
#endif

/** The context's kernels; the portable ones of NULL. */
const dn_kernels *dn_context_kernel_set(const dn_context *context);

#endif
