#include "gradients.h"

#include "plain_model.h"
#include "product.h"
#include "tensors.h"

#include "core/random.h"
#include "nn/init.h"
#include "nn/model.h"

#include "digitnet/loss.h"
#include "digitnet/nn.h"

#include <math.h>
#include <string.h>

static dn_error error;

static void a_model_has_a_weight_and_a_bias_a_layer(void **state)
{
    (void)state;
    dn_model *model;
    assert_ok(dn_model_new(&model, (size_t[]){784, 128, 10}, 3, 1, &error));
    assert_int_equal(dn_model_layers(model), 2);
    assert_int_equal(dn_model_width(model, 0), 784);
    assert_int_equal(dn_model_width(model, 1), 128);
    assert_int_equal(dn_model_width(model, 2), 10);
    assert_int_equal(dn_model_parameter_count(model), 784 * 128 + 128 + 128 * 10 + 10);
    const dn_shape shapes[] = {DN_SHAPE(64, 784), DN_SHAPE(64, 784), DN_SHAPE(128), DN_SHAPE(10, 128),
                               DN_SHAPE(10)};
    assert_int_equal(dn_model_parameters(model), 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(dn_shape_equal(dn_model_parameter(model, i)->value.shape, shapes[i]));
    for (size_t layer = 0; layer < 2; layer++)
        assert_ptr_equal(dn_model_bias(model, layer), dn_model_parameter(model, layer == 0 ? 2 : 4));
    dn_model_free(model);
    dn_model_free(NULL);
}

static void parameters_are_named_as_in_a_sequential_of_pytorch(void **state)
{
    (void)state;
    char name[DN_PARAMETER_NAME_SIZE];
    assert_string_equal(dn_model_parameter_name(0, name), "0.weight");
    assert_string_equal(dn_model_parameter_name(1, name), "0.bias");
    assert_string_equal(dn_model_parameter_name(2, name), "2.weight");
    assert_string_equal(dn_model_parameter_name(3, name), "2.bias");
    assert_string_equal(dn_model_parameter_name(63, name), "62.bias");
}

static void the_architecture_is_the_widths(void **state)
{
    (void)state;
    char text[DN_ARCHITECTURE_SIZE];
    dn_model *model;
    assert_ok(dn_model_blank(&model, (size_t[]){784, 10}, 2, &error));
    assert_string_equal(dn_model_architecture(model, text), "784-10");
    dn_model_free(model);
    assert_ok(dn_model_blank(&model, (size_t[]){784, 512, 256, 10}, 4, &error));
    assert_string_equal(dn_model_architecture(model, text), "784-512-256-10");
    dn_model_free(model);
}

static void the_longest_architecture_fits_its_room(void **state)
{
    (void)state;
    char text[DN_ARCHITECTURE_SIZE];
    size_t widths[DN_MODEL_MAX_LAYERS + 1];
    dn_model *model;
    for (size_t i = 0; i <= DN_MODEL_MAX_LAYERS; i++)
        widths[i] = i % 2 == 0 ? DN_MODEL_MAX_WIDTH : 1;
    assert_ok(dn_model_blank(&model, widths, DN_MODEL_MAX_LAYERS + 1, &error));
    assert_int_equal(dn_model_layers(model), DN_MODEL_MAX_LAYERS);
    dn_model_architecture(model, text);
    assert_int_equal(strlen(text), 17 * 5 + 16 * 1 + 32); /* numbers and dashes */
    assert_string_equal(text + strlen(text) - 8, "-1-65535");
    dn_model_free(model);
}

static void weights_are_drawn_from_the_seed_and_biases_are_zero(void **state)
{
    (void)state;
    const size_t widths[] = {8, 8, 8};
    dn_model *models[3];
    for (size_t i = 0; i < 3; i++)
        assert_ok(dn_model_new(&models[i], widths, 3, i / 2 + 7, &error)); /* seeds 7, 7, 8 */
    for (size_t i = 0; i < 4; i++) {
        const dn_tensor *value = &dn_model_parameter(models[0], i)->value;
        const dn_tensor *again = &dn_model_parameter(models[1], i)->value;
        const dn_tensor *other = &dn_model_parameter(models[2], i)->value;
        assert_same_bits(value, again);
        assert_int_equal(all_close(value, other, 0, 0), i % 2 == 1);
        for (size_t place = 0; place < dn_tensor_count(value); place++)
            assert_int_equal(value->data[place] == 0, i % 2 == 1);
    }
    /* Layers of one form have weights of their own. */
    assert_false(
        all_close(&dn_model_parameter(models[0], 0)->value, &dn_model_parameter(models[0], 2)->value, 0, 0));
    for (size_t i = 0; i < 3; i++)
        dn_model_free(models[i]);
}

/** Of every number of stripes, whole or not. */
static void a_weight_is_drawn_and_copied_as_one_tensor(void **state)
{
    (void)state;
    static const size_t nets[] = {1, 63, 64, 65, 128, 130, 200};
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        const size_t widths[] = {7, nets[i], nets[i]};
        dn_model *model;
        assert_ok(dn_model_new(&model, widths, 3, 5, &error));
        assert_int_equal(dn_model_parameters(model), 2 * ((nets[i] + 63) / 64 + 1));
        for (size_t layer = 0; layer < 2; layer++) {
            dn_random random = dn_random_stream(5, DN_PURPOSE_INIT, layer, 0);
            dn_tensor whole;
            dn_tensor expected;
            assert_ok(dn_tensor_zeros(&expected, DN_SHAPE(nets[i], widths[layer]), &error));
            assert_ok(dn_init_he(&expected, &random, &error));
            assert_ok(dn_model_weight(model, layer, &whole, &error));
            assert_same_bits(&whole, &expected);
            dn_tensor_free(&whole);
            dn_tensor_free(&expected);
        }
        dn_model_free(model);
    }
}

