/*
 * The kernels. A file that includes this one defines first
 *
 *     LANES         floats in a vector
 *     HELD_VECTORS  vectors of sums that stay in registers while a mask is walked: a stripe's, or half of them
 *     TILE_ROWS     rows of a dense product that are computed side by side
 *     TILE_VECTORS  vectors in each of these rows
 *     KERNELS       the name of the table at the end, as a string in KERNELS_NAME
 *
 * and two functions, can_run and mask_of. Why they are fast:
 *
 * Sparse: a stripe of DN_STRIPE columns of out is one thread's, for the whole batch. The sums of a row of it stay in registers while the mask
 * of a tile's line is walked: an entry costs a load, a multiplication and an addition for each vector, and no store. The 64 rows of the other
 * operand that a tile meets lie side by side and stay in the first-level cache (16 KB) for all lines of the tile.
 *
 * Dense: a tile of TILE_ROWS x TILE_VECTORS vectors of sums stays in registers while the inner index runs; b is packed into a
 * panel that the first-level cache holds, and read once for TILE_ROWS rows of a. An element of a that is spread over a vector
 * serves TILE_VECTORS multiplications. AVX-512 spreads it within the multiplication, for nothing, and has registers for high
 * tiles: one vector is faster there than two.
 *
 * Vectors have a fixed number of lanes and no operation across lanes: a lane is one element of out, in every set.
 */
#include "core/exponential.h"
#include "core/memory.h"
#include "core/scalar.h"
#include "core/size.h"
#include "tensor/kernels.h"
#include "tensor/sparse.h"
#include "tensor/stripes.h"

#include <math.h>
#include <string.h>

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { HELD = HELD_VECTORS * LANES, PANEL = TILE_VECTORS * LANES };
/** Rows of a tile for what is left at the end. */
#define FEW_ROWS 4
/** Inner indices that a packed panel holds: 16 KB, half of a first-level cache, so that rows of a have room beside it. */
#define INNER_BLOCK (4096 / PANEL)

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

/* ---- Filling ---- */

/** Side of the squares of bytes that are transposed in registers, and the words in a vector, each of a square's row. */
#define SQUARE 8
#define SQUARES (LANES / 2)

typedef uint64_t words __attribute__((vector_size(LANES * sizeof(float))));

/** The place of byte i of a square's row in a word, counted from the low end. */
static inline size_t byte_place(size_t i)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return SQUARE - 1 - i;
#else
    return i;
#endif
}

/** Swap the bits of `mask` in one vector with those `shift` higher in another. */
static inline __attribute__((always_inline)) void swap_bits(words *high, words *low, unsigned shift,
                                                            uint64_t mask)
{
    const words changed = ((*high >> shift) ^ *low) & mask;
    *low ^= changed;
    *high ^= changed << shift;
}

/** Transpose SQUARES squares side by side: quarters of 4 x 4 bytes change places, then of 2 x 2, then single bytes. */
static inline void transpose_squares(words row[SQUARE])
{
    UNROLL for (size_t i = 0; i < 4; i++) swap_bits(&row[i], &row[i + 4], 32, 0x00000000FFFFFFFF);
    UNROLL for (size_t i = 0; i < 2; i++)
    {
        swap_bits(&row[i], &row[i + 2], 16, 0x0000FFFF0000FFFF);
        swap_bits(&row[i + 4], &row[i + 6], 16, 0x0000FFFF0000FFFF);
    }
    UNROLL for (size_t i = 0; i < SQUARE; i += 2) swap_bits(&row[i], &row[i + 1], 8, 0x00FF00FF00FF00FF);
}

