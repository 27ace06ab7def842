#include "gradients.h"

#include "plain_model.h"
#include "product.h"

#include "nn/dropout.h"
#include "nn/model.h"

#include "digitnet/loss.h"
#include "digitnet/nn.h"

#include <math.h>

#define ROWS 40
#define WIDTH 250 /* no multiple of what one draw of bits serves */

static dn_error error;
static float numbers[ROWS * WIDTH];

/** Ones after dropout, in `numbers`. */
static dn_tensor drop_ones(dn_context *context, dn_dropout dropout, size_t layer)
{
    dn_tensor y = dn_tensor_borrow(numbers, DN_SHAPE(ROWS, WIDTH));
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        numbers[i] = 1;
    dn_dropout_forward(context, &dropout, layer, &y);
    return y;
}

static size_t count_zeros(const float *row, size_t count)
{
    size_t zeros = 0;
    for (size_t i = 0; i < count; i++)
        zeros += row[i] == 0.0F;
    return zeros;
}

static void so_many_are_left_out_and_the_others_make_good_for_it(void **state)
{
    (void)state;
    static const float rates[] = {0.1F, 0.25F, 0.5F, 0.9F, 0.999F};
    const double count = ROWS * WIDTH;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        const double rate = (double)rates[i];
        (void)drop_ones(NULL, (dn_dropout){rates[i], 5, 7}, 0);
        const double expected = rate * count;
        const double deviation = sqrt(rate * (1 - rate) * count);
        assert_true(fabs((double)count_zeros(numbers, ROWS * WIDTH) - expected) < 4 * deviation);
        for (size_t place = 0; place < ROWS * WIDTH; place++) {
            if (numbers[place] != 0.0F)
                assert_true(fabs((double)numbers[place] * (1 - rate) - 1) < 0.02);
        }
    }
}

static void a_half_is_scaled_by_two_exactly(void **state)
{
    (void)state;
    (void)drop_ones(NULL, (dn_dropout){0.5F, 1, 1}, 0);
    for (size_t place = 0; place < ROWS * WIDTH; place++)
        assert_true(numbers[place] == 0.0F || numbers[place] == 2.0F);
}

/** The rate is cut to a multiple of 2^-16: the scale must be that of the rate that is drawn, or the mean is wrong. */
static void the_mean_is_kept_at_the_highest_rate(void **state)
{
    (void)state;
    assert_true(dn_dropout_scale(&(dn_dropout){0.99999F, 1, 1}) == 65536.0F); /* kept once in 65536 */
}

static void at_the_highest_rate_a_few_are_kept(void **state)
{
    (void)state;
    size_t kept = 0;
    for (uint64_t step = 0; step < 100; step++) {
        (void)drop_ones(NULL, (dn_dropout){0.99999F, 1, step}, 0);
        for (size_t place = 0; place < ROWS * WIDTH; place++) {
            assert_true(numbers[place] == 0.0F || numbers[place] == 65536.0F);
            kept += numbers[place] != 0.0F;
        }
    }
    assert_in_range(kept, 1, 40); /* 15 are expected of a million */
}

static void a_rate_of_0_does_nothing(void **state)
{
    (void)state;
    (void)drop_ones(NULL, (dn_dropout){0.0F, 1, 1}, 0);
    assert_true(dn_dropout_scale(&(dn_dropout){0.0F, 1, 1}) == 1.0F);
    for (size_t place = 0; place < ROWS * WIDTH; place++)
        assert_true(numbers[place] == 1.0F);
}

/** How many of the places differ in whether they were left out. */
static size_t differences(dn_dropout a, size_t layer_a, dn_dropout b, size_t layer_b)
{
    static float kept[ROWS * WIDTH];
    size_t count = 0;
    (void)drop_ones(NULL, a, layer_a);
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        kept[i] = numbers[i];
    (void)drop_ones(NULL, b, layer_b);
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        count += (kept[i] == 0.0F) != (numbers[i] == 0.0F);
    return count;
}

static void seed_step_and_layer_each_draw_anew(void **state)
{
    (void)state;
    const dn_dropout dropout = {0.5F, 3, 4};
    assert_int_equal(differences(dropout, 0, dropout, 0), 0);
    /* Of two independent halves, a half of the places differ. */
    assert_in_range(differences(dropout, 0, (dn_dropout){0.5F, 4, 4}, 0), 4600, 5400);
    assert_in_range(differences(dropout, 0, (dn_dropout){0.5F, 3, 5}, 0), 4600, 5400);
    assert_in_range(differences(dropout, 0, dropout, 1), 4600, 5400);
}

