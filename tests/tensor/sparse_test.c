#include "product.h"
#include "tensors.h"

#include "core/pool.h"
#include "core/random.h"
#include "tensor/context.h"
#include "tensor/matmul.h"
#include "tensor/sparse.h"

#include "digitnet/tensor.h"

#include <stdlib.h>
#include <string.h>

static const dn_epilogue none;

static float level[DN_SPARSE_LEVELS];

static int start(void **state)
{
    for (size_t i = 0; i < DN_SPARSE_LEVELS; i++)
        level[i] = (float)i / 255.0F;
    return start_contexts(state);
}

/** A matrix of `count` rows that follow on each other. */
static void fill_new(dn_sparse *matrix, const uint8_t *bytes, size_t count, size_t columns)
{
    dn_error error;
    const uint8_t *rows[300];
    for (size_t i = 0; i < count; i++)
        rows[i] = bytes + i * columns;
    assert_ok(dn_sparse_new(matrix, count, columns, level, &error));
    dn_sparse_fill(contexts.context[1], matrix, rows, count);
}

static void a_hand_made_matrix_keeps_what_is_not_zero(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[] = {0, 51, 0, 255, 7, 0, 0, 0, 0, 0, 102, 0, 0, 1, 0};
    dn_sparse matrix;
    dn_tensor dense;
    fill_new(&matrix, bytes, 3, 5);
    assert_int_equal(matrix.rows, 3);
    assert_int_equal(matrix.columns, 5);
    const uint64_t of_columns[] = {4, 1, 0, 5, 1};  /* bit 0 is row 0 */
    const uint64_t of_rows[] = {10 + 16, 0, 1 + 8}; /* bit 0 is column 0 */
    assert_memory_equal(matrix.column_lines.masks, of_columns, sizeof of_columns);
    assert_memory_equal(matrix.row_lines.masks, of_rows, sizeof of_rows);
    for (size_t row = 0; row < DN_SPARSE_BLOCK; row++) {
        for (size_t column = 0; column < DN_SPARSE_BLOCK; column++) {
            const uint8_t code = row < 3 && column < 5 ? bytes[row * 5 + column] : 0;
            assert_int_equal(matrix.row_lines.codes[row * DN_SPARSE_BLOCK + column], code);
            assert_int_equal(matrix.column_lines.codes[column * DN_SPARSE_BLOCK + row], code);
        }
    }
    assert_ok(dn_sparse_to_dense(&matrix, &dense, &error));
    assert_tensor(&dense, DN_SHAPE(3, 5), 0, 0, 0.2F, 0, 1, level[7], 0, 0, 0, 0, 0, 0.4F, 0, 0, level[1], 0);
    dn_tensor_free(&dense);
    dn_sparse_free(&matrix);
    assert_null(matrix.row_lines.codes);
    assert_int_equal(matrix.rows, 0);
    dn_sparse_free(&matrix);
    dn_sparse_free(NULL);
}

/** Of the lines of 2 x 2 tiles, one has a code, a 1. */
static void assert_single(const dn_lines *lines, size_t line, size_t place)
{
    for (size_t i = 0; i < (size_t)4 * DN_SPARSE_BLOCK; i++) {
        assert_int_equal(lines->masks[i], i == line ? (uint64_t)1 << place : 0);
        assert_int_equal(lines->codes[i * DN_SPARSE_BLOCK + place], i == line);
    }
}

/** The least that is not zero is kept in any row and column, whatever the width of vectors, and at the end of both. */
static void a_single_small_element_is_kept_wherever_it_stands(void **state)
{
    (void)state;
    static uint8_t bytes[70 * 75];
    const uint8_t *rows[70];
    dn_error error;
    for (size_t i = 0; i < 70; i++)
        rows[i] = bytes + i * 75;
    for (size_t context = 0; context < contexts.count; context++) {
        dn_sparse matrix;
        assert_ok(dn_sparse_new(&matrix, 70, 75, level, &error));
        for (size_t place = context; place < sizeof bytes; place += 7) {
            bytes[place] = 1;
            dn_sparse_fill(contexts.context[context], &matrix, rows, 70);
            bytes[place] = 0;
            const size_t row = place / 75;
            const size_t column = place % 75;
            const size_t tile = row / 64 * 2 + column / 64; /* of 2 x 2 */
            assert_single(&matrix.row_lines, tile * 64 + row % 64, column % 64);
            assert_single(&matrix.column_lines, tile * 64 + column % 64, row % 64);
        }
        dn_sparse_free(&matrix);
    }
}