/** Transpose a tile of 64 x 64 bytes. */
static void transpose_tile(const uint8_t *tile, uint8_t *turned)
{
    for (size_t first = 0; first < DN_SPARSE_BLOCK; first += (size_t)SQUARES * SQUARE) {
        for (size_t top = 0; top < DN_SPARSE_BLOCK; top += SQUARE) {
            words row[SQUARE];
            UNROLL for (size_t i = 0; i < SQUARE; i++)
                memcpy(&row[byte_place(i)], tile + (top + i) * DN_SPARSE_BLOCK + first, sizeof row[i]);
            transpose_squares(row);
            UNROLL for (size_t i = 0; i < SQUARE; i++)
            {
                UNROLL for (size_t square = 0; square < SQUARES; square++)
                {
                    const size_t line = first + square * SQUARE + i;
                    const uint64_t word = row[byte_place(i)][square];
                    memcpy(turned + line * DN_SPARSE_BLOCK + top, &word, sizeof word);
                }
            }
        }
    }
}

static void find_masks(const dn_lines *lines, size_t first)
{
    for (size_t line = first; line < first + DN_SPARSE_BLOCK; line++)
        lines->masks[line] = mask_of(lines->codes + line * DN_SPARSE_BLOCK);
}

static void fill_piece(void *argument, size_t piece)
{
    const dn_sparse_filling *work = argument;
    const dn_sparse *matrix = work->matrix;
    const size_t blocks = dn_divide_up(matrix->columns, DN_SPARSE_BLOCK);
    const size_t begin = piece * DN_SPARSE_BLOCK;
    const size_t columns = dn_smaller(DN_SPARSE_BLOCK, matrix->columns - begin);
    for (size_t done = 0; done < matrix->rows; done += DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, matrix->rows - done);
        const size_t line = (done / DN_SPARSE_BLOCK * blocks + piece) * DN_SPARSE_BLOCK;
        uint8_t *tile = matrix->row_lines.codes + line * DN_SPARSE_BLOCK;
        for (size_t row = 0; row < rows; row++, tile += DN_SPARSE_BLOCK) {
            if (columns == DN_SPARSE_BLOCK) /* a constant size, which needs no call */
                memcpy(tile, work->rows[done + row] + begin, DN_SPARSE_BLOCK);
            else
                memcpy(tile, work->rows[done + row] + begin, columns);
        }
        memset(tile, 0, (DN_SPARSE_BLOCK - rows) * DN_SPARSE_BLOCK);
        transpose_tile(matrix->row_lines.codes + line * DN_SPARSE_BLOCK,
                       matrix->column_lines.codes + line * DN_SPARSE_BLOCK);
        find_masks(&matrix->row_lines, line);
        find_masks(&matrix->column_lines, line);
    }
}

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

/** Rows first .. first + count - 1 of a stripe of out: their sums [count, DN_STRIPE], and the epilogue. */
static void finish_rows(const dn_tensor *out, size_t first, size_t count, size_t begin, size_t width,
                        float *sums, const dn_epilogue *epilogue)
{
    for (size_t row = 0; row < count; row++, sums += DN_STRIPE) {
        finish_row(sums, epilogue, first + row, begin, width);
        copy_row(element(out, first + row, begin), sums, width);
    }
}

/* ---- Products that skip zeros ---- */

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

