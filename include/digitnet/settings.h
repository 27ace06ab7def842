/**
 * Settings: every hyperparameter of a training, described by one table.
 *
 * A row of the table names a setting, its kind, range, help and group. From the table come the options of the command line, the
 * help, the manual pages, the completions, and the metadata of a model. Settings that are read from a file are checked by the same
 * table as those that a user gives.
 */
#ifndef DIGITNET_SETTINGS_H
#define DIGITNET_SETTINGS_H

#include "digitnet/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The values that an option takes, and the type of its field. */
typedef enum dn_option_kind {
    DN_OPTION_FLAG,     /**< nothing; bool */
    DN_OPTION_TEXT,     /**< any text that is not empty; const char *, borrowed */
    DN_OPTION_TEXTS,    /**< the same; each use of the option adds a text; dn_texts */
    DN_OPTION_COUNT,    /**< a whole number from minimum to maximum; uint64_t */
    DN_OPTION_RATE,     /**< a number above 0, at most DN_OPTION_MAX_NUMBER; float */
    DN_OPTION_FRACTION, /**< a number from 0 to below 1; float */
    DN_OPTION_NUMBER,   /**< a number from 0 to DN_OPTION_MAX_NUMBER; float */
    DN_OPTION_YES_NO,   /**< yes or no; bool */
    DN_OPTION_CHOICE,   /**< one of the choices; const char *, a pointer to the choice */
    DN_OPTION_WIDTHS,   /**< whole numbers from minimum to maximum with commas between; dn_widths */
    DN_OPTION_CLASSES,  /**< digits with commas between; dn_classes */
    DN_OPTION_SLICE     /**< a number of images, or a fraction of them; dn_slice */
} dn_option_kind;

#define DN_OPTION_MAX_NUMBER 1000
/** Room for "--" and the name of any option. */
#define DN_OPTION_NAME_SIZE 32

/** Headings of the help, in their order. */
typedef enum dn_option_group {
    DN_GROUP_DATA,
    DN_GROUP_NET,
    DN_GROUP_TRAINING,
    DN_GROUP_AUGMENTATION,
    DN_GROUP_FILES,
    DN_GROUP_OUTPUT,
    DN_GROUPS
} dn_option_group;

/** Where a setting has a meaning; bits of dn_option.uses. */
enum {
    DN_USE_MLP = 1,     /**< --arch mlp */
    DN_USE_LINEAR = 2,  /**< --arch linear */
    DN_USE_MEAN = 4,    /**< --arch mean */
    DN_USE_LR_FIND = 8, /**< the learning-rate range test */
    DN_USE_SHOW = 16,   /**< drawing images as training sees them */
    DN_USE_PACK = 32    /**< dividing images into those to train on and those to test with */
};

/** One row of a table of options. */
typedef struct dn_option {
    const char *name;  /**< "hidden": --hidden on the command line */
    const char *value; /**< the name of its value in the help, "WIDTHS"; NULL for a flag */
    dn_option_kind kind;
    size_t offset; /**< of the field, in the struct that the table describes */
    uint64_t minimum;
    uint64_t maximum;
    const char *const *choices; /**< NULL after the last */
    dn_option_group group;
    unsigned uses; /**< bits: where the option has a meaning */
    const char *help;
} dn_option;

/** The most data sets that are joined. */
#define DN_MAX_SETS 16
/** Texts in the order in which they were given; borrowed. */
typedef struct dn_texts {
    size_t count;
    const char *text[DN_MAX_SETS];
} dn_texts;

#define DN_MAX_HIDDEN 31
/** Widths of the hidden layers, first one first. */
typedef struct dn_widths {
    size_t count;
    size_t width[DN_MAX_HIDDEN];
} dn_widths;

/** A number of images, or a fraction of all. */
typedef struct dn_slice {
    bool is_fraction;
    double fraction; /**< above 0, below 1 */
    uint64_t count;
} dn_slice;

/** The hyperparameters. dn_settings_default gives the defaults; the table tells what each field means. */
typedef struct dn_settings {
    const char *arch;
    dn_widths hidden;
    uint64_t epochs;
    uint64_t batch_size;
    float learning_rate;
    const char *loss;
    const char *schedule;
    float warmup;
    float momentum;
    bool nesterov;
    float weight_decay;
    float dropout;
    float average;
    const char *augment;
    float strength;
    uint64_t patience;
    dn_classes classes;
    const char *metric;
    uint64_t seed;
    dn_slice valid;
    uint64_t limit;   /**< 0: no limit */
    dn_widths repeat; /**< empty: each data set once */
    bool calibrate;   /**< fit a temperature on the held-out images */
} dn_settings;

DN_API dn_settings dn_settings_default(void);

/** The table of the settings, in the order in which a model's metadata keeps them. */
DN_API const dn_option *dn_settings_options(size_t *count);

/**
 * Set one field from text.
 *
 * Effect  Overwrites the field of object, the struct that the option's table describes. A text is borrowed.
 * Errors  DN_ERR_ARGUMENT with the text given and the values allowed; the field is unchanged then.
 */
DN_API DN_NODISCARD dn_status dn_option_set(const dn_option *option, void *object, const char *text,
                                            dn_error *error);

/** Room for the text of any setting: the widths are the longest. */
#define DN_OPTION_TEXT_SIZE (DN_MAX_HIDDEN * 6 + 1)
/** Write a field as dn_option_set reads it, "512,256" or "0.1", and return text: "" for a flag, an unset text and a list too long. */
DN_API char *dn_option_text(const dn_option *option, const void *object, char text[DN_OPTION_TEXT_SIZE]);

/**
 * Check that a training can have these settings.
 *
 * Errors  DN_ERR_ARGUMENT naming the option: a field outside its range, a loss for other numbers of classes, or a setting that has no
 *         meaning for the architecture.
 */
DN_API DN_NODISCARD dn_status dn_settings_check(const dn_settings *settings, dn_error *error);

/** Room for all settings as text. */
#define DN_SETTINGS_TEXT_SIZE 1024
/** Write the settings as options of the command line, "--arch mlp --hidden 512 ...", as a model's metadata keep them, and return text. */
DN_API char *dn_settings_text(const dn_settings *settings, char text[DN_SETTINGS_TEXT_SIZE]);

/**
 * Read settings from text as dn_settings_text writes it. Settings that the text does not name are unchanged.
 *
 * Errors  DN_ERR_ARGUMENT naming the option: one that is no setting, or a value outside its range. The settings may be changed in part.
 */
DN_API DN_NODISCARD dn_status dn_settings_parse(dn_settings *settings, const char *text, dn_error *error);

/** The names of the presets: "fast", "default", "better", "best", "tiny"; NULL after the last. */
DN_API extern const char *const dn_preset_names[];

/** The settings in which a preset differs from the defaults, as dn_settings_parse reads them. NULL for an unknown name. */
DN_API const char *dn_preset_text(const char *name);

/**
 * Set the settings that a preset names, except those that have no meaning for the architecture.
 *
 * Errors  DN_ERR_ARGUMENT for an unknown name.
 */
DN_API DN_NODISCARD dn_status dn_settings_preset(dn_settings *settings, const char *name, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
