#include "tensor/sparse.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "core/pool.h"
#include "tensor/context.h"
#include "tensor/kernels.h"
#include "tensor/matmul.h"

#include <string.h>

/** The blocks of `rows` rows; at least one, whose lists may be empty. */
static size_t count_blocks(size_t rows)
{
    return rows == 0 ? 1 : (rows - 1) / DN_SPARSE_BLOCK + 1;
}

dn_status dn_sparse_new(dn_sparse *matrix, size_t capacity, size_t columns, const float *level,
                        dn_error *error)
{
    *matrix = (dn_sparse){0};
    const size_t groups = columns / DN_SPARSE_GROUP + (columns % DN_SPARSE_GROUP != 0);
    size_t lists;
    if (!dn_size_multiply(count_blocks(capacity), groups, &lists))
        return dn_fail(error, DN_ERR_MEMORY, "give fewer rows", "%zu rows of %zu columns do not fit memory",
                       capacity, columns);
    dn_sparse made = {.columns = columns, .groups = groups, .capacity = capacity, .level = level};
    made.count = dn_allocate_zeroed(lists, sizeof *made.count, error);
    made.entries = dn_allocate(lists, DN_SPARSE_BLOCK * sizeof *made.entries, error);
    if (!made.count || !made.entries) {
        dn_sparse_free(&made);
        return DN_ERR_MEMORY;
    }
    *matrix = made;
    return DN_OK;
}

void dn_sparse_free(dn_sparse *matrix)
{
    if (!matrix)
        return;
    dn_release(matrix->count);
    dn_release(matrix->entries);
    *matrix = (dn_sparse){0};
}

/** Columns that are tested together: most words are all zero, and are skipped at once. */
#define WORD 8
#define WORD_GROUPS (WORD / DN_SPARSE_GROUP)
/** Words that one thread packs at a time. */
#define PIECE_WORDS 16
/** Rows ahead that are prefetched: hardware can't predict the addresses of a shuffled batch. */
#define ROWS_AHEAD 12

typedef struct filling {
    dn_sparse *matrix;
    const uint8_t *const *rows;
} filling;

/** Append the entries of one word of a row to its lists. Every list has room for one more until the last row. */
static void append_word(uint8_t *count, dn_sparse_entry *entries, const uint8_t *word, size_t groups,
                        size_t row)
{
    for (size_t i = 0; i < groups; i++) {
        const uint8_t *code = word + i * DN_SPARSE_GROUP;
        entries[i * DN_SPARSE_BLOCK + count[i]] = dn_sparse_pack(code[0], code[1], row);
        count[i] = (uint8_t)(count[i] + ((code[0] | code[1]) != 0));
    }
}

/** The last word of a row may be shorter: columns that are not there count as zeros. */
static void fill_last_word(const dn_sparse *matrix, const uint8_t *bytes, size_t word, size_t row)
{
    uint8_t codes[WORD] = {0};
    const size_t group = word * WORD_GROUPS;
    const size_t list = row / DN_SPARSE_BLOCK * matrix->groups + group;
    memcpy(codes, bytes + word * WORD, matrix->columns - word * WORD);
    append_word(matrix->count + list, matrix->entries + list * DN_SPARSE_BLOCK, codes, matrix->groups - group,
                row % DN_SPARSE_BLOCK);
}

/** Pack the words begin to end - 1 of a row, which are whole. */
static void fill_words(const dn_sparse *matrix, const uint8_t *bytes, size_t begin, size_t end, size_t row)
{
    const size_t first_list = row / DN_SPARSE_BLOCK * matrix->groups;
    for (size_t word = begin; word < end; word++) {
        const size_t list = first_list + word * WORD_GROUPS;
        uint64_t any;
        memcpy(&any, bytes + word * WORD, sizeof any);
        if (any != 0)
            append_word(matrix->count + list, matrix->entries + list * DN_SPARSE_BLOCK, bytes + word * WORD,
                        WORD_GROUPS, row % DN_SPARSE_BLOCK);
    }
}

