#include "gradients.h"

#include "plain_model.h"
#include "product.h"
#include "tensors.h"

#include "core/random.h"
#include "nn/model.h"
#include "optim/sgd.h"
#include "tensor/broadcast.h"
#include "tensor/sparse.h"

#include "digitnet/optim.h"
#include "digitnet/tensor.h"

#include <math.h>
#include <stdlib.h>

static dn_error error;

/** A model with numbers in parameters and gradients; none is cleared. */
static dn_model *new_model(const size_t *widths)
{
    dn_model *model;
    assert_ok(dn_model_blank(&model, widths, 3, &error));
    fill_model(model, 1);
    for (size_t i = 0; i < dn_model_parameters(model); i++) {
        dn_parameter *parameter = dn_model_parameter(model, i);
        fill_pattern(&parameter->grad, 40 + i, 63);
        parameter->grad_is_zero = false;
    }
    return model;
}

/** Step a copy by the definition, element by element, each product rounded, and compare to the bit. */
static void check_step(dn_context *context, const size_t *widths, float learning_rate)
{
    dn_model *model = new_model(widths);
    dn_model *expected = new_model(widths);
    const dn_sgd optimiser = {.learning_rate = learning_rate};
    dn_sgd_step(context, &optimiser, model, NULL);
    for (size_t i = 0; i < 4; i++) {
        const dn_parameter *found = dn_model_parameter(model, i);
        dn_parameter *defined = dn_model_parameter(expected, i);
        for (size_t place = 0; place < dn_tensor_count(&defined->value); place++) {
            const volatile float change = learning_rate * defined->grad.data[place];
            defined->value.data[place] = defined->value.data[place] - change;
        }
        assert_same_bits(&found->value, &defined->value);
        assert_same_bits(&found->grad, &defined->grad);
        assert_false(found->grad_is_zero);
    }
    dn_model_free(model);
    dn_model_free(expected);
}

static void a_step_subtracts_the_rate_times_the_gradient_and_leaves_the_gradient(void **state)
{
    (void)state;
    const size_t widths[] = {3, 4, 2};
    check_step(NULL, widths, 0.1F);
    check_step(NULL, widths, 0.0F);
    check_step(NULL, widths, 1e6F);
}

static void any_number_of_threads_makes_the_same_step(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 8};
    const size_t widths[] = {200, 190, 10};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dn_context *context;
        assert_ok(dn_context_new(&context, counts[i], DN_KERNELS_AUTO, &error));
        check_step(context, widths, 0.3F);
        dn_context_free(context);
    }
}

static void a_cleared_gradient_moves_nothing(void **state)
{
    (void)state;
    const size_t widths[] = {3, 4, 2};
    const dn_sgd optimiser = {.learning_rate = 0.5F};
    dn_model *model = new_model(widths);
    dn_model *before = new_model(widths);
    dn_model_zero_grad(model);
    dn_model_parameter(model, 3)->grad_is_zero = false;
    dn_sgd_step(NULL, &optimiser, model, NULL);
    for (size_t i = 0; i < 3; i++) {
        assert_same_bits(&dn_model_parameter(model, i)->value, &dn_model_parameter(before, i)->value);
        assert_true(dn_model_parameter(model, i)->grad_is_zero);
    }
    assert_false(
        all_close(&dn_model_parameter(model, 3)->value, &dn_model_parameter(before, 3)->value, 0, 0));
    dn_model_free(model);
    dn_model_free(before);
}

/** A model 3-4-2 whose every number is 2, with gradients of a half. */
static dn_model *new_small_model(void)
{
    dn_model *model;
    assert_ok(dn_model_blank(&model, (size_t[]){3, 4, 2}, 3, &error));
    for (size_t i = 0; i < 4; i++) {
        dn_parameter *parameter = dn_model_parameter(model, i);
        assert_ok(dn_fill(&parameter->value, 2, &error));
        assert_ok(dn_fill(&parameter->grad, 0.5F, &error));
        parameter->grad_is_zero = false;
    }
    return model;
}

static void assert_all(const dn_tensor *tensor, float expected)
{
    const dn_tensor number = dn_tensor_borrow(&expected, DN_SCALAR);
    dn_tensor repeated;
    assert_ok(dn_tensor_expand(&number, tensor->shape, &repeated, &error));
    assert_true(all_close(tensor, &repeated, 0, 1e-6F));
}