static void rows_are_chosen_by_their_pointers(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[] = {1, 0, 0, 2, 3, 3};
    const uint8_t *const chosen[] = {bytes + 4, bytes, bytes + 4, bytes + 2};
    dn_sparse matrix;
    dn_tensor dense;
    assert_ok(dn_sparse_new(&matrix, 4, 2, level, &error));
    dn_sparse_fill(NULL, &matrix, chosen, 4);
    assert_ok(dn_sparse_to_dense(&matrix, &dense, &error));
    assert_tensor(&dense, DN_SHAPE(4, 2), 0, level[3], level[3], level[1], 0, level[3], level[3], 0,
                  level[2]);
    dn_tensor_free(&dense);
    dn_sparse_free(&matrix);
}

static void filling_again_leaves_nothing_of_before(void **state)
{
    (void)state;
    dn_error error;
    static uint8_t bytes[70 * 30];
    const uint8_t *rows[70];
    dn_sparse matrix;
    dn_tensor dense;
    memset(bytes, 9, sizeof bytes);
    for (size_t i = 0; i < 70; i++)
        rows[i] = bytes + i * 30;
    assert_ok(dn_sparse_new(&matrix, 70, 30, level, &error));
    dn_sparse_fill(NULL, &matrix, rows, 70);
    memset(bytes, 0, sizeof bytes);
    bytes[29] = 5;
    dn_sparse_fill(NULL, &matrix, rows, 2);
    assert_ok(dn_sparse_to_dense(&matrix, &dense, &error));
    assert_true(dn_shape_equal(dense.shape, DN_SHAPE(2, 30)));
    for (size_t i = 0; i < 60; i++)
        assert_true(dense.data[i] == (i == 29 ? level[5] : 0.0F));
    dn_tensor_free(&dense);
    dn_sparse_free(&matrix);
}

/** Random bytes, about one in `share` of them not zero; row 1 and column 2 are all zero, row 3 is full. */
static uint8_t *new_bytes(size_t rows, size_t columns, uint64_t share)
{
    dn_random random = dn_random_stream(rows * 1000 + columns, DN_PURPOSE_TENSOR, share, 0);
    uint8_t *bytes = calloc(rows * columns + 1, 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < rows * columns; i++) {
        const bool filled = i / columns == 3 || (dn_random_below(&random, share) == 0 && i / columns != 1);
        bytes[i] = filled && i % columns != 2 ? (uint8_t)(1 + dn_random_below(&random, 255)) : 0;
    }
    return bytes;
}

