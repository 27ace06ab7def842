#include "core/fail.h"
#include "core/scalar.h"
#include "loss/elements.h"
#include "loss/losses.h"

#include "digitnet/loss.h"

#include <math.h>

/** log(1 + x) for x from 0 to 1, exact also where 1 + x rounds to 1. Source Kahan; Goldberg 1991, theorem 4. */
static float log_of_one_plus(float x)
{
    const float sum = 1.0F + x;
    return sum == 1.0F ? x : dn_log(sum) * (x / (sum - 1.0F));
}

/** -log p of the answer that is right is log(1 + exp(-margin)): no exponential is of a positive number. */
static dn_loss_term cross_entropy_term(float logit, bool is_target)
{
    const float margin = is_target ? logit : -logit;
    const float excess = margin < 0.0F ? -margin : 0.0F;
    const float wrong = dn_logistic(-margin); /* the probability of the other answer */
    return (dn_loss_term){.loss = excess + log_of_one_plus(dn_exp(-fabsf(margin))),
                          .slope = is_target ? -wrong : wrong};
}

dn_status dn_mnist_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                        dn_tensor *dlogits, float *loss, dn_error *error)
{
    (void)context;
    char text[DN_SHAPE_TEXT_SIZE];
    if (logits->shape.rank != 2 || logits->shape.extent[1] != 1)
        return dn_fail(error, DN_ERR_SHAPE, "give one output, [N, 1]", "logits of shape %s",
                       dn_shape_text(logits->shape, text));
    /* 1 - p for the target 1 and p for the target 0: how far p is from its target. */
    return dn_loss_mean_of_terms(dn_loss_absolute_term, logits, labels, dlogits, loss, error);
}

dn_status dn_binary_cross_entropy(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                                  dn_tensor *dlogits, float *loss, dn_error *error)
{
    (void)context;
    return dn_loss_mean_of_terms(cross_entropy_term, logits, labels, dlogits, loss, error);
}