/** Two columns of a matrix, each contiguous, `apart` from each other: neighbours of a row go into the tile together. */
static void copy_two_columns(float *restrict tile, const float *restrict columns, ptrdiff_t apart,
                             size_t rows)
{
    for (size_t row = 0; row < rows; row++) {
        const float pair[2] = {columns[row], columns[apart + (ptrdiff_t)row]};
        memcpy(tile + row * DN_STRIPE, pair, sizeof pair);
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
    for (; b->stride[0] == 1 && column + 1 < width; column += 2)
        copy_two_columns(tile + column, element(b, first, begin + column), b->stride[1], rows);
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

static void sparse_piece(void *argument, size_t piece)
{
    const dn_sparse_product *work = argument;
    const dn_sparse *a = work->a;
    const size_t begin = piece * DN_STRIPE;
    const size_t width = dn_smaller(DN_STRIPE, work->b->columns - begin);
    const dn_tensor *b = &work->b->tensors[begin / work->b->width];
    _Alignas(DN_ALIGNMENT) float sums[DN_SPARSE_BLOCK * DN_STRIPE];
    _Alignas(DN_ALIGNMENT) float room[DN_SPARSE_BLOCK * DN_STRIPE];
    size_t line = 0;
    for (size_t done = 0; done < a->rows; done += DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, a->rows - done);
        if (a->columns == 0)
            memset(sums, 0, sizeof sums);
        for (size_t k = 0; k < a->columns; k += DN_SPARSE_BLOCK, line += DN_SPARSE_BLOCK) {
            const size_t inner = dn_smaller(DN_SPARSE_BLOCK, a->columns - k);
            const float *tile = find_tile(room, b, k, inner, begin % work->b->width, width);
            for (size_t row = 0; row < rows; row++) {
                const factors codes = {.level = a->level,
                                       .codes = a->row_lines.codes + (line + row) * DN_SPARSE_BLOCK};
                add_line(sums + row * DN_STRIPE, k == 0, a->row_lines.masks[line + row], codes, tile);
            }
        }
        finish_rows(work->out, done, rows, begin, width, sums, work->epilogue);
    }
}

/** Columns of a, rows of a^T b, that are summed before they are stored or taken: their sums stay in the first-level cache. */
#define GROUP 16

/** Between rows of a stripe of out and their sums. */
static void read_sums(float *sums, const dn_tensor *out, size_t first, size_t count, size_t begin,
                      size_t width)
{
    for (size_t row = 0; row < count; row++)
        copy_row(sums + row * DN_STRIPE, element(out, first + row, begin), width);
}

static void write_sums(const dn_tensor *out, size_t first, size_t count, size_t begin, size_t width,
                       const float *sums)
{
    for (size_t row = 0; row < count; row++)
        copy_row(element(out, first + row, begin), sums + row * DN_STRIPE, width);
}

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

/** Sum one group of columns, the lines from `line` on, over one block of rows, and hand the sums on. */
static void sum_group(const dn_transposed_product *work, const dn_rows *group, float *sums, size_t line,
                      const float *tile, bool add, const dn_row_sink *sink)
{
    const dn_sparse *a = work->a;
    const dn_lines *lines = &a->column_lines;
    const dn_tensor *out = &work->out->tensors[group->begin / work->out->width];
    const size_t begin = group->begin % work->out->width;
    const bool any = a->rows != 0 && has_any(lines->masks + line, group->count);
    const bool is_skipped = !any && (sink ? !add && sink->skips_zeros : add);
    const bool is_last_stripe = group->begin + group->width == work->out->columns;
    if (add && !is_skipped)
        read_sums(sums, out, group->first, group->count, begin, group->width);
    for (size_t i = 0; i < group->count; i++) {
        const factors codes = {.level = a->level, .codes = lines->codes + (line + i) * DN_SPARSE_BLOCK};
        if (is_last_stripe)
            fetch_ahead(a, group->first + i);
        if (!is_skipped)
            add_line(sums + i * DN_STRIPE, !add, any ? lines->masks[line + i] : 0, codes, tile);
    }
    if (is_skipped)
        return;
    if (sink)
        sink->take(sink->self, group);
    else
        write_sums(out, group->first, group->count, begin, group->width, sums);
}

static void transposed_piece(void *argument, size_t piece)
{
    const dn_transposed_product *work = argument;
    const dn_sparse *a = work->a;
    const size_t blocks = dn_divide_up(a->columns, DN_SPARSE_BLOCK);
    const size_t begin = piece * DN_STRIPE;
    const size_t width = dn_smaller(DN_STRIPE, work->out->columns - begin);
    _Alignas(DN_ALIGNMENT) float tile[DN_SPARSE_BLOCK * DN_STRIPE];
    _Alignas(DN_ALIGNMENT) float sums[GROUP * DN_STRIPE];
    for (size_t done = 0; done < a->rows || done == 0; done += DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, a->rows - done);
        const dn_row_sink *sink = done + rows == a->rows ? work->sink : NULL;
        const size_t line = done / DN_SPARSE_BLOCK * blocks * DN_SPARSE_BLOCK;
        copy_tile(tile, work->b, done, rows, begin, width);
        for (size_t first = 0; first < a->columns; first += GROUP) {
            const dn_rows group = {first,    dn_smaller(GROUP, a->columns - first), begin, width, sums,
                                   DN_STRIPE};
            sum_group(work, &group, sums, line + first, tile, work->accumulate || done != 0, sink);
        }
    }
}

