#include "product.h"
#include "tensors.h"

#include "core/random.h"
#include "tensor/matmul.h"

#include "digitnet/tensor.h"

#include <math.h>

static const dn_epilogue none;

/* Around the edges of tiles and slices, and from nothing up. */
static const size_t sizes[] = {0, 1, 7, 63, 64, 65, 130};
#define SIZES (sizeof sizes / sizeof sizes[0])

/** The ways a matrix can lie in memory. */
typedef enum layout { PLAIN, TRANSPOSED, WIDE, SPARSE, LAYOUTS } layout;

/** A random matrix [rows, columns]; *owner is to be freed. */
static dn_tensor new_matrix(size_t rows, size_t columns, layout way, dn_random *random, dn_tensor *owner)
{
    dn_error error;
    dn_tensor view;
    switch (way) {
    case TRANSPOSED:
        new_normal(owner, DN_SHAPE(columns, rows), random);
        assert_ok(dn_tensor_transpose(owner, 0, 1, &view, &error));
        return view;
    case WIDE: /* rows that do not follow on each other, begun at an odd place */
        new_normal(owner, DN_SHAPE(rows, columns + 3), random);
        assert_ok(dn_tensor_slice(owner, 1, 1, columns + 1, 1, &view, &error));
        return view;
    case SPARSE: /* no two elements beside each other */
        new_normal(owner, DN_SHAPE(2 * rows, 2 * columns), random);
        assert_ok(dn_tensor_slice(owner, 1, 0, 2 * columns, 2, &view, &error));
        assert_ok(dn_tensor_slice(&view, 0, 0, 2 * rows, 2, &view, &error));
        return view;
    default:
        new_normal(owner, DN_SHAPE(rows, columns), random);
        return dn_tensor_borrow(owner->data, owner->shape);
    }
}

static void check_product(dn_context *context, const size_t extents[3], const layout ways[3], bool accumulate)
{
    dn_error error;
    dn_tensor owners[4];
    dn_random random = dn_random_stream(extents[0] * 1000000 + extents[1] * 1000 + extents[2],
                                        DN_PURPOSE_TENSOR, ways[0], ways[1]);
    const dn_tensor a = new_matrix(extents[0], extents[1], ways[0], &random, &owners[0]);
    const dn_tensor b = new_matrix(extents[1], extents[2], ways[1], &random, &owners[1]);
    dn_tensor out = new_matrix(extents[0], extents[2], ways[2], &random, &owners[2]);
    assert_ok(dn_tensor_clone(&owners[3], &out, &error));
    define_product(&a, &b, &owners[3], accumulate);
    assert_ok(dn_matmul(context, &a, &b, &out, accumulate, &error));
    assert_same_bits(&out, &owners[3]);
    for (size_t i = 0; i < 4; i++)
        dn_tensor_free(&owners[i]);
}

static void every_size_gives_the_bits_of_the_definition(void **state)
{
    (void)state;
    const layout plain[3] = {PLAIN, PLAIN, PLAIN};
    for (size_t n = 0; n < SIZES; n++) {
        for (size_t k = 0; k < SIZES; k++) {
            for (size_t m = 0; m < SIZES; m++) {
                const size_t extents[3] = {sizes[n], sizes[k], sizes[m]};
                for (size_t i = 1; i < contexts.count; i += 4)
                    check_product(contexts.context[i], extents, plain, (n + k + m) % 2 == 0);
            }
        }
    }
}

static void any_strides_give_the_bits_of_the_definition(void **state)
{
    (void)state;
    static const size_t shapes[][3] = {{1, 7, 65}, {7, 64, 10}, {65, 1, 7}, {64, 65, 63}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (int way = 0; way < LAYOUTS * LAYOUTS * LAYOUTS; way++) {
            const layout ways[3] = {(layout)(way / LAYOUTS / LAYOUTS), (layout)(way / LAYOUTS % LAYOUTS),
                                    (layout)(way % LAYOUTS)};
            check_product(contexts.context[contexts.count - 3], shapes[i], ways, false);
            check_product(contexts.context[1], shapes[i], ways, true);
        }
    }
}

