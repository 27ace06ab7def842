#include "product.h"
#include "tensors.h"

#include "core/random.h"
#include "tensor/masks.h"

#include "digitnet/tensor.h"

#include <string.h>

static dn_error error;
static const dn_epilogue none;

/** A matrix of which about one element in `share` is not zero; some zeros are negative. */
static void new_gaps(dn_tensor *matrix, size_t rows, size_t columns, uint64_t share)
{
    dn_random random = dn_random_stream(rows, DN_PURPOSE_TENSOR, columns, share);
    new_normal(matrix, DN_SHAPE(rows, columns), &random);
    for (size_t i = 0; i < rows * columns; i++)
        if (dn_random_below(&random, share) != 0)
            matrix->data[i] = i % 3 == 0 ? -0.0F : 0.0F;
}

/** Each element's bit is set in its row's mask and in its column's exactly where it is not zero. */
static void masks_tell_every_element_in_rows_and_columns(void **state)
{
    (void)state;
    static const size_t extents[][2] = {{1, 1}, {3, 64}, {64, 65}, {65, 63}, {130, 200}};
    for (size_t e = 0; e < sizeof extents / sizeof extents[0]; e++) {
        const size_t rows = extents[e][0];
        const size_t columns = extents[e][1];
        dn_tensor matrix;
        dn_masks masks;
        size_t count = 0;
        new_gaps(&matrix, rows, columns, 2);
        assert_ok(dn_masks_new(&masks, rows + 5, columns, &error));
        dn_masks_fill(contexts.context[e % contexts.count], &masks, &matrix);
        for (size_t i = 0; i < rows * columns; i++) {
            const size_t row = i / columns;
            const size_t column = i % columns;
            const bool there = matrix.data[i] != 0.0F;
            assert_int_equal(masks.of_row[column / 64 * rows + row] >> column % 64 & 1, there);
            assert_int_equal(masks.of_column[row / 64 * columns + column] >> row % 64 & 1, there);
            count += there;
        }
        assert_int_equal(masks.count, count);
        dn_masks_free(&masks);
        dn_tensor_free(&matrix);
    }
}

/** Takes a product's rows into a matrix. */
static void take_rows(const void *self, const dn_rows *rows)
{
    const dn_tensor *to = self;
    for (size_t row = 0; row < rows->count; row++)
        memcpy(to->data + (rows->first + row) * to->shape.extent[1] + rows->begin,
               rows->sums + row * rows->step, rows->width * sizeof(float));
}