static size_t count_words(const dn_sparse *matrix)
{
    return (matrix->columns + WORD - 1) / WORD;
}

static void fill_piece(void *argument, size_t piece)
{
    const filling *work = argument;
    const size_t begin = piece * PIECE_WORDS;
    const size_t whole = work->matrix->columns / WORD;
    const size_t next = begin + PIECE_WORDS;
    const size_t end = next < whole ? next : whole > begin ? whole : begin;
    const bool last = whole < count_words(work->matrix) && whole < next;
    const size_t rows = work->matrix->rows;
    for (size_t row = 0; row < rows; row++) {
        if (row + ROWS_AHEAD < rows)
            dn_platform_prefetch(work->rows[row + ROWS_AHEAD] + begin * WORD, (end - begin) * WORD);
        fill_words(work->matrix, work->rows[row], begin, end, row);
        if (last)
            fill_last_word(work->matrix, work->rows[row], whole, row);
    }
}

void dn_sparse_fill(dn_context *context, dn_sparse *matrix, const uint8_t *const *rows, size_t count)
{
    filling work = {matrix, rows};
    matrix->rows = count;
    memset(matrix->count, 0, count_blocks(count) * matrix->groups * sizeof *matrix->count);
    dn_pool_run(dn_context_pool(context), (count_words(matrix) + PIECE_WORDS - 1) / PIECE_WORDS, fill_piece,
                &work);
}

dn_status dn_sparse_to_dense(const dn_sparse *matrix, dn_tensor *dense, dn_error *error)
{
    DN_TRY(dn_tensor_zeros(dense, DN_SHAPE(matrix->rows, matrix->columns), error));
    for (size_t list = 0; list < count_blocks(matrix->rows) * matrix->groups; list++) {
        const size_t column = list % matrix->groups * DN_SPARSE_GROUP;
        for (size_t i = 0; i < matrix->count[list]; i++) {
            const dn_sparse_entry entry = matrix->entries[list * DN_SPARSE_BLOCK + i];
            const size_t row = list / matrix->groups * DN_SPARSE_BLOCK + dn_sparse_row(entry);
            for (size_t lane = 0; lane < DN_SPARSE_GROUP && column + lane < matrix->columns; lane++)
                dense->data[row * matrix->columns + column + lane] =
                    matrix->level[dn_sparse_code(entry, lane)];
        }
    }
    return DN_OK;
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

static void run(dn_context *context, dn_task *task, dn_sparse_product *work)
{
    const size_t stripe = dn_context_kernel_set(context)->stripe;
    const size_t columns = work->out->shape.extent[1];
    dn_pool_run(dn_context_pool(context), (columns + stripe - 1) / stripe, task, work);
}

dn_status dn_sparse_matmul(dn_context *context, const dn_sparse *a, const dn_tensor *b, dn_tensor *out,
                           dn_error *error)
{
    dn_sparse_product work = {.a = a, .b = b, .out = out};
    DN_TRY(dn_check_product(DN_SHAPE(a->rows, a->columns), b->shape, out->shape, error));
    DN_TRY(check_row(b, error));
    DN_TRY(check_row(out, error));
    run(context, dn_context_kernel_set(context)->sparse, &work);
    return DN_OK;
}

dn_status dn_sparse_transposed_matmul(dn_context *context, const dn_sparse *a, const dn_tensor *b,
                                      dn_tensor *out, bool accumulate, dn_error *error)
{
    dn_sparse_product work = {.a = a, .b = b, .out = out, .accumulate = accumulate};
    DN_TRY(dn_check_product(DN_SHAPE(a->columns, a->rows), b->shape, out->shape, error));
    DN_TRY(check_row(b, error));
    DN_TRY(check_row(out, error));
    run(context, dn_context_kernel_set(context)->transposed, &work);
    return DN_OK;
}
