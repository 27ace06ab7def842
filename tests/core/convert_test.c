#include "support.h"

#include "core/convert.h"

#include <float.h>
#include <math.h>

static void the_whole_part_is_taken_and_stays_in_its_range(void **state)
{
    (void)state;
    static const struct {
        double value;
        size_t limit, expected;
    } cases[] = {
        {0.0, 9, 0},
        {-0.0, 9, 0},
        {0.999, 9, 0},
        {1.0, 9, 1},
        {8.999, 9, 8},
        {9.0, 9, 9},
        {9.5, 9, 9},
        {-1.0, 9, 0},
        {1e300, 9, 9},
        {-1e300, 9, 0},
        {5.0, 0, 0},
        {DBL_MIN, 9, 0},
        {(double)NAN, 9, 0},
        {(double)INFINITY, 9, 9},
        {(double)-INFINITY, 9, 0},
        {(double)INFINITY, SIZE_MAX, SIZE_MAX},
        {1e300, SIZE_MAX, SIZE_MAX},
        {(double)SIZE_MAX, SIZE_MAX, SIZE_MAX}, /* as a double this is one more than SIZE_MAX */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(dn_size_from(cases[i].value, cases[i].limit), cases[i].expected);
}

static void a_byte_is_the_nearest_level(void **state)
{
    (void)state;
    static const struct {
        float fraction;
        uint8_t expected;
    } cases[] = {
        {0.0F, 0},  {0.5F, 128},     {1.0F, 255},    {0.4F / 255.0F, 0}, {0.6F / 255.0F, 1},
        {-1.0F, 0}, {2.0F, 255},     {FLT_MAX, 255}, {-FLT_MAX, 0},      {NAN, 0},
        {-0.0F, 0}, {INFINITY, 255}, {-INFINITY, 0}, {FLT_MIN, 0},       {0.9999F, 255},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(dn_byte_from(cases[i].fraction), cases[i].expected);
    for (int level = 0; level <= UINT8_MAX; level++)
        assert_int_equal(dn_byte_from((float)level / (float)UINT8_MAX), level);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_part_is_taken_and_stays_in_its_range),
        cmocka_unit_test(a_byte_is_the_nearest_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
