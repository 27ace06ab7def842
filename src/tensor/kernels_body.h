/*
 * The kernels. A file that includes this one defines first
 *
 *     LANES           floats in a vector
 *     STRIPE_VECTORS  vectors in a row of a sparse product's stripe
 *     TOGETHER        columns of a sparse matrix whose sums of a transposed product are in registers together: 1 or 2
 *     TILE_ROWS       rows of a dense product that are computed side by side
 *     TILE_VECTORS    vectors in each of these rows
 *     KERNELS         the name of the table at the end, as a string in KERNELS_NAME
 *
 * and a function can_run. Why they are fast:
 *
 * Sparse: a stripe of STRIPE columns of out is one thread's, for the whole batch. Of the two operands that a term joins, one
 * stays in registers for a whole list (forward: two rows of weights; transposed: the sums of one or two rows of gradients), the
 * other lies in a block of DN_SPARSE_BLOCK rows in the first-level cache. Per entry the forward product moves STRIPE_VECTORS vectors in and
 * out of that block for 2 * STRIPE_VECTORS multiplications and additions, the transposed one only in.
 *
 * Dense: a tile of TILE_ROWS x TILE_VECTORS vectors of sums stays in registers while the inner index runs; b is packed into a
 * panel that the first-level cache holds, and read once for TILE_ROWS rows of a. An element of a that is spread over a vector
 * serves TILE_VECTORS multiplications. AVX-512 spreads it within the multiplication, for nothing, and has registers for high
 * tiles: one vector is faster there than two.
 *
 * Vectors have a fixed number of lanes and no operation across lanes: a lane is one element of out, in every set.
 */
#include "core/memory.h"
#include "core/size.h"
#include "tensor/kernels.h"
#include "tensor/sparse.h"

#include <math.h>
#include <string.h>

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define HALF_VECTORS (STRIPE_VECTORS / 2)
enum { STRIPE = STRIPE_VECTORS * LANES, HALF_STRIPE = HALF_VECTORS * LANES, PANEL = TILE_VECTORS * LANES };
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
static inline void swap_bits(words *high, words *low, unsigned shift, uint64_t mask)
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

/** Transpose a tile of 64 x 64 bytes, of which `columns` are wanted. */
static void transpose_tile(const uint8_t *tile, size_t columns, uint8_t *codes)
{
    for (size_t first = 0; first < columns; first += (size_t)SQUARES * SQUARE) {
        for (size_t top = 0; top < DN_SPARSE_BLOCK; top += SQUARE) {
            words row[SQUARE];
            UNROLL for (size_t i = 0; i < SQUARE; i++)
                memcpy(&row[byte_place(i)], tile + (top + i) * DN_SPARSE_BLOCK + first, sizeof row[i]);
            transpose_squares(row);
            UNROLL for (size_t i = 0; i < SQUARE; i++)
            {
                UNROLL for (size_t square = 0; square < SQUARES; square++)
                {
                    const size_t column = first + square * SQUARE + i;
                    const uint64_t word = row[byte_place(i)][square];
                    if (column < columns)
                        memcpy(codes + column * DN_SPARSE_BLOCK + top, &word, sizeof word);
                }
            }
        }
    }
}

static void fill_piece(void *argument, size_t piece)
{
    const dn_sparse_filling *work = argument;
    const dn_sparse *matrix = work->matrix;
    const size_t begin = piece * DN_SPARSE_BLOCK;
    const size_t columns = dn_smaller(DN_SPARSE_BLOCK, matrix->columns - begin);
    _Alignas(DN_ALIGNMENT) uint8_t tile[DN_SPARSE_BLOCK][DN_SPARSE_BLOCK] = {{0}};
    for (size_t done = 0; done < matrix->rows; done += DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, matrix->rows - done);
        const size_t place = done / DN_SPARSE_BLOCK * matrix->step + begin;
        for (size_t row = 0; row < rows; row++) {
            if (columns == DN_SPARSE_BLOCK) /* a constant size, which needs no call */
                memcpy(tile[row], work->rows[done + row] + begin, DN_SPARSE_BLOCK);
            else
                memcpy(tile[row], work->rows[done + row] + begin, columns);
        }
        memset(tile + rows, 0, (DN_SPARSE_BLOCK - rows) * sizeof tile[0]);
        transpose_tile(tile[0], columns, matrix->codes + place * DN_SPARSE_BLOCK);
        for (size_t column = 0; column < columns; column++)
            matrix->masks[place + column] = mask_of(matrix->codes + (place + column) * DN_SPARSE_BLOCK);
    }
}