/** A copy for each thread while there is room, and all of them the same. */
static void threads_get_copies_that_are_the_same(void **state)
{
    (void)state;
    dn_error error;
    static const struct {
        size_t rows, threads, filled;
    } cases[] = {{64, 1, 1}, {64, 2, 2}, {65, 3, 3}, {10, 5, 5}, {300, 16, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *bytes = new_bytes(cases[i].rows, 784, 5);
        dn_sparse matrix;
        dn_context *context;
        assert_ok(dn_context_new(&context, cases[i].threads, DN_KERNELS_AUTO, &error));
        const uint8_t *rows[300];
        for (size_t row = 0; row < cases[i].rows; row++)
            rows[row] = bytes + row * 784;
        assert_ok(dn_sparse_new(&matrix, cases[i].rows, 784, level, &error));
        dn_sparse_fill(context, &matrix, rows, cases[i].rows);
        if (dn_pool_threads(dn_context_pool(context)) == cases[i].threads)
            assert_int_equal(matrix.filled, cases[i].filled);
        for (size_t copy = 1; copy < matrix.filled; copy++) {
            const dn_lines of_rows = dn_lines_from(matrix.row_lines, copy * matrix.line_count);
            const dn_lines of_columns = dn_lines_from(matrix.column_lines, copy * matrix.line_count);
            const size_t count = matrix.line_count;
            assert_memory_equal(of_rows.masks, matrix.row_lines.masks, count * sizeof *of_rows.masks);
            assert_memory_equal(of_rows.codes, matrix.row_lines.codes, count * DN_SPARSE_BLOCK);
            assert_memory_equal(of_columns.masks, matrix.column_lines.masks, count * sizeof *of_rows.masks);
            assert_memory_equal(of_columns.codes, matrix.column_lines.codes, count * DN_SPARSE_BLOCK);
        }
        dn_sparse_free(&matrix);
        dn_context_free(context);
        free(bytes);
    }
}

static void a_matrix_may_have_no_rows_no_columns_or_no_entries(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t zeros[6] = {0};
    const size_t extents[][2] = {{0, 3}, {3, 0}, {2, 3}, {0, 0}};
    for (size_t i = 0; i < 4; i++) {
        dn_sparse matrix;
        dn_tensor dense;
        fill_new(&matrix, zeros, extents[i][0], extents[i][1]);
        assert_ok(dn_sparse_to_dense(&matrix, &dense, &error));
        assert_true(dn_shape_equal(dense.shape, DN_SHAPE(extents[i][0], extents[i][1])));
        for (size_t place = 0; place < dn_tensor_count(&dense); place++)
            assert_true(dense.data[place] == 0.0F);
        dn_tensor_free(&dense);
        dn_sparse_free(&matrix);
    }
}

static void what_no_memory_can_hold_is_refused(void **state)
{
    (void)state;
    dn_error error;
    dn_sparse matrix;
    assert_int_equal(dn_sparse_new(&matrix, SIZE_MAX, SIZE_MAX, level, &error), DN_ERR_MEMORY);
    assert_null(matrix.row_lines.codes);
}

static void assert_same_row(const dn_tensor *row, const dn_tensor *expected)
{
    dn_error error;
    dn_tensor whole;
    assert_ok(dn_tensor_view(row, expected->shape, &whole, &error));
    assert_same_bits(&whole, expected);
}

/** x b, x^T y and the sums of y's columns, sparse and dense, against the definition: the same bits. */
static void check_products(dn_context *context, size_t rows, size_t columns, size_t width, uint64_t share)
{
    dn_error error;
    uint8_t *bytes = new_bytes(rows, columns, share);
    dn_random random = dn_random_stream(width, DN_PURPOSE_TENSOR, 0, 0);
    dn_sparse x;
    dn_tensor dense, dense_turned, ones, b, y, out, grad, sums, expected, expected_grad, expected_sums;
    fill_new(&x, bytes, rows, columns);
    assert_ok(dn_sparse_to_dense(&x, &dense, &error));
    assert_ok(dn_tensor_transpose(&dense, 0, 1, &dense_turned, &error));
    new_normal(&b, DN_SHAPE(columns, width), &random);
    new_normal(&y, DN_SHAPE(rows, width), &random);
    new_full(&out, DN_SHAPE(rows, width), 5.0F);
    new_full(&grad, DN_SHAPE(columns, width), 5.0F);
    new_full(&ones, DN_SHAPE(1, rows), 1.0F);
    new_full(&sums, DN_SHAPE(width), 5.0F);
    assert_ok(dn_tensor_zeros(&expected_sums, DN_SHAPE(1, width), &error));
    assert_ok(dn_tensor_zeros(&expected, out.shape, &error));
    assert_ok(dn_tensor_zeros(&expected_grad, grad.shape, &error));

    define_product(&dense, &b, &expected, false);
    assert_ok(dn_sparse_matmul(context, &x, WHOLE(b), &none, &out, &error));
    assert_same_bits(&out, &expected);
    for (int turn = 0; turn < 2; turn++) { /* first overwriting, then adding */
        define_product(&dense_turned, &y, &expected_grad, turn == 1);
        define_product(&ones, &y, &expected_sums, turn == 1);
        assert_ok(dn_sparse_transposed_matmul(context, &x, &y, WHOLE(grad), &sums, turn == 1, NULL, &error));
        assert_same_bits(&grad, &expected_grad);
        assert_same_row(&sums, &expected_sums);
    }
    dn_stripes b_cut = cut_stripes(&b);
    dn_stripes grad_cut = cut_stripes(&grad);
    assert_ok(dn_fill(&out, 5.0F, &error));
    for (int form = 0; form < 2; form++) { /* the same with b and the result in stripes */
        const dn_matrix matrix = {.sparse = form == 0 ? &x : NULL, .dense = form == 1 ? &dense : NULL};
        assert_ok(dn_matrix_multiply(context, &matrix, &b_cut, &none, &out, &error));
        assert_same_bits(&out, &expected);
        define_product(&dense_turned, &y, &expected_grad, true);
        define_product(&ones, &y, &expected_sums, true);
        assert_ok(dn_matrix_transposed_multiply(context, &matrix, &y, &grad_cut, &sums, true, NULL, &error));
        assert_same_stripes(&grad_cut, &expected_grad);
        assert_same_row(&sums, &expected_sums);
    }
    free_stripes(&b_cut);
    free_stripes(&grad_cut);
    dn_tensor *const owners[] = {&dense,         &ones,         &b, &y, &out, &grad, &sums, &expected,
                                 &expected_grad, &expected_sums};
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
        dn_tensor_free(owners[i]);
    dn_sparse_free(&x);
    free(bytes);
}

static void products_give_the_bits_of_the_dense_definition(void **state)
{
    (void)state;
    static const size_t widths[] = {0, 1, 7, 8, 10, 30, 63, 64, 65, 128, 130, 200};
    static const size_t batches[] = {0, 1, 5, 64, 67};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
            check_products(contexts.context[(i + 5 * w) % contexts.count], batches[i], 50 + w % 2, widths[w],
                           5);
    }
}