static void any_kernels_and_threads_give_the_bits_of_the_definition(void **state)
{
    (void)state;
    const layout ways[3] = {PLAIN, TRANSPOSED, PLAIN};
    const size_t extents[3] = {33, 600, 257};
    for (size_t i = 0; i < contexts.count; i++) {
        check_product(contexts.context[i], extents, ways, false);
        check_product(contexts.context[i], extents, ways, true);
    }
    check_product(NULL, extents, ways, true);
}

static void a_hand_worked_product(void **state)
{
    (void)state;
    dn_error error;
    float a_numbers[] = {1, 2, 3, 4, 5, 6};
    float b_numbers[] = {7, 8, 9, 10, 11, 12};
    float results[4] = {100, 100, 100, 100};
    const dn_tensor a = dn_tensor_borrow(a_numbers, DN_SHAPE(2, 3));
    const dn_tensor b = dn_tensor_borrow(b_numbers, DN_SHAPE(3, 2));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 2));
    assert_ok(dn_matmul(NULL, &a, &b, &out, false, &error));
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 58, 64, 139, 154);
    assert_ok(dn_matmul(NULL, &a, &b, &out, true, &error));
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 116, 128, 278, 308);
}

static void terms_are_rounded_and_then_added(void **state)
{
    (void)state;
    dn_error error;
    /* (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24: the last bit is lost in rounding, and a fused step would keep it. */
    float a_numbers[] = {1, 1 + 0x1p-12F};
    float b_numbers[] = {-(1 + 0x1p-11F), 1 + 0x1p-12F};
    float result;
    const dn_tensor a = dn_tensor_borrow(a_numbers, DN_SHAPE(1, 2));
    const dn_tensor b = dn_tensor_borrow(b_numbers, DN_SHAPE(2, 1));
    dn_tensor out = dn_tensor_borrow(&result, DN_SHAPE(1, 1));
    assert_ok(dn_matmul(NULL, &a, &b, &out, false, &error));
    assert_true(result == 0.0F);
}

static void zeros_do_not_hide_nan_and_infinity(void **state)
{
    (void)state;
    dn_error error;
    float zeros[] = {0, 0};
    float b_numbers[] = {NAN, INFINITY, 1, 0, 0, 0};
    float results[3];
    const dn_tensor a = dn_tensor_borrow(zeros, DN_SHAPE(1, 2));
    const dn_tensor b = dn_tensor_borrow(b_numbers, DN_SHAPE(2, 3));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(1, 3));
    assert_ok(dn_matmul(NULL, &a, &b, &out, false, &error));
    assert_tensor(&out, DN_SHAPE(1, 3), 0, NAN, NAN, 0);
}

static void an_empty_inner_extent_gives_zeros_or_changes_nothing(void **state)
{
    (void)state;
    dn_error error;
    float results[2] = {5, 6};
    const dn_tensor a = dn_tensor_borrow(results, DN_SHAPE(1, 0));
    const dn_tensor b = dn_tensor_borrow(results, DN_SHAPE(0, 2));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(1, 2));
    assert_ok(dn_matmul(contexts.context[1], &a, &b, &out, true, &error));
    assert_tensor(&out, DN_SHAPE(1, 2), 0, 5, 6);
    assert_ok(dn_matmul(contexts.context[1], &a, &b, &out, false, &error));
    assert_tensor(&out, DN_SHAPE(1, 2), 0, 0, 0);
}

