#include "loss_gradient.h"
#include "tensors.h"

static dn_error error;

/** What the finite differences see. */
typedef struct loss_work {
    dn_loss *function;
    dn_tensor logits;
    const uint8_t *labels;
} loss_work;

static double loss_of_work(void *argument)
{
    const loss_work *work = argument;
    float loss;
    assert_ok(work->function(NULL, &work->logits, work->labels, NULL, &loss, &error));
    return (double)loss;
}

void assert_loss_gradient(dn_loss *function, dn_shape shape, const uint8_t *labels, double tolerance)
{
    loss_work work = {.function = function, .labels = labels};
    dn_tensor dlogits;
    float loss;
    assert_ok(dn_tensor_zeros(&work.logits, shape, &error));
    assert_ok(dn_tensor_zeros(&dlogits, shape, &error));
    fill_pattern(&work.logits, 3, 100);
    assert_ok(function(NULL, &work.logits, labels, &dlogits, &loss, &error));
    assert_gradient(&work.logits, &dlogits, loss_of_work, &work, tolerance);
    assert_ok(function(NULL, &work.logits, labels, &work.logits, &loss, &error)); /* in place */
    assert_true(all_close(&work.logits, &dlogits, 0, 0));
    dn_tensor_free(&work.logits);
    dn_tensor_free(&dlogits);
}
