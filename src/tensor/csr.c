#include "digitnet/tensor/csr.h"

#include "core/memory.h"
#include "core/try.h"
#include "tensor/check.h"

#include <string.h>

/** The arrays of an owner lie in one block: begin, end, column, code. */
static dn_status allocate_entries(dn_csr *csr, size_t entries, dn_error *error)
{
    const size_t row_bytes = 2 * sizeof(uint32_t);
    const size_t entry_bytes = sizeof(uint16_t) + sizeof(uint8_t);
    size_t bytes_of_rows;
    size_t bytes_of_entries;
    size_t bytes;
    if (!dn_size_multiply(csr->rows, row_bytes, &bytes_of_rows) ||
        !dn_size_multiply(entries, entry_bytes, &bytes_of_entries) ||
        !dn_size_add(bytes_of_rows, bytes_of_entries, &bytes))
        return dn_fail(error, DN_ERR_MEMORY, "give fewer rows", "%zu sparse entries do not fit memory",
                       entries);
    csr->storage = dn_allocate(bytes, 1, error);
    return csr->storage ? DN_OK : DN_ERR_MEMORY;
}

/** Row `row` of the matrix to be, as bytes. */
static const uint8_t *source_row(const uint8_t *bytes, const uint32_t *indices, size_t row, size_t columns)
{
    return bytes + (indices ? indices[row] : row) * columns;
}

static size_t count_entries(const uint8_t *bytes, const uint32_t *indices, size_t count, size_t columns)
{
    size_t entries = 0;
    for (size_t row = 0; row < count; row++) {
        const uint8_t *source = source_row(bytes, indices, row, columns);
        for (size_t i = 0; i < columns; i++)
            entries += source[i] != 0;
    }
    return entries;
}

/** Fill the owner's arrays, which have room for `entries`. */
static void fill_entries(dn_csr *csr, size_t entries, const uint8_t *bytes, const uint32_t *indices)
{
    uint32_t *begin = csr->storage;
    uint32_t *end = begin + csr->rows;
    uint16_t *column = (uint16_t *)(end + csr->rows);
    uint8_t *code = (uint8_t *)(column + entries);
    uint32_t place = 0;
    for (size_t row = 0; row < csr->rows; row++) {
        const uint8_t *source = source_row(bytes, indices, row, csr->columns);
        begin[row] = place;
        for (size_t i = 0; i < csr->columns; i++) {
            if (source[i] == 0)
                continue;
            column[place] = (uint16_t)i;
            code[place] = source[i];
            place++;
        }
        end[row] = place;
    }
    csr->begin = begin;
    csr->end = end;
    csr->column = column;
    csr->code = code;
}

dn_status dn_csr_from_rows(dn_csr *csr, const uint8_t *bytes, const uint32_t *indices, size_t count,
                           size_t columns, const float *level, dn_error *error)
{
    *csr = (dn_csr){0};
    if (columns > DN_CSR_MAX_COLUMNS)
        return dn_fail(error, DN_ERR_SHAPE, "give narrower rows", "%zu columns, sparse rows have at most %d",
                       columns, DN_CSR_MAX_COLUMNS);
    const size_t entries = count_entries(bytes, indices, count, columns);
    if (entries > UINT32_MAX)
        return dn_fail(error, DN_ERR_SHAPE, "give fewer rows", "%zu entries are too many for sparse rows",
                       entries);
    dn_csr made = {.rows = count, .columns = columns, .level = level};
    DN_TRY(allocate_entries(&made, entries, error));
    fill_entries(&made, entries, bytes, indices);
    *csr = made;
    return DN_OK;
}

void dn_csr_free(dn_csr *csr)
{
    if (!csr)
        return;
    dn_release(csr->storage);
    *csr = (dn_csr){0};
}

void dn_csr_select(const dn_csr *source, const uint32_t *indices, size_t count, uint32_t *begin,
                   uint32_t *end, dn_csr *view)
{
    for (size_t i = 0; i < count; i++) {
        begin[i] = source->begin[indices[i]];
        end[i] = source->end[indices[i]];
    }
    *view = *source;
    view->rows = count;
    view->begin = begin;
    view->end = end;
    view->storage = NULL;
}