static void shapes_that_do_not_fit_are_all_named(void **state)
{
    (void)state;
    dn_error error;
    float numbers[12] = {0};
    const dn_tensor a = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    const dn_tensor b = dn_tensor_borrow(numbers, DN_SHAPE(2, 4));
    const dn_tensor c = dn_tensor_borrow(numbers, DN_SHAPE(3, 4));
    const dn_tensor vector = dn_tensor_borrow(numbers, DN_SHAPE(3));
    dn_tensor out = dn_tensor_borrow(numbers, DN_SHAPE(2, 4));
    dn_tensor turned = dn_tensor_borrow(numbers, DN_SHAPE(4, 2));
    assert_int_equal(dn_matmul(NULL, &a, &b, &out, false, &error), DN_ERR_SHAPE);
    assert_string_equal(error.problem, "the product of [2, 3] and [2, 4] does not fit [2, 4]");
    assert_int_equal(dn_matmul(NULL, &a, &c, &turned, false, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[2, 3] and [3, 4] does not fit [4, 2]");
    assert_int_equal(dn_matmul(NULL, &a, &vector, &out, false, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[2, 3] and [3]");
    assert_int_equal(dn_matmul(NULL, &vector, &c, &out, false, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[3] and [3, 4]");
    assert_int_equal(
        dn_matmul(NULL, &a, &c, &(dn_tensor){.data = numbers, .shape = DN_SHAPE(8)}, false, &error),
        DN_ERR_SHAPE);
    assert_contains(error.problem, "[2, 3] and [3, 4] does not fit [8]");
}

static void a_dense_matrix_multiplies_as_itself_and_turned(void **state)
{
    (void)state;
    dn_error error;
    float x_numbers[] = {1, 2, 3, 4, 5, 6};
    float y_numbers[] = {1, -1, 2, 0};
    float results[6];
    const dn_tensor x = dn_tensor_borrow(x_numbers, DN_SHAPE(2, 3));
    const dn_tensor y = dn_tensor_borrow(y_numbers, DN_SHAPE(2, 2));
    dn_tensor w = dn_tensor_borrow(x_numbers, DN_SHAPE(3, 2));
    const dn_matrix matrix = {.dense = &x};
    assert_true(dn_shape_equal(dn_matrix_shape(&matrix), DN_SHAPE(2, 3)));
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 2));
    assert_ok(dn_matrix_multiply(NULL, &matrix, WHOLE(w), &none, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 2), 0, 22, 28, 49, 64);
    out = dn_tensor_borrow(results, DN_SHAPE(3, 2));
    float totals[2];
    dn_tensor sums = dn_tensor_borrow(totals, DN_SHAPE(2));
    assert_ok(dn_matrix_transposed_multiply(NULL, &matrix, &y, WHOLE(out), &sums, false, NULL, &error));
    assert_tensor(&out, DN_SHAPE(3, 2), 0, 9, -1, 12, -2, 15, -3);
    assert_tensor(&sums, DN_SHAPE(2), 0, 3, -1);
    assert_ok(dn_matrix_transposed_multiply(NULL, &matrix, &y, WHOLE(out), &sums, true, NULL, &error));
    assert_tensor(&out, DN_SHAPE(3, 2), 0, 18, -2, 24, -4, 30, -6);
    assert_tensor(&sums, DN_SHAPE(2), 0, 6, -2);
    sums.shape.extent[0] = 1;
    assert_int_equal(dn_matrix_transposed_multiply(NULL, &matrix, &y, WHOLE(out), &sums, true, NULL, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "sums of shape [1] for 2 columns");
    assert_int_equal(dn_matrix_transposed_multiply(NULL, &matrix, &w, WHOLE(out), NULL, true, NULL, &error),
                     DN_ERR_SHAPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_gives_the_bits_of_the_definition),
        cmocka_unit_test(any_strides_give_the_bits_of_the_definition),
        cmocka_unit_test(any_kernels_and_threads_give_the_bits_of_the_definition),
        cmocka_unit_test(a_hand_worked_product),
        cmocka_unit_test(terms_are_rounded_and_then_added),
        cmocka_unit_test(zeros_do_not_hide_nan_and_infinity),
        cmocka_unit_test(an_empty_inner_extent_gives_zeros_or_changes_nothing),
        cmocka_unit_test(shapes_that_do_not_fit_are_all_named),
        cmocka_unit_test(a_dense_matrix_multiplies_as_itself_and_turned),
    };
    return cmocka_run_group_tests(tests, start_contexts, stop_contexts);
}
