#include "gradients.h"

#include "product.h"
#include "tensors.h"

#include "nn/linear.h"
#include "nn/parameter.h"
#include "tensor/masks.h"

#include <math.h>

static dn_error error;
static const dn_epilogue none;

/** A layer with numbers in it, a batch and what comes of it. x [4, 5], y [4, 3]. */
typedef struct fixture {
    dn_linear layer;
    dn_tensor x;
    dn_tensor y;
    dn_tensor dy;
    dn_tensor dx;
    dn_matrix input;
} fixture;

static void set_up(fixture *work)
{
    assert_ok(dn_linear_new(&work->layer, 5, 3, &error));
    assert_ok(dn_tensor_zeros(&work->x, DN_SHAPE(4, 5), &error));
    new_full(&work->y, DN_SHAPE(4, 3), NAN);
    assert_ok(dn_tensor_zeros(&work->dy, DN_SHAPE(4, 3), &error));
    new_full(&work->dx, DN_SHAPE(4, 5), NAN);
    fill_pattern(&work->layer.weights->value, 3, 63);
    fill_pattern(&work->layer.bias.value, 20, 63);
    fill_pattern(&work->x, 31, 63);
    fill_pattern(&work->dy, 77, 63);
    work->input = (dn_matrix){.dense = &work->x};
}

static void tear_down(fixture *work)
{
    dn_linear_free(&work->layer);
    dn_tensor_free(&work->x);
    dn_tensor_free(&work->y);
    dn_tensor_free(&work->dy);
    dn_tensor_free(&work->dx);
}

static void a_new_layer_is_zero_and_each_input_is_one_row_in_memory(void **state)
{
    (void)state;
    dn_linear layer;
    assert_ok(dn_linear_new(&layer, 3, 2, &error));
    assert_tensor(&layer.weights->value, DN_SHAPE(2, 3), 0, 0, 0, 0, 0, 0, 0);
    assert_tensor(&layer.bias.value, DN_SHAPE(2), 0, 0, 0);
    assert_int_equal(layer.weights->value.stride[0], 1);
    assert_int_equal(layer.weights->value.stride[1], 2);
    assert_int_equal(layer.weights->grad.stride[0], 1);
    assert_int_equal(layer.weights->grad.stride[1], 2);
    assert_true(layer.weights->grad_is_zero);
    assert_true(layer.bias.grad_is_zero);
    dn_linear_free(&layer);
    dn_linear_free(&layer);
    dn_linear_free(NULL);
}

/*
 *     W = 1 2 3    b = 10 20    x = 1 0 -1     y = x W^T + b = 1-3+10   4-6+20 =  8 18
 *         4 5 6                     2 1  0                     2+2+10   8+5+20   14 33
 */
static void a_hand_worked_forward_pass(void **state)
{
    (void)state;
    dn_linear layer;
    float x_numbers[] = {1, 0, -1, 2, 1, 0};
    float y_numbers[4];
    const dn_tensor x = dn_tensor_borrow(x_numbers, DN_SHAPE(2, 3));
    const dn_tensor weight = dn_tensor_borrow((float[]){1, 2, 3, 4, 5, 6}, DN_SHAPE(2, 3));
    const dn_matrix input = {.dense = &x};
    dn_tensor y = dn_tensor_borrow(y_numbers, DN_SHAPE(2, 2));
    assert_ok(dn_linear_new(&layer, 3, 2, &error));
    for (size_t out = 0; out < 2; out++) {
        for (size_t in = 0; in < 3; in++) {
            float *element;
            assert_ok(dn_tensor_at(&layer.weights->value, (size_t[]){out, in}, &element, &error));
            *element = weight.data[3 * out + in];
        }
        layer.bias.value.data[out] = (float)(10 * (out + 1));
    }
    assert_ok(dn_linear_forward(NULL, &layer, &input, false, &y, &error));
    assert_tensor(&y, DN_SHAPE(2, 2), 0, 8, 18, 14, 33);
    dn_linear_free(&layer);
}

