#include "core/scalar.h"
#include "core/size.h"
#include "tensor/broadcast.h"

#include "digitnet/tensor.h"

#include <math.h>

/** The loop of an operation over a row: expression computes one element of out from a, b and c. */
#define LOOP(out_step, a_step, b_step, c_step, expression)                                                   \
    for (ptrdiff_t i = 0; i < (ptrdiff_t)row->count; i++) {                                                  \
        const float a = a_row[i * (a_step)];                                                                 \
        const float b = (b_step) == 0 ? b_first : b_row[i * (b_step)];                                       \
        const float c = (c_step) == 0 ? c_first : c_row[i * (c_step)];                                       \
        (void)b;                                                                                             \
        (void)c;                                                                                             \
        row->out[i * (out_step)] = (expression);                                                             \
    }

/** The row operation: its loop for dense rows with b dense or repeated, which become vector code, and for any strides. */
#define ROW(name, expression)                                                                                \
    static void name##_row(const dn_row *row)                                                                \
    {                                                                                                        \
        const float *a_row = row->operand[0];                                                                \
        const float *b_row = row->operand[1];                                                                \
        const float *c_row = row->operand[2];                                                                \
        const float b_first = *b_row;                                                                        \
        const float c_first = *c_row;                                                                        \
        const bool dense = row->out_stride == 1 && row->stride[0] == 1 && row->stride[2] == 0;               \
        if (dense && row->stride[1] == 1)                                                                    \
            LOOP(1, 1, 1, 0, expression)                                                                     \
        else if (dense && row->stride[1] == 0)                                                               \
            LOOP(1, 1, 0, 0, expression)                                                                     \
        else                                                                                                 \
            LOOP(row->out_stride, row->stride[0], row->stride[1], row->stride[2], expression)                \
    }

/** An operation: its row operation, and the public function around it. */
#define BINARY(name, expression)                                                                             \
    ROW(name, expression)                                                                                    \
    dn_status dn_##name(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error)             \
    {                                                                                                        \
        return dn_broadcast((const dn_tensor *const[]){a, b}, 2, out, name##_row, error);                    \
    }

#define UNARY(name, expression)                                                                              \
    ROW(name, expression)                                                                                    \
    dn_status dn_##name(const dn_tensor *a, dn_tensor *out, dn_error *error)                                 \
    {                                                                                                        \
        return dn_broadcast(&a, 1, out, name##_row, error);                                                  \
    }

BINARY(add, a + b)
BINARY(subtract, a - b)
BINARY(multiply, a *b)
BINARY(divide, a / b)

UNARY(absolute, fabsf(a))
UNARY(square_root, sqrtf(a))
UNARY(relu, a <= 0.0F ? 0.0F : a)
UNARY(sigmoid, dn_logistic(a))

ROW(copy, a)

/** A square of this side, read along one axis and written along the other, stays in the cache. */
#define TILE 64

/** Do the rows of one lie as the columns of the other do? */
static bool is_turned(const dn_tensor *a, const dn_tensor *out)
{
    return out->shape.rank == 2 && dn_shape_equal(a->shape, out->shape) && a->stride[1] == 1 &&
           out->stride[0] == 1 && out->stride[1] != 0;
}

static void copy_tile(const dn_tensor *a, const dn_tensor *out, size_t top, size_t left)
{
    const size_t bottom = dn_smaller(top + TILE, a->shape.extent[0]);
    const size_t right = dn_smaller(left + TILE, a->shape.extent[1]);
    for (size_t x = left; x < right; x++) {
        float *column = out->data + (ptrdiff_t)x * out->stride[1];
        for (size_t y = top; y < bottom; y++)
            column[y] = a->data[(ptrdiff_t)y * a->stride[0] + (ptrdiff_t)x];
    }
}

dn_status dn_copy(const dn_tensor *a, dn_tensor *out, dn_error *error)
{
    if (!is_turned(a, out))
        return dn_broadcast(&a, 1, out, copy_row, error);
    for (size_t top = 0; top < a->shape.extent[0]; top += TILE)
        for (size_t left = 0; left < a->shape.extent[1]; left += TILE)
            copy_tile(a, out, top, left);
    return DN_OK;
}

ROW(where, a != 0.0F ? b : c)

dn_status dn_where(const dn_tensor *condition, const dn_tensor *yes, const dn_tensor *no, dn_tensor *out,
                   dn_error *error)
{
    return dn_broadcast((const dn_tensor *const[]){condition, yes, no}, 3, out, where_row, error);
}

dn_status dn_fill(dn_tensor *out, float value, dn_error *error)
{
    const dn_tensor source = dn_tensor_borrow(&value, DN_SCALAR);
    return dn_copy(&source, out, error);
}