static void a_blank_model_is_all_zero(void **state)
{
    (void)state;
    dn_model *model;
    assert_ok(dn_model_blank(&model, (size_t[]){2, 1, 2}, 3, &error));
    assert_tensor(&dn_model_parameter(model, 0)->value, DN_SHAPE(1, 2), 0, 0, 0);
    assert_tensor(&dn_model_parameter(model, 1)->value, DN_SHAPE(1), 0, 0);
    assert_tensor(&dn_model_parameter(model, 2)->value, DN_SHAPE(2, 1), 0, 0, 0);
    assert_tensor(&dn_model_parameter(model, 3)->value, DN_SHAPE(2), 0, 0, 0);
    dn_model_free(model);
}

static void widths_that_make_no_model_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t widths[3];
        size_t count;
        const char *problem;
    } cases[] = {
        {{784, 10, 0}, 0, "0 widths"},
        {{784, 10, 0}, 1, "1 widths"},
        {{784, 0, 10}, 3, "layer 1 is 0 wide"},
        {{0, 10, 10}, 3, "layer 0 is 0 wide"},
        {{784, 10, DN_MODEL_MAX_WIDTH + 1}, 3, "layer 2 is 65536 wide"},
    };
    size_t many[DN_MODEL_MAX_LAYERS + 2];
    dn_model *model;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(dn_model_new(&model, cases[i].widths, cases[i].count, 1, &error), DN_ERR_ARGUMENT);
        assert_contains(error.problem, cases[i].problem);
        assert_null(model);
        assert_int_equal(dn_model_blank(&model, cases[i].widths, cases[i].count, &error), DN_ERR_ARGUMENT);
        assert_null(model);
    }
    for (size_t i = 0; i < DN_MODEL_MAX_LAYERS + 2; i++)
        many[i] = 1;
    assert_int_equal(dn_model_new(&model, many, DN_MODEL_MAX_LAYERS + 2, 1, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "34 widths");
}

/** A net of three layers with a batch: x [3, 6], classes 4. */
typedef struct net {
    dn_model *model;
    dn_tensor x;
    dn_matrix input;
    dn_tensor dlogits;
    const uint8_t *labels;
} net;

