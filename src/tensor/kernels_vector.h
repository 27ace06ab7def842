/*
 * Part of the kernels: vectors, and the end of a product's row.
 *
 * Vectors have a fixed number of lanes and no operation across lanes: a lane is one element of out, in every set.
 */
#ifndef DN_TENSOR_KERNELS_VECTOR_H
#define DN_TENSOR_KERNELS_VECTOR_H

#include "core/size.h"
#include "tensor/kernels.h"

#include <string.h>

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
/** The same, anywhere in memory. */
typedef float loose_vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

/** The result of a comparison of vectors: all bits of a lane are set where it is true. */
typedef int32_t flags __attribute__((vector_size(LANES * sizeof(float))));

static inline vector load(const float *from)
{
    return *(const loose_vector *)from;
}

static inline void store(float *to, vector value)
{
    *(loose_vector *)to = value;
}

static inline vector splat(float value)
{
    return value - (vector){0};
}

/* ---- The end of a product ---- */

/** Element (row, column) of a matrix. */
static inline float *element(const dn_tensor *matrix, size_t row, size_t column)
{
    return matrix->data + (ptrdiff_t)row * matrix->stride[0] + (ptrdiff_t)column * matrix->stride[1];
}

/** The next `count` numbers of a row: zeros behind its end. */
static inline vector load_up_to(const float *from, size_t count)
{
    vector numbers = {0};
    if (count >= LANES)
        return load(from);
    memcpy(&numbers, from, count * sizeof *from);
    return numbers;
}

/** x where the flags are set, else 0. */
static inline vector keep(vector x, flags where)
{
    return (vector)((flags)x & where);
}

/** `width` numbers of a row of the product, from column `begin` on, in whole vectors: the last may reach beyond the row. */
static inline void finish_row(float *numbers, const dn_epilogue *epilogue, size_t row, size_t begin,
                              size_t width)
{
    const float *bias = epilogue->bias ? epilogue->bias->data + begin : NULL;
    const float *gate = epilogue->gate ? element(epilogue->gate, row, begin) : NULL;
    for (size_t at = 0; at < width; at += LANES) {
        vector x = load(numbers + at);
        if (bias)
            x += load_up_to(bias + at, width - at);
        if (epilogue->relu)
            x = keep(x, ~(x <= splat(0.0F)));
        if (gate)
            x = keep(x * splat(epilogue->scale), load_up_to(gate + at, width - at) != splat(0.0F));
        store(numbers + at, x);
    }
}

#endif
