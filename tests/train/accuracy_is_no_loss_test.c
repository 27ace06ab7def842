/**
 * Why accuracy can't be the loss: a small move of a weight changes no answer, so that the gradient of the
 * accuracy is zero almost everywhere, while the cross entropy feels the move and says which way is down.
 */
#include "gradients.h"

#include "learning.h"

#include "train/metrics.h"

#include <math.h>

#define MOVE 0.001F

static dn_error error;

static void a_small_move_of_a_weight_moves_the_loss_and_not_the_accuracy(void **state)
{
    (void)state;
    dn_learner learner = new_learner(SIZE_MAX, 32, 32, 0.1F);
    dn_fit_result result;
    dn_metrics before;
    assert_ok(dn_learner_fit(&learner, 1, &result, &error));
    assert_ok(dn_metrics_measure_by(dn_cross_entropy, NULL, learner.model, learner.train, &before, &error));
    dn_tensor *weight = &dn_model_parameter(learner.model, 2)->value; /* [10, 32] */
    for (size_t digit = 0; digit < 4; digit++) {
        dn_metrics after;
        float *moved;
        assert_ok(dn_tensor_at(weight, (size_t[]){digit, 0}, &moved, &error));
        const float kept = *moved;
        *moved = kept + MOVE;
        assert_ok(
            dn_metrics_measure_by(dn_cross_entropy, NULL, learner.model, learner.train, &after, &error));
        *moved = kept;
        print_message("one weight + %g: correct %zu -> %zu, loss %.7f -> %.7f\n", (double)MOVE,
                      before.correct, after.correct, before.loss, after.loss);
        assert_int_equal(after.correct, before.correct);
        assert_true(fabs(after.loss - before.loss) > 1e-6);
    }
    free_learner(&learner);
}

/** The loss over all the digits, as one batch. */
typedef struct all_digits {
    dn_model *model;
    dn_batch batch;
} all_digits;

static double loss_of_all(void *argument)
{
    all_digits *all = argument;
    dn_tensor logits;
    float loss;
    assert_ok(dn_model_forward(NULL, all->model, &all->batch.images, &logits, &error));
    assert_ok(dn_cross_entropy(NULL, &logits, all->batch.labels, NULL, &loss, &error));
    return (double)loss;
}

static void the_gradient_says_how_far_the_loss_moves(void **state)
{
    (void)state;
    dn_learner learner = new_learner(200, 200, 16, 0.1F);
    all_digits all = {.model = learner.model};
    dn_tensor logits;
    dn_tensor dlogits;
    float loss;
    assert_true(dn_dataloader_next(NULL, learner.train, &all.batch));
    assert_ok(dn_tensor_zeros(&dlogits, DN_SHAPE(200, DN_DIGIT_CLASSES), &error));
    assert_ok(dn_model_forward(NULL, all.model, &all.batch.images, &logits, &error));
    assert_ok(dn_cross_entropy(NULL, &logits, all.batch.labels, &dlogits, &loss, &error));
    assert_ok(dn_model_backward(NULL, all.model, &all.batch.images, &dlogits, &error));
    for (size_t i = 2; i < 4; i++) { /* the last layer: no ReLU's kink lies behind it */
        dn_parameter *parameter = dn_model_parameter(all.model, i);
        assert_gradient(&parameter->value, dn_parameter_grad(parameter), loss_of_all, &all, 2e-4);
    }
    dn_tensor_free(&dlogits);
    free_learner(&learner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_move_of_a_weight_moves_the_loss_and_not_the_accuracy),
        cmocka_unit_test(the_gradient_says_how_far_the_loss_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