/** Copy `width` numbers, a stripe of `vectors` vectors or the rest at the edge. */
static inline __attribute__((always_inline)) void copy_row(float *restrict to, const float *restrict from,
                                                           size_t width, size_t vectors)
{
    if (width < vectors * LANES) {
        for (size_t i = 0; i < width; i++)
            to[i] = from[i];
        return;
    }
    UNROLL for (size_t v = 0; v < vectors; v++) store(to + v * LANES, load(from + v * LANES));
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

/** Rows first .. first + count - 1 of a stripe of out: their sums, `vectors` vectors each, and the epilogue. */
static inline __attribute__((always_inline)) void finish_rows(const dn_tensor *out, size_t first,
                                                              size_t count, size_t begin, size_t width,
                                                              float *sums, size_t vectors,
                                                              const dn_epilogue *epilogue)
{
    for (size_t row = 0; row < count; row++, sums += vectors * LANES) {
        finish_row(sums, epilogue, first + row, begin, width);
        copy_row(element(out, first + row, begin), sums, width, vectors);
    }
}

/* ---- Sparse products ---- */

/** Two neighbouring columns of a block: their codes, and the rows that have either. */
typedef struct column_pair {
    const uint8_t *first;
    const uint8_t *second;
    uint64_t mask;
} column_pair;

static inline column_pair pair_at(const dn_sparse *a, size_t block, size_t column)
{
    const size_t place = block * a->step + column;
    const uint8_t *codes = a->codes + place * DN_SPARSE_BLOCK;
    return (column_pair){codes, codes + DN_SPARSE_BLOCK, a->masks[place] | a->masks[place + 1]};
}

/** Rows of the block's sums [rows, `vectors` vectors] += both elements of a pair times the two rows of weights. */
static inline __attribute__((always_inline)) void add_weights(float *restrict sums, column_pair pair,
                                                              const float *restrict level,
                                                              const float *restrict first,
                                                              const float *restrict second, size_t vectors)
{
    vector w0[STRIPE_VECTORS];
    vector w1[STRIPE_VECTORS];
    UNROLL for (size_t v = 0; v < vectors; v++)
    {
        w0[v] = load(first + v * LANES);
        w1[v] = load(second + v * LANES);
    }
    for (; pair.mask != 0; pair.mask &= pair.mask - 1) {
        const unsigned row = (unsigned)__builtin_ctzll(pair.mask);
        float *const sum = sums + row * (vectors * LANES);
        const vector x0 = splat(level[pair.first[row]]);
        const vector x1 = splat(level[pair.second[row]]);
        UNROLL for (size_t v = 0; v < vectors; v++)
            store(sum + v * LANES, (load(sum + v * LANES) + x0 * w0[v]) + x1 * w1[v]);
    }
}

/** The rows of weights of a pair of columns. At the edge of b they are copied, zeros behind. */
static inline void find_weights(const dn_tensor *b, size_t column, size_t begin, size_t width, size_t stripe,
                                float edge[2][STRIPE], const float *rows[2])
{
    for (size_t i = 0; i < 2; i++) {
        const bool there = column + i < b->shape.extent[0];
        rows[i] = there ? b->data + (ptrdiff_t)(column + i) * b->stride[0] + begin : edge[i];
        if (width < stripe)
            rows[i] = memcpy(edge[i], rows[i], there ? width * sizeof(float) : 0);
    }
}

/** Pairs whose weights are fetched ahead: in a wide layer each row lies in another page, where hardware does not look. */
#define PAIRS_AHEAD 2
#define LINE_FLOATS 16

static inline void fetch_row(const float *row, size_t width)
{
    for (size_t at = 0; at < width; at += LINE_FLOATS)
        __builtin_prefetch(row + at);
}

static inline void fetch_weights(const dn_tensor *b, size_t column, size_t begin, size_t width)
{
    for (size_t i = column; i < column + 2 && i < b->shape.extent[0]; i++)
        fetch_row(b->data + (ptrdiff_t)i * b->stride[0] + begin, width);
}

static inline __attribute__((always_inline)) void sparse_stripe(const dn_sparse_product *work, size_t begin,
                                                                size_t vectors)
{
    const dn_sparse *a = work->a;
    const size_t stripe = vectors * LANES;
    const size_t width = dn_smaller(stripe, work->out->shape.extent[1] - begin);
    _Alignas(DN_ALIGNMENT) float sums[DN_SPARSE_BLOCK * STRIPE];
    _Alignas(DN_ALIGNMENT) float edge[2][STRIPE] = {{0}};
    for (size_t done = 0; done < a->rows; done += DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, a->rows - done);
        memset(sums, 0, rows * stripe * sizeof(float));
        for (size_t column = 0; column < a->columns; column += 2) {
            const column_pair pair = pair_at(a, done / DN_SPARSE_BLOCK, column);
            const float *weights[2];
            if (pair.mask == 0)
                continue;
            fetch_weights(work->b, column + (size_t)2 * PAIRS_AHEAD, begin, width);
            find_weights(work->b, column, begin, width, stripe, edge, weights);
            add_weights(sums, pair, a->level, weights[0], weights[1], vectors);
        }
        finish_rows(work->out, done, rows, begin, width, sums, vectors, work->epilogue);
    }
}

