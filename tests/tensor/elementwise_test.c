#include "support.h"

#include "core/scalar.h"
#include "tensor/broadcast.h"

#include "digitnet/tensor.h"

#include <float.h>
#include <math.h>
#include <string.h>

/*
 * Every operation against its definition on single numbers, over every way that its operands can lie: dense,
 * strided, transposed, repeated, in place. The numbers hold both zeros, infinities, NaN, and the extremes.
 */

#define ROWS 5
#define COLUMNS 11
#define COUNT (ROWS * COLUMNS)

static const float special[] = {0.0F,     -0.0F,     1.0F,     -1.0F,    0.5F,     -2.5F,   3.0F,
                                INFINITY, -INFINITY, NAN,      FLT_MAX,  -FLT_MAX, FLT_MIN, 1e-45F,
                                87.5F,    -103.0F,   16777215, -0.3333F, 1.00001F};
#define SPECIAL_COUNT (sizeof special / sizeof special[0])

static bool same_bits_or_nan(float a, float b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* ---- The definitions ---- */

typedef dn_status unary_call(const dn_tensor *a, dn_tensor *out, dn_error *error);
typedef dn_status binary_call(const dn_tensor *a, const dn_tensor *b, dn_tensor *out, dn_error *error);
typedef float unary_definition(float a);
typedef float binary_definition(float a, float b);

#define DEFINE1(name, expression)                                                                            \
    static float name##_of(float a)                                                                          \
    {                                                                                                        \
        return (expression);                                                                                 \
    }
#define DEFINE2(name, expression)                                                                            \
    static float name##_of(float a, float b)                                                                 \
    {                                                                                                        \
        return (expression);                                                                                 \
    }
DEFINE2(add, a + b)
DEFINE2(subtract, a - b)
DEFINE2(multiply, a *b)
DEFINE2(divide, a / b)
DEFINE1(absolute, fabsf(a))
DEFINE1(square_root, sqrtf(a))
DEFINE1(relu, isnan(a) || a > 0.0F ? a : 0.0F)
DEFINE1(copy, a)

static const struct {
    binary_call *call;
    binary_definition *definition;
} binaries[] = {
    {dn_add, add_of},
    {dn_subtract, subtract_of},
    {dn_multiply, multiply_of},
    {dn_divide, divide_of},
};
#define BINARY_COUNT (sizeof binaries / sizeof binaries[0])

static const struct {
    unary_call *call;
    unary_definition *definition;
} unaries[] = {
    {dn_absolute, absolute_of}, {dn_square_root, square_root_of}, {dn_relu, relu_of}, {dn_copy, copy_of}};
#define UNARY_COUNT (sizeof unaries / sizeof unaries[0])

/* ---- The ways to lie ---- */

typedef enum layout { DENSE, STRIDED, TRANSPOSED, ONE_ROW, ONE_COLUMN, ONE_NUMBER, LAYOUTS } layout;

/** A tensor that is [ROWS, COLUMNS] or broadcasts to it, in memory of the caller's, 2 * COUNT numbers. */
static dn_tensor lay_out(float *memory, layout way)
{
    dn_error error;
    dn_tensor tensor = dn_tensor_borrow(memory, DN_SHAPE(ROWS, COLUMNS));
    switch (way) {
    case STRIDED:
        tensor = dn_tensor_borrow(memory, DN_SHAPE(ROWS, 2 * COLUMNS));
        assert_ok(dn_tensor_slice(&tensor, 1, 1, 2 * COLUMNS, 2, &tensor, &error));
        break;
    case TRANSPOSED:
        tensor = dn_tensor_borrow(memory, DN_SHAPE(COLUMNS, ROWS));
        assert_ok(dn_tensor_transpose(&tensor, 0, 1, &tensor, &error));
        break;
    case ONE_ROW:
        tensor.shape = DN_SHAPE(COLUMNS);
        tensor.stride[0] = 1;
        break;
    case ONE_COLUMN:
        tensor = dn_tensor_borrow(memory, DN_SHAPE(ROWS, 1));
        break;
    case ONE_NUMBER:
        tensor = dn_tensor_borrow(memory, DN_SCALAR);
        break;
    default:
        break;
    }
    return tensor;
}

static void fill_special(float *memory, size_t start)
{
    for (size_t i = 0; i < (size_t)2 * COUNT; i++)
        memory[i] = special[(start + i * start) % SPECIAL_COUNT];
}

/** The element that a tensor shows at [row, column] when it is broadcast to [ROWS, COLUMNS]. */
static float shown(const dn_tensor *tensor, size_t row, size_t column)
{
    dn_error error;
    dn_tensor whole;
    float *element;
    assert_ok(dn_tensor_expand(tensor, DN_SHAPE(ROWS, COLUMNS), &whole, &error));
    assert_ok(dn_tensor_at(&whole, (const size_t[]){row, column}, &element, &error));
    return *element;
}

/* ---- The tests ---- */

static void check_binary(size_t operation, layout way_a, layout way_b, layout way_out)
{
    dn_error error;
    float a_memory[2 * COUNT];
    float b_memory[2 * COUNT];
    float out_memory[2 * COUNT] = {0};
    fill_special(a_memory, 1 + operation);
    fill_special(b_memory, 7);
    const dn_tensor a = lay_out(a_memory, way_a);
    const dn_tensor b = lay_out(b_memory, way_b);
    dn_tensor out = lay_out(out_memory, way_out);
    assert_ok(binaries[operation].call(&a, &b, &out, &error));
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            const float x = shown(&a, row, column);
            const float y = shown(&b, row, column);
            const float expected = binaries[operation].definition(x, y);
            const float found = shown(&out, row, column);
            if (!same_bits_or_nan(found, expected))
                fail_msg("operation %zu, layouts %d %d %d: (%g, %g) gives %g, not %g", operation, (int)way_a,
                         (int)way_b, (int)way_out, (double)x, (double)y, (double)found, (double)expected);
        }
    }
}

