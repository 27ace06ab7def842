#include "cli/train_preset.h"

#include <string.h>

const char *const train_preset_names[] = {"fast", "default", "best", NULL};

#define FAST                                                                                                 \
    "--hidden 128 --epochs 4 --batch-size 64 --lr 0.15 --schedule one-cycle --momentum 0.9 --nesterov yes "  \
    "--dropout 0 --valid 0"
#define BEST                                                                                                 \
    "--hidden 2500 --epochs 360 --batch-size 64 --lr 0.2 --schedule cosine --warmup 1 --momentum 0 "         \
    "--dropout 0 --augment elastic --average 0.99 --valid 0"

/** In the order of the names; the second, which has none, is what holds without a preset. */
static const char *const recipes[] = {FAST, NULL, BEST};

const char *train_preset_recipe(const char *name)
{
    for (size_t i = 0; train_preset_names[i]; i++) {
        if (strcmp(train_preset_names[i], name) == 0)
            return recipes[i];
    }
    return NULL;
}

const char *train_preset_help(void)
{
    return "settings that were tested, overridden by single options. fast: " FAST
           ". default: those below. best: " BEST;
}
