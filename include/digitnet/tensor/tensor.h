/**
 * Tensors: float32 numbers in 0 to 4 axes.
 *
 * A tensor is a shape, one stride an axis (in elements), and a pointer to its first element. It either owns
 * its elements or is a view of another tensor's; views never copy. A dn_tensor is a small value: copy the
 * struct freely, but free only the owner, and not while a view of it is in use.
 *
 * `const dn_tensor *` promises that a function writes neither the struct nor the elements behind it.
 */
#ifndef DIGITNET_TENSOR_TENSOR_H
#define DIGITNET_TENSOR_TENSOR_H

#include "digitnet/core/random.h"
#include "digitnet/core/status.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

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
    float *storage;                /**< what dn_tensor_free frees; NULL for a view */
} dn_tensor;

/* ---- Shapes ---- */

/** How many elements a shape has; 1 for a scalar. Errors: false when the product of the extents, zeros left out, is above PTRDIFF_MAX. */
DN_NODISCARD bool dn_shape_count(dn_shape shape, size_t *count);

bool dn_shape_equal(dn_shape a, dn_shape b);

#define DN_SHAPE_TEXT_SIZE 96
/** Write "[64, 784]" into text, which holds DN_SHAPE_TEXT_SIZE bytes, and hand it back. DN_INFER reads -1. */
char *dn_shape_text(dn_shape shape, char *text);

/* ---- Making tensors ---- */

/**
 * Make a tensor of zeros.
 *
 * Shapes  *tensor gets the given shape, contiguous in C order.
 * Owner   The caller frees with dn_tensor_free.
 * Errors  DN_ERR_SHAPE for a rank above DN_MAX_RANK; DN_ERR_MEMORY. *tensor is then empty and may be freed.
 */
DN_NODISCARD dn_status dn_tensor_zeros(dn_tensor *tensor, dn_shape shape, dn_error *error);

/** As dn_tensor_zeros, every element set to value. */
DN_NODISCARD dn_status dn_tensor_full(dn_tensor *tensor, dn_shape shape, float value, dn_error *error);

/** As dn_tensor_zeros, elements copied from values in C order; values holds as many as the shape, NULL for none. */
DN_NODISCARD dn_status dn_tensor_from(dn_tensor *tensor, dn_shape shape, const float *values,
                                      dn_error *error);

/** As dn_tensor_zeros, elements drawn in C order from the normal distribution, mean 0, variance 1. */
DN_NODISCARD dn_status dn_tensor_normal(dn_tensor *tensor, dn_shape shape, dn_random *random,
                                        dn_error *error);

/** As dn_tensor_zeros, elements drawn in C order from [0, 1). */
DN_NODISCARD dn_status dn_tensor_uniform(dn_tensor *tensor, dn_shape shape, dn_random *random,
                                         dn_error *error);

/** A new contiguous owner with the same shape and elements as source. */
DN_NODISCARD dn_status dn_tensor_clone(dn_tensor *tensor, const dn_tensor *source, dn_error *error);

/** A contiguous view of memory that the caller keeps. The shape must be valid: rank at most DN_MAX_RANK. */
dn_tensor dn_tensor_borrow(float *data, dn_shape shape);

/** Free the elements if tensor owns them, and empty the struct. NULL and an empty tensor are allowed. */
void dn_tensor_free(dn_tensor *tensor);

/* ---- Asking ---- */

/** The number of elements. */
size_t dn_tensor_count(const dn_tensor *tensor);

/** Do the elements lie in C order without gaps? */
bool dn_tensor_is_contiguous(const dn_tensor *tensor);

/**
 * The address of one element; index has one number an axis (NULL for a scalar).
 *
 * Errors  DN_ERR_SHAPE when an index is outside its axis.
 */
DN_NODISCARD dn_status dn_tensor_at(const dn_tensor *tensor, const size_t *index, float **element,
                                    dn_error *error);

/** The one element of a tensor of any rank. Errors DN_ERR_SHAPE unless it has exactly one. */
DN_NODISCARD dn_status dn_tensor_item(const dn_tensor *tensor, float *value, dn_error *error);

/**
 * The same shape, and |actual - expected| <= absolute + relative * |expected| everywhere?
 * A NaN is close to nothing; infinities are close to themselves. Source numpy.allclose.
 */
bool dn_tensor_allclose(const dn_tensor *actual, const dn_tensor *expected, float relative, float absolute);

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
DN_NODISCARD dn_status dn_tensor_view(const dn_tensor *source, dn_shape shape, dn_tensor *view,
                                      dn_error *error);

/** Swap two axes. */
DN_NODISCARD dn_status dn_tensor_transpose(const dn_tensor *source, int axis_a, int axis_b, dn_tensor *view,
                                           dn_error *error);

/** Put source's axis order[i] at place i; order has one axis a place. */
DN_NODISCARD dn_status dn_tensor_permute(const dn_tensor *source, const int *order, dn_tensor *view,
                                         dn_error *error);

/** Indices begin .. end - 1 of one axis, every step-th; begin <= end <= extent, step >= 1. */
DN_NODISCARD dn_status dn_tensor_slice(const dn_tensor *source, int axis, size_t begin, size_t end,
                                       size_t step, dn_tensor *view, dn_error *error);

/** One index of an axis, which disappears. */
DN_NODISCARD dn_status dn_tensor_select(const dn_tensor *source, int axis, size_t index, dn_tensor *view,
                                        dn_error *error);

/** Drop an axis of extent 1. */
DN_NODISCARD dn_status dn_tensor_squeeze(const dn_tensor *source, int axis, dn_tensor *view, dn_error *error);

/** Insert an axis of extent 1 before axis. */
DN_NODISCARD dn_status dn_tensor_unsqueeze(const dn_tensor *source, int axis, dn_tensor *view,
                                           dn_error *error);

/** Repeat source to a larger shape by strides of 0, as broadcasting does. Read-only by nature. */
DN_NODISCARD dn_status dn_tensor_expand(const dn_tensor *source, dn_shape shape, dn_tensor *view,
                                        dn_error *error);

/**
 * As dn_tensor_view, and where the strides forbid a view, a contiguous copy under the new shape.
 *
 * Owner   The caller frees *result; freeing a view is harmless.
 * Source  torch.Tensor.reshape
 */
DN_NODISCARD dn_status dn_tensor_reshape(const dn_tensor *source, dn_shape shape, dn_tensor *result,
                                         dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
