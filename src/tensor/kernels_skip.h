/*
 * Part of the kernels: products that skip zeros.
 *
 * A stripe of DN_STRIPE columns of out is one thread's, for the whole batch. The sums of a row of it stay in registers while the mask of a
 * tile's line is walked: an entry costs a load, a multiplication and an addition for each vector, and no store. The 64 rows of the other
 * operand that a tile meets lie side by side and stay in the first-level cache (16 KB) for all lines of the tile.
 */
#ifndef DN_TENSOR_KERNELS_SKIP_H
#define DN_TENSOR_KERNELS_SKIP_H

#include "core/memory.h"
#include "tensor/kernels_vector.h"
#include "tensor/sparse.h"
#include "tensor/stripes.h"

/** Columns whose sums are held in registers. */
enum { HELD = HELD_VECTORS * LANES };

/** Copy `width` numbers, at most DN_STRIPE. */
static inline void copy_row(float *restrict to, const float *restrict from, size_t width)
{
    if (width < DN_STRIPE) {
        for (size_t i = 0; i < width; i++)
            to[i] = from[i];
        return;
    }
    UNROLL for (size_t i = 0; i < DN_STRIPE; i += LANES) store(to + i, load(from + i));
}

/** The stripe of out that some rows of a product lie in, and their first column there. */
static const dn_tensor *stripe_of(const dn_stripes *out, const dn_rows *rows, size_t *column)
{
    *column = rows->begin % out->width;
    return &out->tensors[rows->begin / out->width];
}

/** Between rows of out and their sums [count, DN_STRIPE]. */
static void read_sums(const dn_stripes *out, const dn_rows *rows, float *sums)
{
    size_t column;
    const dn_tensor *stripe = stripe_of(out, rows, &column);
    for (size_t row = 0; row < rows->count; row++)
        copy_row(sums + row * DN_STRIPE, element(stripe, rows->first + row, column), rows->width);
}

static void write_sums(const dn_stripes *out, const dn_rows *rows, const float *sums)
{
    size_t column;
    const dn_tensor *stripe = stripe_of(out, rows, &column);
    for (size_t row = 0; row < rows->count; row++)
        copy_row(element(stripe, rows->first + row, column), sums + row * DN_STRIPE, rows->width);
}

/** End the sums of rows of a product, and write them. */
static void finish_rows(const dn_stripes *out, const dn_epilogue *epilogue, const dn_rows *rows, float *sums)
{
    for (size_t row = 0; row < rows->count; row++)
        finish_row(sums + row * DN_STRIPE, epilogue, rows->first + row, rows->begin, rows->width);
    write_sums(out, rows, sums);
}

/** Factors of a line that a mask belongs to: levels of codes, or numbers that lie apart. */
typedef struct factors {
    const float *level;
    const uint8_t *codes; /**< NULL for numbers */
    const float *numbers;
    ptrdiff_t step;
} factors;

static inline __attribute__((always_inline)) float factor_at(factors line, size_t place)
{
    return line.codes ? line.level[line.codes[place]] : line.numbers[(ptrdiff_t)place * line.step];
}

/** sums [DN_STRIPE], zeros if fresh, += the rows of a tile [64, DN_STRIPE] whose bits are set, each times its factor. */
static inline __attribute__((always_inline)) void add_line(float *sums, bool fresh, uint64_t mask,
                                                           factors line, const float *restrict tile)
{
    for (size_t part = 0; part < DN_STRIPE; part += HELD) {
        vector sum[HELD_VECTORS];
        UNROLL for (size_t v = 0; v < HELD_VECTORS; v++) sum[v] =
            fresh ? splat(0.0F) : load(sums + part + v * LANES);
        for (uint64_t left = mask; left != 0; left &= left - 1) {
            const size_t place = (size_t)__builtin_ctzll(left);
            const vector factor = splat(factor_at(line, place));
            const float *const row = tile + place * DN_STRIPE + part;
            UNROLL for (size_t v = 0; v < HELD_VECTORS; v++) sum[v] += factor * load(row + v * LANES);
        }
        UNROLL for (size_t v = 0; v < HELD_VECTORS; v++) store(sums + part + v * LANES, sum[v]);
    }
}

