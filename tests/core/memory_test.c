#include "support.h"

#include "core/memory.h"

#include <string.h>

static void products_and_sums_that_fit_are_given(void **state)
{
    (void)state;
    size_t result = 1;
    assert_true(dn_size_multiply(6, 7, &result));
    assert_int_equal(result, 42);
    assert_true(dn_size_multiply(SIZE_MAX, 0, &result));
    assert_int_equal(result, 0);
    assert_true(dn_size_multiply(SIZE_MAX, 1, &result));
    assert_true(result == SIZE_MAX);
    assert_true(dn_size_multiply(SIZE_MAX / 2, 2, &result));
    assert_true(result == SIZE_MAX - 1);
    assert_true(dn_size_add(SIZE_MAX - 1, 1, &result));
    assert_true(result == SIZE_MAX);
}

static void what_overflows_is_refused_and_not_written(void **state)
{
    (void)state;
    size_t result = 5;
    assert_false(dn_size_multiply(SIZE_MAX / 2 + 1, 2, &result));
    assert_false(dn_size_multiply(2, SIZE_MAX, &result));
    assert_false(dn_size_add(SIZE_MAX, 1, &result));
    assert_int_equal(result, 5);
}

static void blocks_are_aligned_and_never_null(void **state)
{
    (void)state;
    dn_error error;
    for (size_t count = 0; count < 200; count += 13) {
        void *block = dn_allocate(count, 3, &error);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % DN_ALIGNMENT, 0);
        memset(block, 1, count * 3);
        dn_release(block);
    }
}

/** Those of some megabytes have large pages. */
static void large_blocks_are_theirs_to_the_last_byte(void **state)
{
    (void)state;
    dn_error error;
    for (size_t count = (2U << 20) - 1; count <= (4U << 20) + 1; count += (1U << 20) + 1) {
        unsigned char *block = dn_allocate_zeroed(count, 1, &error);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % DN_ALIGNMENT, 0);
        assert_int_equal(block[count - 1], 0);
        memset(block, 1, count);
        dn_release(block);
    }
}

static void zeroed_blocks_are_zero(void **state)
{
    (void)state;
    dn_error error;
    const unsigned char zeros[130] = {0};
    for (int turn = 0; turn < 4; turn++) { /* later turns meet memory that was used */
        unsigned char *block = dn_allocate_zeroed(13, 10, &error);
        assert_non_null(block);
        assert_memory_equal(block, zeros, sizeof zeros);
        memset(block, 0xFF, sizeof zeros);
        dn_release(block);
    }
}

static void what_cannot_be_had_is_an_error_that_says_how_much(void **state)
{
    (void)state;
    dn_error error;
    assert_null(dn_allocate(SIZE_MAX, 4, &error));
    assert_int_equal(error.status, DN_ERR_MEMORY);
    assert_contains(error.problem, "x 4 bytes");
    assert_null(dn_allocate(SIZE_MAX, 1, &error)); /* overflows in the padding */
    assert_null(dn_allocate_zeroed(SIZE_MAX / 4, 8, &error));
    assert_null(dn_allocate(SIZE_MAX, 2, NULL));
}

static void reallocation_keeps_what_fits(void **state)
{
    (void)state;
    dn_error error;
    int *numbers = dn_reallocate(NULL, 0, 2, sizeof *numbers, &error);
    assert_non_null(numbers);
    numbers[0] = 10;
    numbers[1] = 11;
    int *more = dn_reallocate(numbers, 2, 1000, sizeof *numbers, &error);
    assert_non_null(more);
    assert_int_equal(more[0], 10);
    assert_int_equal(more[1], 11);
    assert_null(dn_reallocate(more, 1000, SIZE_MAX, sizeof *more, &error));
    assert_int_equal(more[1], 11);
    int *fewer = dn_reallocate(more, 1000, 1, sizeof *more, &error);
    assert_non_null(fewer);
    assert_int_equal(fewer[0], 10);
    dn_release(fewer);
    dn_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_and_sums_that_fit_are_given),
        cmocka_unit_test(what_overflows_is_refused_and_not_written),
        cmocka_unit_test(blocks_are_aligned_and_never_null),
        cmocka_unit_test(large_blocks_are_theirs_to_the_last_byte),
        cmocka_unit_test(zeroed_blocks_are_zero),
        cmocka_unit_test(what_cannot_be_had_is_an_error_that_says_how_much),
        cmocka_unit_test(reallocation_keeps_what_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