static void sparse_piece(void *argument, size_t piece)
{
    const dn_sparse_product *work = argument;
    if (work->stripe == STRIPE)
        sparse_stripe(work, piece * STRIPE, STRIPE_VECTORS);
    else
        sparse_stripe(work, piece * HALF_STRIPE, HALF_VECTORS);
}

/** Rows first .. first + rows - 1 of b, any strides, and `width` columns from `begin` on, side by side; zeros behind. */
static inline __attribute__((always_inline)) void copy_tile(float *restrict tile, const dn_tensor *b,
                                                            size_t first, size_t rows, size_t begin,
                                                            size_t width, size_t vectors)
{
    const size_t stripe = vectors * LANES;
    const float *from = b->data + (ptrdiff_t)first * b->stride[0] + (ptrdiff_t)begin * b->stride[1];
    if (width < stripe)
        memset(tile, 0, rows * stripe * sizeof *tile);
    if (b->stride[1] == 1) {
        for (size_t row = 0; row < rows; row++)
            copy_row(tile + row * stripe, from + (ptrdiff_t)row * b->stride[0], width, vectors);
        return;
    }
    for (size_t column = 0; column < width; column++)
        for (size_t row = 0; row < rows; row++)
            tile[row * stripe + column] =
                from[(ptrdiff_t)row * b->stride[0] + (ptrdiff_t)column * b->stride[1]];
}

/** sums [TOGETHER, stripe] += the rows of a block [rows, `vectors` vectors] that the columns have, each times their elements. */
static inline __attribute__((always_inline)) void add_rows(float *sums, const dn_sparse *a, size_t place,
                                                           const float *restrict block, size_t vectors)
{
    const size_t stripe = vectors * LANES;
    const float *restrict level = a->level;
    const uint8_t *restrict codes = a->codes + place * DN_SPARSE_BLOCK;
    uint64_t mask = 0;
    vector sum[TOGETHER][STRIPE_VECTORS];
    UNROLL for (size_t c = 0; c < TOGETHER; c++)
    {
        mask |= a->masks[place + c];
        UNROLL for (size_t v = 0; v < vectors; v++) sum[c][v] = load(sums + c * stripe + v * LANES);
    }
    for (; mask != 0; mask &= mask - 1) {
        const unsigned row = (unsigned)__builtin_ctzll(mask);
        const float *const from = block + row * stripe;
        UNROLL for (size_t c = 0; c < TOGETHER; c++)
        {
            const vector x = splat(level[codes[c * DN_SPARSE_BLOCK + row]]);
            UNROLL for (size_t v = 0; v < vectors; v++) sum[c][v] += x * load(from + v * LANES);
        }
    }
    UNROLL for (size_t c = 0; c < TOGETHER; c++) UNROLL for (size_t v = 0; v < vectors; v++)
        store(sums + c * stripe + v * LANES, sum[c][v]);
}

