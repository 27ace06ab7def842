#include "core/fail.h"
#include "core/pool.h"
#include "core/scalar.h"
#include "core/size.h"
#include "loss/elements.h"
#include "tensor/context.h"
#include "tensor/kernels.h"

#include "digitnet/loss.h"

static float row_maximum(const dn_tensor *logits, size_t row)
{
    float maximum = dn_loss_element(logits, row, 0);
    for (size_t i = 1; i < logits->shape.extent[1]; i++) {
        const float value = dn_loss_element(logits, row, i);
        maximum = value > maximum ? value : maximum;
    }
    return maximum;
}

/** Exponentials that are computed together. */
#define CHUNK 64

/**
 * probabilities = softmax of one row, exp(x - max) / sum: no exponential overflows. Returns log(sum): log(sum) - (x - max)
 * is -log softmax, precise where the probability is near 0 or 1, and for large x.
 */
static float softmax_row(const dn_kernels *kernels, const dn_tensor *logits, size_t row, float maximum,
                         dn_tensor *probabilities)
{
    const size_t classes = logits->shape.extent[1];
    float sum = 0.0F;
    for (size_t first = 0; first < classes; first += CHUNK) {
        float exponentials[CHUNK];
        const size_t count = dn_smaller(classes - first, CHUNK);
        for (size_t i = 0; i < count; i++)
            exponentials[i] = dn_loss_element(logits, row, first + i) - maximum;
        kernels->exp_each(exponentials, count);
        for (size_t i = 0; i < count; i++) {
            sum += exponentials[i];
            if (probabilities)
                dn_loss_set_element(probabilities, row, first + i, exponentials[i]);
        }
    }
    for (size_t i = 0; i < classes && probabilities; i++)
        dn_loss_set_element(probabilities, row, i, dn_loss_element(probabilities, row, i) / sum);
    return dn_log(sum);
}

/** Rows in a piece of work, and those whose losses are kept at a time. */
#define PIECE 8
#define BLOCK 512

/** A block of rows, whose losses are added in their order at the end. */
typedef struct row_losses {
    const dn_kernels *kernels;
    const dn_tensor *logits;
    const uint8_t *labels;
    dn_tensor *dlogits; /**< or NULL */
    size_t first;
    size_t count;
    double loss[BLOCK]; /**< [count] */
} row_losses;

static double row_loss(const row_losses *work, size_t row)
{
    const size_t label = work->labels[row];
    const float maximum = row_maximum(work->logits, row);
    const double logit =
        (double)dn_loss_element(work->logits, row, label); /* before dlogits, maybe the same */
    const float log_sum = softmax_row(work->kernels, work->logits, row, maximum, work->dlogits);
    const float scale = 1.0F / (float)work->logits->shape.extent[0];
    for (size_t i = 0; i < work->logits->shape.extent[1] && work->dlogits; i++) {
        const float target = i == label ? 1.0F : 0.0F;
        dn_loss_set_element(work->dlogits, row, i, (dn_loss_element(work->dlogits, row, i) - target) * scale);
    }
    return (double)log_sum - (logit - (double)maximum);
}

static void loss_piece(void *argument, size_t piece)
{
    row_losses *work = argument;
    const size_t end = dn_smaller((piece + 1) * PIECE, work->count);
    for (size_t i = piece * PIECE; i < end; i++)
        work->loss[i] = row_loss(work, work->first + i);
}

dn_status dn_cross_entropy(dn_context *context, const dn_tensor *logits, const uint8_t *labels,
                           dn_tensor *dlogits, float *loss, dn_error *error)
{
    DN_TRY(dn_loss_check_matrix(logits, dlogits, error));
    const size_t rows = logits->shape.extent[0];
    DN_TRY(dn_loss_check_labels(labels, rows, logits->shape.extent[1], error));
    row_losses work = {
        .kernels = dn_context_kernel_set(context), .logits = logits, .labels = labels, .dlogits = dlogits};
    double total = 0.0;
    for (; work.first < rows; work.first += BLOCK) {
        work.count = dn_smaller(rows - work.first, BLOCK);
        dn_pool_run(dn_context_pool(context), dn_divide_up(work.count, PIECE), loss_piece, &work);
        for (size_t i = 0; i < work.count; i++)
            total += work.loss[i];
    }
    *loss = (float)(total / (double)rows);
    return DN_OK;
}

dn_status dn_softmax(const dn_tensor *logits, dn_tensor *probabilities, dn_error *error)
{
    const dn_kernels *kernels = dn_context_kernel_set(NULL);
    DN_TRY(dn_loss_check_matrix(logits, probabilities, error));
    for (size_t row = 0; row < logits->shape.extent[0]; row++)
        softmax_row(kernels, logits, row, row_maximum(logits, row), probabilities);
    return DN_OK;
}
