/**
 * A command's options as a table: from it the command line is parsed and checked, and the help is printed.
 *
 * An option's default is what its target holds before parsing, so help and code agree.
 */
#ifndef DN_CLI_OPTION_H
#define DN_CLI_OPTION_H

#include "digitnet/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What an option takes, and with it the type that its target points to. */
typedef enum cli_kind {
    CLI_FLAG,   /**< nothing; bool */
    CLI_TEXT,   /**< any text that is not empty; const char * */
    CLI_COUNT,  /**< a whole number from minimum to maximum; uint64_t */
    CLI_RATE,   /**< a number above 0, at most CLI_RATE_MAX; float */
    CLI_PART,   /**< a number from 0 to below 1; float */
    CLI_AMOUNT, /**< a number from 0 to CLI_RATE_MAX; float */
    CLI_CHOICE, /**< one of a list of names; const char *, which then is the list's own */
    CLI_WIDTHS, /**< whole numbers with commas between; cli_widths */
    CLI_DIGITS, /**< digits with commas between; dn_classes */
    CLI_SHARE   /**< a whole number, or a fraction below 1; cli_share */
} cli_kind;

#define CLI_RATE_MAX 1000.0

#define CLI_MAX_WIDTHS 31
/** Widths of layers, first one first. */
typedef struct cli_widths {
    size_t count;
    size_t width[CLI_MAX_WIDTHS];
} cli_widths;

/** So many images, or such a fraction of them. */
typedef struct cli_share {
    bool is_fraction;
    double fraction; /**< 0 to 1, both excluded */
    uint64_t count;
} cli_share;

typedef struct cli_option {
    const char *name;  /**< "--epochs" */
    const char *value; /**< what the help calls the value, "N"; NULL for a flag */
    const char *help;
    cli_kind kind;
    void *target;
    uint64_t minimum; /**< of CLI_COUNT */
    uint64_t maximum;
    const char *const *choices; /**< of CLI_CHOICE; NULL after the last */
    bool hide_default;          /**< the help text tells it in words */
    bool recipe;                /**< decides what the model becomes: a model's metadata keeps it */
} cli_option;

/** What a command takes. */
typedef struct cli_usage {
    const char *command;  /**< "train" */
    const char *operands; /**< "IMAGE...", or NULL when it takes none */
    const char *summary;  /**< one paragraph for the help */
    const cli_option *options;
    size_t option_count;
    size_t minimum_operands;
    size_t maximum_operands;
} cli_usage;

/** Everything on the command line that is no option. Borrows argv. */
typedef struct cli_operands {
    size_t count;
    char **values;
} cli_operands;

/**
 * Parse the arguments after the command's name.
 *
 * Effect  Fills the options' targets and *operands, and moves the operands to the front of arguments. Where
 *         that ends the run (--help, or a mistake), prints the help or the error and sets *exit_code.
 * Errors  false when the run ends here.
 */
bool cli_parse(const cli_usage *usage, size_t argument_count, char **arguments, cli_operands *operands,
               int *exit_code);

/**
 * Parse arguments as cli_parse does, but print nothing and take no operands.
 *
 * Errors  DN_ERR_ARGUMENT naming the option.
 */
DN_NODISCARD dn_status cli_read_options(const cli_usage *usage, size_t argument_count, char **arguments,
                                        dn_error *error);

/** Print a command's help on standard output. */
void cli_print_help(const cli_usage *usage);

/**
 * Read an option's value from text into its target.
 *
 * Errors  DN_ERR_ARGUMENT saying what was given and what is wanted; the target is unchanged then.
 */
DN_NODISCARD dn_status cli_read_value(const cli_option *option, const char *text, dn_error *error);

/** Write an option's current value as it would be given, "512,256" or "0.1"; empty for an unset text. */
char *cli_value_text(const cli_option *option, char *text, size_t size);

#endif
