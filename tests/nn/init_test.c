#include "support.h"
#include "tensors.h"

#include "core/random.h"
#include "nn/init.h"

#include <math.h>

static dn_error error;

/** A weight [out, in] drawn from the seed; the caller frees. */
static dn_tensor draw(size_t outputs, size_t inputs, uint64_t seed)
{
    dn_tensor weight;
    dn_random random = dn_random_stream(seed, DN_PURPOSE_INIT, 0, 0);
    assert_ok(dn_tensor_zeros(&weight, DN_SHAPE(outputs, inputs), &error));
    assert_ok(dn_init_he(&weight, &random, &error));
    return weight;
}

/**
 * Of n draws from a normal distribution the mean is off by deviation / sqrt(n), and the variance by
 * variance * sqrt(2 / n), one standard error each. Five of them happen by chance once in 1.7 million.
 */
static void check_moments(size_t outputs, size_t inputs)
{
    dn_tensor weight = draw(outputs, inputs, 3);
    const double count = (double)(outputs * inputs);
    const double variance = 2.0 / (double)inputs;
    double sum = 0.0;
    double squares = 0.0;
    size_t far = 0;
    for (size_t i = 0; i < outputs * inputs; i++) {
        const double value = (double)weight.data[i];
        sum += value;
        squares += value * value;
        far += value * value > 4 * variance;
    }
    assert_true(fabs(sum / count) < 5 * sqrt(variance / count));
    assert_true(fabs(squares / count - variance) < 5 * variance * sqrt(2 / count));
    /* Beyond two deviations lie 4.55 %: a normal distribution, not just one with these moments. */
    const double share = (double)far / count;
    assert_true(fabs(share - 0.0455) < 5 * sqrt(0.0455 * 0.9545 / count));
    dn_tensor_free(&weight);
}

static void weights_have_mean_zero_and_variance_two_by_inputs(void **state)
{
    (void)state;
    check_moments(128, 784);
    check_moments(10, 128);
    check_moments(2000, 3);
}

static void the_same_seed_gives_the_same_weights_and_another_seed_others(void **state)
{
    (void)state;
    dn_tensor first = draw(8, 9, 5);
    dn_tensor again = draw(8, 9, 5);
    dn_tensor other = draw(8, 9, 6);
    size_t equal = 0;
    assert_memory_equal(first.data, again.data, 72 * sizeof(float));
    for (size_t i = 0; i < 72; i++)
        equal += first.data[i] == other.data[i];
    assert_int_equal(equal, 0);
    dn_tensor_free(&first);
    dn_tensor_free(&again);
    dn_tensor_free(&other);
}

static void strides_do_not_change_which_number_goes_where(void **state)
{
    (void)state;
    dn_tensor plain = draw(4, 6, 11);
    dn_tensor storage;
    dn_tensor turned;
    assert_ok(dn_tensor_zeros(&storage, DN_SHAPE(6, 4), &error));
    assert_ok(dn_tensor_transpose(&storage, 0, 1, &turned, &error));
    dn_random random = dn_random_stream(11, DN_PURPOSE_INIT, 0, 0);
    assert_ok(dn_init_he(&turned, &random, &error));
    assert_true(all_close(&turned, &plain, 0, 0));
    assert_true(storage.data[1] == plain.data[6]); /* [0, 1] here is [1, 0] there */
    dn_tensor_free(&plain);
    dn_tensor_free(&storage);
}

static void what_is_no_matrix_is_refused(void **state)
{
    (void)state;
    float numbers[8] = {7, 7, 7, 7, 7, 7, 7, 7};
    dn_tensor vector = dn_tensor_borrow(numbers, DN_SHAPE(8));
    dn_tensor cube = dn_tensor_borrow(numbers, DN_SHAPE(2, 2, 2));
    dn_random random = dn_random_stream(1, DN_PURPOSE_INIT, 0, 0);
    assert_int_equal(dn_init_he(&vector, &random, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "[8]");
    assert_int_equal(dn_init_he(&cube, &random, &error), DN_ERR_SHAPE);
    assert_tensor(&vector, DN_SHAPE(8), 0, 7, 7, 7, 7, 7, 7, 7, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_have_mean_zero_and_variance_two_by_inputs),
        cmocka_unit_test(the_same_seed_gives_the_same_weights_and_another_seed_others),
        cmocka_unit_test(strides_do_not_change_which_number_goes_where),
        cmocka_unit_test(what_is_no_matrix_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