dn_status dn_csr_to_dense(const dn_csr *csr, dn_tensor *dense, dn_error *error)
{
    DN_TRY(dn_tensor_zeros(dense, DN_SHAPE(csr->rows, csr->columns), error));
    for (size_t row = 0; row < csr->rows; row++) {
        for (size_t entry = csr->begin[row]; entry < csr->end[row]; entry++)
            dense->data[row * csr->columns + csr->column[entry]] = csr->level[csr->code[entry]];
    }
    return DN_OK;
}

/** Columns of the product that one thread computes at a time. */
#define SLICE 64

typedef struct product {
    const dn_csr *a;
    const dn_tensor *b;
    dn_tensor *out;
    bool accumulate;
} product;

static void add_scaled(float *restrict out, const float *restrict b, float factor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] += factor * b[i];
}

static void multiply_slice(void *argument, size_t piece)
{
    const product *work = argument;
    const size_t begin = piece * SLICE;
    const size_t columns = work->out->shape.extent[1];
    const size_t count = begin + SLICE < columns ? SLICE : columns - begin;
    const dn_csr *a = work->a;
    for (size_t row = 0; row < a->rows; row++) {
        float *out = work->out->data + (ptrdiff_t)row * work->out->stride[0] + begin;
        memset(out, 0, count * sizeof *out);
        for (size_t entry = a->begin[row]; entry < a->end[row]; entry++)
            add_scaled(out, work->b->data + (ptrdiff_t)a->column[entry] * work->b->stride[0] + begin,
                       a->level[a->code[entry]], count);
    }
}

static void multiply_transposed_slice(void *argument, size_t piece)
{
    const product *work = argument;
    const size_t begin = piece * SLICE;
    const size_t columns = work->out->shape.extent[1];
    const size_t count = begin + SLICE < columns ? SLICE : columns - begin;
    const dn_csr *a = work->a;
    for (size_t row = 0; row < a->columns && !work->accumulate; row++)
        memset(work->out->data + (ptrdiff_t)row * work->out->stride[0] + begin, 0, count * sizeof(float));
    for (size_t row = 0; row < a->rows; row++) {
        const float *b = work->b->data + (ptrdiff_t)row * work->b->stride[0] + begin;
        for (size_t entry = a->begin[row]; entry < a->end[row]; entry++)
            add_scaled(work->out->data + (ptrdiff_t)a->column[entry] * work->out->stride[0] + begin, b,
                       a->level[a->code[entry]], count);
    }
}

/** The kernels walk a row of b or out as it lies. */
static dn_status check_row(const dn_tensor *matrix, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    if (matrix->shape.extent[1] > 1 && matrix->stride[1] != 1)
        return dn_fail(error, DN_ERR_SHAPE, "clone it first",
                       "the rows of a matrix of shape %s are not contiguous",
                       dn_shape_text(matrix->shape, text));
    return DN_OK;
}

dn_status dn_csr_matmul(dn_context *context, const dn_csr *a, const dn_tensor *b, dn_tensor *out,
                        dn_error *error)
{
    DN_TRY(dn_check_product(DN_SHAPE(a->rows, a->columns), b->shape, out->shape, error));
    DN_TRY(check_row(b, error));
    DN_TRY(check_row(out, error));
    product work = {a, b, out, false};
    dn_pool_run(dn_context_pool(context), (out->shape.extent[1] + SLICE - 1) / SLICE, multiply_slice, &work);
    return DN_OK;
}

dn_status dn_csr_transposed_matmul(dn_context *context, const dn_csr *a, const dn_tensor *b, dn_tensor *out,
                                   bool accumulate, dn_error *error)
{
    DN_TRY(dn_check_product(DN_SHAPE(a->columns, a->rows), b->shape, out->shape, error));
    DN_TRY(check_row(b, error));
    DN_TRY(check_row(out, error));
    product work = {a, b, out, accumulate};
    dn_pool_run(dn_context_pool(context), (out->shape.extent[1] + SLICE - 1) / SLICE,
                multiply_transposed_slice, &work);
    return DN_OK;
}