/** Four columns of a matrix, each contiguous, `apart` from each other: neighbours of a row go into the tile together. */
static void copy_four_columns(float *restrict tile, const float *restrict columns, ptrdiff_t apart,
                              size_t rows)
{
    for (size_t row = 0; row < rows; row++) {
        const float *const first = columns + row;
        const float four[4] = {first[0], first[apart], first[2 * apart], first[3 * apart]};
        memcpy(tile + row * DN_STRIPE, four, sizeof four);
    }
}

/** Rows first .. first + rows - 1 of b, any strides, and `width` columns from `begin` on, side by side; zeros behind. */
static void copy_tile(float *restrict tile, const dn_tensor *b, size_t first, size_t rows, size_t begin,
                      size_t width)
{
    if (width < DN_STRIPE)
        memset(tile, 0, rows * DN_STRIPE * sizeof *tile);
    if (b->stride[1] == 1) {
        for (size_t row = 0; row < rows; row++)
            copy_row(tile + row * DN_STRIPE, element(b, first + row, begin), width);
        return;
    }
    size_t column = 0;
    for (; b->stride[0] == 1 && column + 3 < width; column += 4)
        copy_four_columns(tile + column, element(b, first, begin + column), b->stride[1], rows);
    for (; column < width; column++)
        for (size_t row = 0; row < rows; row++)
            tile[row * DN_STRIPE + column] = *element(b, first + row, begin + column);
}

/** The same where they lie, if they lie side by side already; else in `room`. */
static const float *find_tile(float *room, const dn_tensor *b, size_t first, size_t rows, size_t begin,
                              size_t width)
{
    if (b->stride[1] == 1 && b->stride[0] == DN_STRIPE && width == DN_STRIPE)
        return element(b, first, begin);
    copy_tile(room, b, first, rows, begin, width);
    return room;
}

/** The copy that a stripe of a product reads: with a copy a thread, that of the thread whose share it is in. */
static size_t copy_of(const dn_sparse *matrix, size_t stripe, size_t columns)
{
    return stripe * matrix->filled / dn_divide_up(columns, DN_STRIPE);
}

static void sparse_piece(void *argument, size_t piece)
{
    const dn_sparse_product *work = argument;
    const dn_sparse *a = work->a;
    const size_t copy = copy_of(a, piece, work->b->columns);
    const dn_lines lines = dn_lines_from(a->row_lines, copy * a->line_count);
    const size_t begin = piece * DN_STRIPE;
    const size_t width = dn_smaller(DN_STRIPE, work->b->columns - begin);
    const dn_tensor *b = &work->b->tensors[begin / work->b->width];
    _Alignas(DN_ALIGNMENT) float sums[DN_SPARSE_BLOCK * DN_STRIPE];
    _Alignas(DN_ALIGNMENT) float room[DN_SPARSE_BLOCK * DN_STRIPE];
    const dn_stripes out = dn_one_stripe(work->out);
    size_t line = 0;
    for (size_t done = 0; done < a->rows; done += DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, a->rows - done);
        const dn_rows block = {done, rows, begin, width, sums, DN_STRIPE};
        if (a->columns == 0)
            memset(sums, 0, sizeof sums);
        for (size_t k = 0; k < a->columns; k += DN_SPARSE_BLOCK, line += DN_SPARSE_BLOCK) {
            const size_t inner = dn_smaller(DN_SPARSE_BLOCK, a->columns - k);
            const float *tile = find_tile(room, b, k, inner, begin % work->b->width, width);
            for (size_t row = 0; row < rows; row++) {
                const factors codes = {.level = a->level,
                                       .codes = lines.codes + (line + row) * DN_SPARSE_BLOCK};
                add_line(sums + row * DN_STRIPE, k == 0, lines.masks[line + row], codes, tile);
            }
        }
        finish_rows(&out, work->epilogue, &block, sums);
    }
}

