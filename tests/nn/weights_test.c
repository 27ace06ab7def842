#include "plain_model.h"

#include "product.h"

#include "nn/model.h"
#include "nn/weights.h"

#include "digitnet/nn.h"

static dn_error error;

/** The weights fill whole blocks of memory: a sanitizer sees a step beyond their end. */
static const size_t widths[] = {4, 8, 2};

static dn_model *new_model(size_t start)
{
    dn_model *model;
    assert_ok(dn_model_blank(&model, widths, 3, &error));
    fill_model(model, start);
    return model;
}

static void assert_same_as(const dn_weights *weights, dn_model *model)
{
    for (size_t i = 0; i < 4; i++)
        assert_same_bits(&weights->tensors[i], &dn_model_parameter(model, i)->value);
}

static void new_weights_are_zeros_of_the_parameters_form(void **state)
{
    (void)state;
    dn_model *model = new_model(1);
    dn_weights weights;
    assert_ok(dn_weights_new(&weights, model, &error));
    assert_int_equal(weights.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const dn_tensor *value = &dn_model_parameter(model, i)->value;
        assert_true(dn_shape_equal(weights.tensors[i].shape, value->shape));
        assert_ptr_not_equal(weights.tensors[i].data, value->data);
        for (size_t axis = 0; axis < value->shape.rank; axis++)
            assert_int_equal(weights.tensors[i].stride[axis], value->stride[axis]);
        for (size_t place = 0; place < dn_tensor_count(value); place++)
            assert_true(weights.tensors[i].data[place] == 0.0F);
    }
    dn_weights_free(&weights);
    dn_model_free(model);
}

static void a_copy_stays_when_the_model_changes_and_can_be_given_back(void **state)
{
    (void)state;
    dn_model *model = new_model(1);
    dn_model *before = new_model(1);
    dn_weights weights;
    assert_ok(dn_weights_new(&weights, model, &error));
    dn_weights_copy(&weights, model);
    assert_same_as(&weights, before);
    fill_model(model, 7);
    assert_same_as(&weights, before);
    dn_weights_restore(&weights, model);
    assert_same_as(&weights, model);
    for (size_t i = 0; i < 4; i++)
        assert_same_bits(&dn_model_parameter(model, i)->value, &dn_model_parameter(before, i)->value);
    dn_weights_free(&weights);
    dn_model_free(model);
    dn_model_free(before);
}

static void a_swap_exchanges_both(void **state)
{
    (void)state;
    dn_model *model = new_model(1);
    dn_model *one = new_model(1);
    dn_model *other = new_model(7);
    dn_weights weights;
    assert_ok(dn_weights_new(&weights, model, &error));
    dn_weights_copy(&weights, other);
    dn_weights_swap(&weights, model);
    assert_same_as(&weights, one);
    for (size_t i = 0; i < 4; i++)
        assert_same_bits(&dn_model_parameter(model, i)->value, &dn_model_parameter(other, i)->value);
    dn_weights_free(&weights);
    dn_model_free(model);
    dn_model_free(one);
    dn_model_free(other);
}

/** Out of a set and out of the model, of a weight in stripes and of one tensor. */
static void a_weight_goes_out_and_back_as_one_tensor(void **state)
{
    (void)state;
    dn_model *model;
    dn_model *other;
    dn_weights weights;
    assert_ok(dn_model_new(&model, (size_t[]){3, 130, 4}, 3, 1, &error));
    assert_ok(dn_model_new(&other, (size_t[]){3, 130, 4}, 3, 2, &error));
    assert_ok(dn_weights_new(&weights, model, &error));
    for (size_t layer = 0; layer < 2; layer++) {
        dn_tensor whole;
        dn_tensor again;
        assert_ok(dn_model_weight(model, layer, &whole, &error));
        assert_ok(dn_weights_scatter(&weights, model, layer, &whole, &error));
        assert_ok(dn_weights_scatter(NULL, other, layer, &whole, &error));
        assert_ok(dn_weights_gather(&weights, model, layer, &again, &error));
        assert_same_bits(&again, &whole);
        dn_tensor_free(&again);
        dn_tensor_free(&whole);
    }
    for (size_t i = 0; i < dn_model_parameters(model); i++) {
        if (dn_model_parameter(model, i)->value.shape.rank != 2)
            continue;
        assert_same_bits(&weights.tensors[i], &dn_model_parameter(model, i)->value);
        assert_same_bits(&dn_model_parameter(other, i)->value, &dn_model_parameter(model, i)->value);
    }
    dn_weights_free(&weights);
    dn_model_free(model);
    dn_model_free(other);
}

static void freeing_empties_and_takes_what_is_empty(void **state)
{
    (void)state;
    dn_model *model = new_model(1);
    dn_weights weights;
    assert_ok(dn_weights_new(&weights, model, &error));
    dn_weights_free(&weights);
    assert_int_equal(weights.count, 0);
    assert_null(weights.tensors);
    dn_weights_free(&weights);
    dn_weights_free(NULL);
    dn_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_weights_are_zeros_of_the_parameters_form),
        cmocka_unit_test(a_copy_stays_when_the_model_changes_and_can_be_given_back),
        cmocka_unit_test(a_swap_exchanges_both),
        cmocka_unit_test(a_weight_goes_out_and_back_as_one_tensor),
        cmocka_unit_test(freeing_empties_and_takes_what_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
