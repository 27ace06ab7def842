#include "product.h"

#include "digitnet/tensor/csr.h"
#include "digitnet/tensor/matmul.h"

#include <stdlib.h>

static float level[DN_CSR_LEVELS];
static dn_context *contexts[4];
static const size_t thread_counts[] = {1, 2, 3, 8};

static int set_up(void **state)
{
    (void)state;
    dn_error error;
    for (size_t i = 0; i < DN_CSR_LEVELS; i++)
        level[i] = (float)i / 255.0F;
    for (size_t i = 0; i < 4; i++)
        assert_ok(dn_context_new(&contexts[i], thread_counts[i], DN_KERNELS_AUTO, &error));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++)
        dn_context_free(contexts[i]);
    return 0;
}

static void a_hand_made_matrix_holds_what_is_not_zero(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[] = {0, 51, 0, 255, 0, 0, 0, 0, 102, 0, 0, 1};
    dn_csr csr;
    dn_tensor dense;
    assert_ok(dn_csr_from_rows(&csr, bytes, NULL, 3, 4, level, &error));
    assert_int_equal(csr.rows, 3);
    assert_int_equal(csr.columns, 4);
    const uint32_t begin[] = {0, 2, 2};
    const uint32_t end[] = {2, 2, 4};
    const uint16_t column[] = {1, 3, 0, 3};
    const uint8_t code[] = {51, 255, 102, 1};
    assert_memory_equal(csr.begin, begin, sizeof begin);
    assert_memory_equal(csr.end, end, sizeof end);
    assert_memory_equal(csr.column, column, sizeof column);
    assert_memory_equal(csr.code, code, sizeof code);
    assert_ok(dn_csr_to_dense(&csr, &dense, &error));
    assert_tensor(&dense, DN_SHAPE(3, 4), 0, 0, 0.2F, 0, 1, 0, 0, 0, 0, 0.4F, 0, 0, 1.0F / 255.0F);
    dn_tensor_free(&dense);
    dn_csr_free(&csr);
    assert_null(csr.storage);
    dn_csr_free(&csr);
    dn_csr_free(NULL);
}

static void indices_choose_and_order_the_rows(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[] = {1, 0, 0, 2, 3, 3};
    const uint32_t chosen[] = {2, 0, 2, 1};
    dn_csr csr;
    dn_tensor dense;
    assert_ok(dn_csr_from_rows(&csr, bytes, chosen, 4, 2, level, &error));
    assert_ok(dn_csr_to_dense(&csr, &dense, &error));
    assert_tensor(&dense, DN_SHAPE(4, 2), 0, level[3], level[3], level[1], 0, level[3], level[3], 0,
                  level[2]);
    dn_tensor_free(&dense);
    dn_csr_free(&csr);
}

static void a_selection_is_a_view_of_the_same_entries(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[] = {1, 0, 0, 2, 3, 3};
    const uint32_t chosen[] = {1, 1, 0};
    uint32_t begin[3];
    uint32_t end[3];
    dn_csr csr;
    dn_csr view;
    dn_tensor dense;
    assert_ok(dn_csr_from_rows(&csr, bytes, NULL, 3, 2, level, &error));
    dn_csr_select(&csr, chosen, 3, begin, end, &view);
    assert_ptr_equal(view.column, csr.column);
    assert_ptr_equal(view.code, csr.code);
    assert_ptr_equal(view.begin, begin);
    assert_null(view.storage);
    assert_ok(dn_csr_to_dense(&view, &dense, &error));
    assert_tensor(&dense, DN_SHAPE(3, 2), 0, 0, level[2], 0, level[2], level[1], 0);
    dn_tensor_free(&dense);
    dn_csr_free(&view); /* harmless */
    dn_csr_free(&csr);
}

static void a_matrix_may_have_no_rows_no_columns_or_no_entries(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t zeros[6] = {0};
    const size_t extents[][2] = {{0, 3}, {3, 0}, {2, 3}, {0, 0}};
    for (size_t i = 0; i < 4; i++) {
        dn_csr csr;
        dn_tensor dense;
        assert_ok(dn_csr_from_rows(&csr, zeros, NULL, extents[i][0], extents[i][1], level, &error));
        assert_ok(dn_csr_to_dense(&csr, &dense, &error));
        assert_true(dn_shape_equal(dense.shape, DN_SHAPE(extents[i][0], extents[i][1])));
        for (size_t place = 0; place < dn_tensor_count(&dense); place++)
            assert_true(dense.data[place] == 0.0F);
        dn_tensor_free(&dense);
        dn_csr_free(&csr);
    }
}