/** What the finite differences see: sum(y * dy). */
static double weighted_sum(void *argument)
{
    fixture *work = argument;
    assert_ok(dn_linear_forward(NULL, &work->layer, &work->input, false, &work->y, &error));
    return dot(&work->y, &work->dy);
}

static void gradients_are_those_of_finite_differences(void **state)
{
    (void)state;
    fixture work;
    set_up(&work);
    assert_ok(dn_linear_backward(NULL, &work.layer, &work.input, &(dn_matrix){.dense = &work.dy}, &none,
                                 &work.dx, NULL, &error));
    assert_gradient(&work.layer.weights->value, &work.layer.weights->grad, weighted_sum, &work, 2e-4);
    assert_gradient(&work.layer.bias.value, &work.layer.bias.grad, weighted_sum, &work, 2e-4);
    assert_gradient(&work.x, &work.dx, weighted_sum, &work, 2e-4);
    tear_down(&work);
}

/** Fail unless found = factor * base, nearly. */
static void assert_multiple(const dn_tensor *found, const dn_tensor *base, float factor)
{
    dn_tensor scaled;
    assert_ok(dn_tensor_clone(&scaled, base, &error));
    for (size_t i = 0; i < dn_tensor_count(&scaled); i++)
        scaled.data[i] *= factor;
    assert_true(all_close(found, &scaled, 1e-5F, 1e-6F));
    dn_tensor_free(&scaled);
}

static void backward_adds_to_the_gradients_and_overwrites_dx(void **state)
{
    (void)state;
    fixture work;
    dn_tensor weight;
    dn_tensor bias;
    dn_tensor dx;
    set_up(&work);
    assert_ok(dn_linear_backward(NULL, &work.layer, &work.input, &(dn_matrix){.dense = &work.dy}, &none,
                                 &work.dx, NULL, &error));
    assert_ok(dn_tensor_clone(&weight, &work.layer.weights->grad, &error));
    assert_ok(dn_tensor_clone(&bias, &work.layer.bias.grad, &error));
    assert_ok(dn_tensor_clone(&dx, &work.dx, &error));
    for (int pass = 2; pass <= 3; pass++) {
        assert_ok(dn_linear_backward(NULL, &work.layer, &work.input, &(dn_matrix){.dense = &work.dy}, &none,
                                     &work.dx, NULL, &error));
        assert_multiple(&work.layer.weights->grad, &weight, (float)pass);
        assert_multiple(&work.layer.bias.grad, &bias, (float)pass);
        assert_same_bits(&work.dx, &dx);
    }
    dn_tensor_free(&weight);
    dn_tensor_free(&bias);
    dn_tensor_free(&dx);
    tear_down(&work);
}

static void after_clearing_backward_starts_anew(void **state)
{
    (void)state;
    fixture work;
    dn_tensor weight;
    dn_tensor bias;
    set_up(&work);
    assert_ok(dn_linear_backward(NULL, &work.layer, &work.input, &(dn_matrix){.dense = &work.dy}, NULL, NULL,
                                 NULL, &error));
    assert_ok(dn_tensor_clone(&weight, &work.layer.weights->grad, &error));
    assert_ok(dn_tensor_clone(&bias, &work.layer.bias.grad, &error));
    dn_parameter_zero_grad(&work.layer.weights[0]);
    dn_parameter_zero_grad(&work.layer.bias);
    assert_ok(dn_linear_backward(NULL, &work.layer, &work.input, &(dn_matrix){.dense = &work.dy}, NULL, NULL,
                                 NULL, &error));
    assert_same_bits(dn_parameter_grad(&work.layer.weights[0]), &weight);
    assert_same_bits(dn_parameter_grad(&work.layer.bias), &bias);
    dn_tensor_free(&weight);
    dn_tensor_free(&bias);
    tear_down(&work);
}

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    fixture alone;
    fixture threaded;
    dn_context *context;
    set_up(&alone);
    set_up(&threaded);
    assert_ok(dn_context_new(&context, 3, DN_KERNELS_AUTO, &error));
    assert_ok(dn_linear_forward(NULL, &alone.layer, &alone.input, false, &alone.y, &error));
    assert_ok(dn_linear_forward(context, &threaded.layer, &threaded.input, false, &threaded.y, &error));
    assert_same_bits(&threaded.y, &alone.y);
    assert_ok(dn_linear_backward(NULL, &alone.layer, &alone.input, &(dn_matrix){.dense = &alone.dy}, &none,
                                 &alone.dx, NULL, &error));
    assert_ok(dn_linear_backward(context, &threaded.layer, &threaded.input,
                                 &(dn_matrix){.dense = &threaded.dy}, &none, &threaded.dx, NULL, &error));
    assert_same_bits(&threaded.layer.weights->grad, &alone.layer.weights->grad);
    assert_same_bits(&threaded.layer.bias.grad, &alone.layer.bias.grad);
    assert_same_bits(&threaded.dx, &alone.dx);
    dn_context_free(context);
    tear_down(&alone);
    tear_down(&threaded);
}

