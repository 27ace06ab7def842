/** The same net, batch and steps as in scripts/reference_torch.py must give the numbers that PyTorch gave. */
#include "gradients.h"

#include "torch_reference.h"

#include "nn/model.h"

#include "digitnet/loss.h"
#include "digitnet/optim.h"

#include <math.h>

#define INPUTS 12
#define HIDDEN 8
#define CLASSES 5
#define SAMPLES 6
#define LEARNING_RATE 0.5F
#define STEPS 3
#define TOLERANCE 1e-5F

#define assert_reference(tensor, shape, values)                                                              \
    expect_tensor((tensor), (shape), TOLERANCE, (values), sizeof(values) / sizeof(float), __FILE__, __LINE__)

static dn_error error;

static dn_model *model;
static dn_tensor x;
static dn_tensor dlogits;
static uint8_t labels[SAMPLES];

static int set_up(void **state)
{
    (void)state;
    static const size_t scales[] = {31, 15, 40, 15};
    assert_ok(dn_model_blank(&model, (size_t[]){INPUTS, HIDDEN, CLASSES}, 3, &error));
    for (size_t i = 0; i < 4; i++)
        fill_pattern(&dn_model_parameter(model, i)->value, i + 1, scales[i]);
    assert_ok(dn_tensor_zeros(&x, DN_SHAPE(SAMPLES, INPUTS), &error));
    assert_ok(dn_tensor_zeros(&dlogits, DN_SHAPE(SAMPLES, CLASSES), &error));
    fill_pattern(&x, 5, 64);
    for (size_t i = 0; i < SAMPLES; i++)
        labels[i] = (uint8_t)((3 * i + 1) % CLASSES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dn_model_free(model);
    dn_tensor_free(&x);
    dn_tensor_free(&dlogits);
    return 0;
}

/** Forward, loss, backward. Hands back the loss. */
static float learn(dn_tensor *logits)
{
    const dn_matrix input = {.dense = &x};
    float loss;
    assert_ok(dn_model_forward(NULL, model, &input, logits, &error));
    assert_ok(dn_cross_entropy(NULL, logits, labels, &dlogits, &loss, &error));
    assert_ok(dn_model_backward(NULL, model, &input, &dlogits, &error));
    return loss;
}

static void logits_loss_and_gradients_are_those_of_pytorch(void **state)
{
    (void)state;
    dn_tensor logits;
    assert_true(fabsf(learn(&logits) - torch_losses[0]) < TOLERANCE);
    assert_reference(&logits, DN_SHAPE(SAMPLES, CLASSES), torch_logits);
    assert_reference(dn_parameter_grad(dn_model_parameter(model, 0)), DN_SHAPE(HIDDEN, INPUTS),
                     torch_grad_0_weight);
    assert_reference(dn_parameter_grad(dn_model_parameter(model, 1)), DN_SHAPE(HIDDEN), torch_grad_0_bias);
    assert_reference(dn_parameter_grad(dn_model_parameter(model, 2)), DN_SHAPE(CLASSES, HIDDEN),
                     torch_grad_2_weight);
    assert_reference(dn_parameter_grad(dn_model_parameter(model, 3)), DN_SHAPE(CLASSES), torch_grad_2_bias);
}

static void steps_lead_where_those_of_pytorch_lead(void **state)
{
    (void)state;
    const dn_sgd optimiser = {.learning_rate = LEARNING_RATE};
    dn_tensor logits;
    for (size_t step = 0; step < STEPS; step++) {
        dn_model_zero_grad(model);
        assert_true(fabsf(learn(&logits) - torch_losses[step]) < TOLERANCE);
        dn_sgd_step(NULL, &optimiser, model, NULL);
    }
    assert_reference(&dn_model_parameter(model, 0)->value, DN_SHAPE(HIDDEN, INPUTS), torch_trained_0_weight);
    assert_reference(&dn_model_parameter(model, 1)->value, DN_SHAPE(HIDDEN), torch_trained_0_bias);
    assert_reference(&dn_model_parameter(model, 2)->value, DN_SHAPE(CLASSES, HIDDEN), torch_trained_2_weight);
    assert_reference(&dn_model_parameter(model, 3)->value, DN_SHAPE(CLASSES), torch_trained_2_bias);
}

static void nesterov_steps_with_weight_decay_lead_where_those_of_pytorch_lead(void **state)
{
    (void)state;
    const dn_sgd optimiser = {
        .learning_rate = LEARNING_RATE, .momentum = 0.9F, .nesterov = true, .weight_decay = 0.1F};
    dn_weights velocity;
    dn_tensor logits;
    assert_ok(dn_weights_new(&velocity, model, &error));
    for (size_t step = 0; step < STEPS; step++) {
        dn_model_zero_grad(model);
        assert_true(fabsf(learn(&logits) - torch_nesterov_losses[step]) < TOLERANCE);
        dn_sgd_step(NULL, &optimiser, model, &velocity);
    }
    dn_weights_free(&velocity);
    assert_reference(&dn_model_parameter(model, 0)->value, DN_SHAPE(HIDDEN, INPUTS), torch_nesterov_0_weight);
    assert_reference(&dn_model_parameter(model, 1)->value, DN_SHAPE(HIDDEN), torch_nesterov_0_bias);
    assert_reference(&dn_model_parameter(model, 2)->value, DN_SHAPE(CLASSES, HIDDEN),
                     torch_nesterov_2_weight);
    assert_reference(&dn_model_parameter(model, 3)->value, DN_SHAPE(CLASSES), torch_nesterov_2_bias);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(logits_loss_and_gradients_are_those_of_pytorch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nesterov_steps_with_weight_decay_lead_where_those_of_pytorch_lead,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(steps_lead_where_those_of_pytorch_lead, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
