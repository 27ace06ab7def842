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

void dn_mistakes_worst(const dn_mistake *outcomes, size_t outcome_count, dn_mistake *worst, size_t capacity,
                       size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < outcome_count; i++)
        if (outcomes[i].prediction != outcomes[i].label)
            keep(&outcomes[i], worst, capacity, count);
}
