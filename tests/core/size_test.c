#include "core/size.h"

#include "support.h"

#include <stdint.h>

static void the_smaller_and_the_larger_of_two(void **state)
{
    (void)state;
    assert_int_equal(dn_smaller(2, 3), 2);
    assert_int_equal(dn_smaller(3, 2), 2);
    assert_int_equal(dn_larger(2, 3), 3);
    assert_int_equal(dn_larger(3, 2), 3);
}

static void division_rounds_up_and_never_overflows(void **state)
{
    (void)state;
    assert_int_equal(dn_divide_up(0, 64), 0);
    assert_int_equal(dn_divide_up(1, 64), 1);
    assert_int_equal(dn_divide_up(64, 64), 1);
    assert_int_equal(dn_divide_up(65, 64), 2);
    assert_true(dn_divide_up(SIZE_MAX, 1) == SIZE_MAX);
    assert_true(dn_divide_up(SIZE_MAX, SIZE_MAX) == 1);
    assert_true(dn_divide_up(SIZE_MAX, 2) == SIZE_MAX / 2 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smaller_and_the_larger_of_two),
        cmocka_unit_test(division_rounds_up_and_never_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