/** Two steps, and after each what the weights and the biases must be. */
static void check_two_steps(dn_sgd optimiser, const float weights[2], const float biases[2])
{
    dn_model *model = new_small_model();
    dn_weights velocity = {0};
    if (optimiser.momentum > 0)
        assert_ok(dn_weights_new(&velocity, model, &error));
    for (size_t step = 0; step < 2; step++) {
        dn_sgd_step(NULL, &optimiser, model, optimiser.momentum > 0 ? &velocity : NULL);
        for (size_t i = 0; i < 4; i++) {
            assert_all(&dn_model_parameter(model, i)->value, i % 2 == 0 ? weights[step] : biases[step]);
            assert_all(&dn_model_parameter(model, i)->grad, 0.5F);
        }
    }
    dn_weights_free(&velocity);
    dn_model_free(model);
}

static void weight_decay_pulls_weights_but_no_biases(void **state)
{
    (void)state;
    /* 2 - 0.1 (0.5 + 0.25 * 2) = 1.9; 1.9 - 0.1 (0.5 + 0.25 * 1.9) = 1.8025 */
    check_two_steps((dn_sgd){.learning_rate = 0.1F, .weight_decay = 0.25F}, (float[]){1.9F, 1.8025F},
                    (float[]){1.95F, 1.9F});
}

static void momentum_keeps_a_part_of_the_last_step(void **state)
{
    (void)state;
    /* velocities 0.5 and 0.5 * 0.5 + 0.5 = 0.75 */
    check_two_steps((dn_sgd){.learning_rate = 0.1F, .momentum = 0.5F}, (float[]){1.95F, 1.875F},
                    (float[]){1.95F, 1.875F});
}

static void momentum_gathers_the_decay_too(void **state)
{
    (void)state;
    /* velocities 1 and 0.5 * 1 + 0.5 + 0.25 * 1.9 = 1.475 */
    check_two_steps((dn_sgd){.learning_rate = 0.1F, .momentum = 0.5F, .weight_decay = 0.25F},
                    (float[]){1.9F, 1.7525F}, (float[]){1.95F, 1.875F});
}

static void nesterov_looks_ahead_along_the_velocity(void **state)
{
    (void)state;
    /* 2 - 0.1 (1 + 0.5 * 1) = 1.85; then g = 0.9625, v = 1.4625: 1.85 - 0.1 (0.9625 + 0.5 * 1.4625) = 1.680625 */
    check_two_steps(
        (dn_sgd){.learning_rate = 0.1F, .momentum = 0.5F, .weight_decay = 0.25F, .nesterov = true},
        (float[]){1.85F, 1.680625F}, (float[]){1.925F, 1.8375F});
}

static void momentum_moves_on_where_the_gradient_was_cleared(void **state)
{
    (void)state;
    const dn_sgd optimiser = {.learning_rate = 0.1F, .momentum = 0.5F};
    dn_model *model = new_small_model();
    dn_weights velocity;
    assert_ok(dn_weights_new(&velocity, model, &error));
    dn_sgd_step(NULL, &optimiser, model, &velocity);
    dn_model_zero_grad(model);
    dn_sgd_step(NULL, &optimiser, model, &velocity); /* v = 0.25 */
    for (size_t i = 0; i < 4; i++) {
        assert_all(&dn_model_parameter(model, i)->value, 1.925F);
        assert_all(&velocity.tensors[i], 0.25F);
    }
    dn_weights_free(&velocity);
    dn_model_free(model);
}

static void weight_decay_pulls_where_the_gradient_was_cleared(void **state)
{
    (void)state;
    const dn_sgd optimiser = {.learning_rate = 0.1F, .weight_decay = 0.25F};
    dn_model *model = new_small_model();
    dn_model_zero_grad(model);
    dn_sgd_step(NULL, &optimiser, model, NULL);
    assert_all(&dn_model_parameter(model, 0)->value, 1.95F);
    assert_all(&dn_model_parameter(model, 1)->value, 2);
    dn_model_free(model);
}

/** Two steps of a net that is wider than a thread's piece, with everything on. */
static dn_model *step_twice(dn_context *context)
{
    const dn_sgd optimiser = {
        .learning_rate = 0.1F, .momentum = 0.9F, .nesterov = true, .weight_decay = 0.01F};
    dn_model *model = new_model((size_t[]){200, 190, 10});
    dn_weights velocity;
    assert_ok(dn_weights_new(&velocity, model, &error));
    dn_sgd_step(context, &optimiser, model, &velocity);
    dn_sgd_step(context, &optimiser, model, &velocity);
    dn_weights_free(&velocity);
    return model;
}