static void products_of_full_and_empty_matrices_do_too(void **state)
{
    (void)state;
    check_products(contexts.context[1], 20, 33, 70, 1);
    check_products(contexts.context[1], 20, 33, 70, 1000000);
    check_products(NULL, 20, 1, 70, 2);
    check_products(NULL, 4, 0, 70, 2);
    check_products(contexts.context[1], 64, 784, 128, 5);
}

static void any_kernels_and_threads_give_the_same_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < contexts.count; i++)
        check_products(contexts.context[i], 150, 43, 300, 4);
}

static void rows_may_be_apart_in_memory(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[] = {0, 255, 255, 0, 255, 255};
    float b_numbers[] = {1, 2, 0, 3, 4, 0, 5, 6, 0};
    float results[9] = {9, 9, 9, 9, 9, 9, 9, 9, 9};
    dn_sparse x;
    fill_new(&x, bytes, 2, 3);
    dn_tensor b = dn_tensor_borrow(b_numbers, DN_SHAPE(3, 3));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(3, 3));
    assert_ok(dn_tensor_slice(&b, 1, 0, 2, 1, &b, &error));
    assert_ok(dn_tensor_slice(&out, 1, 1, 3, 1, &out, &error));
    dn_tensor two;
    assert_ok(dn_tensor_slice(&out, 0, 0, 2, 1, &two, &error));
    assert_ok(dn_sparse_matmul(NULL, &x, WHOLE(b), &none, &two, &error));
    assert_tensor(&two, DN_SHAPE(2, 2), 0, 8, 10, 8, 10);
    assert_ok(dn_tensor_slice(&b, 0, 0, 2, 1, &b, &error));
    assert_ok(dn_sparse_transposed_matmul(NULL, &x, &b, WHOLE(out), NULL, false, NULL, &error));
    assert_tensor(&out, DN_SHAPE(3, 2), 0, 0, 0, 4, 6, 4, 6);
    assert_true(results[0] == 9.0F && results[3] == 9.0F && results[6] == 9.0F);
    dn_sparse_free(&x);
}

