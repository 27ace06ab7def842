/** The options of `digitnet train`: their defaults, and the part of them that a model's metadata keeps. */
#ifndef DN_CLI_TRAIN_OPTIONS_H
#define DN_CLI_TRAIN_OPTIONS_H

#include "cli/option.h"

#include "digitnet/optim.h"

typedef struct train_options {
    const char *data; /**< NULL: looked for */
    const char *output;
    const char *preset; /**< or NULL */
    dn_classes classes;
    const char *arch;
    const char *metric; /**< of mean images */
    cli_widths hidden;
    uint64_t epochs;
    uint64_t batch_size;
    const char *loss;
    float learning_rate;
    const char *schedule;
    float warmup;
    float momentum;
    const char *nesterov; /**< "yes" or "no" */
    float weight_decay;
    float dropout;
    float average;
    const char *augment;
    float strength;
    uint64_t patience;
    uint64_t seed;
    uint64_t threads; /**< 0: chosen by the program */
    cli_share valid;
    uint64_t limit;         /**< 0: all training images */
    const char *log;        /**< or NULL */
    const char *checkpoint; /**< or NULL */
    const char *resume;     /**< or NULL */
    bool json;
    bool quiet;
    bool force;
} train_options;

/** The settings of a run that names none. */
train_options train_defaults(void);

#define TRAIN_OPTION_COUNT 31
/** Fill the table that parses into options and prints them. */
void train_option_table(train_options *options, cli_option table[TRAIN_OPTION_COUNT]);

/** Does momentum look ahead? */
bool train_has_nesterov(const train_options *options);

/** Is it a net without hidden layers, whatever --hidden says? */
bool train_is_linear(const train_options *options);

/** Is it mean images that are to be made, and no net? */
bool train_is_mean(const train_options *options);

/** The kind of schedule that they name. */
dn_schedule_kind train_schedule(const train_options *options);

#define TRAIN_MOST_WIDTHS (CLI_MAX_WIDTHS + 2)
/** The widths of the net that they ask for, from the pixels over the hidden layers to the outputs. How many there are. */
size_t train_widths(const train_options *options, size_t widths[TRAIN_MOST_WIDTHS]);

/**
 * Check what no option can tell alone: a loss that can't have so many classes, and options of nets beside --arch mean.
 *
 * Effect  Mean images hold none out: nothing is chosen by them.
 * Errors  DN_ERR_ARGUMENT naming the option.
 */
DN_NODISCARD dn_status train_check_options(train_options *options, dn_error *error);

/** Copy the rows of some options, by name, NULL after the last, for another command that takes them. How many there are. */
size_t train_pick_options(train_options *options, const char *const *names, cli_option *rows);

/** The usage of the command, around such a table. */
cli_usage train_usage(const cli_option table[TRAIN_OPTION_COUNT]);

#define TRAIN_RECIPE_SIZE 1024
/**
 * Write the options that decide what the model becomes, as they would be given: "--hidden 128 --epochs ...".
 * Paths, threads and what is printed do not belong to it; presets are written as what they stand for.
 */
char *train_recipe(train_options *options, char text[TRAIN_RECIPE_SIZE]);

/**
 * Set the options that a recipe, or a part of one, names.
 *
 * Errors  DN_ERR_FORMAT naming the metadata and the option: one that is unknown, that belongs to no recipe, or that has no
 *         such value.
 */
DN_NODISCARD dn_status train_apply_recipe(train_options *options, const char *recipe, dn_error *error);

/** Say of a setting that a file brought what is wrong with it, as the cause has it. Hands back DN_ERR_FORMAT: it is no wrong usage. */
dn_status train_fail_setting(const dn_error *cause, dn_error *error);

/** Write the first setting in which two runs differ, as a has it: "with --epochs 3", "without --limit". NULL when both make the same model. */
char *train_difference(train_options *a, train_options *b, char text[TRAIN_RECIPE_SIZE]);

#endif