/**
 * A stripe of out = a b, a block of out's rows after the other: the sums of a block and a tile of b are in the first-level cache.
 * Of a^T, a block of `masks` holds the masks of one row of out; of a, the masks of one row follow on each other.
 */
static void masked_piece(void *argument, size_t piece)
{
    const dn_masked_product *work = argument;
    const dn_tensor *a = work->a;
    const size_t rows = a->shape.extent[0];
    const size_t inner = a->shape.extent[1];
    const size_t begin = piece * DN_STRIPE;
    const size_t width = dn_smaller(DN_STRIPE, work->out->shape.extent[1] - begin);
    _Alignas(DN_ALIGNMENT) float sums[DN_MASK_BITS * DN_STRIPE];
    _Alignas(DN_ALIGNMENT) float room[DN_MASK_BITS * DN_STRIPE];
    for (size_t done = 0; done < rows; done += DN_MASK_BITS) {
        const size_t count = dn_smaller(DN_MASK_BITS, rows - done);
        if (work->accumulate)
            read_sums(sums, work->out, done, count, begin, width);
        else
            memset(sums, 0, sizeof sums);
        for (size_t k = 0; k < inner; k += DN_MASK_BITS) {
            const float *tile =
                find_tile(room, work->b, k, dn_smaller(DN_MASK_BITS, inner - k), begin, width);
            for (size_t row = 0; row < count; row++) {
                const factors numbers = {.numbers = element(a, done + row, k), .step = a->stride[1]};
                const uint64_t mask =
                    work->masks[(done + row) * work->row_step + k / DN_MASK_BITS * work->block_step];
                add_line(sums + row * DN_STRIPE, false, mask, numbers, tile);
            }
        }
        finish_rows(work->out, done, count, begin, width, sums, work->epilogue);
    }
}

/* ---- Dense products ---- */

/** Columns begin .. begin + width of the rows k .. k + count of b, packed; columns beyond are zeros. */
static void pack_panel(float *restrict panel, const dn_tensor *b, size_t k, size_t count, size_t begin,
                       size_t width)
{
    const float *from = b->data + (ptrdiff_t)k * b->stride[0] + (ptrdiff_t)begin * b->stride[1];
    if (b->stride[1] == 1 && width == PANEL) {
        for (size_t row = 0; row < count; row++)
            UNROLL for (size_t v = 0; v < TILE_VECTORS; v++) store(
                panel + row * PANEL + v * LANES, load(from + (ptrdiff_t)row * b->stride[0] + v * LANES));
        return;
    }
    if (b->stride[1] == 1) {
        for (size_t row = 0; row < count; row++) {
            memcpy(panel + row * PANEL, from + (ptrdiff_t)row * b->stride[0], width * sizeof(float));
            memset(panel + row * PANEL + width, 0, (PANEL - width) * sizeof(float));
        }
        return;
    }
    memset(panel, 0, width < PANEL ? count * PANEL * sizeof(float) : 0);
    for (size_t column = 0; column < width; column++) {
        const float *source = from + (ptrdiff_t)column * b->stride[1];
        for (size_t row = 0; row < count; row++)
            panel[row * PANEL + column] = source[(ptrdiff_t)row * b->stride[0]];
    }
}

/** Where the sums of a tile are kept between two panels. */
typedef struct tile {
    float *sums;
    ptrdiff_t row_step;
    bool empty; /**< nothing has been added: the sums begin as zeros, whatever lies there */
} tile;