static void set_up(net *work)
{
    float nearest = 0;
    assert_ok(dn_model_blank(&work->model, (size_t[]){6, 5, 5, 4}, 4, &error));
    assert_ok(dn_tensor_zeros(&work->x, DN_SHAPE(3, 6), &error));
    assert_ok(dn_tensor_zeros(&work->dlogits, DN_SHAPE(3, 4), &error));
    work->input = (dn_matrix){.dense = &work->x};
    static const uint8_t labels[] = {2, 0, 3};
    work->labels = labels;
    fill_pattern(&work->x, 5, 63);
    /* The first pattern with every ReLU's input too far from its kink for a finite difference to reach it. */
    for (size_t start = 0; nearest < 6 * GRADIENT_STEP; start++) {
        dn_tensor logits;
        assert_true(start < 1000);
        fill_model(work->model, start);
        plain_forward(work->model, &work->x, &logits, &nearest);
        dn_tensor_free(&logits);
    }
}

static void tear_down(net *work)
{
    dn_model_free(work->model);
    dn_tensor_free(&work->x);
    dn_tensor_free(&work->dlogits);
}

/** The loss of the net's batch; its gradient goes to dlogits. */
static double batch_loss(void *argument)
{
    net *work = argument;
    dn_tensor logits;
    float loss;
    assert_ok(dn_model_forward(NULL, work->model, &work->input, &logits, &error));
    assert_ok(dn_cross_entropy(NULL, &logits, work->labels, &work->dlogits, &loss, &error));
    return (double)loss;
}

static void gradients_of_every_parameter_are_those_of_finite_differences(void **state)
{
    (void)state;
    net work;
    set_up(&work);
    batch_loss(&work);
    assert_ok(dn_model_backward(NULL, work.model, &work.input, &work.dlogits, &error));
    for (size_t i = 0; i < dn_model_parameters(work.model); i++) {
        dn_parameter *parameter = dn_model_parameter(work.model, i);
        assert_gradient(&parameter->value, dn_parameter_grad(parameter), batch_loss, &work, 1e-4);
    }
    tear_down(&work);
}

static void backward_passes_add_up_until_the_gradients_are_cleared(void **state)
{
    (void)state;
    net work;
    dn_tensor once[6];
    set_up(&work);
    batch_loss(&work);
    assert_ok(dn_model_backward(NULL, work.model, &work.input, &work.dlogits, &error));
    for (size_t i = 0; i < 6; i++)
        assert_ok(dn_tensor_clone(&once[i], dn_parameter_grad(dn_model_parameter(work.model, i)), &error));
    assert_ok(dn_model_backward(NULL, work.model, &work.input, &work.dlogits, &error));
    for (size_t i = 0; i < 6; i++) {
        const dn_tensor *twice = dn_parameter_grad(dn_model_parameter(work.model, i));
        dn_tensor doubled;
        assert_ok(dn_tensor_clone(&doubled, &once[i], &error));
        for (size_t place = 0; place < dn_tensor_count(&doubled); place++)
            doubled.data[place] *= 2;
        assert_true(all_close(twice, &doubled, 1e-5F, 1e-7F));
        dn_tensor_free(&doubled);
    }
    dn_model_zero_grad(work.model);
    for (size_t i = 0; i < 6; i++)
        assert_true(dn_model_parameter(work.model, i)->grad_is_zero);
    assert_ok(dn_model_backward(NULL, work.model, &work.input, &work.dlogits, &error));
    for (size_t i = 0; i < 6; i++) {
        assert_same_bits(dn_parameter_grad(dn_model_parameter(work.model, i)), &once[i]);
        dn_tensor_free(&once[i]);
    }
    tear_down(&work);
}

static void public_tensor_operations_give_the_same_bits(void **state)
{
    (void)state;
    net work;
    dn_tensor logits;
    dn_tensor plain;
    set_up(&work);
    assert_ok(dn_model_forward(NULL, work.model, &work.input, &logits, &error));
    plain_forward(work.model, &work.x, &plain, NULL);
    assert_same_bits(&logits, &plain);
    dn_tensor_free(&plain);
    tear_down(&work);
}

