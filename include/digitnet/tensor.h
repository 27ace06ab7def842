/**
 * Tensors: rank, shape and strides, views, broadcasting, reductions and products.
 */
#ifndef DIGITNET_TENSOR_H
#define DIGITNET_TENSOR_H

#include "digitnet/core.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Tensors: float32 numbers in 0 to 4 axes.
 *
 * A tensor is a shape, one stride an axis (in elements), and a pointer to its first element. It either owns
 * its elements or is a view of another tensor's; views never copy. A dn_tensor is a small value: copy the
 * struct freely, but free only the owner, and not while a view of its elements is in use.
 *
 * `const dn_tensor *` promises that a function writes neither the struct nor the elements behind it.
 */

#define DN_MAX_RANK 4

/** Extents, outermost first. Rank 0 is a scalar: one element. An extent may be 0. */
typedef struct dn_shape {
    size_t rank;
    size_t extent[DN_MAX_RANK];
} dn_shape;

/** DN_SHAPE(64, 784): a shape of rank 2. More than DN_MAX_RANK extents do not compile. */
#define DN_SHAPE(...) ((dn_shape){sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t), {__VA_ARGS__}})
/** The shape of one number. */
#define DN_SCALAR ((dn_shape){0, {0}})
/** In dn_tensor_view and dn_tensor_reshape: the extent that follows from the others. */
#define DN_INFER ((size_t)-1)

typedef struct dn_tensor {
    dn_shape shape;
    ptrdiff_t stride[DN_MAX_RANK]; /**< elements from one index of an axis to the next */
    float *data;                   /**< the element at index 0, 0, ... */
    float *storage;                /**< the memory that dn_tensor_free frees; NULL for a view */
} dn_tensor;

/* ---- Shapes ---- */

DN_API bool dn_shape_equal(dn_shape a, dn_shape b);

#define DN_SHAPE_TEXT_SIZE 96
/** Write "[64, 784]" into text, which holds DN_SHAPE_TEXT_SIZE bytes, and return it. DN_INFER reads -1. */
DN_API char *dn_shape_text(dn_shape shape, char *text);

/* ---- Making tensors ---- */

/**
 * Make a tensor of zeros.
 *
 * Shapes  *tensor gets the given shape, contiguous in C order.
 * Owner   The caller frees with dn_tensor_free.
 * Errors  DN_ERR_SHAPE for a rank above DN_MAX_RANK; DN_ERR_MEMORY. *tensor is then empty and may be freed.
 */
DN_API DN_NODISCARD dn_status dn_tensor_zeros(dn_tensor *tensor, dn_shape shape, dn_error *error);

/** A new contiguous owner with the same shape and elements as source. */
DN_API DN_NODISCARD dn_status dn_tensor_clone(dn_tensor *tensor, const dn_tensor *source, dn_error *error);

/** A contiguous view of memory that the caller keeps. The shape must be valid: rank at most DN_MAX_RANK. */
DN_API dn_tensor dn_tensor_borrow(float *data, dn_shape shape);

/** Free the elements if tensor owns them, and empty the struct. NULL and an empty tensor are allowed. */
DN_API void dn_tensor_free(dn_tensor *tensor);

/* ---- Asking ---- */

/** The number of elements. */
DN_API size_t dn_tensor_count(const dn_tensor *tensor);

/**
 * The address of one element; index has one number an axis (NULL for a scalar).
 *
 * Errors  DN_ERR_SHAPE when an index is outside its axis.
 */
DN_API DN_NODISCARD dn_status dn_tensor_at(const dn_tensor *tensor, const size_t *index, float **element,
                                           dn_error *error);

/* ---- Views: never a copy ---- */

/*
 * Each writes into *view a tensor that shares source's elements: writing through one changes the other.
 * view may be source itself only where source is a view too. An axis counts from 0, or from the end when
 * negative, as in PyTorch. Errors: DN_ERR_SHAPE, and *view is empty then.
 */

/**
 * The same elements under another shape; one extent may be DN_INFER.
 *
 * Errors  DN_ERR_SHAPE when the counts differ, or when source's strides do not allow it without a copy.
 * Source  torch.Tensor.view
 */
DN_API DN_NODISCARD dn_status dn_tensor_view(const dn_tensor *source, dn_shape shape, dn_tensor *view,
                                             dn_error *error);

/** Swap two axes. */
DN_API DN_NODISCARD dn_status dn_tensor_transpose(const dn_tensor *source, int axis_a, int axis_b,
                                                  dn_tensor *view, dn_error *error);

/** Indices begin .. end - 1 of one axis, every step-th; begin <= end <= extent, step >= 1. */
DN_API DN_NODISCARD dn_status dn_tensor_slice(const dn_tensor *source, int axis, size_t begin, size_t end,
                                              size_t step, dn_tensor *view, dn_error *error);

/** One index of an axis, which disappears. */
DN_API DN_NODISCARD dn_status dn_tensor_select(const dn_tensor *source, int axis, size_t index,
                                               dn_tensor *view, dn_error *error);

/**
 * As dn_tensor_view, and where the strides forbid a view, a contiguous copy under the new shape.
 *
 * Owner   The caller frees *result; freeing a view is harmless.
 * Source  torch.Tensor.reshape
 */
DN_API DN_NODISCARD dn_status dn_tensor_reshape(const dn_tensor *source, dn_shape shape, dn_tensor *result,
                                                dn_error *error);

