/** Named settings of `digitnet train`, tested for what they reach. */
#ifndef DN_CLI_TRAIN_PRESET_H
#define DN_CLI_TRAIN_PRESET_H

#include "cli/train_options.h"

/** The names, for the option's table; NULL after the last. */
extern const char *const train_preset_names[];

/** Set what the preset names in the options; the others stay. name is one of train_preset_names. */
DN_NODISCARD dn_status train_apply_preset(train_options *options, const char *name, dn_error *error);

/** One paragraph for the help: each preset with its settings. */
const char *train_preset_help(void);

#endif