/** A layer of several stripes, a batch, and what the definition says. */
typedef struct wide_layer {
    dn_linear layer;
    dn_tensor x, dy, y, dx;
    dn_tensor weight; /**< [out, in], and its transpose */
    dn_tensor turned;
    dn_masks of_x, of_dy;
} wide_layer;

enum { WIDE_ROWS = 70, WIDE_INPUTS = 66 };

/** Every third of the numbers is zero. */
static void new_with_gaps(dn_tensor *tensor, dn_shape shape, size_t first)
{
    assert_ok(dn_tensor_zeros(tensor, shape, &error));
    fill_pattern(tensor, first, 63);
    for (size_t i = 0; i < dn_tensor_count(tensor); i += 3)
        tensor->data[i] = 0.0F;
}

static void set_up_wide(wide_layer *work, size_t outputs)
{
    assert_ok(dn_linear_new(&work->layer, WIDE_INPUTS, outputs, &error));
    new_with_gaps(&work->x, DN_SHAPE(WIDE_ROWS, WIDE_INPUTS), 31);
    new_with_gaps(&work->dy, DN_SHAPE(WIDE_ROWS, outputs), 77);
    new_full(&work->y, work->dy.shape, NAN);
    new_full(&work->dx, work->x.shape, NAN);
    assert_ok(dn_tensor_zeros(&work->weight, DN_SHAPE(outputs, WIDE_INPUTS), &error));
    fill_pattern(&work->weight, 3, 63);
    fill_pattern(&work->layer.bias.value, 20, 63);
    assert_ok(dn_tensor_transpose(&work->weight, 0, 1, &work->turned, &error));
    for (size_t i = 0; i * DN_STRIPE < outputs; i++) {
        dn_tensor *value = &work->layer.weights[i].value;
        dn_tensor rows;
        assert_ok(dn_tensor_slice(&work->weight, 0, i * DN_STRIPE, i * DN_STRIPE + value->shape.extent[0], 1,
                                  &rows, &error));
        assert_ok(dn_copy(&rows, value, &error));
    }
    assert_ok(dn_masks_new(&work->of_x, WIDE_ROWS, WIDE_INPUTS, &error));
    assert_ok(dn_masks_new(&work->of_dy, WIDE_ROWS, outputs, &error));
    dn_masks_fill(NULL, &work->of_x, &work->x);
    dn_masks_fill(NULL, &work->of_dy, &work->dy);
}

static void tear_down_wide(wide_layer *work)
{
    dn_linear_free(&work->layer);
    dn_tensor *const owners[] = {&work->x, &work->dy, &work->y, &work->dx, &work->weight};
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
        dn_tensor_free(owners[i]);
    dn_masks_free(&work->of_x);
    dn_masks_free(&work->of_dy);
}