static bool is_whole(layout way)
{
    return way <= TRANSPOSED;
}

static void two_operands_in_every_layout(void **state)
{
    (void)state;
    for (size_t operation = 0; operation < BINARY_COUNT; operation++) {
        for (int a = 0; a < LAYOUTS; a++) {
            for (int b = 0; b < LAYOUTS; b++) {
                const bool covers = is_whole((layout)a) || is_whole((layout)b) ||
                                    (a == ONE_ROW && b == ONE_COLUMN) || (a == ONE_COLUMN && b == ONE_ROW);
                for (int out = DENSE; out <= TRANSPOSED && covers; out++)
                    check_binary(operation, (layout)a, (layout)b, (layout)out);
            }
        }
    }
}

static void check_unary(size_t operation, layout way_a, layout way_out)
{
    dn_error error;
    float a_memory[2 * COUNT];
    float out_memory[2 * COUNT] = {0};
    fill_special(a_memory, 1);
    const dn_tensor a = lay_out(a_memory, way_a);
    dn_tensor out = lay_out(out_memory, way_out);
    assert_ok(unaries[operation].call(&a, &out, &error));
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            const float x = shown(&a, row, column);
            const float expected = unaries[operation].definition(x);
            const float found = shown(&out, row, column);
            if (!same_bits_or_nan(found, expected))
                fail_msg("operation %zu, layouts %d %d: %g gives %g, not %g", operation, (int)way_a,
                         (int)way_out, (double)x, (double)found, (double)expected);
        }
    }
}

static void one_operand_in_every_layout(void **state)
{
    (void)state;
    for (size_t operation = 0; operation < UNARY_COUNT; operation++) {
        for (int a = 0; a < LAYOUTS; a++) {
            for (int out = DENSE; out <= TRANSPOSED; out++)
                check_unary(operation, (layout)a, (layout)out);
        }
    }
}

static void the_output_may_be_an_operand(void **state)
{
    (void)state;
    dn_error error;
    for (size_t operation = 0; operation < BINARY_COUNT; operation++) {
        for (int way = DENSE; way <= TRANSPOSED; way++) {
            float memory[2 * COUNT];
            float row_memory[2 * COUNT];
            float before[2 * COUNT];
            fill_special(memory, 1);
            fill_special(row_memory, 7);
            memcpy(before, memory, sizeof before);
            const dn_tensor row = lay_out(row_memory, ONE_ROW);
            const dn_tensor old = lay_out(before, (layout)way);
            dn_tensor tensor = lay_out(memory, (layout)way);
            assert_ok(binaries[operation].call(&tensor, &row, &tensor, &error));
            for (size_t i = 0; i < COUNT; i++) {
                const float expected = binaries[operation].definition(shown(&old, i / COLUMNS, i % COLUMNS),
                                                                      shown(&row, 0, i % COLUMNS));
                assert_true(same_bits_or_nan(shown(&tensor, i / COLUMNS, i % COLUMNS), expected));
            }
        }
    }
}

static void both_operands_and_the_output_may_be_one(void **state)
{
    (void)state;
    dn_error error;
    float numbers[] = {1, -2, 3, 0.5F};
    dn_tensor tensor = dn_tensor_borrow(numbers, DN_SHAPE(4));
    assert_ok(dn_multiply(&tensor, &tensor, &tensor, &error));
    assert_tensor(&tensor, DN_SHAPE(4), 0, 1, 4, 9, 0.25F);
}

