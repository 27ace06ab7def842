#include "product.h"
#include "tensors.h"

#include "core/random.h"
#include "tensor/masks.h"
#include "tensor/matmul.h"
#include "tensor/sparse.h"

#include "digitnet/tensor.h"

#include <math.h>
#include <stdlib.h>

static dn_error error;

/** The forms of the left matrix. */
typedef enum form { DENSE, MASKED, SPARSE, FORMS } form;

/** What belongs to an epilogue; every combination is met. */
enum { BIAS = 1, RELU = 2, GATE = 4, ALL = 8 };

/** One left matrix in every form, and what a product of it needs. */
typedef struct fixture {
    uint8_t *bytes;
    const uint8_t **rows_of_bytes;
    dn_sparse sparse;
    dn_masks masks;
    dn_tensor a, b, bias, gate, out, expected;
} fixture;

static float level[DN_SPARSE_LEVELS];

/** Zeros of either sign, in about half of the places. */
static void make_gaps(dn_tensor *matrix, dn_random *random)
{
    for (size_t i = 0; i < dn_tensor_count(matrix); i++)
        if (dn_random_below(random, 2) != 0)
            matrix->data[i] = i % 3 == 0 ? -0.0F : 0.0F;
}

static void set_up(fixture *work, size_t rows, size_t inner, size_t width)
{
    dn_random random = dn_random_stream(rows, DN_PURPOSE_TENSOR, inner, width);
    for (size_t i = 0; i < DN_SPARSE_LEVELS; i++)
        level[i] = (float)i / 255.0F;
    work->bytes = calloc(rows * inner, 1);
    work->rows_of_bytes = calloc(rows, sizeof *work->rows_of_bytes);
    assert_true(work->bytes && work->rows_of_bytes);
    for (size_t i = 0; i < rows * inner; i++)
        work->bytes[i] = dn_random_below(&random, 3) == 0 ? (uint8_t)dn_random_below(&random, 256) : 0;
    for (size_t row = 0; row < rows; row++)
        work->rows_of_bytes[row] = work->bytes + row * inner;
    assert_ok(dn_sparse_new(&work->sparse, rows, inner, level, &error));
    dn_sparse_fill(NULL, &work->sparse, work->rows_of_bytes, rows);
    assert_ok(dn_sparse_to_dense(&work->sparse, &work->a, &error));
    assert_ok(dn_masks_new(&work->masks, rows, inner, &error));
    dn_masks_fill(NULL, &work->masks, &work->a);
    new_normal(&work->b, DN_SHAPE(inner, width), &random);
    new_normal(&work->bias, DN_SHAPE(width), &random);
    new_normal(&work->gate, DN_SHAPE(rows, width), &random);
    make_gaps(&work->gate, &random);
    new_full(&work->out, DN_SHAPE(rows, width), NAN);
    new_full(&work->expected, DN_SHAPE(rows, width), NAN);
}

static void tear_down(fixture *work)
{
    dn_tensor *const owners[] = {&work->a, &work->b, &work->bias, &work->gate, &work->out, &work->expected};
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
        dn_tensor_free(owners[i]);
    dn_sparse_free(&work->sparse);
    dn_masks_free(&work->masks);
    free(work->rows_of_bytes);
    free(work->bytes);
}

static dn_matrix left_matrix(const fixture *work, form way)
{
    if (way == SPARSE)
        return (dn_matrix){.sparse = &work->sparse};
    return (dn_matrix){.dense = &work->a, .masks = way == MASKED ? &work->masks : NULL};
}

static dn_epilogue epilogue_of(const fixture *work, unsigned parts)
{
    return (dn_epilogue){.bias = parts & BIAS ? &work->bias : NULL,
                         .relu = parts & RELU,
                         .gate = parts & GATE ? &work->gate : NULL,
                         .scale = 1.25F};
}

/** The same, operation by operation over the whole matrix. */
static void define_end(const fixture *work, unsigned parts)
{
    dn_tensor out = work->expected;
    float numbers[] = {0.0F, 1.25F};
    const dn_tensor zero = dn_tensor_borrow(&numbers[0], DN_SCALAR);
    const dn_tensor scale = dn_tensor_borrow(&numbers[1], DN_SCALAR);
    define_product(&work->a, &work->b, &out, false);
    if (parts & BIAS)
        assert_ok(dn_add(&out, &work->bias, &out, &error));
    if (parts & RELU)
        assert_ok(dn_relu(&out, &out, &error));
    if (parts & GATE) {
        assert_ok(dn_multiply(&out, &scale, &out, &error));
        assert_ok(dn_where(&work->gate, &out, &zero, &out, &error));
    }
}

