#include "core/fail.h"

#include "digitnet/loss.h"
#include "digitnet/train.h"

/** Put a mistake into its place among those kept, the worst first. */
static void keep(const dn_mistake *mistake, dn_mistake *worst, size_t capacity, size_t *count)
{
    if (*count == capacity && (capacity == 0 || mistake->loss <= worst[capacity - 1].loss))
        return;
    size_t place = *count < capacity ? (*count)++ : capacity - 1;
    for (; place > 0 && mistake->loss > worst[place - 1].loss; place--)
        worst[place] = worst[place - 1];
    worst[place] = *mistake;
}

/** Describe the answer to one image; its scores [1, classes] become probabilities. */
static dn_status describe(dn_tensor *scores, uint8_t label, dn_mistake *mistake, dn_error *error)
{
    mistake->label = label;
    mistake->prediction = dn_classifier_answer(scores, 0);
    DN_TRY(dn_cross_entropy(scores, &label, NULL, &mistake->loss, error));
    DN_TRY(dn_softmax(scores, scores, error));
    mistake->probability = scores->data[(ptrdiff_t)mistake->prediction * scores->stride[1]];
    mistake->label_probability = scores->data[(ptrdiff_t)label * scores->stride[1]];
    return DN_OK;
}

dn_status dn_mistakes_worst(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                            dn_mistake *worst, size_t capacity, size_t *count, dn_error *error)
{
    dn_batch batch;
    size_t first = 0;
    *count = 0;
    dn_dataloader_rewind(loader);
    while (dn_dataloader_next(context, loader, &batch)) {
        dn_tensor scores;
        DN_TRY(dn_classifier_scores(context, classifier, &batch.images, &scores, error));
        for (size_t i = 0; i < batch.count; i++) {
            dn_mistake mistake = {.index = first + i};
            dn_tensor row;
            DN_TRY(dn_tensor_slice(&scores, 0, i, i + 1, 1, &row, error));
            DN_TRY(describe(&row, batch.labels[i], &mistake, error));
            if (mistake.prediction != mistake.label)
                keep(&mistake, worst, capacity, count);
        }
        first += batch.count;
    }
    return DN_OK;
}
