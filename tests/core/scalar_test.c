#include "support.h"

#include "core/scalar.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sweeps step through the bit patterns of floats: every size of number is met. A prime, to meet all endings. */
#define STEP 1009

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** The place of a float in the order of all floats: neighbours differ by 1, and both zeros are 0. */
static int64_t rank_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const int64_t magnitude = bits & 0x7FFFFFFF;
    return bits >> 31 ? -magnitude : magnitude;
}

/** Fail unless found is the exact value rounded to float, or one of its neighbours. */
static void assert_within_one_ulp(const char *name, float x, float found, double exact)
{
    const float rounded = (float)exact;
    if (isnan(found) && isnan(rounded))
        return;
    if (!isnan(found) && !isnan(rounded) && llabs(rank_of(found) - rank_of(rounded)) <= 1)
        return;
    fail_msg("%s(%.9g) is %.9g, expected %.9g", name, (double)x, (double)found, (double)rounded);
}

static void exp_is_within_one_ulp_everywhere(void **state)
{
    (void)state;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STEP) {
        const float x = from_bits((uint32_t)bits);
        assert_within_one_ulp("exp", x, dn_exp(x), exp((double)x));
    }
    for (float x = -105.0F; x < 90.0F; x += 0.00037F)
        assert_within_one_ulp("exp", x, dn_exp(x), exp((double)x));
}

static void log_is_within_one_ulp_everywhere(void **state)
{
    (void)state;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STEP) {
        const float x = from_bits((uint32_t)bits);
        assert_within_one_ulp("log", x, dn_log(x), log((double)x));
    }
    for (float x = 0.5F; x < 2.0F; x += 0.0000037F) /* near 1, where log is small */
        assert_within_one_ulp("log", x, dn_log(x), log((double)x));
}

static void sine_and_cosine_are_within_one_ulp_up_to_2_to_the_20(void **state)
{
    (void)state;
    for (uint64_t bits = 0; from_bits((uint32_t)bits) <= 0x1p20F; bits += STEP) {
        const float x = from_bits((uint32_t)bits);
        assert_within_one_ulp("sin", x, dn_sin(x), sin((double)x));
        assert_within_one_ulp("cos", x, dn_cos(x), cos((double)x));
        assert_within_one_ulp("sin", -x, dn_sin(-x), sin((double)-x));
        assert_within_one_ulp("cos", -x, dn_cos(-x), cos((double)-x));
    }
    for (int quarter = 1; quarter <= 600000; quarter += 7) { /* the floats nearest to the zeros */
        const float x = (float)(quarter * 1.5707963267948966);
        assert_within_one_ulp("sin", x, dn_sin(x), sin((double)x));
        assert_within_one_ulp("cos", x, dn_cos(x), cos((double)x));
    }
}

static void special_values_are_as_in_iso_c(void **state)
{
    (void)state;
    assert_true(dn_exp(0.0F) == 1.0F && dn_exp(-0.0F) == 1.0F);
    assert_true(dn_exp(INFINITY) == INFINITY && dn_exp(-INFINITY) == 0.0F);
    assert_true(dn_exp(FLT_MAX) == INFINITY && dn_exp(-FLT_MAX) == 0.0F);
    assert_true(dn_exp(88.75F) == INFINITY && dn_exp(88.7F) < FLT_MAX);
    assert_true(isnan(dn_exp(NAN)));
    assert_true(dn_log(1.0F) == 0.0F && !signbit(dn_log(1.0F)));
    assert_true(dn_log(0.0F) == -INFINITY && dn_log(-0.0F) == -INFINITY);
    assert_true(dn_log(INFINITY) == INFINITY);
    assert_true(isnan(dn_log(NAN)) && isnan(dn_log(-1.0F)) && isnan(dn_log(-INFINITY)));
    assert_true(dn_sin(0.0F) == 0.0F && signbit(dn_sin(-0.0F)) && dn_cos(0.0F) == 1.0F);
    assert_true(isnan(dn_sin(INFINITY)) && isnan(dn_cos(-INFINITY)));
    assert_true(isnan(dn_sin(NAN)) && isnan(dn_cos(NAN)));
}

static void beyond_2_to_the_20_sine_and_cosine_are_nan(void **state)
{
    (void)state;
    assert_false(isnan(dn_sin(0x1p20F)) || isnan(dn_cos(-0x1p20F)));
    assert_true(isnan(dn_sin(nextafterf(0x1p20F, INFINITY))));
    assert_true(isnan(dn_cos(-FLT_MAX)));
}

static void the_sigmoid_overflows_nowhere_and_keeps_small_probabilities(void **state)
{
    (void)state;
    assert_true(dn_logistic(0.0F) == 0.5F);
    assert_true(dn_logistic(FLT_MAX) == 1.0F && dn_logistic(INFINITY) == 1.0F);
    assert_true(dn_logistic(-FLT_MAX) == 0.0F && dn_logistic(-INFINITY) == 0.0F);
    assert_true(dn_logistic(-80.0F) == dn_exp(-80.0F));
    assert_true(isnan(dn_logistic(NAN)));
    for (float x = -20.0F; x <= 20.0F; x += 0.25F) {
        const double expected = 1.0 / (1.0 + exp(-(double)x));
        assert_true(fabs((double)dn_logistic(x) - expected) <= 2e-7 * expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_within_one_ulp_everywhere),
        cmocka_unit_test(log_is_within_one_ulp_everywhere),
        cmocka_unit_test(sine_and_cosine_are_within_one_ulp_up_to_2_to_the_20),
        cmocka_unit_test(special_values_are_as_in_iso_c),
        cmocka_unit_test(beyond_2_to_the_20_sine_and_cosine_are_nan),
        cmocka_unit_test(the_sigmoid_overflows_nowhere_and_keeps_small_probabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