/** The layer's gradients, each added up from `passes` passes. */
static void assert_gradients(wide_layer *work, int passes)
{
    const size_t outputs = work->dy.shape.extent[1];
    dn_tensor x_turned, gradient, ones, sums, bias;
    assert_ok(dn_tensor_transpose(&work->x, 0, 1, &x_turned, &error));
    assert_ok(dn_tensor_zeros(&gradient, DN_SHAPE(WIDE_INPUTS, outputs), &error));
    assert_ok(dn_tensor_zeros(&sums, DN_SHAPE(1, outputs), &error));
    new_full(&ones, DN_SHAPE(1, WIDE_ROWS), 1.0F);
    for (int pass = 0; pass < passes; pass++) {
        define_product(&x_turned, &work->dy, &gradient, true);
        define_product(&ones, &work->dy, &sums, true);
    }
    assert_same_stripes(&work->layer.grads, &gradient);
    assert_ok(dn_tensor_view(&work->layer.bias.grad, sums.shape, &bias, &error));
    assert_same_bits(&bias, &sums);
    dn_tensor_free(&gradient);
    dn_tensor_free(&ones);
    dn_tensor_free(&sums);
}

/** Forward, and backward twice; then again after one stripe alone was cleared, as the bias and the other stripes by hand. */
static void check_wide(dn_context *context, size_t outputs, bool masked)
{
    wide_layer work;
    dn_tensor expected;
    set_up_wide(&work, outputs);
    const dn_epilogue back = {.gate = &work.x, .scale = 1.25F};
    const dn_matrix input = {.dense = &work.x, .masks = masked ? &work.of_x : NULL};
    const dn_matrix dy = {.dense = &work.dy, .masks = masked ? &work.of_dy : NULL};
    assert_ok(dn_tensor_zeros(&expected, work.y.shape, &error));
    define_product(&work.x, &work.turned, &expected, false);
    assert_ok(dn_add(&expected, &work.layer.bias.value, &expected, &error));
    assert_ok(dn_relu(&expected, &expected, &error));
    assert_ok(dn_linear_forward(context, &work.layer, &input, true, &work.y, &error));
    assert_same_bits(&work.y, &expected);
    for (int pass = 1; pass <= 2; pass++) {
        assert_ok(dn_linear_backward(context, &work.layer, &input, &dy, &back, &work.dx, NULL, &error));
        assert_gradients(&work, pass);
    }
    dn_tensor_free(&expected);
    assert_ok(dn_tensor_zeros(&expected, work.dx.shape, &error));
    define_product(&work.dy, &work.weight, &expected, false);
    for (size_t i = 0; i < dn_tensor_count(&expected); i++)
        expected.data[i] = work.x.data[i] == 0.0F ? 0.0F : expected.data[i] * back.scale;
    assert_same_bits(&work.dx, &expected);
    dn_parameter_zero_grad(&work.layer.weights[0]);
    assert_ok(dn_fill(&work.layer.bias.grad, 0, &error));
    for (size_t k = 1; k * DN_STRIPE < outputs; k++)
        assert_ok(dn_fill(&work.layer.weights[k].grad, 0, &error));
    assert_ok(dn_linear_backward(context, &work.layer, &input, &dy, NULL, NULL, NULL, &error));
    assert_gradients(&work, 1);
    dn_tensor_free(&expected);
    tear_down_wide(&work);
}

static void a_layer_of_any_width_is_its_definition(void **state)
{
    (void)state;
    static const size_t outputs[] = {1, 10, 32, 63, 64, 65, 128, 200};
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        check_wide(contexts.context[2 * i % contexts.count], outputs[i], false);
        check_wide(contexts.context[(2 * i + 1) % contexts.count], outputs[i], true);
    }
}

