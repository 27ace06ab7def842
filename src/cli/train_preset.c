#include "cli/train_preset.h"

#include <string.h>

const char *const train_preset_names[] = {"fast", "default", "best", NULL};

#define FAST                                                                                                 \
    "--hidden 128 --epochs 5 --batch-size 64 --lr 0.05 --schedule one-cycle --momentum 0.9 --nesterov "      \
    "--dropout 0 --valid 0"
#define BEST                                                                                                 \
    "--hidden 1250 --epochs 100 --batch-size 64 --lr 0.2 --schedule cosine --momentum 0 --dropout 0 "        \
    "--augment elastic --valid 0"

/** In the order of the names; the second, which has none, is what holds without a preset. */
static const char *const recipes[] = {FAST, NULL, BEST};

dn_status train_apply_preset(train_options *options, const char *name, dn_error *error)
{
    for (size_t i = 0; train_preset_names[i]; i++) {
        if (strcmp(train_preset_names[i], name) == 0)
            return recipes[i] ? train_apply_recipe(options, recipes[i], error) : DN_OK;
    }
    return dn_fail(error, DN_ERR_ARGUMENT, "digitnet train --help lists the presets",
                   "there is no such preset");
}

const char *train_preset_help(void)
{
    return "settings that were tested, overridden by single options. fast: " FAST
           ". default: those below. best: " BEST;
}
