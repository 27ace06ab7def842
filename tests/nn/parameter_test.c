#include "support.h"

#include "nn/parameter.h"

#include "digitnet/nn.h"

static dn_error error;

static void a_new_parameter_is_zero_and_so_is_its_gradient(void **state)
{
    (void)state;
    dn_parameter parameter;
    assert_ok(dn_parameter_new(&parameter, DN_SHAPE(2, 2), &error));
    assert_tensor(&parameter.value, DN_SHAPE(2, 2), 0, 0, 0, 0, 0);
    assert_true(parameter.grad_is_zero);
    assert_tensor(dn_parameter_grad(&parameter), DN_SHAPE(2, 2), 0, 0, 0, 0, 0);
    assert_ptr_not_equal(parameter.value.data, parameter.grad.data);
    dn_parameter_free(&parameter);
    assert_int_equal(parameter.value.shape.rank, 0);
}

static void a_cleared_gradient_is_read_as_zeros_whatever_it_held(void **state)
{
    (void)state;
    dn_parameter parameter;
    assert_ok(dn_parameter_new(&parameter, DN_SHAPE(3), &error));
    for (size_t i = 0; i < 3; i++)
        parameter.grad.data[i] = (float)i + 1;
    parameter.grad_is_zero = false;
    assert_tensor(dn_parameter_grad(&parameter), DN_SHAPE(3), 0, 1, 2, 3);
    dn_parameter_zero_grad(&parameter);
    assert_true(parameter.grad_is_zero);
    assert_ptr_equal(dn_parameter_grad(&parameter), &parameter.grad);
    assert_tensor(&parameter.grad, DN_SHAPE(3), 0, 0, 0, 0);
    dn_parameter_free(&parameter);
}

static void what_cannot_be_made_is_empty(void **state)
{
    (void)state;
    dn_parameter parameter;
    assert_int_equal(dn_parameter_new(&parameter, DN_SHAPE(SIZE_MAX / 2, 4), &error), DN_ERR_MEMORY);
    assert_null(parameter.value.data);
    assert_null(parameter.grad.data);
    dn_parameter_free(&parameter);
    dn_parameter_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_parameter_is_zero_and_so_is_its_gradient),
        cmocka_unit_test(a_cleared_gradient_is_read_as_zeros_whatever_it_held),
        cmocka_unit_test(what_cannot_be_made_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
