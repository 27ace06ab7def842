#include "gradients.h"
#include "plain_model.h"
#include "product.h"

#include "digitnet/optim/sgd.h"

static dn_error error;

/** A model with numbers in parameters and gradients; none is cleared. */
static dn_model *new_model(const size_t *widths)
{
    dn_model *model;
    assert_ok(dn_model_blank(&model, widths, 3, &error));
    fill_model(model, 1);
    for (size_t i = 0; i < 2 * dn_model_layers(model); i++) {
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
    assert_false(dn_tensor_allclose(&dn_model_parameter(model, 3)->value,
                                    &dn_model_parameter(before, 3)->value, 0, 0));
    dn_model_free(model);
    dn_model_free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_subtracts_the_rate_times_the_gradient_and_leaves_the_gradient),
        cmocka_unit_test(any_number_of_threads_makes_the_same_step),
        cmocka_unit_test(a_cleared_gradient_moves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