/** Columns of a, rows of a^T b, that are summed before they are stored or taken: their sums stay in the first-level cache. */
#define GROUP 16

/**
 * Of the rows that the matrix is filled with next, fetch some into the cache: over all columns of a tile, each row's bytes of it. Fetched one by
 * one between lines of work, none waits for another.
 */
static void fetch_ahead(const dn_sparse *a, size_t column)
{
    const size_t first = column / DN_SPARSE_BLOCK * DN_SPARSE_BLOCK;
    const size_t columns = dn_smaller(DN_SPARSE_BLOCK, a->columns - first);
    for (size_t row = column - first; row < a->ahead_count; row += columns)
        __builtin_prefetch(a->ahead[row] + first);
}

/** Has any of these lines anything? */
static bool has_any(const uint64_t *masks, size_t count)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= masks[i];
    return any != 0;
}

/** A stripe of a^T b, and a block of a's rows that it is summed over. */
typedef struct stripe_block {
    const dn_transposed_product *work;
    dn_lines lines;    /**< its columns */
    const float *tile; /**< [DN_SPARSE_BLOCK, DN_STRIPE]: the block's rows of b */
    size_t rows;
    bool add;     /**< to sums of earlier rows, or of an earlier product */
    bool fetches; /**< the rows that come next */
    const dn_row_sink *sink;
} stripe_block;

/** Sum one group of columns, and hand the sums on. */
static void sum_group(const stripe_block *block, const dn_rows *group, float *sums)
{
    const dn_sparse *a = block->work->a;
    const dn_row_sink *sink = block->sink;
    const dn_lines lines = dn_lines_from(block->lines, group->first);
    const bool any = a->rows != 0 && has_any(lines.masks, group->count);
    const bool is_skipped = !any && (sink ? !block->add && sink->skips_zeros : block->add);
    if (block->add && !is_skipped)
        read_sums(block->work->out, group, sums);
    for (size_t i = 0; i < group->count; i++) {
        const factors codes = {.level = a->level, .codes = lines.codes + i * DN_SPARSE_BLOCK};
        if (block->fetches)
            fetch_ahead(a, group->first + i);
        if (!is_skipped)
            add_line(sums + i * DN_STRIPE, !block->add, any ? lines.masks[i] : 0, codes, block->tile);
    }
    if (is_skipped)
        return;
    if (sink)
        sink->take(sink->self, group);
    else
        write_sums(block->work->out, group, sums);
}

/** The sums of b's columns: a product with a line of ones. */
static void sum_columns(const stripe_block *block, size_t begin, size_t width)
{
    static const float one = 1.0F;
    const factors ones = {.numbers = &one};
    const uint64_t mask = block->rows == 0 ? 0 : UINT64_MAX >> (DN_SPARSE_BLOCK - block->rows);
    float *to = block->work->sums->data + begin;
    float sums[DN_STRIPE] = {0};
    if (block->add)
        copy_row(sums, to, width);
    add_line(sums, !block->add, mask, ones, block->tile);
    copy_row(to, sums, width);
}