static void shapes_and_strides_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[6] = {1, 2, 3, 4, 5, 6};
    float numbers[12] = {0};
    dn_sparse x;
    dn_tensor turned;
    fill_new(&x, bytes, 2, 3);
    dn_tensor b = dn_tensor_borrow(numbers, DN_SHAPE(3, 2));
    dn_tensor out = dn_tensor_borrow(numbers + 6, DN_SHAPE(2, 2));
    assert_int_equal(dn_sparse_matmul(NULL, &x, WHOLE(out), &none, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "the product of [2, 3] and [2, 2] does not fit [2, 2]");
    assert_int_equal(dn_sparse_transposed_matmul(NULL, &x, &b, WHOLE(out), NULL, false, NULL, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "the product of [3, 2] and [3, 2] does not fit [2, 2]");
    turned = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    assert_ok(dn_tensor_transpose(&turned, 0, 1, &turned, &error)); /* [3, 2], column after column */
    assert_int_equal(dn_sparse_matmul(NULL, &x, WHOLE(turned), &none, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "rows of a matrix of shape [3, 2] are not contiguous");
    assert_int_equal(dn_sparse_transposed_matmul(NULL, &x, &out, WHOLE(turned), NULL, false, NULL, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "not contiguous");
    dn_tensor turned_out;
    assert_ok(dn_tensor_transpose(&out, 0, 1, &turned_out, &error));
    assert_int_equal(dn_sparse_matmul(NULL, &x, WHOLE(b), &none, &turned_out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "rows of a matrix of shape [2, 2] are not contiguous");
    dn_tensor fitting = dn_tensor_borrow(numbers, DN_SHAPE(3, 2));
    dn_tensor sums = dn_tensor_borrow(numbers, DN_SHAPE(3));
    assert_int_equal(dn_sparse_transposed_matmul(NULL, &x, &out, WHOLE(fitting), &sums, false, NULL, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "sums of shape [3] for 2 columns");
    assert_ok(dn_tensor_slice(&sums, 0, 0, 3, 2, &sums, &error)); /* every other element */
    assert_int_equal(dn_sparse_transposed_matmul(NULL, &x, &out, WHOLE(fitting), &sums, false, NULL, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "sums of shape [2] for 2 columns");
    assert_int_equal(
        dn_sparse_transposed_matmul(NULL, &x, &turned_out, WHOLE(fitting), NULL, false, NULL, &error),
        DN_ERR_SHAPE);
    assert_contains(error.problem, "rows of a matrix of shape [2, 2] are not contiguous");
    dn_sparse_free(&x);
}

static void a_sparse_matrix_multiplies_behind_the_common_face(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[6] = {255, 0, 0, 0, 0, 255};
    float numbers[] = {1, 2, 3, 4, 5, 6};
    float results[6];
    dn_sparse x;
    fill_new(&x, bytes, 2, 3);
    const dn_matrix matrix = {.sparse = &x};
    assert_true(dn_shape_equal(dn_matrix_shape(&matrix), DN_SHAPE(2, 3)));
    dn_tensor b = dn_tensor_borrow(numbers, DN_SHAPE(3, 2));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 2));
    assert_ok(dn_matrix_multiply(NULL, &matrix, WHOLE(b), &none, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 1, 2, 5, 6);
    const dn_tensor y = dn_tensor_borrow(numbers, DN_SHAPE(2, 2));
    out = dn_tensor_borrow(results, DN_SHAPE(3, 2));
    assert_ok(dn_matrix_transposed_multiply(NULL, &matrix, &y, WHOLE(out), NULL, false, NULL, &error));
    assert_tensor(&out, DN_SHAPE(3, 2), 0, 1, 2, 0, 0, 3, 4);
    dn_sparse_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hand_made_matrix_keeps_what_is_not_zero),
        cmocka_unit_test(a_single_small_element_is_kept_wherever_it_stands),
        cmocka_unit_test(rows_are_chosen_by_their_pointers),
        cmocka_unit_test(filling_again_leaves_nothing_of_before),
        cmocka_unit_test(threads_get_copies_that_are_the_same),
        cmocka_unit_test(a_matrix_may_have_no_rows_no_columns_or_no_entries),
        cmocka_unit_test(what_no_memory_can_hold_is_refused),
        cmocka_unit_test(products_give_the_bits_of_the_dense_definition),
        cmocka_unit_test(products_of_full_and_empty_matrices_do_too),
        cmocka_unit_test(any_kernels_and_threads_give_the_same_bits),
        cmocka_unit_test(rows_may_be_apart_in_memory),
        cmocka_unit_test(shapes_and_strides_that_do_not_fit_are_refused),
        cmocka_unit_test(a_sparse_matrix_multiplies_behind_the_common_face),
    };
    return cmocka_run_group_tests(tests, start, stop_contexts);
}