static void any_number_of_threads_makes_the_same_steps_with_momentum(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 8};
    dn_model *expected = step_twice(NULL);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dn_context *context;
        assert_ok(dn_context_new(&context, counts[i], DN_KERNELS_AUTO, &error));
        dn_model *model = step_twice(context);
        for (size_t p = 0; p < 4; p++)
            assert_same_bits(&dn_model_parameter(model, p)->value, &dn_model_parameter(expected, p)->value);
        dn_model_free(model);
        dn_context_free(context);
    }
    dn_model_free(expected);
}

/** Without a gradient a velocity falls to 0: the weight moves no more, and no number is left that is too small to compute fast. */
static void a_velocity_that_moves_nothing_is_0(void **state)
{
    (void)state;
    const size_t widths[] = {3, 4, 2};
    for (int nesterov = 0; nesterov < 2; nesterov++) {
        dn_model *model = new_model(widths);
        dn_weights velocity;
        assert_ok(dn_weights_new(&velocity, model, &error));
        const dn_sgd optimiser = {.learning_rate = 0.1F, .momentum = 0.9F, .nesterov = nesterov != 0};
        dn_sgd_step(NULL, &optimiser, model, &velocity);
        assert_true(velocity.tensors[0].data[1] != 0.0F);
        for (int step = 0; step < 1000; step++) {
            dn_model_zero_grad(model);
            dn_sgd_step(NULL, &optimiser, model, &velocity);
            for (size_t i = 0; i < velocity.count; i++)
                for (size_t place = 0; place < dn_tensor_count(&velocity.tensors[i]); place++)
                    assert_true(velocity.tensors[i].data[place] == 0.0F ||
                                fabsf(velocity.tensors[i].data[place]) >= 1e-30F);
        }
        for (size_t i = 0; i < velocity.count; i++)
            for (size_t place = 0; place < dn_tensor_count(&velocity.tensors[i]); place++)
                assert_true(velocity.tensors[i].data[place] == 0.0F);
        dn_weights_free(&velocity);
        dn_model_free(model);
    }
}

/** A batch whose pixels are mostly zero, some columns in all rows, for a net of these inputs. */
static void new_batch(dn_sparse *batch, size_t rows, size_t inputs, const float *level)
{
    uint8_t *bytes = calloc(rows * inputs, 1);
    const uint8_t **places = calloc(rows, sizeof *places);
    dn_random random = dn_random_stream(rows, DN_PURPOSE_TENSOR, inputs, 0);
    assert_true(bytes && places);
    for (size_t i = 0; i < rows * inputs; i++)
        bytes[i] =
            i % inputs > 40 && dn_random_below(&random, 4) == 0 ? (uint8_t)dn_random_below(&random, 256) : 0;
    for (size_t i = 0; i < rows; i++)
        places[i] = bytes + i * inputs;
    assert_ok(dn_sparse_new(batch, rows, inputs, level, &error));
    dn_sparse_fill(NULL, batch, places, rows);
    free(bytes);
    free(places);
}

typedef struct net {
    size_t widths[4];
    size_t count;
} net;

/** Two passes and steps of a model; the step is taken within backward, or after it. */
static dn_model *learn_twice(dn_context *context, const dn_sgd *optimiser, const net *layers,
                             const dn_sparse *batch, bool within, dn_weights *velocity)
{
    dn_model *model;
    dn_sgd_steps steps;
    assert_ok(dn_model_new(&model, layers->widths, layers->count, 7, &error));
    assert_ok(dn_weights_new(velocity, model, &error));
    dn_weights *const used = optimiser->momentum > 0 ? velocity : NULL;
    dn_sgd_prepare(&steps, context, optimiser, model, used);
    const dn_matrix x = {.sparse = batch};
    for (size_t pass = 0; pass < 2; pass++) {
        dn_tensor logits;
        assert_ok(dn_model_forward(context, model, &x, &logits, &error));
        assert_ok(dn_model_backward_into(context, model, &x, &logits, within ? steps.sinks : NULL, &error));
        assert_int_equal(dn_model_parameter(model, 0)->grad_is_taken, within);
        if (layers->count > 3) /* there are masks, and at least a quarter of the activations is zero */
            assert_int_equal(dn_model_parameter(model, dn_model_first_parameter(model, 1))->grad_is_taken,
                             within);
        dn_sgd_step(context, optimiser, model, used);
        dn_model_zero_grad(model);
    }
    return model;
}