/** a b, a b^T, and a^T y, whole, in stripes and into a sink, against the definition: the same bits. */
static void check_products(dn_context *context, size_t rows, size_t inner, size_t width, uint64_t share)
{
    dn_tensor a, a_turned, b, b_turned, y, out, grad, expected, expected_grad;
    dn_random random = dn_random_stream(width, DN_PURPOSE_TENSOR, rows, inner);
    dn_masks masks;
    new_gaps(&a, rows, inner, share);
    assert_ok(dn_tensor_transpose(&a, 0, 1, &a_turned, &error));
    new_normal(&b, DN_SHAPE(inner, width), &random);
    new_normal(&b_turned, DN_SHAPE(width, inner), &random);
    assert_ok(
        dn_tensor_transpose(&b_turned, 0, 1, &b_turned, &error)); /* [inner, width], column after column */
    new_normal(&y, DN_SHAPE(rows, width), &random);
    new_full(&out, DN_SHAPE(rows, width), 5.0F);
    new_full(&grad, DN_SHAPE(inner, width), 5.0F);
    assert_ok(dn_tensor_zeros(&expected, out.shape, &error));
    assert_ok(dn_tensor_zeros(&expected_grad, grad.shape, &error));
    assert_ok(dn_masks_new(&masks, rows, inner, &error));
    dn_masks_fill(context, &masks, &a);

    define_product(&a, &b, &expected, false);
    assert_ok(dn_masked_matmul(context, &a, &masks, WHOLE(b), false, &none, &out, &error));
    assert_same_bits(&out, &expected);
    define_product(&a, &b_turned, &expected, false);
    assert_ok(dn_masked_matmul(context, &a, &masks, WHOLE(b_turned), false, &none, &out, &error));
    assert_same_bits(&out, &expected);
    for (int turn = 0; turn < 2; turn++) { /* first overwriting, then adding */
        define_product(&a_turned, &y, &expected_grad, turn == 1);
        assert_ok(dn_masked_transposed_matmul(context, &a, &masks, &y, WHOLE(grad), turn == 1, NULL, &error));
        assert_same_bits(&grad, &expected_grad);
    }
    dn_stripes b_cut = cut_stripes(&b);
    dn_stripes grad_cut = cut_stripes(&grad);
    define_product(&a, &b, &expected, false);
    assert_ok(dn_masked_matmul(context, &a, &masks, &b_cut, false, &none, &out, &error));
    assert_same_bits(&out, &expected);
    define_product(&a_turned, &y, &expected_grad, true);
    assert_ok(dn_masked_transposed_matmul(context, &a, &masks, &y, &grad_cut, true, NULL, &error));
    assert_same_stripes(&grad_cut, &expected_grad);
    const dn_row_sink sink = {.take = take_rows, .self = &grad};
    define_product(&a_turned, &y, &expected_grad, true);
    assert_ok(dn_masked_transposed_matmul(context, &a, &masks, &y, &grad_cut, true, &sink, &error));
    assert_same_bits(&grad, &expected_grad);
    dn_tensor lying; /* [width, inner], cut along the inner index */
    assert_ok(dn_tensor_transpose(&b_turned, 0, 1, &lying, &error));
    dn_stripes lying_cut = cut_stripes(&lying);
    define_product(&a, &b_turned, &expected, false);
    assert_ok(dn_fill(&out, 5.0F, &error));
    assert_ok(dn_masked_matmul(context, &a, &masks, &lying_cut, true, &none, &out, &error));
    assert_same_bits(&out, &expected);
    free_stripes(&b_cut);
    free_stripes(&grad_cut);
    free_stripes(&lying_cut);
    b_turned.storage = b_turned.data;
    dn_tensor *const owners[] = {&a, &b, &b_turned, &y, &out, &grad, &expected, &expected_grad};
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
        dn_tensor_free(owners[i]);
    dn_masks_free(&masks);
}

static void products_give_the_bits_of_the_dense_definition(void **state)
{
    (void)state;
    static const size_t widths[] = {1, 31, 32, 64, 100, 128, 129, 300};
    static const size_t batches[] = {0, 1, 63, 64, 130};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
            check_products(contexts.context[(3 * i + 5 * w) % contexts.count], batches[i], 70 + w, widths[w],
                           2);
}

static void any_kernels_and_threads_give_the_same_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < contexts.count; i++) {
        check_products(contexts.context[i], 67, 65, 260, 3);
        check_products(contexts.context[i], 5, 64, 40, 1000000); /* all zero */
        check_products(contexts.context[i], 5, 64, 40, 1);
    }
}

static void skipping_pays_where_there_are_zeros_to_skip_and_a_stripe_to_fill(void **state)
{
    (void)state;
    dn_masks masks;
    dn_tensor matrix;
    assert_ok(dn_masks_new(&masks, 40, 100, &error));
    assert_false(dn_masks_pay(&masks, 256)); /* not filled yet */
    new_gaps(&matrix, 40, 100, 2);
    dn_masks_fill(NULL, &masks, &matrix);
    assert_true(dn_masks_pay(&masks, 256));
    assert_false(dn_masks_pay(&masks, 10));
    dn_tensor_free(&matrix);
    new_full(&matrix, DN_SHAPE(40, 100), 1.0F);
    dn_masks_fill(NULL, &masks, &matrix);
    assert_false(dn_masks_pay(&masks, 256));
    dn_tensor_free(&matrix);
    dn_masks_free(&masks);
    dn_masks_free(&masks);
    dn_masks_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_tell_every_element_in_rows_and_columns),
        cmocka_unit_test(products_give_the_bits_of_the_dense_definition),
        cmocka_unit_test(any_kernels_and_threads_give_the_same_bits),
        cmocka_unit_test(skipping_pays_where_there_are_zeros_to_skip_and_a_stripe_to_fill),
    };
    return cmocka_run_group_tests(tests, start_contexts, stop_contexts);
}
