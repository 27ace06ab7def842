#include "plain_model.h"

#include "product.h"

#include "nn/model.h"
#include "optim/ema.h"
#include "train/training.h"

#include <math.h>

static dn_error error;

static dn_model *new_model(size_t start)
{
    dn_model *model;
    assert_ok(dn_model_blank(&model, (size_t[]){4, 3, 2}, 3, &error));
    fill_model(model, start);
    return model;
}

static void assert_first_bias(dn_model *model, float expected)
{
    assert_true(dn_model_parameter(model, 1)->value.data[0] == expected);
}

static void a_new_training_has_the_weights_that_it_needs_and_stands_at_the_beginning(void **state)
{
    (void)state;
    dn_model *model = new_model(1);
    for (unsigned needs = 0; needs < 8; needs++) {
        dn_training training;
        const dn_training_needs wanted = {
            .velocity = needs & 1, .average = (needs & 2) != 0, .best = (needs & 4) != 0};
        assert_ok(dn_training_new(&training, wanted, model, &error));
        assert_int_equal(training.velocity.count, wanted.velocity ? 4 : 0);
        assert_int_equal(training.average.count, wanted.average ? 4 : 0);
        assert_int_equal(training.best.count, wanted.best ? 4 : 0);
        assert_int_equal(training.epochs + training.batches + training.steps + training.images, 0);
        assert_int_equal(training.best_epoch, 0);
        dn_training_free(&training);
        assert_int_equal(training.velocity.count + training.average.count + training.best.count, 0);
        dn_training_free(&training);
    }
    dn_training_free(NULL);
    dn_model_free(model);
}

static void more_right_is_better_and_of_as_many_the_lower_loss(void **state)
{
    (void)state;
    const dn_training training = {.best_epoch = 2, .best_accuracy = 0.5, .best_loss = 1.0};
    assert_true(dn_training_is_better(&training, 0.6, 9.0));
    assert_true(dn_training_is_better(&training, 0.5, 0.9));
    assert_false(dn_training_is_better(&training, 0.5, 1.0));
    assert_false(dn_training_is_better(&training, 0.5, 1.1));
    assert_false(dn_training_is_better(&training, 0.4, 0.1));
}

static void the_first_epoch_is_better_than_none(void **state)
{
    (void)state;
    const dn_training training = {0};
    assert_true(dn_training_is_better(&training, 0.0, 99.0));
}

/** What a training of so many steps leaves in the model, whose bias is 1, where the best is 2 and the average 3. */
static void check_finish(size_t steps, size_t best_epoch, dn_training_needs needs, float expected)
{
    dn_model *model = new_model(1);
    dn_training training;
    assert_ok(dn_training_new(&training, needs, model, &error));
    training.steps = steps;
    training.best_epoch = best_epoch;
    dn_model_parameter(model, 1)->value.data[0] = 1;
    if (needs.best)
        training.best.tensors[1].data[0] = 2;
    if (needs.average)
        training.average.tensors[1].data[0] = 3;
    dn_training_finish(&training, model);
    assert_first_bias(model, expected);
    dn_training_free(&training);
    dn_model_free(model);
}

static void the_best_weights_are_kept_or_else_the_average_or_else_the_last(void **state)
{
    (void)state;
    const size_t enough = DN_EMA_INTERVAL;
    check_finish(enough, 1, (dn_training_needs){.best = true, .average = true}, 2);
    check_finish(enough, 0, (dn_training_needs){.best = true, .average = true}, 3);
    check_finish(enough, 0, (dn_training_needs){.best = true}, 1);
    check_finish(enough, 0, (dn_training_needs){.average = true}, 3);
    check_finish(enough, 0, (dn_training_needs){0}, 1);
}

/** Before its first look the average is zeros: a training that ends so early keeps its weights. */
static void an_average_that_has_not_looked_yet_is_not_kept(void **state)
{
    (void)state;
    check_finish(DN_EMA_INTERVAL - 1, 0, (dn_training_needs){.average = true}, 1);
    check_finish(1, 0, (dn_training_needs){.average = true}, 1);
    check_finish(0, 0, (dn_training_needs){.average = true}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_training_has_the_weights_that_it_needs_and_stands_at_the_beginning),
        cmocka_unit_test(more_right_is_better_and_of_as_many_the_lower_loss),
        cmocka_unit_test(the_first_epoch_is_better_than_none),
        cmocka_unit_test(the_best_weights_are_kept_or_else_the_average_or_else_the_last),
        cmocka_unit_test(an_average_that_has_not_looked_yet_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
