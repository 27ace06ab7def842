/*
 * Part of the kernels: products of dense matrices.
 *
 * A tile of TILE_ROWS x TILE_VECTORS vectors of sums stays in registers while the inner index runs; b is packed into a panel that the
 * first-level cache holds, and read once for TILE_ROWS rows of a. An element of a that is spread over a vector serves TILE_VECTORS
 * multiplications. AVX-512 spreads it within the multiplication, for nothing, and has registers for high tiles: one vector is faster there
 * than two.
 */
#ifndef DN_TENSOR_KERNELS_DENSE_H
#define DN_TENSOR_KERNELS_DENSE_H

#include "core/memory.h"
#include "tensor/kernels_vector.h"

enum { PANEL = TILE_VECTORS * LANES };
/** Rows of a lower tile, for the rows at the end that do not fill one of TILE_ROWS. */
#define FEW_ROWS 4
_Static_assert(TILE_ROWS % FEW_ROWS == 0, "a tile is lower tiles on each other");
/** Inner indices that a packed panel holds: 16 KB, half of a first-level cache, so that rows of a have room beside it. */
#define INNER_BLOCK (4096 / PANEL)

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
typedef struct sum_tile {
    float *sums;
    ptrdiff_t row_step;
    bool empty; /**< nothing has been added: the sums begin as zeros, whatever lies there */
} sum_tile;

/** tile += `rows` rows of a, from its element at `a` on, times a panel. rows and vectors are constants to the compiler. */
static inline __attribute__((always_inline)) void multiply_tile(const sum_tile *out, const dn_tensor *matrix,
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
    /* Few enough pointers to stay in registers: the other rows are one, two or three steps from them. */
    const float *fours[TILE_ROWS / FEW_ROWS];
    UNROLL for (size_t i = 0; i * FEW_ROWS < rows; i++) fours[i] = a + (ptrdiff_t)(i * FEW_ROWS) * row_step;
    for (size_t k = 0; k < count; k++, panel += PANEL) {
        UNROLL for (size_t row = 0; row < rows; row++)
        {
            const vector factor = splat(fours[row / FEW_ROWS][(ptrdiff_t)(row % FEW_ROWS) * row_step]);
            UNROLL for (size_t v = 0; v < vectors; v++) sum[row][v] += factor * load(panel + v * LANES);
        }
        UNROLL for (size_t i = 0; i * FEW_ROWS < rows; i++) fours[i] += step;
    }
    UNROLL for (size_t row = 0; row < rows; row++)
    {
        float *to = out->sums + (ptrdiff_t)row * out->row_step;
        UNROLL for (size_t v = 0; v < vectors; v++) store(to + v * LANES, sum[row][v]);
    }
}

static void multiply_rows(const sum_tile *out, const dn_tensor *matrix, const float *a, size_t count,
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
        const sum_tile few = {out->sums + (ptrdiff_t)row * out->row_step, out->row_step, out->empty};
        multiply_tile(&few, matrix, a + (ptrdiff_t)row * matrix->stride[0], count, panel, FEW_ROWS,
                      TILE_VECTORS);
    }
    for (; row < rows; row++) {
        const sum_tile one = {out->sums + (ptrdiff_t)row * out->row_step, out->row_step, out->empty};
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
            const sum_tile target = {in_place ? element(out, row, begin) : copy[0],
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

#endif
