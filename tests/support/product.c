#include "product.h"

#include <stdlib.h>
#include <string.h>

static float *at(const dn_tensor *matrix, size_t row, size_t column)
{
    return matrix->data + (ptrdiff_t)row * matrix->stride[0] + (ptrdiff_t)column * matrix->stride[1];
}

void define_product(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, bool accumulate)
{
    for (size_t row = 0; row < out->shape.extent[0]; row++) {
        for (size_t column = 0; column < out->shape.extent[1]; column++) {
            volatile float sum = accumulate ? *at(out, row, column) : 0.0F; /* volatile: rounded every time */
            for (size_t k = 0; k < a->shape.extent[1]; k++) {
                const volatile float term = *at(a, row, k) * *at(b, k, column);
                sum = sum + term;
            }
            *at(out, row, column) = sum;
        }
    }
}

void expect_same_bits(const dn_tensor *found, const dn_tensor *expected, const char *file, int line)
{
    char text[2][DN_SHAPE_TEXT_SIZE];
    if (!dn_shape_equal(found->shape, expected->shape)) {
        print_error("shape %s, expected %s\n", dn_shape_text(found->shape, text[0]),
                    dn_shape_text(expected->shape, text[1]));
        _fail(file, line);
    }
    dn_error error;
    dn_tensor copies[2];
    expect_ok(dn_tensor_clone(&copies[0], found, &error), &error, "clone", file, line);
    expect_ok(dn_tensor_clone(&copies[1], expected, &error), &error, "clone", file, line);
    for (size_t i = 0; i < dn_tensor_count(found); i++) {
        if (memcmp(&copies[0].data[i], &copies[1].data[i], sizeof(float)) == 0)
            continue;
        print_error("element %zu of %s is %a, expected %a\n", i, dn_shape_text(found->shape, text[0]),
                    (double)copies[0].data[i], (double)copies[1].data[i]);
        _fail(file, line);
    }
    dn_tensor_free(&copies[0]);
    dn_tensor_free(&copies[1]);
}

dn_stripes cut_stripes(const dn_tensor *matrix)
{
    dn_error error;
    dn_stripes cut = {NULL, matrix->shape.extent[0], matrix->shape.extent[1], DN_STRIPE};
    cut.tensors = calloc(dn_stripe_count(&cut), sizeof *cut.tensors);
    assert_non_null(cut.tensors);
    for (size_t i = 0; i < dn_stripe_count(&cut); i++) {
        const size_t end = (i + 1) * DN_STRIPE < cut.columns ? (i + 1) * DN_STRIPE : cut.columns;
        dn_tensor columns;
        assert_ok(dn_tensor_slice(matrix, 1, i * DN_STRIPE, end, 1, &columns, &error));
        assert_ok(dn_tensor_clone(&cut.tensors[i], &columns, &error));
    }
    return cut;
}

void free_stripes(dn_stripes *stripes)
{
    for (size_t i = 0; i < dn_stripe_count(stripes); i++)
        dn_tensor_free(&stripes->tensors[i]);
    free(stripes->tensors);
}

void assert_same_stripes(const dn_stripes *found, const dn_tensor *expected)
{
    dn_stripes cut = cut_stripes(expected);
    for (size_t i = 0; i < dn_stripe_count(&cut); i++)
        assert_same_bits(&found->tensors[i], &cut.tensors[i]);
    free_stripes(&cut);
}

all_contexts contexts;

int start_contexts(void **state)
{
    (void)state;
    static const size_t threads[] = {1, 2, 3, 8};
    static const dn_kernel_choice kernels[] = {DN_KERNELS_PORTABLE, DN_KERNELS_AVX2, DN_KERNELS_AVX512};
    contexts.count = 0;
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
            dn_error error;
            const dn_status status =
                dn_context_new(&contexts.context[contexts.count], threads[t], kernels[i], &error);
            if (status == DN_OK)
                contexts.count++;
            else
                assert_int_equal(status, DN_ERR_ARGUMENT); /* not on this processor */
        }
    }
    return 0;
}

int stop_contexts(void **state)
{
    (void)state;
    for (size_t i = 0; i < contexts.count; i++)
        dn_context_free(contexts.context[i]);
    return 0;
}