static void shapes_that_disagree_in_forward_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    fixture work;
    float numbers[20] = {0};
    float results[16];
    set_up(&work);
    for (size_t i = 0; i < 16; i++)
        results[i] = 7;
    const dn_tensor narrow = dn_tensor_borrow(numbers, DN_SHAPE(4, 4));
    const dn_matrix narrow_input = {.dense = &narrow};
    dn_tensor shapes[] = {dn_tensor_borrow(results, DN_SHAPE(4, 4)),
                          dn_tensor_borrow(results, DN_SHAPE(3, 3)), dn_tensor_borrow(results, DN_SHAPE(12)),
                          dn_tensor_borrow(results, DN_SHAPE(4, 3))};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(dn_linear_forward(NULL, &work.layer, &work.input, false, &shapes[i], &error),
                         DN_ERR_SHAPE);
    assert_int_equal(dn_linear_forward(NULL, &work.layer, &narrow_input, false, &shapes[3], &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "[4, 4]");
    for (size_t i = 0; i < 16; i++)
        assert_true(results[i] == 7);
    tear_down(&work);
}

static void shapes_that_disagree_in_backward_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    fixture work;
    float numbers[20] = {0};
    set_up(&work);
    const dn_tensor narrow = dn_tensor_borrow(numbers, DN_SHAPE(4, 4));
    const dn_tensor flat = dn_tensor_borrow(numbers, DN_SHAPE(12));
    const dn_tensor few = dn_tensor_borrow(numbers, DN_SHAPE(3, 3));
    const dn_matrix narrow_input = {.dense = &narrow};
    const dn_matrix flat_input = {.dense = &flat};
    dn_tensor few_dx = dn_tensor_borrow(work.dx.data, DN_SHAPE(3, 5));
    dn_linear *layer = &work.layer;
    assert_int_equal(dn_linear_backward(NULL, layer, &narrow_input, &(dn_matrix){.dense = &work.dy}, &none,
                                        &work.dx, NULL, &error),
                     DN_ERR_SHAPE);
    assert_contains(error.problem, "[4, 4]");
    assert_int_equal(dn_linear_backward(NULL, layer, &flat_input, &(dn_matrix){.dense = &work.dy}, &none,
                                        &work.dx, NULL, &error),
                     DN_ERR_SHAPE);
    assert_int_equal(dn_linear_backward(NULL, layer, &work.input, &(dn_matrix){.dense = &narrow}, &none,
                                        &work.dx, NULL, &error),
                     DN_ERR_SHAPE);
    assert_int_equal(dn_linear_backward(NULL, layer, &work.input, &(dn_matrix){.dense = &flat}, &none,
                                        &work.dx, NULL, &error),
                     DN_ERR_SHAPE);
    assert_int_equal(dn_linear_backward(NULL, layer, &work.input, &(dn_matrix){.dense = &few}, &none,
                                        &work.dx, NULL, &error),
                     DN_ERR_SHAPE);
    assert_int_equal(dn_linear_backward(NULL, layer, &work.input, &(dn_matrix){.dense = &work.dy}, &none,
                                        &few_dx, NULL, &error),
                     DN_ERR_SHAPE);
    assert_int_equal(dn_linear_backward(NULL, layer, &work.input, &(dn_matrix){.dense = &work.dy},
                                        &(dn_epilogue){.gate = &narrow}, &work.dx, NULL, &error),
                     DN_ERR_SHAPE);
    for (size_t i = 0; i < dn_tensor_count(&work.dx); i++)
        assert_true(isnan(work.dx.data[i]));
    assert_true(layer->weights[0].grad_is_zero);
    assert_true(layer->bias.grad_is_zero);
    tear_down(&work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_layer_is_zero_and_each_input_is_one_row_in_memory),
        cmocka_unit_test(a_hand_worked_forward_pass),
        cmocka_unit_test(gradients_are_those_of_finite_differences),
        cmocka_unit_test(backward_adds_to_the_gradients_and_overwrites_dx),
        cmocka_unit_test(after_clearing_backward_starts_anew),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test_setup_teardown(a_layer_of_any_width_is_its_definition, start_contexts,
                                        stop_contexts),
        cmocka_unit_test(shapes_that_disagree_in_forward_are_refused_and_nothing_is_written),
        cmocka_unit_test(shapes_that_disagree_in_backward_are_refused_and_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
