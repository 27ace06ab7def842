#include "core/fail.h"
#include "loss/elements.h"
#include "loss/losses.h"

#include "digitnet/loss.h"

/** How far one probability is from its target 0 or 1, as a loss, and d(loss)/d(probability). */
typedef dn_loss_term distance_term(float probability, bool is_target);

static dn_loss_term absolute_distance(float probability, bool is_target)
{
    return (dn_loss_term){.loss = is_target ? 1.0F - probability : probability,
                          .slope = is_target ? -1.0F : 1.0F};
}

static dn_loss_term squared_distance(float probability, bool is_target)
{
    const float distance = probability - (is_target ? 1.0F : 0.0F);
    return (dn_loss_term){.loss = distance * distance, .slope = 2.0F * distance};
}

/**
 * One row: its loss, and its gradient back through the softmax, d(loss)/d(logit i) = p_i (s_i - sum of p_j s_j), where s is the slope.
 */
static double row_loss(distance_term *term, const dn_tensor *probabilities, uint8_t label, dn_tensor *drow,
                       float scale)
{
    const size_t outputs = probabilities->shape.extent[1];
    double total = 0.0;
    float mean_slope = 0.0F;
    for (size_t i = 0; i < outputs; i++) {
        const float probability = dn_loss_element(probabilities, 0, i);
        const dn_loss_term one = term(probability, i == label);
        total += (double)one.loss;
        mean_slope += probability * one.slope;
    }
    for (size_t i = 0; i < outputs && drow; i++) {
        const float probability = dn_loss_element(probabilities, 0, i);
        const float slope = term(probability, i == label).slope;
        dn_loss_set_element(drow, 0, i, probability * (slope - mean_slope) * scale);
    }
    return total;
}

static dn_status mean_over_rows(distance_term *term, const dn_tensor *logits, const uint8_t *labels,
                                dn_tensor *dlogits, dn_tensor *probabilities, float *loss, dn_error *error)
{
    const size_t count = logits->shape.extent[0];
    const size_t outputs = logits->shape.extent[1];
    const float scale = 1.0F / ((float)count * (float)outputs);
    double total = 0.0;
    for (size_t row = 0; row < count; row++) {
        dn_tensor row_logits;
        dn_tensor drow = {0};
        DN_TRY(dn_tensor_slice(logits, 0, row, row + 1, 1, &row_logits, error));
        DN_TRY(dn_softmax(&row_logits, probabilities, error));
        if (dlogits)
            DN_TRY(dn_tensor_slice(dlogits, 0, row, row + 1, 1, &drow, error));
        total += row_loss(term, probabilities, labels[row], dlogits ? &drow : NULL, scale);
    }
    *loss = (float)(total / ((double)count * (double)outputs));
    return DN_OK;
}

static dn_status distance_loss(distance_term *term, const dn_tensor *logits, const uint8_t *labels,
                               dn_tensor *dlogits, float *loss, dn_error *error)
{
    dn_tensor probabilities; /* of one row */
    DN_TRY(dn_loss_check_matrix(logits, dlogits, error));
    DN_TRY(dn_loss_check_labels(labels, logits->shape.extent[0], logits->shape.extent[1], error));
    DN_TRY(dn_tensor_zeros(&probabilities, DN_SHAPE(1, logits->shape.extent[1]), error));
    const dn_status status = mean_over_rows(term, logits, labels, dlogits, &probabilities, loss, error);
    dn_tensor_free(&probabilities);
    return status;
}

static bool has_one_output(const dn_tensor *logits)
{
    return logits->shape.rank == 2 && logits->shape.extent[1] == 1;
}

dn_status dn_l1_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                     float *loss, dn_error *error)
{
    (void)context;
    if (has_one_output(logits))
        return dn_loss_mean_of_terms(dn_loss_absolute_term, logits, labels, dlogits, loss, error);
    return distance_loss(absolute_distance, logits, labels, dlogits, loss, error);
}

dn_status dn_mse_loss(dn_context *context, const dn_tensor *logits, const uint8_t *labels, dn_tensor *dlogits,
                      float *loss, dn_error *error)
{
    (void)context;
    if (has_one_output(logits))
        return dn_loss_mean_of_terms(dn_loss_squared_term, logits, labels, dlogits, loss, error);
    return distance_loss(squared_distance, logits, labels, dlogits, loss, error);
}
