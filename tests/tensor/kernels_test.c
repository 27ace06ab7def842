#include "product.h"

#include "core/scalar.h"
#include "tensor/kernels.h"

#include <math.h>
#include <string.h>

/* The sweep steps through the bit patterns of floats: every size of number is met. A prime, to meet all endings. */
#define STEP 1009

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** Rows of numbers of every size, and rows that are in exp's range throughout, as those of a softmax. */
static float number(uint32_t first, size_t i)
{
    return first % 2 == 0 ? from_bits(first + (uint32_t)i * STEP) : -(float)i * 2.5F - (float)first / 1e10F;
}

static void exponentials_of_many_are_those_of_each(void **state)
{
    (void)state;
    float many[40];
    for (size_t set = 0; set < contexts.count; set++) {
        const dn_kernels *kernels = dn_context_kernel_set(contexts.context[set]);
        for (size_t count = 0; count <= 40; count++) {
            for (uint64_t first = 0; first < UINT32_MAX - 40U * STEP; first += 7919U * STEP) {
                for (size_t i = 0; i < count; i++)
                    many[i] = number((uint32_t)first, i);
                kernels->exp_each(many, count);
                for (size_t i = 0; i < count; i++) {
                    const float one = dn_exp(number((uint32_t)first, i));
                    assert_true(isnan(one) ? isnan(many[i]) : memcmp(&one, &many[i], sizeof one) == 0);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exponentials_of_many_are_those_of_each)};
    return cmocka_run_group_tests(tests, start_contexts, stop_contexts);
}
