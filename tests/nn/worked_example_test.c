/*
 * A net of 2 inputs, 3 hidden units and 2 classes, and a batch of two, with every number worked by hand. All
 * are short binary fractions, so they must come out exactly; only the loss, ln 2, is rounded.
 *
 * Forward:   x      z1 = x W1^T + b1     h = relu(z1)     z2 = h W2^T + b2
 *            1   2    1.0  -0.5   2.0     1.0  0    2.0    1.0+0+0+1  0+0+2.0    = 2 2
 *           -0.5 3   -0.5   0.5   1.5     0    0.5  1.5    0+1.0+0+1  0+0.5+1.5  = 2 2
 *
 *            W1 = 1 0   b1 =  0           W2 = 1 2 0   b2 = 1
 *                 0 1       -2.5               0 1 1        0
 *                 1 1       -1
 *
 * Loss:      both rows of softmax are 1/2 1/2, so the loss is -ln 1/2, whatever the labels; they are 0 and 0.
 *
 * Backward:  dz2 = (softmax - one hot) / 2 = -1/4 1/4 in both rows
 *            dW2 = dz2^T h                 = -1/4 * (1 0.5 3.5) and 1/4 * (1 0.5 3.5);  db2 = -1/2 1/2
 *            dh  = dz2 W2                  = -1/4 * (1 2 0) + 1/4 * (0 1 1) = -1/4 -1/4 1/4 in both rows
 *            dz1 = dh where z1 > 0         = -1/4 0 1/4  and  0 -1/4 1/4
 *            dW1 = dz1^T x                 = -1/4 * (1 2), -1/4 * (-0.5 3), 1/4 * (0.5 5);  db1 = -1/4 -1/4 1/2
 *
 * Step:      every number minus half its gradient.
 */
#include "support.h"
#include "tensors.h"

#include "nn/model.h"

#include "digitnet/loss.h"
#include "digitnet/optim.h"

#include <math.h>

static dn_error error;

static dn_model *model;
static dn_tensor x;
static dn_matrix input;
static dn_tensor logits;
static dn_tensor dlogits;
static float loss;

static void set_parameter(size_t index, const float *numbers)
{
    dn_tensor *value = &dn_model_parameter(model, index)->value;
    const size_t columns = value->shape.rank == 2 ? value->shape.extent[1] : 1;
    for (size_t i = 0; i < dn_tensor_count(value); i++) {
        float *element;
        assert_ok(dn_tensor_at(value, (size_t[]){i / columns, i % columns}, &element, &error));
        *element = numbers[i];
    }
}

static int set_up(void **state)
{
    (void)state;
    assert_ok(dn_model_blank(&model, (size_t[]){2, 3, 2}, 3, &error));
    set_parameter(0, (float[]){1, 0, 0, 1, 1, 1});
    set_parameter(1, (float[]){0, -2.5F, -1});
    set_parameter(2, (float[]){1, 2, 0, 0, 1, 1});
    set_parameter(3, (float[]){1, 0});
    new_from(&x, DN_SHAPE(2, 2), (float[]){1, 2, -0.5F, 3});
    assert_ok(dn_tensor_zeros(&dlogits, DN_SHAPE(2, 2), &error));
    input = (dn_matrix){.dense = &x};
    assert_ok(dn_model_forward(NULL, model, &input, &logits, &error));
    assert_ok(dn_cross_entropy(NULL, &logits, (uint8_t[]){0, 0}, &dlogits, &loss, &error));
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

static void the_forward_pass_and_the_loss(void **state)
{
    (void)state;
    assert_tensor(&logits, DN_SHAPE(2, 2), 0, 2, 2, 2, 2);
    assert_true(fabsf(loss - 0.69314718F) < 1e-7F);
    assert_tensor(&dlogits, DN_SHAPE(2, 2), 0, -0.25F, 0.25F, -0.25F, 0.25F);
}

static void every_gradient(void **state)
{
    (void)state;
    assert_ok(dn_model_backward(NULL, model, &input, &dlogits, &error));
    assert_tensor(dn_parameter_grad(dn_model_parameter(model, 0)), DN_SHAPE(3, 2), 0, -0.25F, -0.5F, 0.125F,
                  -0.75F, 0.125F, 1.25F);
    assert_tensor(dn_parameter_grad(dn_model_parameter(model, 1)), DN_SHAPE(3), 0, -0.25F, -0.25F, 0.5F);
    assert_tensor(dn_parameter_grad(dn_model_parameter(model, 2)), DN_SHAPE(2, 3), 0, -0.25F, -0.125F,
                  -0.875F, 0.25F, 0.125F, 0.875F);
    assert_tensor(dn_parameter_grad(dn_model_parameter(model, 3)), DN_SHAPE(2), 0, -0.5F, 0.5F);
}

static void one_step(void **state)
{
    (void)state;
    const dn_sgd optimiser = {.learning_rate = 0.5F};
    assert_ok(dn_model_backward(NULL, model, &input, &dlogits, &error));
    dn_sgd_step(NULL, &optimiser, model, NULL);
    assert_tensor(&dn_model_parameter(model, 0)->value, DN_SHAPE(3, 2), 0, 1.125F, 0.25F, -0.0625F, 1.375F,
                  0.9375F, 0.375F);
    assert_tensor(&dn_model_parameter(model, 1)->value, DN_SHAPE(3), 0, 0.125F, -2.375F, -1.25F);
    assert_tensor(&dn_model_parameter(model, 2)->value, DN_SHAPE(2, 3), 0, 1.125F, 2.0625F, 0.4375F, -0.125F,
                  0.9375F, 0.5625F);
    assert_tensor(&dn_model_parameter(model, 3)->value, DN_SHAPE(2), 0, 1.25F, -0.25F);
}

static void the_step_lowers_the_loss(void **state)
{
    (void)state;
    const dn_sgd optimiser = {.learning_rate = 0.5F};
    float after;
    assert_ok(dn_model_backward(NULL, model, &input, &dlogits, &error));
    dn_sgd_step(NULL, &optimiser, model, NULL);
    assert_ok(dn_model_forward(NULL, model, &input, &logits, &error));
    assert_ok(dn_cross_entropy(NULL, &logits, (uint8_t[]){0, 0}, NULL, &after, &error));
    assert_true(after < loss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_forward_pass_and_the_loss, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_gradient, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_step_lowers_the_loss, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
