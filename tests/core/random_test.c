#include "support.h"

#include "core/random.h"

#include "digitnet/core.h"

#include <math.h>
#include <string.h>

#define DRAWS 200000

static dn_random test_stream(void)
{
    return dn_random_stream(7, DN_PURPOSE_TENSOR, 0, 0);
}

/* The numbers of the two tests that follow were computed from the published algorithms in Python, whose
 * SplitMix64 was checked against its well-known outputs for the seed 1234567. */

static void bits_are_those_of_xoshiro256_starstar(void **state)
{
    (void)state;
    dn_random random = {{1, 2, 3, 4}};
    const uint64_t expected[] = {UINT64_C(11520),
                                 UINT64_C(0),
                                 UINT64_C(1509978240),
                                 UINT64_C(1215971899390074240),
                                 UINT64_C(1216172134540287360),
                                 UINT64_C(607988272756665600),
                                 UINT64_C(16172922978634559625),
                                 UINT64_C(8476171486693032832),
                                 UINT64_C(10595114339597558777),
                                 UINT64_C(2904607092377533576)};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_true(dn_random_bits(&random) == expected[i]);
}

static void streams_start_where_split_mix_puts_them(void **state)
{
    (void)state;
    const dn_random zero = dn_random_stream(0, DN_PURPOSE_INIT, 0, 0);
    const dn_random shuffle = dn_random_stream(42, DN_PURPOSE_SHUFFLE, 7, 0);
    const dn_random largest = dn_random_stream(UINT64_MAX, DN_PURPOSE_TENSOR, UINT64_MAX, UINT64_MAX);
    const dn_random expected[] = {{{UINT64_C(0xf9ac6e337c2f0f1e), UINT64_C(0xcff0e06f1187f3de),
                                    UINT64_C(0x92adb0d571525d6), UINT64_C(0xea90945c3945c522)}},
                                  {{UINT64_C(0x659f1907d3af53b6), UINT64_C(0x7016c399f32f971a),
                                    UINT64_C(0x1c8239ac6dabb44b), UINT64_C(0x2320f3649d589348)}},
                                  {{UINT64_C(0x84dbd42f1bc7d812), UINT64_C(0xa874ffc69b9716c5),
                                    UINT64_C(0x5278303cb2b72789), UINT64_C(0xbfbe4368d6b94ace)}}};
    assert_memory_equal(&zero, &expected[0], sizeof zero);
    assert_memory_equal(&shuffle, &expected[1], sizeof shuffle);
    assert_memory_equal(&largest, &expected[2], sizeof largest);
}

static void every_part_of_the_key_makes_another_stream(void **state)
{
    (void)state;
    const dn_random streams[] = {
        dn_random_stream(1, DN_PURPOSE_INIT, 1, 2),    dn_random_stream(2, DN_PURPOSE_INIT, 1, 2),
        dn_random_stream(1, DN_PURPOSE_SPLIT, 1, 2),   dn_random_stream(1, DN_PURPOSE_INIT, 2, 1),
        dn_random_stream(1, DN_PURPOSE_INIT, 1, 3),    dn_random_stream(1, DN_PURPOSE_INIT, 0, 2),
        dn_random_stream(1, DN_PURPOSE_SHUFFLE, 1, 2), dn_random_stream(0, DN_PURPOSE_INIT, 0, 0)};
    const size_t count = sizeof streams / sizeof streams[0];
    for (size_t a = 0; a < count; a++) {
        for (size_t b = a + 1; b < count; b++) {
            dn_random first = streams[a];
            dn_random second = streams[b];
            for (size_t word = 0; word < 4; word++)
                assert_true(first.state[word] != second.state[word]);
            assert_true(dn_random_bits(&first) != dn_random_bits(&second));
        }
    }
}

static void uniform_numbers_fill_zero_to_one_evenly(void **state)
{
    (void)state;
    dn_random random = test_stream();
    double sum = 0.0;
    double squares = 0.0;
    size_t bins[10] = {0};
    for (size_t i = 0; i < DRAWS; i++) {
        const float x = dn_random_uniform(&random);
        assert_true(x >= 0.0F && x < 1.0F);
        assert_true(ldexpf(x, 24) == floorf(ldexpf(x, 24)));
        sum += (double)x;
        squares += (double)x * (double)x;
        bins[(size_t)(x * 10.0F)]++;
    }
    /* Five standard errors: 0.2887 / sqrt(n) of the mean, 0.298 / sqrt(n) of the mean square. */
    assert_true(fabs(sum / DRAWS - 0.5) < 5 * 0.2887 / sqrt(DRAWS));
    assert_true(fabs(squares / DRAWS - 1.0 / 3.0) < 5 * 0.2982 / sqrt(DRAWS));
    for (size_t i = 0; i < 10; i++)
        assert_true(fabs((double)bins[i] - DRAWS / 10.0) < 5 * sqrt(DRAWS * 0.09));
}