/** tile += `rows` rows of a, from its element at `a` on, times a panel. rows and vectors are constants to the compiler. */
static inline __attribute__((always_inline)) void multiply_tile(const tile *out, const dn_tensor *matrix,
                                                                const float *a, size_t count,
                                                                const float *restrict panel, size_t rows,
                                                                size_t vectors)
{
    const ptrdiff_t row_step = matrix->stride[0];
    const ptrdiff_t step = matrix->stride[1];
    vector sum[TILE_ROWS][TILE_VECTORS];
    UNROLL for (size_t row = 0; row < rows; row++)
    {
        const float *from = out->sums + (ptrdiff_t)row * out->row_step;
        UNROLL for (size_t v = 0; v < vectors; v++) sum[row][v] =
            out->empty ? splat(0.0F) : load(from + v * LANES);
    }
    for (size_t k = 0; k < count; k++, a += step, panel += PANEL) {
        UNROLL for (size_t row = 0; row < rows; row++)
        {
            const vector factor = splat(a[(ptrdiff_t)row * row_step]);
            UNROLL for (size_t v = 0; v < vectors; v++) sum[row][v] += factor * load(panel + v * LANES);
        }
    }
    UNROLL for (size_t row = 0; row < rows; row++)
    {
        float *to = out->sums + (ptrdiff_t)row * out->row_step;
        UNROLL for (size_t v = 0; v < vectors; v++) store(to + v * LANES, sum[row][v]);
    }
}

static void multiply_rows(const tile *out, const dn_tensor *matrix, const float *a, size_t count,
                          const float *panel, size_t rows, size_t width)
{
    if (rows == TILE_ROWS && width > LANES) {
        multiply_tile(out, matrix, a, count, panel, TILE_ROWS, TILE_VECTORS);
        return;
    }
    if (rows == TILE_ROWS) {
        multiply_tile(out, matrix, a, count, panel, TILE_ROWS, 1);
        return;
    }
    size_t row = 0;
    for (; row + FEW_ROWS <= rows; row += FEW_ROWS) {
        const tile few = {out->sums + (ptrdiff_t)row * out->row_step, out->row_step, out->empty};
        multiply_tile(&few, matrix, a + (ptrdiff_t)row * matrix->stride[0], count, panel, FEW_ROWS,
                      TILE_VECTORS);
    }
    for (; row < rows; row++) {
        const tile one = {out->sums + (ptrdiff_t)row * out->row_step, out->row_step, out->empty};
        multiply_tile(&one, matrix, a + (ptrdiff_t)row * matrix->stride[0], count, panel, 1, TILE_VECTORS);
    }
}

/** Between a tile of out, any strides, and its copy. */
static void read_tile(float copy[TILE_ROWS][PANEL], const dn_tensor *out, size_t row, size_t rows,
                      size_t begin, size_t width)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t column = 0; column < width; column++)
            copy[i][column] = *element(out, row + i, begin + column);
}

static void write_tile(float copy[TILE_ROWS][PANEL], const dn_tensor *out, size_t row, size_t rows,
                       size_t begin, size_t width)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t column = 0; column < width; column++)
            *element(out, row + i, begin + column) = copy[i][column];
}