static void rank_0_and_rank_4_and_nothing_work_alike(void **state)
{
    (void)state;
    dn_error error;
    float numbers[] = {1, 2, 3, 4, 5, 6, 7, 8};
    float results[16] = {0};
    const dn_tensor one = dn_tensor_borrow(numbers, DN_SCALAR);
    dn_tensor out = dn_tensor_borrow(results, DN_SCALAR);
    assert_ok(dn_add(&one, &one, &out, &error));
    assert_tensor(&out, DN_SCALAR, 0, 2);
    const dn_tensor a = dn_tensor_borrow(numbers, DN_SHAPE(2, 1, 2, 1));
    const dn_tensor b = dn_tensor_borrow(numbers + 4, DN_SHAPE(2, 1, 2));
    out = dn_tensor_borrow(results, DN_SHAPE(2, 2, 2, 2));
    assert_ok(dn_add(&a, &b, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 2, 2, 2), 0, 6, 7, 7, 8, 8, 9, 9, 10, 8, 9, 9, 10, 10, 11, 11, 12);
    const dn_tensor empty = dn_tensor_borrow(numbers, DN_SHAPE(3, 0));
    out = dn_tensor_borrow(results, DN_SHAPE(3, 0));
    assert_ok(dn_add(&empty, &one, &out, &error));
    assert_true(results[0] == 6.0F);
}

static void sigmoid_is_stable_and_symmetric(void **state)
{
    (void)state;
    dn_error error;
    float numbers[] = {0, 1, -1, 100, -100, FLT_MAX, -FLT_MAX, INFINITY, -INFINITY, NAN};
    dn_tensor tensor = dn_tensor_borrow(numbers, DN_SHAPE(10));
    assert_ok(dn_sigmoid(&tensor, &tensor, &error));
    assert_tensor(&tensor, DN_SHAPE(10), 1e-7F, 0.5F, 0.731058579F, 0.268941421F, 1, 0, 1, 0, 1, 0, NAN);
    assert_true(numbers[4] == 27 * 0x1p-149F); /* e^-100 is a float, not yet 0 */
}

static void relu_leaves_a_plain_zero(void **state)
{
    (void)state;
    dn_error error;
    float numbers[] = {-0.0F, -1};
    dn_tensor tensor = dn_tensor_borrow(numbers, DN_SHAPE(2));
    assert_ok(dn_relu(&tensor, &tensor, &error));
    assert_false(signbit(numbers[0]) || signbit(numbers[1]));
}

static void where_chooses_by_not_zero(void **state)
{
    (void)state;
    dn_error error;
    float conditions[] = {0, -0.0F, 2, -1, NAN, INFINITY};
    float yes[] = {1, 2, 3, 4, 5, NAN};
    float no[] = {-1, -2, -3, -4, -5, -6};
    float results[6];
    const dn_tensor condition = dn_tensor_borrow(conditions, DN_SHAPE(2, 3));
    const dn_tensor some = dn_tensor_borrow(yes, DN_SHAPE(2, 3));
    const dn_tensor others = dn_tensor_borrow(no, DN_SHAPE(2, 3));
    const dn_tensor constant = dn_tensor_borrow(no + 5, DN_SCALAR);
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 3));
    assert_ok(dn_where(&condition, &some, &others, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 3), 0, -1, -2, 3, 4, 5, NAN);
    assert_ok(dn_where(&condition, &some, &constant, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 3), 0, -6, -6, 3, 4, 5, NAN);
}

/** Every second element of one of the three, the other two lie densely. */
static void where_keeps_to_the_strides(void **state)
{
    (void)state;
    dn_error error;
    float zero = 0.0F;
    const dn_tensor nothing = dn_tensor_borrow(&zero, DN_SCALAR);
    for (size_t strided = 0; strided < 3; strided++) {
        float numbers[3][8] = {{1, 0, 0, 1, 1, 1, 0, 0}, {1, 2, 3, 4, 5, 6, 7, 8}, {0}};
        dn_tensor tensor[3];
        for (size_t i = 0; i < 3; i++) {
            tensor[i] = dn_tensor_borrow(numbers[i], DN_SHAPE(8));
            assert_ok(dn_tensor_slice(&tensor[i], 0, 0, i == strided ? 8 : 4, i == strided ? 2 : 1,
                                      &tensor[i], &error));
        }
        assert_ok(dn_where(&tensor[0], &tensor[1], &nothing, &tensor[2], &error));
        if (strided == 0)
            assert_tensor(&tensor[2], DN_SHAPE(4), 0, 1, 0, 3, 0);
        else if (strided == 1)
            assert_tensor(&tensor[2], DN_SHAPE(4), 0, 1, 0, 0, 7);
        else
            assert_tensor(&tensor[2], DN_SHAPE(4), 0, 1, 0, 0, 4);
    }
}

