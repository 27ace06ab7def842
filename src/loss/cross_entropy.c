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

/** Rows in a piece of work, exponentials that are computed together, and rows whose losses are kept at a time. */
#define PIECE 8
#define CHUNK 128
#define BLOCK 512

/** Some rows of logits, at most PIECE, on their way to the softmax: exp(x - max) / sum, where no exponential overflows. */
typedef struct softmax_rows {
    const dn_kernels *kernels;
    const dn_tensor *logits;
    size_t first;
    size_t count;
    float maximum[PIECE];
    float sum[PIECE]; /**< of exp(x - max) */
} softmax_rows;

/** A place in a matrix. */
typedef struct place {
    size_t row;
    size_t column;
} place;

/** The next column, or the first of the next row. */
static inline void step_on(place *at, size_t columns)
{
    if (++at->column == columns)
        *at = (place){at->row + 1, 0};
}

/** The rows' maxima, their sums, and the exponentials into out, which may be the logits, or NULL. */
static void exponentiate(softmax_rows *rows, dn_tensor *out)
{
    const size_t classes = rows->logits->shape.extent[1];
    float numbers[CHUNK];
    place from = {0};
    place to = {0};
    for (size_t i = 0; i < rows->count; i++) {
        rows->maximum[i] = row_maximum(rows->logits, rows->first + i);
        rows->sum[i] = 0.0F;
    }
    for (size_t left = rows->count * classes, count; left != 0; left -= count) {
        count = dn_smaller(left, CHUNK);
        for (size_t i = 0; i < count; i++, step_on(&from, classes))
            numbers[i] =
                dn_loss_element(rows->logits, rows->first + from.row, from.column) - rows->maximum[from.row];
        rows->kernels->exp_each(numbers, count);
        for (size_t i = 0; i < count; i++, step_on(&to, classes)) {
            rows->sum[to.row] += numbers[i];
            if (out)
                dn_loss_set_element(out, rows->first + to.row, to.column, numbers[i]);
        }
    }
}

/** Exponentials become numbers in the same proportions whose sum is `scale`. */
static void normalise(dn_tensor *exponentials, size_t row, float sum, float scale)
{
    const size_t classes = exponentials->shape.extent[1];
    const ptrdiff_t step = exponentials->stride[1];
    float *numbers = exponentials->data + (ptrdiff_t)row * exponentials->stride[0];
    if (step == 1) { /* becomes vector code */
        for (size_t i = 0; i < classes; i++)
            numbers[i] = numbers[i] / sum * scale;
        return;
    }
    for (size_t i = 0; i < classes; i++)
        numbers[(ptrdiff_t)i * step] = numbers[(ptrdiff_t)i * step] / sum * scale;
}

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

/** From exponentials to d(loss)/d(logits) of one row: (softmax - target) / N. */
static void finish_slopes(const row_losses *work, size_t row, float sum)
{
    const size_t label = work->labels[row];
    const float scale = 1.0F / (float)work->logits->shape.extent[0];
    const float of_label = dn_loss_element(work->dlogits, row, label);
    normalise(work->dlogits, row, sum, scale);
    dn_loss_set_element(work->dlogits, row, label, (of_label / sum - 1.0F) * scale);
}

/** log(sum) - (x - max) is -log softmax, precise where the probability is near 0 or 1, and for large x. */
static void loss_piece(void *argument, size_t piece)
{
    row_losses *work = argument;
    const size_t begin = piece * PIECE;
    softmax_rows rows = {.kernels = work->kernels,
                         .logits = work->logits,
                         .first = work->first + begin,
                         .count = dn_smaller(PIECE, work->count - begin)};
    float of_label[PIECE] = {0}; /* before dlogits, maybe the same */
    for (size_t i = 0; i < rows.count; i++)
        of_label[i] = dn_loss_element(work->logits, rows.first + i, work->labels[rows.first + i]);
    exponentiate(&rows, work->dlogits);
    for (size_t i = 0; i < rows.count; i++) {
        work->loss[begin + i] = (double)dn_log(rows.sum[i]) - ((double)of_label[i] - (double)rows.maximum[i]);
        if (work->dlogits)
            finish_slopes(work, rows.first + i, rows.sum[i]);
    }
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
    DN_TRY(dn_loss_check_matrix(logits, probabilities, error));
    const size_t count = logits->shape.extent[0];
    for (size_t first = 0; first < count; first += PIECE) {
        softmax_rows rows = {.kernels = dn_context_kernel_set(NULL),
                             .logits = logits,
                             .first = first,
                             .count = dn_smaller(PIECE, count - first)};
        exponentiate(&rows, probabilities);
        for (size_t i = 0; i < rows.count; i++)
            normalise(probabilities, first + i, rows.sum[i], 1.0F);
    }
    return DN_OK;
}
