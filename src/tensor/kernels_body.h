/*
 * The kernels. A file that includes this one defines first
 *
 *     LANES         floats in a vector
 *     TILE_ROWS     rows of a dense product that are computed side by side
 *     TILE_VECTORS  vectors in each of these rows
 *     KERNELS       the name of the table at the end, as a string in KERNELS_NAME
 *
 * and a function can_run. Why they are fast:
 *
 * Sparse: a stripe of STRIPE columns of out is one thread's, for the whole batch. Of the two operands that a term joins, one
 * stays in registers for a whole list (forward: two rows of weights; transposed: the sums of two rows of gradients), the
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
#include "tensor/kernels.h"
#include "tensor/sparse.h"

#include <string.h>

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define STRIPE_VECTORS 4
enum { STRIPE = STRIPE_VECTORS * LANES, PANEL = TILE_VECTORS * LANES };
/** Rows of a tile for what is left at the end. */
#define FEW_ROWS 4
/** Inner indices that a packed panel holds: 16 KB, half of a first-level cache, so that rows of a have room beside it. */
#define INNER_BLOCK (4096 / PANEL)

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
/** The same, anywhere in memory. */
typedef float loose_vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

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

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/** Where a list's two rows of a matrix [columns of a, M] lie; a last column alone counts twice, the second time as zeros. */
static size_t second_row(const dn_sparse *a, size_t group)
{
    const size_t first = group * DN_SPARSE_GROUP;
    return first + 1 < a->columns ? first + 1 : first;
}

/** Every entry's row of the block += both elements times the two rows of weights. */
static inline void add_weights(float *restrict block, const dn_sparse_entry *restrict entry, size_t count,
                               const float *restrict level, const float *restrict first,
                               const float *restrict second)
{
    vector w0[STRIPE_VECTORS];
    vector w1[STRIPE_VECTORS];
    UNROLL for (size_t v = 0; v < STRIPE_VECTORS; v++)
    {
        w0[v] = load(first + v * LANES);
        w1[v] = load(second + v * LANES);
    }
    for (size_t i = 0; i < count; i++) {
        float *row = block + dn_sparse_row(entry[i]) * STRIPE;
        const vector x0 = splat(level[dn_sparse_code(entry[i], 0)]);
        const vector x1 = splat(level[dn_sparse_code(entry[i], 1)]);
        UNROLL for (size_t v = 0; v < STRIPE_VECTORS; v++)
            store(row + v * LANES, (load(row + v * LANES) + x0 * w0[v]) + x1 * w1[v]);
    }
}

static void sparse_piece(void *argument, size_t piece)
{
    const dn_sparse_product *work = argument;
    const dn_sparse *a = work->a;
    const size_t begin = piece * STRIPE;
    const size_t width = smaller(STRIPE, work->out->shape.extent[1] - begin);
    const float *weights = work->b->data + begin;
    const ptrdiff_t step = work->b->stride[0];
    _Alignas(DN_ALIGNMENT) float block[DN_SPARSE_BLOCK * STRIPE];
    _Alignas(DN_ALIGNMENT) float edge[DN_SPARSE_GROUP][STRIPE] = {{0}};
    for (size_t done = 0; done < a->rows; done += DN_SPARSE_BLOCK) {
        const size_t rows = smaller(DN_SPARSE_BLOCK, a->rows - done);
        const uint8_t *count = a->count + done / DN_SPARSE_BLOCK * a->groups;
        const dn_sparse_entry *entries = a->entries + done * a->groups;
        memset(block, 0, rows * STRIPE * sizeof(float));
        for (size_t group = 0; group < a->groups; group++) {
            const float *first = weights + (ptrdiff_t)(group * DN_SPARSE_GROUP) * step;
            const float *second = weights + (ptrdiff_t)second_row(a, group) * step;
            if (count[group] == 0)
                continue;
            if (width < STRIPE) {
                first = memcpy(edge[0], first, width * sizeof(float));
                second = memcpy(edge[1], second, width * sizeof(float));
            }
            add_weights(block, entries + group * DN_SPARSE_BLOCK, count[group], a->level, first, second);
        }
        for (size_t row = 0; row < rows; row++)
            memcpy(work->out->data + (ptrdiff_t)(done + row) * work->out->stride[0] + begin,
                   block + row * STRIPE, width * sizeof(float));
    }
}

/** Two rows of sums: where they start from, and where they go. */
typedef struct sums {
    const float *from[DN_SPARSE_GROUP];
    float *to[DN_SPARSE_GROUP];
} sums;

/** Both sums += every entry's row of the block times the entry's element. */
static inline void add_rows(const sums *rows, const dn_sparse_entry *restrict entry, size_t count,
                            const float *restrict level, const float *restrict block)
{
    vector s0[STRIPE_VECTORS];
    vector s1[STRIPE_VECTORS];
    UNROLL for (size_t v = 0; v < STRIPE_VECTORS; v++)
    {
        s0[v] = load(rows->from[0] + v * LANES);
        s1[v] = load(rows->from[1] + v * LANES);
    }
    for (size_t i = 0; i < count; i++) {
        const float *row = block + dn_sparse_row(entry[i]) * STRIPE;
        const vector x0 = splat(level[dn_sparse_code(entry[i], 0)]);
        const vector x1 = splat(level[dn_sparse_code(entry[i], 1)]);
        UNROLL for (size_t v = 0; v < STRIPE_VECTORS; v++)
        {
            s0[v] += x0 * load(row + v * LANES);
            s1[v] += x1 * load(row + v * LANES);
        }
    }
    UNROLL for (size_t v = 0; v < STRIPE_VECTORS; v++)
    {
        store(rows->to[0] + v * LANES, s0[v]);
        store(rows->to[1] + v * LANES, s1[v]);
    }
}

