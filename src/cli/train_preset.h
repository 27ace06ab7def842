/** Named settings of `digitnet train`, tested for what they reach. */
#ifndef DN_CLI_TRAIN_PRESET_H
#define DN_CLI_TRAIN_PRESET_H

/** The names, for the option's table; NULL after the last. */
extern const char *const train_preset_names[];

/** The settings of a preset, as they would be given; NULL for "default", and for a name that is none. */
const char *train_preset_recipe(const char *name);

/** One paragraph for the help: each preset with its settings. */
const char *train_preset_help(void);

#endif