static void where_broadcasts_all_three(void **state)
{
    (void)state;
    dn_error error;
    float conditions[] = {1, 0};
    float yes[] = {1, 2, 3};
    float results[6];
    float zero = 0.0F;
    const dn_tensor condition = dn_tensor_borrow(conditions, DN_SHAPE(2, 1));
    const dn_tensor row = dn_tensor_borrow(yes, DN_SHAPE(3));
    const dn_tensor nothing = dn_tensor_borrow(&zero, DN_SCALAR);
    dn_tensor out = dn_tensor_borrow(results, DN_SHAPE(2, 3));
    assert_ok(dn_where(&condition, &row, &nothing, &out, &error));
    assert_tensor(&out, DN_SHAPE(2, 3), 0, 1, 2, 3, 0, 0, 0);
    dn_tensor turned;
    assert_ok(dn_tensor_transpose(&out, 0, 1, &turned, &error));
    const dn_tensor column = dn_tensor_borrow(yes, DN_SHAPE(3, 1));
    const dn_tensor pair = dn_tensor_borrow(conditions, DN_SHAPE(2));
    assert_ok(dn_where(&pair, &nothing, &column, &turned, &error));
    assert_tensor(&out, DN_SHAPE(2, 3), 0, 0, 0, 0, 1, 2, 3);
    const dn_tensor four = dn_tensor_borrow(results, DN_SHAPE(4));
    assert_int_equal(dn_where(&condition, &row, &four, &out, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[2, 3] and [4]");
}

static void fill_reaches_every_element_of_a_view_and_no_other(void **state)
{
    (void)state;
    dn_error error;
    float numbers[12] = {0};
    dn_tensor tensor = dn_tensor_borrow(numbers, DN_SHAPE(3, 4));
    dn_tensor view;
    assert_ok(dn_tensor_slice(&tensor, 1, 1, 4, 2, &view, &error));
    assert_ok(dn_fill(&view, 5.0F, &error));
    assert_tensor(&tensor, DN_SHAPE(3, 4), 0, 0, 5, 0, 5, 0, 5, 0, 5, 0, 5, 0, 5);
}

/** A turned copy goes by squares: all extents about their side, and a step between the rows and columns. */
static void a_turned_copy_of_any_extents_is_whole(void **state)
{
    (void)state;
    enum { MOST = 131, STEP = MOST + 1 };
    static float numbers[MOST * STEP];
    static float turned[MOST * STEP];
    static const size_t extents[] = {1, 2, 63, 64, 65, 131};
    for (size_t i = 0; i < (size_t)MOST * STEP; i++)
        numbers[i] = (float)i;
    for (size_t k = 0; k < 36; k++) {
        dn_error error;
        const dn_tensor a = {
            .shape = DN_SHAPE(extents[k / 6], extents[k % 6]), .stride = {STEP, 1}, .data = numbers};
        dn_tensor out = {.shape = a.shape, .stride = {1, STEP}, .data = turned};
        memset(turned, 0, sizeof turned);
        assert_ok(dn_copy(&a, &out, &error));
        for (size_t y = 0; y < MOST; y++)
            for (size_t x = 0; x < MOST; x++)
                if (turned[x * STEP + y] !=
                    (y < extents[k / 6] && x < extents[k % 6] ? numbers[y * STEP + x] : 0.0F))
                    fail_msg("%zu, %zu", y, x);
    }
}

static void operands_that_do_not_fit_are_both_named(void **state)
{
    (void)state;
    dn_error error;
    float numbers[6] = {0};
    const dn_tensor a = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    const dn_tensor b = dn_tensor_borrow(numbers, DN_SHAPE(2));
    dn_tensor out = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    for (size_t operation = 0; operation < BINARY_COUNT; operation++) {
        assert_int_equal(binaries[operation].call(&a, &b, &out, &error), DN_ERR_SHAPE);
        assert_string_equal(error.problem, "shapes [2, 3] and [2] do not broadcast together");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_operands_in_every_layout),
        cmocka_unit_test(one_operand_in_every_layout),
        cmocka_unit_test(the_output_may_be_an_operand),
        cmocka_unit_test(both_operands_and_the_output_may_be_one),
        cmocka_unit_test(rank_0_and_rank_4_and_nothing_work_alike),
        cmocka_unit_test(sigmoid_is_stable_and_symmetric),
        cmocka_unit_test(relu_leaves_a_plain_zero),
        cmocka_unit_test(where_chooses_by_not_zero),
        cmocka_unit_test(where_keeps_to_the_strides),
        cmocka_unit_test(where_broadcasts_all_three),
        cmocka_unit_test(fill_reaches_every_element_of_a_view_and_no_other),
        cmocka_unit_test(a_turned_copy_of_any_extents_is_whole),
        cmocka_unit_test(operands_that_do_not_fit_are_both_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