static void transposed_piece(void *argument, size_t piece)
{
    const dn_transposed_product *work = argument;
    const dn_sparse *a = work->a;
    const size_t blocks = dn_divide_up(a->columns, DN_SPARSE_BLOCK);
    const size_t columns = work->out->columns;
    const size_t begin = piece * DN_STRIPE;
    const size_t width = dn_smaller(DN_STRIPE, columns - begin);
    const size_t copy = copy_of(a, piece, columns);
    _Alignas(DN_ALIGNMENT) float tile[DN_SPARSE_BLOCK * DN_STRIPE];
    _Alignas(DN_ALIGNMENT) float sums[GROUP * DN_STRIPE];
    stripe_block block = {.work = work,
                          .lines = dn_lines_from(a->column_lines, copy * a->line_count),
                          .tile = tile,
                          .fetches = copy_of(a, piece + 1, columns) != copy};
    for (size_t done = 0; done < a->rows || done == 0; done += DN_SPARSE_BLOCK) {
        block.rows = dn_smaller(DN_SPARSE_BLOCK, a->rows - done);
        block.add = work->accumulate || done != 0;
        block.sink = done + block.rows == a->rows ? work->sink : NULL;
        copy_tile(tile, work->b, done, block.rows, begin, width);
        if (work->sums)
            sum_columns(&block, begin, width);
        for (size_t first = 0; first < a->columns; first += GROUP) {
            const dn_rows group = {first,    dn_smaller(GROUP, a->columns - first), begin, width, sums,
                                   DN_STRIPE};
            sum_group(&block, &group, sums);
        }
        block.lines = dn_lines_from(block.lines, blocks * DN_SPARSE_BLOCK);
    }
}

static uint64_t mask_of_numbers(const float *numbers, size_t count)
{
    uint8_t differs[DN_MASK_BITS] = {0};
    for (size_t i = 0; i < count; i++)
        differs[i] = numbers[i] != 0.0F;
    return mask_of(differs);
}

/** Rows k .. of b, the inner index, and columns from `begin` on: a tile, where it lies or in `room`. */
static const float *find_factors(const dn_masked_product *work, float *room, size_t k, size_t begin,
                                 size_t width)
{
    const dn_stripes *b = work->b;
    const size_t rows = dn_smaller(DN_MASK_BITS, work->a->shape.extent[1] - k);
    if (!work->is_turned)
        return find_tile(room, &b->tensors[begin / b->width], k, rows, begin % b->width, width);
    const dn_tensor *stripe = &b->tensors[k / b->width];
    const dn_tensor turned = {.data = stripe->data, .stride = {stripe->stride[1], stripe->stride[0]}};
    return find_tile(room, &turned, k % b->width, rows, begin, width);
}

/**
 * A stripe of out = a b, a block of out's rows after the other: the sums of a block and a tile of b are in the first-level cache.
 */
static void masked_piece(void *argument, size_t piece)
{
    const dn_masked_product *work = argument;
    const dn_tensor *a = work->a;
    const dn_stripes *out = work->out;
    const size_t begin = piece * DN_STRIPE;
    const size_t width = dn_smaller(DN_STRIPE, out->columns - begin);
    _Alignas(DN_ALIGNMENT) float sums[DN_MASK_BITS * DN_STRIPE];
    _Alignas(DN_ALIGNMENT) float room[DN_MASK_BITS * DN_STRIPE];
    for (size_t done = 0; done < out->rows; done += DN_MASK_BITS) {
        const dn_rows block = {done,     dn_smaller(DN_MASK_BITS, out->rows - done), begin, width, sums,
                               DN_STRIPE};
        if (work->accumulate)
            read_sums(out, &block, sums);
        else
            memset(sums, 0, sizeof sums);
        for (size_t k = 0; k < a->shape.extent[1]; k += DN_MASK_BITS) {
            const uint64_t *masks = work->masks + k / DN_MASK_BITS * out->rows + done;
            const float *tile = find_factors(work, room, k, begin, width);
            for (size_t row = 0; row < block.count; row++) {
                const factors numbers = {.numbers = element(a, done + row, k), .step = a->stride[1]};
                add_line(sums + row * DN_STRIPE, false, masks[row], numbers, tile);
            }
        }
        if (work->sink)
            work->sink->take(work->sink->self, &block);
        else
            finish_rows(out, work->epilogue, &block, sums);
    }
}

#endif