static void too_many_columns_are_refused(void **state)
{
    (void)state;
    static uint8_t row[DN_CSR_MAX_COLUMNS];
    dn_error error;
    dn_csr csr;
    row[DN_CSR_MAX_COLUMNS - 1] = 9;
    assert_ok(dn_csr_from_rows(&csr, row, NULL, 1, DN_CSR_MAX_COLUMNS, level, &error));
    assert_int_equal(csr.column[0], DN_CSR_MAX_COLUMNS - 1);
    dn_csr_free(&csr);
    assert_int_equal(dn_csr_from_rows(&csr, row, NULL, 0, DN_CSR_MAX_COLUMNS + 1, level, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "65536 columns");
    assert_null(csr.storage);
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

/** x b and x^T y, sparse and dense, against the definition: the same bits. */
static void check_products(dn_context *context, size_t rows, size_t columns, size_t width, uint64_t share)
{
    dn_error error;
    uint8_t *bytes = new_bytes(rows, columns, share);
    dn_random random = dn_random_stream(width, DN_PURPOSE_TENSOR, 0, 0);
    dn_csr x;
    dn_tensor dense, dense_turned, b, y, out, grad, expected, expected_grad;
    assert_ok(dn_csr_from_rows(&x, bytes, NULL, rows, columns, level, &error));
    assert_ok(dn_csr_to_dense(&x, &dense, &error));
    assert_ok(dn_tensor_transpose(&dense, 0, 1, &dense_turned, &error));
    assert_ok(dn_tensor_normal(&b, DN_SHAPE(columns, width), &random, &error));
    assert_ok(dn_tensor_normal(&y, DN_SHAPE(rows, width), &random, &error));
    assert_ok(dn_tensor_full(&out, DN_SHAPE(rows, width), 5.0F, &error));
    assert_ok(dn_tensor_full(&grad, DN_SHAPE(columns, width), 5.0F, &error));
    assert_ok(dn_tensor_zeros(&expected, out.shape, &error));
    assert_ok(dn_tensor_zeros(&expected_grad, grad.shape, &error));

    define_product(&dense, &b, &expected, false);
    assert_ok(dn_csr_matmul(context, &x, &b, &out, &error));
    assert_same_bits(&out, &expected);
    for (int turn = 0; turn < 2; turn++) { /* first overwriting, then adding */
        define_product(&dense_turned, &y, &expected_grad, turn == 1);
        assert_ok(dn_csr_transposed_matmul(context, &x, &y, &grad, turn == 1, &error));
        assert_same_bits(&grad, &expected_grad);
    }
    dn_tensor *const owners[] = {&dense, &b, &y, &out, &grad, &expected, &expected_grad};
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
        dn_tensor_free(owners[i]);
    dn_csr_free(&x);
    free(bytes);
}

static void products_give_the_bits_of_the_dense_definition(void **state)
{
    (void)state;
    static const size_t widths[] = {0, 1, 7, 8, 10, 30, 63, 64, 65, 128, 130, 200};
    static const size_t batches[] = {0, 1, 5, 64, 67};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
            check_products(contexts[i % 4], batches[i], 50, widths[w], 5);
    }
}

static void products_of_full_and_empty_matrices_do_too(void **state)
{
    (void)state;
    check_products(contexts[1], 20, 33, 70, 1);
    check_products(contexts[1], 20, 33, 70, 1000000);
    check_products(NULL, 20, 1, 70, 2);
    check_products(NULL, 4, 0, 70, 2);
    check_products(contexts[1], 64, 784, 128, 5);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++)
        check_products(contexts[i], 31, 40, 300, 4);
}

