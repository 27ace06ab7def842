/** An epoch as tests of what is told about epochs have it. */
#ifndef DN_TESTS_USUAL_EPOCH_H
#define DN_TESTS_USUAL_EPOCH_H

#include "digitnet/train.h"

static inline dn_epoch epoch_of(size_t number, bool validated)
{
    return (dn_epoch){.epoch = number,
                      .epochs = 3,
                      .images = 640,
                      .train_loss = 0.5,
                      .validated = validated,
                      .valid = {.count = 200, .correct = 150, .loss = 0.75},
                      .learning_rate = 0.125F,
                      .seconds = 1.5,
                      .timed_images = 480};
}

#endif
