/** The options of `digitnet train`: their defaults, and the part of them that a model's metadata keeps. */
#ifndef DN_CLI_TRAIN_OPTIONS_H
#define DN_CLI_TRAIN_OPTIONS_H

#include "cli/option.h"

typedef struct train_options {
    const char *data; /**< NULL: looked for */
    const char *output;
    const char *preset; /**< or NULL */
    cli_widths hidden;
    uint64_t epochs;
    uint64_t batch_size;
    float learning_rate;
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

#define TRAIN_OPTION_COUNT 27
/** Fill the table that parses into options and prints them. */
void train_option_table(train_options *options, cli_option table[TRAIN_OPTION_COUNT]);

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
 * Set the options that a recipe, or the like, names.
 *
 * Errors  DN_ERR_ARGUMENT naming the option.
 */
DN_NODISCARD dn_status train_apply_recipe(train_options *options, const char *recipe, dn_error *error);

#endif