static void uniform_numbers_are_the_top_24_bits(void **state)
{
    (void)state;
    dn_random ones = {{0, UINT64_C(0x8e38e38e38e38e39), 0, 0}};
    dn_random copy = ones;
    const float expected = (float)(dn_random_bits(&copy) >> 40) / 16777216.0F;
    assert_true(dn_random_uniform(&ones) == expected);
    dn_random zeros = {{1, 0, 0, 0}};
    assert_true(dn_random_uniform(&zeros) == 0.0F);
}

static void below_gives_every_number_equally_often(void **state)
{
    (void)state;
    static const uint64_t bounds[] = {1, 2, 3, 7, 10};
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        dn_random random = test_stream();
        size_t bins[10] = {0};
        for (size_t i = 0; i < DRAWS; i++) {
            const uint64_t number = dn_random_below(&random, bounds[b]);
            assert_true(number < bounds[b]);
            bins[number]++;
        }
        const double share = 1.0 / (double)bounds[b];
        for (size_t i = 0; i < bounds[b]; i++)
            assert_true(fabs((double)bins[i] - DRAWS * share) <= 5 * sqrt(DRAWS * share * (1.0 - share)));
    }
}

static void below_refuses_what_would_be_too_often(void **state)
{
    (void)state;
    /* With the bound 3 * 2^62 and no refusal, each third multiple would come up twice as often as its neighbours. */
    const uint64_t bound = UINT64_C(3) << 62;
    dn_random random = test_stream();
    size_t thirds[3] = {0};
    for (size_t i = 0; i < DRAWS; i++) {
        const uint64_t number = dn_random_below(&random, bound);
        assert_true(number < bound);
        thirds[number % 3]++;
    }
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs((double)thirds[i] - DRAWS / 3.0) < 5 * sqrt(DRAWS * 2.0 / 9.0));
    /* A power of two refuses nothing: the high bits of the number itself. */
    dn_random plain = test_stream();
    dn_random drawn = plain;
    for (size_t i = 0; i < 100; i++)
        assert_true(dn_random_below(&drawn, UINT64_C(1) << 20) == dn_random_bits(&plain) >> 44);
}

static void normal_numbers_have_the_moments_of_the_bell(void **state)
{
    (void)state;
    dn_random random = test_stream();
    double moments[5] = {0};
    size_t within_one = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        const double x = (double)dn_random_normal(&random);
        double power = 1.0;
        assert_true(fabs(x) < 8.0);
        for (size_t m = 0; m < 5; m++, power *= x)
            moments[m] += power / DRAWS;
        within_one += fabs(x) < 1.0;
    }
    /* Five standard errors: the variances of x, x^2, x^3 and x^4 are 1, 2, 15 and 96. */
    assert_true(fabs(moments[1]) < 5 * sqrt(1.0 / DRAWS));
    assert_true(fabs(moments[2] - 1.0) < 5 * sqrt(2.0 / DRAWS));
    assert_true(fabs(moments[3]) < 5 * sqrt(15.0 / DRAWS));
    assert_true(fabs(moments[4] - 3.0) < 5 * sqrt(96.0 / DRAWS));
    assert_true(fabs((double)within_one / DRAWS - 0.6827) < 5 * 0.4655 / sqrt(DRAWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_are_those_of_xoshiro256_starstar),
        cmocka_unit_test(streams_start_where_split_mix_puts_them),
        cmocka_unit_test(every_part_of_the_key_makes_another_stream),
        cmocka_unit_test(uniform_numbers_fill_zero_to_one_evenly),
        cmocka_unit_test(uniform_numbers_are_the_top_24_bits),
        cmocka_unit_test(below_gives_every_number_equally_often),
        cmocka_unit_test(below_refuses_what_would_be_too_often),
        cmocka_unit_test(normal_numbers_have_the_moments_of_the_bell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