static void batches_of_any_size_follow_each_other(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 3, 2, 3, 1};
    net work;
    dn_tensor whole;
    set_up(&work);
    plain_forward(work.model, &work.x, &whole, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        dn_tensor rows;
        dn_tensor expected;
        dn_tensor logits;
        assert_ok(dn_tensor_slice(&work.x, 0, 3 - sizes[i], 3, 1, &rows, &error));
        assert_ok(dn_tensor_slice(&whole, 0, 3 - sizes[i], 3, 1, &expected, &error));
        const dn_matrix input = {.dense = &rows};
        assert_ok(dn_model_forward(NULL, work.model, &input, &logits, &error));
        assert_same_bits(&logits, &expected);
    }
    dn_tensor_free(&whole);
    tear_down(&work);
}

static void assert_no_gradients(dn_model *model)
{
    for (size_t i = 0; i < dn_model_parameters(model); i++)
        assert_true(dn_model_parameter(model, i)->grad_is_zero);
}

static void what_is_not_the_last_batch_is_refused_and_nothing_is_written(void **state)
{
    (void)state;
    net work;
    dn_tensor logits;
    float numbers[24] = {0};
    set_up(&work);
    const dn_tensor wide = dn_tensor_borrow(numbers, DN_SHAPE(3, 7));
    const dn_tensor few = dn_tensor_borrow(numbers, DN_SHAPE(2, 6));
    const dn_tensor few_gradients = dn_tensor_borrow(numbers, DN_SHAPE(2, 4));
    const dn_tensor wide_gradients = dn_tensor_borrow(numbers, DN_SHAPE(3, 5));
    const dn_tensor flat = dn_tensor_borrow(numbers, DN_SHAPE(6));
    const dn_matrix wide_input = {.dense = &wide};
    const dn_matrix flat_input = {.dense = &flat};
    const dn_matrix few_input = {.dense = &few};
    dn_model *model = work.model;
    assert_int_equal(dn_model_backward(NULL, model, &work.input, &work.dlogits, &error), DN_ERR_SHAPE);
    assert_ok(dn_model_forward(NULL, model, &work.input, &logits, &error));
    assert_int_equal(dn_model_backward(NULL, model, &few_input, &work.dlogits, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_model_backward(NULL, model, &wide_input, &work.dlogits, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_model_backward(NULL, model, &work.input, &few_gradients, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_model_backward(NULL, model, &few_input, &few_gradients, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[2, 4]");
    assert_contains(error.problem, "[3, 4]");
    assert_int_equal(dn_model_backward(NULL, model, &work.input, &wide_gradients, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_model_forward(NULL, model, &wide_input, &logits, &error), DN_ERR_SHAPE);
    assert_string_equal(error.problem, "an input of shape [3, 7] for a model of 6 inputs");
    assert_int_equal(dn_model_forward(NULL, model, &flat_input, &logits, &error), DN_ERR_SHAPE);
    assert_string_equal(error.problem, "an input of shape [6] for a model of 6 inputs");
    assert_int_equal(dn_model_backward(NULL, model, &work.input, &work.dlogits, &error), DN_ERR_SHAPE);
    assert_no_gradients(model);
    tear_down(&work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_has_a_weight_and_a_bias_a_layer),
        cmocka_unit_test(parameters_are_named_as_in_a_sequential_of_pytorch),
        cmocka_unit_test(the_architecture_is_the_widths),
        cmocka_unit_test(the_longest_architecture_fits_its_room),
        cmocka_unit_test(weights_are_drawn_from_the_seed_and_biases_are_zero),
        cmocka_unit_test(a_weight_is_drawn_and_copied_as_one_tensor),
        cmocka_unit_test(a_blank_model_is_all_zero),
        cmocka_unit_test(widths_that_make_no_model_are_refused),
        cmocka_unit_test(gradients_of_every_parameter_are_those_of_finite_differences),
        cmocka_unit_test(backward_passes_add_up_until_the_gradients_are_cleared),
        cmocka_unit_test(public_tensor_operations_give_the_same_bits),
        cmocka_unit_test(batches_of_any_size_follow_each_other),
        cmocka_unit_test(what_is_not_the_last_batch_is_refused_and_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