static void a_step_within_backward_is_the_step_after_it(void **state)
{
    (void)state;
    static const dn_sgd optimisers[] = {
        {.learning_rate = 0.1F},
        {.learning_rate = 0.1F, .weight_decay = 0.01F},
        {.learning_rate = 0.1F, .momentum = 0.9F},
        {.learning_rate = 0.1F, .momentum = 0.9F, .weight_decay = 0.01F, .nesterov = true}};
    static const size_t batches[] = {1, 64, 67, 130};
    static const net nets[] = {{{75, 10, 3}, 3}, {{90, 150, 10}, 3}, {{60, 130, 100, 10}, 4}};
    float level[DN_SPARSE_LEVELS];
    for (size_t i = 0; i < DN_SPARSE_LEVELS; i++)
        level[i] = (float)i / 255.0F;
    for (size_t trial = 0; trial < 4 * 4 * 3; trial++) {
        const dn_sgd *optimiser = &optimisers[trial % 4];
        const net *layers = &nets[trial / 16];
        dn_sparse batch;
        dn_weights velocity[2];
        new_batch(&batch, batches[trial / 4 % 4], layers->widths[0], level);
        dn_model *expected = learn_twice(NULL, optimiser, layers, &batch, false, &velocity[0]);
        for (size_t i = 0; i < contexts.count; i++) {
            dn_model *model = learn_twice(contexts.context[i], optimiser, layers, &batch, true, &velocity[1]);
            for (size_t p = 0; p < dn_model_parameters(model); p++) {
                assert_same_bits(&dn_model_parameter(model, p)->value,
                                 &dn_model_parameter(expected, p)->value);
                assert_same_bits(&velocity[1].tensors[p], &velocity[0].tensors[p]);
            }
            dn_weights_free(&velocity[1]);
            dn_model_free(model);
        }
        dn_weights_free(&velocity[0]);
        dn_model_free(expected);
        dn_sparse_free(&batch);
    }
}

/** Gradients that were added up before go into the step. */
static void a_step_within_backward_takes_what_was_added_up_before(void **state)
{
    (void)state;
    static const size_t widths[] = {50, 20, 3};
    const dn_sgd optimiser = {.learning_rate = 0.1F};
    float level[DN_SPARSE_LEVELS];
    dn_model *models[2];
    dn_sparse batch;
    for (size_t i = 0; i < DN_SPARSE_LEVELS; i++)
        level[i] = (float)i / 255.0F;
    new_batch(&batch, 70, widths[0], level); /* two blocks of rows; its first 41 columns are zeros */
    for (size_t within = 0; within < 2; within++) {
        dn_tensor logits;
        const dn_matrix x = {.sparse = &batch};
        assert_ok(dn_model_new(&models[within], widths, 3, 7, &error));
        dn_model *model = models[within];
        dn_sgd_steps steps;
        dn_sgd_prepare(&steps, NULL, &optimiser, model, NULL);
        assert_ok(dn_model_forward(NULL, model, &x, &logits, &error));
        assert_ok(dn_model_backward(NULL, model, &x, &logits, &error));
        assert_ok(dn_model_backward_into(NULL, model, &x, &logits, within ? steps.sinks : NULL, &error));
        dn_sgd_step(NULL, &optimiser, model, NULL);
    }
    for (size_t p = 0; p < 4; p++)
        assert_same_bits(&dn_model_parameter(models[0], p)->value, &dn_model_parameter(models[1], p)->value);
    dn_model_free(models[0]);
    dn_model_free(models[1]);
    dn_sparse_free(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_subtracts_the_rate_times_the_gradient_and_leaves_the_gradient),
        cmocka_unit_test(any_number_of_threads_makes_the_same_step),
        cmocka_unit_test(a_cleared_gradient_moves_nothing),
        cmocka_unit_test(weight_decay_pulls_weights_but_no_biases),
        cmocka_unit_test(momentum_keeps_a_part_of_the_last_step),
        cmocka_unit_test(momentum_gathers_the_decay_too),
        cmocka_unit_test(nesterov_looks_ahead_along_the_velocity),
        cmocka_unit_test(momentum_moves_on_where_the_gradient_was_cleared),
        cmocka_unit_test(a_velocity_that_moves_nothing_is_0),
        cmocka_unit_test(weight_decay_pulls_where_the_gradient_was_cleared),
        cmocka_unit_test(any_number_of_threads_makes_the_same_steps_with_momentum),
        cmocka_unit_test_setup_teardown(a_step_within_backward_is_the_step_after_it, start_contexts,
                                        stop_contexts),
        cmocka_unit_test(a_step_within_backward_takes_what_was_added_up_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
