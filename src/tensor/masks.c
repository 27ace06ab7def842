#include "tensor/masks.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/size.h"
#include "tensor/context.h"
#include "tensor/kernels.h"
#include "tensor/matmul.h"

/** Narrower results are computed in tiles whose vectors a stripe would leave empty. */
#define LEAST_COLUMNS 32
/** Skipping pays where at least one in so many elements is zero. */
#define WORTH_SKIPPING 4

dn_status dn_masks_new(dn_masks *masks, size_t capacity, size_t columns, dn_error *error)
{
    *masks = (dn_masks){.columns = columns, .count = SIZE_MAX};
    masks->of_row =
        dn_allocate_zeroed(capacity, dn_divide_up(columns, DN_MASK_BITS) * sizeof *masks->of_row, error);
    masks->of_column =
        dn_allocate_zeroed(dn_divide_up(capacity, DN_MASK_BITS), columns * sizeof *masks->of_column, error);
    if (masks->of_row && masks->of_column)
        return DN_OK;
    dn_masks_free(masks);
    return DN_ERR_MEMORY;
}

void dn_masks_free(dn_masks *masks)
{
    if (!masks)
        return;
    dn_release(masks->of_row);
    dn_release(masks->of_column);
    *masks = (dn_masks){0};
}

/** Transpose 64 x 64 bits: bit j of word i becomes bit i of word j. Halves change places, then quarters, down to single bits. */
static void transpose_bits(uint64_t word[DN_MASK_BITS])
{
    uint64_t low = UINT32_MAX;
    for (unsigned half = 32; half != 0; half /= 2, low ^= low << half) {
        for (size_t i = 0; i < DN_MASK_BITS; i = (i + half + 1) & ~(size_t)half) {
            const uint64_t changed = (word[i] >> half ^ word[i + half]) & low;
            word[i + half] ^= changed;
            word[i] ^= changed << half;
        }
    }
}

/** The matrix whose zeros are noted. */
typedef struct filling {
    const dn_kernels *kernels;
    dn_masks *masks;
    const dn_tensor *matrix;
} filling;

/** Fill the masks of one block of columns. */
static void fill_piece(void *argument, size_t piece)
{
    const filling *work = argument;
    const dn_masks *masks = work->masks;
    const dn_tensor *matrix = work->matrix;
    const size_t begin = piece * DN_MASK_BITS;
    const size_t columns = dn_smaller(DN_MASK_BITS, masks->columns - begin);
    for (size_t first = 0; first < masks->rows; first += DN_MASK_BITS) {
        const size_t rows = dn_smaller(DN_MASK_BITS, masks->rows - first);
        const float *values = matrix->data + (ptrdiff_t)first * matrix->stride[0] + begin;
        uint64_t word[DN_MASK_BITS] = {0};
        for (size_t row = 0; row < rows; row++) {
            word[row] = work->kernels->mask_of(values + (ptrdiff_t)row * matrix->stride[0], columns);
            masks->of_row[piece * masks->rows + first + row] = word[row];
        }
        transpose_bits(word);
        for (size_t column = 0; column < columns; column++)
            masks->of_column[first / DN_MASK_BITS * masks->columns + begin + column] = word[column];
    }
}

/** The number of bits that are set. */
static size_t count_bits(const uint64_t *words, size_t count)
{
    size_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits += (size_t)__builtin_popcountll(words[i]);
    return bits;
}

void dn_masks_fill(dn_context *context, dn_masks *masks, const dn_tensor *matrix)
{
    filling work = {dn_context_kernel_set(context), masks, matrix};
    masks->rows = matrix->shape.extent[0];
    dn_pool_run(dn_context_pool(context), dn_divide_up(masks->columns, DN_MASK_BITS), fill_piece, &work);
    masks->count = count_bits(masks->of_row, masks->rows * dn_divide_up(masks->columns, DN_MASK_BITS));
}

bool dn_masks_pay(const dn_masks *masks, size_t columns)
{
    return columns >= LEAST_COLUMNS &&
           masks->count <= masks->rows * masks->columns / WORTH_SKIPPING * (WORTH_SKIPPING - 1);
}

static void multiply(dn_context *context, dn_masked_product *work)
{
    dn_pool_run(dn_context_pool(context), dn_divide_up(work->out->columns, DN_STRIPE),
                dn_context_kernel_set(context)->masked, work);
}

dn_status dn_masked_matmul(dn_context *context, const dn_tensor *a, const dn_masks *masks,
                           const dn_stripes *b, bool is_turned, const dn_epilogue *epilogue, dn_tensor *out,
                           dn_error *error)
{
    const dn_shape shape = is_turned ? DN_SHAPE(b->columns, b->rows) : DN_SHAPE(b->rows, b->columns);
    DN_TRY(dn_check_product(a->shape, shape, out->shape, error));
    const dn_stripes result = dn_one_stripe(out);
    dn_masked_product work = {
        .a = a, .b = b, .is_turned = is_turned, .out = &result, .epilogue = epilogue, .masks = masks->of_row};
    multiply(context, &work);
    return DN_OK;
}

dn_status dn_masked_transposed_matmul(dn_context *context, const dn_tensor *a, const dn_masks *masks,
                                      const dn_tensor *b, const dn_stripes *out, bool accumulate,
                                      const dn_row_sink *sink, dn_error *error)
{
    static const dn_epilogue none = {0};
    dn_tensor turned;
    dn_tensor factors = *b;
    DN_TRY(dn_tensor_transpose(a, 0, 1, &turned, error));
    DN_TRY(dn_check_product(turned.shape, b->shape, DN_SHAPE(out->rows, out->columns), error));
    const dn_stripes whole = dn_one_stripe(&factors);
    dn_masked_product work = {.a = &turned,
                              .b = &whole,
                              .out = out,
                              .epilogue = &none,
                              .accumulate = accumulate,
                              .sink = sink,
                              .masks = masks->of_column};
    multiply(context, &work);
    return DN_OK;
}