/** Columns of a, rows of a^T b, that are summed before they are stored or taken: their sums stay in the first-level cache. */
#define GROUP 16

/** Between rows of out and their sums side by side. */
static void read_sums(float *sums, const dn_tensor *out, const dn_rows *rows)
{
    for (size_t row = 0; row < rows->count; row++)
        memcpy(sums + row * rows->step,
               out->data + (ptrdiff_t)(rows->first + row) * out->stride[0] + rows->begin,
               rows->width * sizeof(float));
}

static void write_sums(dn_tensor *out, const dn_rows *rows)
{
    for (size_t row = 0; row < rows->count; row++)
        memcpy(out->data + (ptrdiff_t)(rows->first + row) * out->stride[0] + rows->begin,
               rows->sums + row * rows->step, rows->width * sizeof(float));
}

/** Has a block of a anything in the columns of a group? */
static bool has_any(const dn_sparse *a, size_t block, const dn_rows *group)
{
    uint64_t any = 0;
    for (size_t column = group->first; column < group->first + group->count; column++)
        any |= a->masks[block * a->step + column];
    return any != 0;
}

/** Fetch a share of the rows that the matrix is filled with next into the cache: for each group of columns the lines of some rows. */
static void fetch_ahead(const dn_sparse *a, size_t first)
{
    const size_t groups = DN_SPARSE_BLOCK / GROUP; /* to a line */
    const size_t share = dn_divide_up(a->ahead_count, groups);
    const size_t begin = first / GROUP % groups * share;
    for (size_t row = begin; row < begin + share && row < a->ahead_count; row++)
        __builtin_prefetch(a->ahead[row] + first / DN_SPARSE_BLOCK * DN_SPARSE_BLOCK);
}

/** Sum one group of columns over one block of rows, whose stripe of b lies side by side, and hand the sums on. */
static inline __attribute__((always_inline)) void sum_group(const dn_sparse_product *work, size_t block,
                                                            const dn_rows *group, float *sums, bool add,
                                                            const dn_row_sink *sink, const float *rows_of_b,
                                                            size_t vectors)
{
    const dn_sparse *a = work->a;
    const size_t stripe = vectors * LANES;
    const bool any = a->rows != 0 && has_any(a, block, group);
    if (!any && (sink ? !add && sink->skips_zeros : add))
        return;
    memset(sums, 0, GROUP * stripe * sizeof(float));
    if (add)
        read_sums(sums, work->out, group);
    for (size_t column = 0; column < group->count && any; column += TOGETHER)
        add_rows(sums + column * stripe, a, block * a->step + group->first + column, rows_of_b, vectors);
    if (sink)
        sink->take(sink->self, group);
    else
        write_sums(work->out, group);
}

static inline __attribute__((always_inline)) void transposed_stripe(const dn_sparse_product *work,
                                                                    size_t begin, size_t vectors)
{
    const dn_sparse *a = work->a;
    const size_t stripe = vectors * LANES;
    const size_t width = dn_smaller(stripe, work->out->shape.extent[1] - begin);
    _Alignas(DN_ALIGNMENT) float block[DN_SPARSE_BLOCK * STRIPE];
    _Alignas(DN_ALIGNMENT) float sums[GROUP * STRIPE];
    for (size_t done = 0; done < a->rows || done == 0; done += DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, a->rows - done);
        const dn_row_sink *sink = done + rows == a->rows ? work->sink : NULL;
        copy_tile(block, work->b, done, rows, begin, width, vectors);
        for (size_t first = 0; first < a->columns; first += GROUP) {
            const dn_rows group = {first, dn_smaller(GROUP, a->columns - first), begin, width, sums, stripe};
            if (begin == 0 && done == 0)
                fetch_ahead(a, first);
            sum_group(work, done / DN_SPARSE_BLOCK, &group, sums, work->accumulate || done != 0, sink, block,
                      vectors);
        }
    }
}

static void transposed_piece(void *argument, size_t piece)
{
    const dn_sparse_product *work = argument;
    if (work->stripe == STRIPE)
        transposed_stripe(work, piece * STRIPE, STRIPE_VECTORS);
    else
        transposed_stripe(work, piece * HALF_STRIPE, HALF_VECTORS);
}