/**
 * Element by element: arithmetic, comparison, choice, with broadcasting.
 *
 * Shapes  Operands broadcast as in NumPy: aligned at the last axis, an axis of extent 1 (or a missing one)
 *         is repeated. out must already have the resulting shape; any strides will do, but for an expanded
 *         axis in out.
 * Effect  Overwrites out. out may be one of the operands (in place); otherwise it must not share elements
 *         with them.
 * Owner   Borrows every argument for the call; allocates nothing.
 * Errors  DN_ERR_SHAPE naming both shapes when they do not broadcast, or when out has another shape;
 *         nothing is written then.
 */

DN_API DN_NODISCARD dn_status dn_add(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
DN_API DN_NODISCARD dn_status dn_subtract(const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                                          dn_error *error);
DN_API DN_NODISCARD dn_status dn_multiply(const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                                          dn_error *error);
DN_API DN_NODISCARD dn_status dn_divide(const dn_tensor *a, const dn_tensor *b, dn_tensor *out,
                                        dn_error *error);

/** out = yes where condition is not 0, else no. All three broadcast. */
DN_API DN_NODISCARD dn_status dn_where(const dn_tensor *condition, const dn_tensor *yes, const dn_tensor *no,
                                       dn_tensor *out, dn_error *error);

DN_API DN_NODISCARD dn_status dn_absolute(const dn_tensor *a, dn_tensor *out, dn_error *error);
DN_API DN_NODISCARD dn_status dn_square_root(const dn_tensor *a, dn_tensor *out, dn_error *error);
/** max(a, 0). A NaN stays a NaN. */
DN_API DN_NODISCARD dn_status dn_relu(const dn_tensor *a, dn_tensor *out, dn_error *error);
/** 1 / (1 + exp(-a)), without overflow for any finite a. */
DN_API DN_NODISCARD dn_status dn_sigmoid(const dn_tensor *a, dn_tensor *out, dn_error *error);
/** The elements of a, broadcast to out's shape. */
DN_API DN_NODISCARD dn_status dn_copy(const dn_tensor *a, dn_tensor *out, dn_error *error);

/** Set every element of out. */
DN_API DN_NODISCARD dn_status dn_fill(dn_tensor *out, float value, dn_error *error);

/**
 * Sums and means over one axis or all.
 *
 * Shapes  out is source's shape without the axis, or with extent 1 there (both are accepted, and so the
 *         caller keeps the axis or not); over DN_ALL_AXES out is a scalar, or extent 1 in every axis.
 * Effect  Overwrites out. Sums run in C order with one accumulator an element of out, so that the bits do
 *         not depend on strides.
 * Errors  DN_ERR_SHAPE naming both shapes; for mean also when there is nothing to reduce.
 */

#define DN_ALL_AXES INT_MIN

DN_API DN_NODISCARD dn_status dn_sum(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error);
DN_API DN_NODISCARD dn_status dn_mean(const dn_tensor *source, int axis, dn_tensor *out, dn_error *error);

/**
 * The context of products: the thread pool and the kernels chosen for this processor.
 *
 * Neither changes a result: every kernel gives the same bits, on any number of threads.
 */

typedef struct dn_context dn_context;

/** Kernels by name. AUTO is the fastest one that the processor can run. */
typedef enum dn_kernel_choice {
    DN_KERNELS_AUTO,
    DN_KERNELS_PORTABLE,
    DN_KERNELS_AVX2,
    DN_KERNELS_AVX512
} dn_kernel_choice;

/**
 * Choose kernels and start threads.
 *
 * Units   threads up to DN_POOL_MAX_THREADS; 0 for one a processor.
 * Owner   The caller frees with dn_context_free.
 * Errors  DN_ERR_ARGUMENT when the kernels were not built or the processor can't run them; as dn_pool_new.
 */
DN_API DN_NODISCARD dn_status dn_context_new(dn_context **context, size_t threads, dn_kernel_choice kernels,
                                             dn_error *error);

/** Stop the threads and free the context; NULL is allowed. */
DN_API void dn_context_free(dn_context *context);

/**
 * Matrix products.
 *
 * Every element of a product is one sum in ascending order of the inner index, each term multiplied, rounded,
 * then added: no kernel, number of threads or machine changes a bit.
 */

/** Packed rows of bytes that are mostly zero, as a DataLoader returns them. */
typedef struct dn_sparse dn_sparse;

/**
 * out = a b, or out += a b (the sum starts from out's element) when accumulate.
 *
 * Shapes  a [N, K], b [K, M], out [N, M]; any strides: pass a transposed view, never a copy.
 * Effect  Overwrites or adds to out, which must not share elements with a or b.
 * Owner   Borrows every argument; context NULL computes on one thread with the portable kernels.
 * Errors  DN_ERR_SHAPE naming the shapes, nothing is written then.
 */
DN_API DN_NODISCARD dn_status dn_matmul(dn_context *context, const dn_tensor *a, const dn_tensor *b,
                                        dn_tensor *out, bool accumulate, dn_error *error);

/** Which elements of a dense matrix are not zero. */
typedef struct dn_masks dn_masks;

/** A matrix to multiply with, in either form: dense or sparse is set. Borrows its targets. */
typedef struct dn_matrix {
    const dn_tensor *dense; /**< rank 2 */
    const dn_sparse *sparse;
    const dn_masks *masks; /**< of dense, for products that skip the zeros; or NULL */
} dn_matrix;

#ifdef __cplusplus
}
#endif

#endif
