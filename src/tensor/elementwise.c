#include "core/scalar.h"
#include "tensor/broadcast.h"

#include "digitnet/tensor.h"

#include <math.h>

/*
 * One operation: its row loop, and the public function around it. The loop is written three times, for rows
 * that lie densely, for a repeated second operand, and for any strides: the first two become vector code.
 */
#define BINARY(name, expression)                                                                             \
    static void name##_row(const dn_row *row)                                                                \
    {                                                                                                        \
        const float *a_row = row->operand[0];                                                                \
        const float *b_row = row->operand[1];                                                                \
        const bool dense = row->out_stride == 1 && row->stride[0] == 1;                                      \
        if (dense && row->stride[1] == 1) {                                                                  \
            for (size_t i = 0; i < row->count; i++) {                                                        \
                const float a = a_row[i];                                                                    \
                const float b = b_row[i];                                                                    \
                row->out[i] = (expression);                                                                  \
            }                                                                                                \
            return;                                                                                          \
        }                                                                                                    \
        if (dense && row->stride[1] == 0) {                                                                  \
            const float b = *b_row;                                                                          \
            for (size_t i = 0; i < row->count; i++) {                                                        \
                const float a = a_row[i];                                                                    \
                row->out[i] = (expression);                                                                  \
            }                                                                                                \
            return;                                                                                          \
        }                                                                                                    \
        for (ptrdiff_t i = 0; i < (ptrdiff_t)row->count; i++) {                                              \
            const float a = a_row[i * row->stride[0]];                                                       \
            const float b = b_row[i * row->stride[1]];                                                       \
            row->out[i * row->out_stride] = (expression);                                                    \
        }                                                                                                    \
    }                                                                                                        \
                                                                                                             \
    dn_status dn_##name(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error)             \
    {                                                                                                        \
        return dn_broadcast((const dn_tensor *const[]){a, b}, 2, out, name##_row, error);                    \
    }

#define UNARY(name, expression)                                                                              \
    static void name##_row(const dn_row *row)                                                                \
    {                                                                                                        \
        const float *a_row = row->operand[0];                                                                \
        if (row->out_stride == 1 && row->stride[0] == 1) {                                                   \
            for (size_t i = 0; i < row->count; i++) {                                                        \
                const float a = a_row[i];                                                                    \
                row->out[i] = (expression);                                                                  \
            }                                                                                                \
            return;                                                                                          \
        }                                                                                                    \
        for (ptrdiff_t i = 0; i < (ptrdiff_t)row->count; i++) {                                              \
            const float a = a_row[i * row->stride[0]];                                                       \
            row->out[i * row->out_stride] = (expression);                                                    \
        }                                                                                                    \
    }                                                                                                        \
                                                                                                             \
    dn_status dn_##name(const dn_tensor *a, dn_tensor *out, dn_error *error)                                 \
    {                                                                                                        \
        return dn_broadcast(&a, 1, out, name##_row, error);                                                  \
    }

/** Stable for large |a|: the exponential is never of a positive number. */
static float sigmoid(float a)
{
    if (a < 0.0F) {
        const float power = dn_exp(a);
        return power / (1.0F + power);
    }
    return 1.0F / (1.0F + dn_exp(-a));
}

BINARY(add, a + b)
BINARY(subtract, a - b)
BINARY(multiply, a *b)
BINARY(divide, a / b)
BINARY(equal, a == b ? 1.0F : 0.0F)
BINARY(not_equal, a != b ? 1.0F : 0.0F)
BINARY(less, a < b ? 1.0F : 0.0F)
BINARY(less_equal, a <= b ? 1.0F : 0.0F)
BINARY(greater, a > b ? 1.0F : 0.0F)
BINARY(greater_equal, a >= b ? 1.0F : 0.0F)

UNARY(negate, -a)
UNARY(absolute, fabsf(a))
UNARY(square_root, sqrtf(a))
UNARY(exponential, dn_exp(a))
UNARY(logarithm, dn_log(a))
UNARY(relu, a <= 0.0F ? 0.0F : a)
UNARY(sigmoid, sigmoid(a))
UNARY(copy, a)

static void where_row(const dn_row *row)
{
    const float *condition = row->operand[0];
    const float *yes = row->operand[1];
    const float *no = row->operand[2];
    if (row->out_stride == 1 && row->stride[0] == 1 && row->stride[1] == 1 && row->stride[2] == 0) {
        /* The backward pass of ReLU: a gradient, or one constant. */
        const float constant = *no;
        for (size_t i = 0; i < row->count; i++) {
            const float value = yes[i];
            row->out[i] = condition[i] != 0.0F ? value : constant;
        }
        return;
    }
    for (ptrdiff_t i = 0; i < (ptrdiff_t)row->count; i++) {
        const float value = yes[i * row->stride[1]];
        const float other = no[i * row->stride[2]];
        row->out[i * row->out_stride] = condition[i * row->stride[0]] != 0.0F ? value : other;
    }
}

dn_status dn_where(const dn_tensor *condition, const dn_tensor *yes, const dn_tensor *no, dn_tensor *out,
                   dn_error *error)
{
    return dn_broadcast((const dn_tensor *const[]){condition, yes, no}, 3, out, where_row, error);
}

static void fill_row(const dn_row *row)
{
    const float value = *row->operand[0];
    for (ptrdiff_t i = 0; i < (ptrdiff_t)row->count; i++)
        row->out[i * row->out_stride] = value;
}

dn_status dn_fill(dn_tensor *out, float value, dn_error *error)
{
    const dn_tensor source = dn_tensor_borrow(&value, DN_SCALAR);
    const dn_tensor *operand = &source;
    return dn_broadcast(&operand, 1, out, fill_row, error);
}
