#include "support.h"

#include "core/pool.h"
#include "tensor/context.h"

#include "digitnet/tensor.h"

/** A build without threads has one, whatever is asked for. */
#ifdef DN_NO_THREADS
#define THREADS_OF(wanted) 1
#else
#define THREADS_OF(wanted) (wanted)
#endif

static void a_context_has_a_pool_of_its_threads(void **state)
{
    (void)state;
    dn_error error;
    dn_context *context;
    for (size_t threads = 1; threads <= 8; threads++) {
        assert_ok(dn_context_new(&context, threads, DN_KERNELS_AUTO, &error));
        assert_int_equal(dn_pool_threads(dn_context_pool(context)), THREADS_OF(threads));
        dn_context_free(context);
    }
    assert_ok(dn_context_new(&context, 0, DN_KERNELS_AUTO, &error));
    assert_int_equal(dn_pool_threads(dn_context_pool(context)), THREADS_OF(dn_pool_default_threads()));
    dn_context_free(context);
    dn_context_free(NULL);
}

static void portable_kernels_can_be_had_everywhere(void **state)
{
    (void)state;
    dn_error error;
    dn_context *context;
    assert_ok(dn_context_new(&context, 1, DN_KERNELS_PORTABLE, &error));
    assert_string_equal(dn_context_kernels(context), "portable");
    dn_context_free(context);
}

static void no_context_is_one_thread_with_portable_kernels(void **state)
{
    (void)state;
    assert_null(dn_context_pool(NULL));
    assert_string_equal(dn_context_kernels(NULL), "portable");
}

static void kernels_are_what_was_asked_for_or_refused(void **state)
{
    (void)state;
    dn_error error;
    dn_context *context;
    const dn_status status = dn_context_new(&context, 1, DN_KERNELS_AVX2, &error);
    if (status == DN_OK) {
        assert_string_equal(dn_context_kernels(context), "avx2");
    } else {
        assert_int_equal(status, DN_ERR_ARGUMENT);
        assert_contains(error.problem, "avx2");
        assert_null(context);
    }
    dn_context_free(context);
}

static void kernels_of_no_choice_are_the_fastest_or_what_the_build_fixed(void **state)
{
    (void)state;
#ifdef DN_AUTO_KERNELS
    const dn_kernel_choice choices[] = {DN_AUTO_KERNELS};
#else
    const dn_kernel_choice choices[] = {DN_KERNELS_AVX512, DN_KERNELS_AVX2, DN_KERNELS_PORTABLE};
#endif
    dn_error error;
    dn_context *expected = NULL;
    dn_context *context;
    for (size_t i = 0; i < sizeof choices / sizeof choices[0] && !expected; i++)
        if (dn_context_new(&expected, 1, choices[i], &error) != DN_OK)
            assert_null(expected);
    if (!expected) {
        assert_int_equal(dn_context_new(&context, 1, DN_KERNELS_AUTO, &error), DN_ERR_ARGUMENT);
        return;
    }
    assert_ok(dn_context_new(&context, 1, DN_KERNELS_AUTO, &error));
    assert_string_equal(dn_context_kernels(context), dn_context_kernels(expected));
    dn_context_free(context);
    dn_context_free(expected);
}

static void too_many_threads_are_refused(void **state)
{
    (void)state;
    dn_error error;
    dn_context *context = (dn_context *)&error;
    assert_int_equal(dn_context_new(&context, 257, DN_KERNELS_AUTO, &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "257 threads");
    assert_null(context);
}

static void kernels_that_no_build_has_are_refused(void **state)
{
    (void)state;
    dn_error error;
    dn_context *context = (dn_context *)&error;
    const dn_kernel_choice beyond = (dn_kernel_choice)(DN_KERNELS_AVX512 + 1);
    assert_int_equal(dn_context_new(&context, 1, beyond, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.problem, "this program was built without these kernels");
    assert_null(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_context_has_a_pool_of_its_threads),
        cmocka_unit_test(portable_kernels_can_be_had_everywhere),
        cmocka_unit_test(no_context_is_one_thread_with_portable_kernels),
        cmocka_unit_test(kernels_are_what_was_asked_for_or_refused),
        cmocka_unit_test(kernels_that_no_build_has_are_refused),
        cmocka_unit_test(kernels_of_no_choice_are_the_fastest_or_what_the_build_fixed),
        cmocka_unit_test(too_many_threads_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