/* ---- Products of a dense matrix whose zeros are known ---- */

/** sums += the rows of a tile [64, `vectors` vectors] whose bits are set, each times its element of x. */
static inline __attribute__((always_inline)) void add_masked(float *sums, uint64_t mask, const float *x,
                                                             ptrdiff_t step, const float *restrict tile,
                                                             size_t vectors)
{
    vector sum[STRIPE_VECTORS];
    UNROLL for (size_t v = 0; v < vectors; v++) sum[v] = load(sums + v * LANES);
    for (; mask != 0; mask &= mask - 1) {
        const int place = __builtin_ctzll(mask);
        const vector factor = splat(x[place * step]);
        const float *const row = tile + (size_t)place * (vectors * LANES);
        UNROLL for (size_t v = 0; v < vectors; v++) sum[v] += factor * load(row + v * LANES);
    }
    UNROLL for (size_t v = 0; v < vectors; v++) store(sums + v * LANES, sum[v]);
}

/**
 * A stripe of out = a b, a block of out's rows after the other: the sums of a block and a tile of b are in the first-level cache.
 * Of a^T, a block of `masks` holds the masks of one row of out; of a, the masks of one row follow on each other.
 */
static inline __attribute__((always_inline)) void masked_stripe(const dn_masked_product *work, size_t begin,
                                                                size_t vectors)
{
    const dn_tensor *a = work->a;
    const size_t rows = a->shape.extent[0];
    const size_t inner = a->shape.extent[1];
    const size_t stripe = vectors * LANES;
    const size_t width = dn_smaller(stripe, work->out->shape.extent[1] - begin);
    _Alignas(DN_ALIGNMENT) float sums[DN_MASK_BITS * STRIPE];
    _Alignas(DN_ALIGNMENT) float tile[DN_MASK_BITS * STRIPE];
    for (size_t done = 0; done < rows; done += DN_MASK_BITS) {
        const size_t count = dn_smaller(DN_MASK_BITS, rows - done);
        memset(sums, 0, sizeof sums);
        for (size_t row = 0; row < count && work->accumulate; row++)
            copy_row(sums + row * stripe, element(work->out, done + row, begin), width, vectors);
        for (size_t k = 0; k < inner; k += DN_MASK_BITS) {
            copy_tile(tile, work->b, k, dn_smaller(DN_MASK_BITS, inner - k), begin, width, vectors);
            for (size_t row = 0; row < count; row++) {
                const uint64_t mask =
                    work->masks[(done + row) * work->row_step + k / DN_MASK_BITS * work->block_step];
                add_masked(sums + row * stripe, mask, element(a, done + row, k), a->stride[1], tile, vectors);
            }
        }
        finish_rows(work->out, done, count, begin, width, sums, vectors, work->epilogue);
    }
}

static void masked_piece(void *argument, size_t piece)
{
    const dn_masked_product *work = argument;
    if (work->stripe == STRIPE)
        masked_stripe(work, piece * STRIPE, STRIPE_VECTORS);
    else
        masked_stripe(work, piece * HALF_STRIPE, HALF_VECTORS);
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
        if (row < update->following) {
            const size_t next = (update->rows + row) * update->step;
            fetch_row(update->value + next, update->width);
            if (update->velocity)
                fetch_row(update->velocity + next, update->width);
        }
        const float *gradient = update->gradient + row * update->gradient_step;
        if (update->velocity)
            momentum_row(value, update->velocity + row * update->step, gradient, update);
        else if (update->weight_decay > 0.0F)
            decaying_row(value, gradient, update);
        else
            plain_row(value, gradient, update);
    }
}

const dn_kernels KERNELS = {.name = KERNELS_NAME,
                            .can_run = can_run,
                            .stripe = STRIPE,
                            .half_stripe = HALF_STRIPE,
                            .panel = PANEL,
                            .fill = fill_piece,
                            .sparse = sparse_piece,
                            .transposed = transposed_piece,
                            .mask_of = mask_of,
                            .masked = masked_piece,
                            .dense = dense_piece,
                            .update = update_rows};