static void check_ends(size_t rows, size_t inner, size_t width, dn_context *const *some, size_t count)
{
    fixture work;
    set_up(&work, rows, inner, width);
    dn_stripes stripes = cut_stripes(&work.b);
    for (unsigned parts = 0; parts < ALL; parts++) {
        const dn_epilogue epilogue = epilogue_of(&work, parts);
        define_end(&work, parts);
        for (form way = DENSE; way < FORMS; way++) {
            const dn_matrix left = left_matrix(&work, way);
            for (size_t i = 0; i < count; i++) {
                assert_ok(dn_fill(&work.out, NAN, &error));
                assert_ok(dn_matrix_multiply(some[i], &left, WHOLE(work.b), &epilogue, &work.out, &error));
                assert_same_bits(&work.out, &work.expected);
                if (parts & GATE)
                    continue;
                assert_ok(dn_fill(&work.out, NAN, &error));
                assert_ok(dn_matrix_multiply(some[i], &left, &stripes, &epilogue, &work.out, &error));
                assert_same_bits(&work.out, &work.expected);
            }
        }
    }
    free_stripes(&stripes);
    tear_down(&work);
}

static void every_width_and_form_gives_the_bits_of_the_operations(void **state)
{
    (void)state;
    for (size_t width = 1; width <= 140; width += width < 70 ? 1 : 9)
        check_ends(1 + width % 5, 3 + width % 7, width, &contexts.context[width % contexts.count], 1);
}

static void every_context_gives_the_bits_of_the_operations(void **state)
{
    (void)state;
    static const size_t batches[] = {1, 63, 64, 65, 130};
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
        check_ends(batches[i], 70, 129 + i, contexts.context, contexts.count);
}

/** The inner index runs in blocks: only the last ends the product. */
static void a_long_inner_extent_is_ended_once(void **state)
{
    (void)state;
    check_ends(3, 1100, 33, contexts.context, contexts.count);
}

static void not_a_number_is_not_hidden_by_the_relu(void **state)
{
    (void)state;
    fixture work;
    set_up(&work, 2, 5, 40);
    work.bias.data[0] = NAN;
    work.bias.data[39] = NAN;
    const dn_epilogue epilogue = epilogue_of(&work, BIAS | RELU);
    for (form way = DENSE; way < FORMS; way++) {
        const dn_matrix left = left_matrix(&work, way);
        for (size_t i = 0; i < contexts.count; i++) {
            assert_ok(
                dn_matrix_multiply(contexts.context[i], &left, WHOLE(work.b), &epilogue, &work.out, &error));
            for (size_t place = 0; place < 80; place++)
                assert_int_equal(isnan(work.out.data[place]) != 0, place % 40 == 0 || place % 40 == 39);
        }
    }
    tear_down(&work);
}

/** The gradient of an activation that is 0 is 0, even where the products overflow. */
static void a_gate_that_is_shut_lets_no_infinity_pass(void **state)
{
    (void)state;
    fixture work;
    set_up(&work, 3, 5, 20);
    assert_ok(dn_fill(&work.b, INFINITY, &error));
    assert_ok(dn_fill(&work.a, 1.0F, &error));
    const dn_matrix left = {.dense = &work.a};
    const dn_epilogue epilogue = epilogue_of(&work, GATE);
    for (size_t i = 0; i < contexts.count; i++) {
        assert_ok(
            dn_matrix_multiply(contexts.context[i], &left, WHOLE(work.b), &epilogue, &work.out, &error));
        for (size_t place = 0; place < 60; place++)
            assert_true(work.out.data[place] == (work.gate.data[place] != 0.0F ? INFINITY : 0.0F));
    }
    tear_down(&work);
}

static void shapes_that_do_not_fit_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    fixture work;
    set_up(&work, 2, 3, 4);
    float numbers[9] = {0};
    const dn_tensor few = dn_tensor_borrow(numbers, DN_SHAPE(3));
    const dn_tensor turned = dn_tensor_borrow(numbers, DN_SHAPE(4, 2));
    const dn_epilogue wrong[] = {{.bias = &few}, {.bias = &work.gate}, {.gate = &turned}, {.gate = &few}};
    for (form way = DENSE; way < FORMS; way++) {
        const dn_matrix left = left_matrix(&work, way);
        for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            assert_int_equal(dn_matrix_multiply(NULL, &left, WHOLE(work.b), &wrong[i], &work.out, &error),
                             DN_ERR_SHAPE);
            assert_contains(error.problem, "for a product of shape [2, 4]");
        }
    }
    for (size_t place = 0; place < 8; place++)
        assert_true(isnan(work.out.data[place]));
    tear_down(&work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_and_form_gives_the_bits_of_the_operations),
        cmocka_unit_test(every_context_gives_the_bits_of_the_operations),
        cmocka_unit_test(a_long_inner_extent_is_ended_once),
        cmocka_unit_test(not_a_number_is_not_hidden_by_the_relu),
        cmocka_unit_test(a_gate_that_is_shut_lets_no_infinity_pass),
        cmocka_unit_test(shapes_that_do_not_fit_are_refused_and_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, start_contexts, stop_contexts);
}
