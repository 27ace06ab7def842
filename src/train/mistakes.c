#include "core/fail.h"
#include "loss/elements.h"
#include "train/calibration.h"

#include "digitnet/train.h"

/** Insert a mistake into the worst ones, which are in falling order of their loss; the last one gives way when they are full. */
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
    mistake->probability = dn_loss_element(scores, 0, mistake->prediction);
    mistake->label_probability = dn_loss_element(scores, 0, label);
    return DN_OK;
}

/** Rewind the loader and visit the answer to each image. */
static dn_status visit_answers(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                               void (*visit)(void *self, const dn_mistake *answer), void *self,
                               dn_error *error)
{
    dn_batch batch;
    size_t first = 0;
    dn_dataloader_rewind(loader);
    while (dn_dataloader_next(context, loader, &batch)) {
        dn_tensor scores;
        DN_TRY(dn_classifier_scores(context, classifier, &batch.images, &scores, error));
        for (size_t i = 0; i < batch.count; i++) {
            dn_mistake answer = {.index = first + i};
            dn_tensor row;
            DN_TRY(dn_tensor_slice(&scores, 0, i, i + 1, 1, &row, error));
            DN_TRY(describe(&row, batch.labels[i], &answer, error));
            visit(self, &answer);
        }
        first += batch.count;
    }
    return DN_OK;
}

/** The worst mistakes so far. */
typedef struct worst_list {
    dn_mistake *items;
    size_t capacity;
    size_t *count;
} worst_list;

static void keep_mistake(void *self, const dn_mistake *answer)
{
    const worst_list *worst = self;
    if (answer->prediction != answer->label)
        keep(answer, worst->items, worst->capacity, worst->count);
}

dn_status dn_mistakes_worst(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                            dn_mistake *worst, size_t capacity, size_t *count, dn_error *error)
{
    worst_list list = {worst, capacity, count};
    *count = 0;
    return visit_answers(context, classifier, loader, keep_mistake, &list, error);
}

static void keep_outcome(void *self, const dn_mistake *answer)
{
    dn_mistake *outcomes = self;
    outcomes[answer->index] = *answer;
}

dn_status dn_outcomes_collect(dn_context *context, dn_classifier *classifier, dn_dataloader *loader,
                              dn_mistake *outcomes, dn_error *error)
{
    return visit_answers(context, classifier, loader, keep_outcome, outcomes, error);
}