static void rows_may_be_apart_in_memory(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[] = {0, 255, 255, 0, 255, 255};
    float b_numbers[] = {1, 2, 0, 3, 4, 0, 5, 6, 0};
    float results[9] = {9, 9, 9, 9, 9, 9, 9, 9, 9};
    dn_csr x;
    assert_ok(dn_csr_from_rows(&x, bytes, NULL, 2, 3, level, &error));
    dn_tensor b = dn_tensor_borrow(b_numbers, DN_SHAPE(3, 3));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(3, 3));
    assert_ok(dn_tensor_slice(&b, 1, 0, 2, 1, &b, &error));
    assert_ok(dn_tensor_slice(&out, 1, 1, 3, 1, &out, &error));
    dn_tensor two;
    assert_ok(dn_tensor_slice(&out, 0, 0, 2, 1, &two, &error));
    assert_ok(dn_csr_matmul(NULL, &x, &b, &two, &error));
    assert_tensor(&two, DN_SHAPE(2, 2), 0, 8, 10, 8, 10);
    assert_ok(dn_tensor_slice(&b, 0, 0, 2, 1, &b, &error));
    assert_ok(dn_csr_transposed_matmul(NULL, &x, &b, &out, false, &error));
    assert_tensor(&out, DN_SHAPE(3, 2), 0, 0, 0, 4, 6, 4, 6);
    assert_true(results[0] == 9.0F && results[3] == 9.0F && results[6] == 9.0F);
    dn_csr_free(&x);
}

static void shapes_and_strides_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[6] = {1, 2, 3, 4, 5, 6};
    float numbers[12] = {0};
    dn_csr x;
    dn_tensor turned;
    assert_ok(dn_csr_from_rows(&x, bytes, NULL, 2, 3, level, &error));
    const dn_tensor b = dn_tensor_borrow(numbers, DN_SHAPE(3, 2));
    dn_tensor out = dn_tensor_borrow(numbers + 6, DN_SHAPE(2, 2));
    assert_int_equal(dn_csr_matmul(NULL, &x, &out, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "the product of [2, 3] and [2, 2] does not fit [2, 2]");
    assert_int_equal(dn_csr_transposed_matmul(NULL, &x, &b, &out, false, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "the product of [3, 2] and [3, 2] does not fit [2, 2]");
    turned = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    assert_ok(dn_tensor_transpose(&turned, 0, 1, &turned, &error)); /* [3, 2], column after column */
    assert_int_equal(dn_csr_matmul(NULL, &x, &turned, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "rows of a matrix of shape [3, 2] are not contiguous");
    assert_int_equal(dn_csr_transposed_matmul(NULL, &x, &out, &turned, false, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "not contiguous");
    dn_csr_free(&x);
}

static void a_sparse_matrix_multiplies_behind_the_common_face(void **state)
{
    (void)state;
    dn_error error;
    const uint8_t bytes[6] = {255, 0, 0, 0, 0, 255};
    float numbers[] = {1, 2, 3, 4, 5, 6};
    float results[6];
    dn_csr x;
    assert_ok(dn_csr_from_rows(&x, bytes, NULL, 2, 3, level, &error));
    const dn_matrix matrix = {.sparse = &x};
    assert_true(dn_shape_equal(dn_matrix_shape(&matrix), DN_SHAPE(2, 3)));
    const dn_tensor b = dn_tensor_borrow(numbers, DN_SHAPE(3, 2));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 2));
    assert_ok(dn_matrix_multiply(NULL, &matrix, &b, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 1, 2, 5, 6);
    const dn_tensor y = dn_tensor_borrow(numbers, DN_SHAPE(2, 2));
    out = dn_tensor_borrow(results, DN_SHAPE(3, 2));
    assert_ok(dn_matrix_transposed_multiply(NULL, &matrix, &y, &out, false, &error));
    assert_tensor(&out, DN_SHAPE(3, 2), 0, 1, 2, 0, 0, 3, 4);
    dn_csr_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hand_made_matrix_holds_what_is_not_zero),
        cmocka_unit_test(indices_choose_and_order_the_rows),
        cmocka_unit_test(a_selection_is_a_view_of_the_same_entries),
        cmocka_unit_test(a_matrix_may_have_no_rows_no_columns_or_no_entries),
        cmocka_unit_test(too_many_columns_are_refused),
        cmocka_unit_test(products_give_the_bits_of_the_dense_definition),
        cmocka_unit_test(products_of_full_and_empty_matrices_do_too),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(rows_may_be_apart_in_memory),
        cmocka_unit_test(shapes_and_strides_that_do_not_fit_are_refused),
        cmocka_unit_test(a_sparse_matrix_multiplies_behind_the_common_face),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