/** One stripe of a block of rows of b, side by side. */
static void copy_block(float *block, const dn_tensor *b, size_t done, size_t rows, size_t begin, size_t width)
{
    for (size_t row = 0; row < rows; row++) {
        memcpy(block + row * STRIPE, b->data + (ptrdiff_t)(done + row) * b->stride[0] + begin,
               width * sizeof(float));
        memset(block + row * STRIPE + width, 0, (STRIPE - width) * sizeof(float));
    }
}

/** Where the sums of a group start from when nothing is added to. */
static const float zeros[STRIPE];

/** The sums of a group at the edge of out, where a whole stripe or a second column does not fit: by way of a copy. */
static void transposed_edge(const dn_sparse_product *work, const float *block, size_t list, float *const *out,
                            size_t columns, size_t width, bool add)
{
    const dn_sparse *a = work->a;
    _Alignas(DN_ALIGNMENT) float edge[DN_SPARSE_GROUP][STRIPE] = {{0}};
    const sums rows = {.from = {edge[0], edge[1]}, .to = {edge[0], edge[1]}};
    for (size_t i = 0; i < columns && add; i++)
        memcpy(edge[i], out[i], width * sizeof(float));
    add_rows(&rows, a->entries + list * DN_SPARSE_BLOCK, a->count[list], a->level, block);
    for (size_t i = 0; i < columns; i++)
        memcpy(out[i], edge[i], width * sizeof(float));
}

/** The sums of one group of columns, from one block of rows. */
static void transposed_group(const dn_sparse_product *work, const float *block, size_t list, size_t begin,
                             size_t width, bool add)
{
    const dn_sparse *a = work->a;
    const size_t column = list % a->groups * DN_SPARSE_GROUP;
    const size_t columns = smaller(DN_SPARSE_GROUP, a->columns - column);
    float *out[DN_SPARSE_GROUP] = {0};
    for (size_t i = 0; i < columns; i++)
        out[i] = work->out->data + (ptrdiff_t)(column + i) * work->out->stride[0] + begin;
    if (width < STRIPE || columns < DN_SPARSE_GROUP) {
        transposed_edge(work, block, list, out, columns, width, add);
        return;
    }
    const sums rows = {.from = {add ? out[0] : zeros, add ? out[1] : zeros}, .to = {out[0], out[1]}};
    add_rows(&rows, a->entries + list * DN_SPARSE_BLOCK, a->count[list], a->level, block);
}

static void transposed_piece(void *argument, size_t piece)
{
    const dn_sparse_product *work = argument;
    const dn_sparse *a = work->a;
    const size_t begin = piece * STRIPE;
    const size_t width = smaller(STRIPE, work->out->shape.extent[1] - begin);
    _Alignas(DN_ALIGNMENT) float block[DN_SPARSE_BLOCK * STRIPE];
    for (size_t done = 0; done < a->rows || done == 0; done += DN_SPARSE_BLOCK) {
        const size_t rows = smaller(DN_SPARSE_BLOCK, a->rows - done);
        const bool add = work->accumulate || done != 0;
        copy_block(block, work->b, done, rows, begin, width);
        for (size_t group = 0; group < a->groups; group++) {
            const size_t list = done / DN_SPARSE_BLOCK * a->groups + group;
            if (!add || a->count[list] != 0)
                transposed_group(work, block, list, begin, width, add);
        }
    }
}

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

/** Element (row, column) of a matrix. */
static inline float *element(const dn_tensor *matrix, size_t row, size_t column)
{
    return matrix->data + (ptrdiff_t)row * matrix->stride[0] + (ptrdiff_t)column * matrix->stride[1];
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
    const size_t rows = out->shape.extent[0];
    const size_t inner = work->a->shape.extent[1];
    const size_t begin = piece * PANEL;
    const size_t width = smaller(PANEL, out->shape.extent[1] - begin);
    const bool in_place = width == PANEL && out->stride[1] == 1;
    _Alignas(DN_ALIGNMENT) float panel[INNER_BLOCK * PANEL];
    _Alignas(DN_ALIGNMENT) float copy[TILE_ROWS][PANEL] = {{0}};
    for (size_t k = 0; k < inner || k == 0; k += INNER_BLOCK) {
        const size_t count = smaller(INNER_BLOCK, inner - k);
        const bool empty = !work->accumulate && k == 0;
        pack_panel(panel, work->b, k, count, begin, width);
        for (size_t row = 0; row < rows; row += TILE_ROWS) {
            const size_t tile_rows = smaller(TILE_ROWS, rows - row);
            const tile target = {in_place ? element(out, row, begin) : copy[0],
                                 in_place ? out->stride[0] : PANEL, empty};
            if (!in_place && !empty)
                read_tile(copy, out, row, tile_rows, begin, width);
            multiply_rows(&target, work->a, element(work->a, row, k), count, panel, tile_rows, width);
            if (!in_place)
                write_tile(copy, out, row, tile_rows, begin, width);
        }
    }
}

const dn_kernels KERNELS = {.name = KERNELS_NAME,
                            .can_run = can_run,
                            .stripe = STRIPE,
                            .panel = PANEL,
                            .sparse = sparse_piece,
                            .transposed = transposed_piece,
                            .dense = dense_piece};