static void every_row_draws_its_own_and_depends_on_no_other(void **state)
{
    (void)state;
    static float few[3 * WIDTH];
    const dn_dropout dropout = {0.5F, 3, 4};
    dn_tensor y = dn_tensor_borrow(few, DN_SHAPE(3, WIDTH));
    (void)drop_ones(NULL, dropout, 2);
    for (size_t i = 0; i < 3 * WIDTH; i++)
        few[i] = 1;
    dn_dropout_forward(NULL, &dropout, 2, &y);
    assert_memory_equal(few, numbers, sizeof few);
    for (size_t row = 1; row < ROWS; row++) {
        size_t same = 0;
        for (size_t i = 0; i < WIDTH; i++)
            same += numbers[i] == numbers[row * WIDTH + i];
        assert_in_range(same, WIDTH / 4, WIDTH * 3 / 4);
    }
}

static void any_number_of_threads_leaves_out_the_same(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 8};
    static float expected[ROWS * WIDTH];
    const dn_dropout dropout = {0.3F, 3, 4};
    (void)drop_ones(NULL, dropout, 1);
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        expected[i] = numbers[i];
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dn_context *context;
        assert_ok(dn_context_new(&context, counts[i], DN_KERNELS_AUTO, &error));
        (void)drop_ones(context, dropout, 1);
        assert_memory_equal(numbers, expected, sizeof numbers);
        dn_context_free(context);
    }
}

/** A net with two hidden layers, and a batch that is far enough from the ReLUs' kinks; the step stays, and with it what is left out. */
typedef struct net {
    dn_model *model;
    dn_tensor x;
    dn_tensor dlogits;
    uint8_t labels[3];
} net;

static double batch_loss(void *argument)
{
    net *work = argument;
    const dn_matrix input = {.dense = &work->x};
    dn_tensor logits;
    float loss;
    assert_ok(dn_model_forward(NULL, work->model, &input, &logits, &error));
    assert_ok(dn_cross_entropy(NULL, &logits, work->labels, &work->dlogits, &loss, &error));
    return (double)loss;
}

static void gradients_are_those_of_finite_differences_with_the_same_left_out(void **state)
{
    (void)state;
    net work = {.labels = {0, 2, 1}};
    assert_ok(dn_model_blank(&work.model, (size_t[]){5, 8, 7, 3}, 4, &error));
    for (size_t i = 0; i < 6; i++)
        fill_pattern(&dn_model_parameter(work.model, i)->value, 8 + 11 * i, 50);
    assert_ok(dn_tensor_zeros(&work.x, DN_SHAPE(3, 5), &error));
    assert_ok(dn_tensor_zeros(&work.dlogits, DN_SHAPE(3, 3), &error));
    fill_pattern(&work.x, 2, 64);
    dn_model_set_dropout(work.model, (dn_dropout){0.4F, 11, 3});
    const double with = batch_loss(&work);
    dn_model_zero_grad(work.model);
    const dn_matrix input = {.dense = &work.x};
    assert_ok(dn_model_backward(NULL, work.model, &input, &work.dlogits, &error));
    for (size_t i = 0; i < 6; i++) {
        dn_parameter *parameter = dn_model_parameter(work.model, i);
        assert_gradient(&parameter->value, dn_parameter_grad(parameter), batch_loss, &work, 5e-4);
    }
    dn_model_set_dropout(work.model, (dn_dropout){0});
    assert_true(fabs(with - batch_loss(&work)) > 1e-3); /* it was there */
    dn_model_free(work.model);
    dn_tensor_free(&work.x);
    dn_tensor_free(&work.dlogits);
}

/** Logits are never left out. */
static void the_last_layer_is_spared(void **state)
{
    (void)state;
    float pixel = 1;
    dn_model *model;
    dn_tensor logits;
    const dn_tensor x = dn_tensor_borrow(&pixel, DN_SHAPE(1, 1));
    const dn_matrix input = {.dense = &x};
    assert_ok(dn_model_blank(&model, (size_t[]){1, 100}, 2, &error));
    for (size_t i = 0; i < 100; i++)
        dn_model_bias(model, 0)->value.data[i] = 1;
    dn_model_set_dropout(model, (dn_dropout){0.5F, 1, 1});
    assert_ok(dn_model_forward(NULL, model, &input, &logits, &error));
    for (size_t i = 0; i < 100; i++)
        assert_true(logits.data[i] == 1.0F);
    dn_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_are_left_out_and_the_others_make_good_for_it),
        cmocka_unit_test(a_half_is_scaled_by_two_exactly),
        cmocka_unit_test(the_mean_is_kept_at_the_highest_rate),
        cmocka_unit_test(at_the_highest_rate_a_few_are_kept),
        cmocka_unit_test(a_rate_of_0_does_nothing),
        cmocka_unit_test(seed_step_and_layer_each_draw_anew),
        cmocka_unit_test(every_row_draws_its_own_and_depends_on_no_other),
        cmocka_unit_test(any_number_of_threads_leaves_out_the_same),
        cmocka_unit_test(gradients_are_those_of_finite_differences_with_the_same_left_out),
        cmocka_unit_test(the_last_layer_is_spared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