static void dense_piece(void *argument, size_t piece)
{
    const dn_dense_product *work = argument;
    const dn_tensor *out = work->out;
    const size_t inner = work->a->shape.extent[1];
    const size_t panels = dn_divide_up(out->shape.extent[1], PANEL);
    const size_t begin = piece % panels * PANEL;
    const size_t first_row = piece / panels * work->rows;
    const size_t end_row = dn_smaller(first_row + work->rows, out->shape.extent[0]);
    const size_t width = dn_smaller(PANEL, out->shape.extent[1] - begin);
    const bool in_place = width == PANEL && out->stride[1] == 1;
    _Alignas(DN_ALIGNMENT) float panel[INNER_BLOCK * PANEL];
    _Alignas(DN_ALIGNMENT) float copy[TILE_ROWS][PANEL] = {{0}};
    for (size_t k = 0; k < inner || k == 0; k += INNER_BLOCK) {
        const size_t count = dn_smaller(INNER_BLOCK, inner - k);
        const bool empty = !work->accumulate && k == 0;
        pack_panel(panel, work->b, k, count, begin, width);
        for (size_t row = first_row; row < end_row; row += TILE_ROWS) {
            const size_t tile_rows = dn_smaller(TILE_ROWS, end_row - row);
            const tile target = {in_place ? element(out, row, begin) : copy[0],
                                 in_place ? out->stride[0] : PANEL, empty};
            if (!in_place && !empty)
                read_tile(copy, out, row, tile_rows, begin, width);
            multiply_rows(&target, work->a, element(work->a, row, k), count, panel, tile_rows, width);
            for (size_t i = 0; i < tile_rows && k + count == inner; i++)
                finish_row(target.sums + (ptrdiff_t)i * target.row_step, work->epilogue, row + i, begin,
                           width);
            if (!in_place)
                write_tile(copy, out, row, tile_rows, begin, width);
        }
    }
}

/* ---- A step of SGD ---- */

/**
 * A velocity below this moves no weight, and becomes 0. Otherwise it would fall to subnormal numbers, with which many processors are
 * a hundred times slower, and stay there: most weights of the border's pixels see ink once.
 */
#define NEGLIGIBLE 1e-30F

static void plain_row(float *restrict value, const float *restrict gradient, const dn_update *with)
{
    for (size_t i = 0; i < with->width; i++)
        value[i] -= with->learning_rate * gradient[i];
}

static void decaying_row(float *restrict value, const float *restrict gradient, const dn_update *with)
{
    for (size_t i = 0; i < with->width; i++)
        value[i] -= with->learning_rate * (gradient[i] + with->weight_decay * value[i]);
}

static void momentum_row(float *restrict value, float *restrict velocity, const float *restrict gradient,
                         const dn_update *with)
{
    /* Along the velocity: 1 v. Nesterov: 1 g + momentum v. */
    const float of_velocity = with->nesterov ? with->momentum : 1.0F;
    const float of_gradient = with->nesterov ? 1.0F : 0.0F;
    for (size_t i = 0; i < with->width; i++) {
        const float slope = gradient[i] + with->weight_decay * value[i];
        const float next = with->momentum * velocity[i] + slope;
        velocity[i] = fabsf(next) < NEGLIGIBLE ? 0.0F : next;
        value[i] -= with->learning_rate * (of_gradient * slope + of_velocity * velocity[i]);
    }
}

static void update_rows(const dn_update *update)
{
    for (size_t row = 0; row < update->rows; row++) {
        float *value = update->value + row * update->step;
        const float *gradient = update->gradient + row * update->gradient_step;
        if (update->velocity)
            momentum_row(value, update->velocity + row * update->step, gradient, update);
        else if (update->weight_decay > 0.0F)
            decaying_row(value, gradient, update);
        else
            plain_row(value, gradient, update);
    }
}

/* ---- Exponentials ---- */

static void exp_each(float *numbers, size_t count)
{
    bool in_range = true;
    for (size_t i = 0; i < count; i++)
        in_range &= dn_exp_is_in_range(numbers[i]);
    if (in_range) { /* then the compiler makes vector code */
        for (size_t i = 0; i < count; i++)
            numbers[i] = dn_exp_in_range(numbers[i]);
        return;
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = dn_exp(numbers[i]);
}

const dn_kernels KERNELS = {.name = KERNELS_NAME,
                            .can_run = can_run,
                            .panel = PANEL,
                            .fill = fill_piece,
                            .sparse = sparse_piece,
                            .transposed = transposed_piece,
                            .mask_of = mask_of,
                            .masked = masked_piece,
                            .dense = dense_piece,
                            .update = update_rows,
                            .exp_each = exp_each};
