#include "plain_model.h"

#include "product.h"

#include "nn/model.h"
#include "nn/weights.h"
#include "optim/ema.h"

static dn_error error;

static dn_model *new_model(const size_t *widths, size_t start)
{
    dn_model *model;
    assert_ok(dn_model_blank(&model, widths, 3, &error));
    fill_model(model, start);
    return model;
}

/** Average a model whose every number is `value` into an average that is 10 everywhere. */
static float average_of(float value, float decay, size_t looks)
{
    dn_model *model;
    dn_weights average;
    assert_ok(dn_model_blank(&model, (size_t[]){2, 3, 2}, 3, &error));
    assert_ok(dn_weights_new(&average, model, &error));
    for (size_t i = 0; i < average.count; i++) {
        for (size_t place = 0; place < dn_tensor_count(&average.tensors[i]); place++) {
            average.tensors[i].data[place] = 10;
            dn_model_parameter(model, i)->value.data[place] = value;
        }
    }
    dn_ema_update(NULL, &average, model, decay, looks);
    const float found = average.tensors[0].data[0];
    for (size_t i = 0; i < average.count; i++) {
        for (size_t place = 0; place < dn_tensor_count(&average.tensors[i]); place++) {
            assert_true(average.tensors[i].data[place] == found);
            assert_true(dn_model_parameter(model, i)->value.data[place] == value);
        }
    }
    dn_weights_free(&average);
    dn_model_free(model);
    return found;
}

static void the_first_look_takes_the_weights_as_they_are(void **state)
{
    (void)state;
    assert_float_equal(average_of(20, 0.99F, 0), 20, 0);
}

static void later_looks_keep_a_part_of_the_average(void **state)
{
    (void)state;
    assert_float_equal(average_of(20, 0.75F, 1000), 12.5F, 1e-5F);
    assert_float_equal(average_of(20, 0.0F, 1000), 20, 1e-5F);
}

static void early_looks_keep_less(void **state)
{
    (void)state;
    /* (1 + looks) / (10 + looks): 2 / 11 of 10 and 9 / 11 of 20 */
    assert_float_equal(average_of(20, 0.99F, 1), 20 - 10.0F * 2 / 11, 1e-5F);
    assert_float_equal(average_of(20, 0.99F, 89), 20 - 10.0F * 90 / 99, 1e-5F);
    assert_float_equal(average_of(20, 0.125F, 1), 20 - 10.0F * 0.125F, 1e-5F);
}

static void any_number_of_threads_makes_the_same_average(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 8};
    static const size_t widths[] = {200, 190, 10}; /* more than a thread's piece */
    dn_model *model = new_model(widths, 1);
    dn_model *other = new_model(widths, 9);
    dn_weights expected;
    assert_ok(dn_weights_new(&expected, model, &error));
    dn_weights_copy(&expected, other);
    dn_ema_update(NULL, &expected, model, 0.9F, 77);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dn_context *context;
        dn_weights average;
        assert_ok(dn_context_new(&context, counts[i], DN_KERNELS_AUTO, &error));
        assert_ok(dn_weights_new(&average, model, &error));
        dn_weights_copy(&average, other);
        dn_ema_update(context, &average, model, 0.9F, 77);
        for (size_t p = 0; p < expected.count; p++)
            assert_same_bits(&average.tensors[p], &expected.tensors[p]);
        dn_weights_free(&average);
        dn_context_free(context);
    }
    dn_weights_free(&expected);
    dn_model_free(model);
    dn_model_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_look_takes_the_weights_as_they_are),
        cmocka_unit_test(later_looks_keep_a_part_of_the_average),
        cmocka_unit_test(early_looks_keep_less),
        cmocka_unit_test(any_number_of_threads_makes_the_same_average),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
