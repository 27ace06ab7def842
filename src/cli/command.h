/** The commands, their operands and options. */
#ifndef DN_CLI_COMMAND_H
#define DN_CLI_COMMAND_H

#include "digitnet/settings.h"

/** Every option of every command: the values before parsing are the defaults. */
typedef struct cli_options {
    dn_settings settings;
    const char *preset;        /**< or NULL */
    dn_texts data;             /**< or none: looked for */
    const char *model;         /**< or NULL: looked for */
    const char *output;        /**< of the model */
    const char *log;           /**< or NULL */
    const char *checkpoint;    /**< or NULL */
    const char *resume;        /**< or NULL */
    const char *parent;        /**< model to start from, or NULL */
    const char *form;          /**< of export, or NULL */
    const char *name;          /**< of export's C header, or NULL */
    const char *export_output; /**< or NULL: chosen */
    const char *report_output;
    const char *pack_output; /**< or NULL */
    const char *list;        /**< of what was packed, or NULL */
    const char *labels;      /**< of a sheet, or NULL */
    const char *to_png;      /**< folder, or NULL */
    dn_slice test;           /**< to test with */
    uint64_t threads;        /**< 0: chosen */
    float from;              /**< of lr-find: the lowest and the highest rate, and how many */
    float to;
    uint64_t steps;
    uint64_t worst;           /**< mistakes to list */
    uint64_t top;             /**< digits to print */
    uint64_t views;           /**< of each digit of a picture */
    uint64_t evaluate_views;  /**< of each test image */
    const char *show_augment; /**< of the images that show draws */
    uint64_t start;           /**< the first image to draw, and how many */
    uint64_t count;           /**< 0: chosen */
    bool all;                 /**< every digit of a picture */
    bool int8;
    bool reject; /**< tell how many answers to reject */
    bool no_prepare;
    bool transpose;
    bool show;
    bool json;
    bool quiet;
    bool force;
} cli_options;

cli_options cli_options_default(void);

/** The arguments that are no options. Borrows argv. */
typedef struct cli_operands {
    size_t count;
    char **values;
} cli_operands;

typedef enum cli_command_id {
    CLI_TRAIN,
    CLI_LR_FIND,
    CLI_EVALUATE,
    CLI_PREDICT,
    CLI_EXPORT,
    CLI_REPORT,
    CLI_INFO,
    CLI_SHOW,
    CLI_PACK,
    CLI_VERIFY,
    CLI_COMMANDS
} cli_command_id;

typedef struct cli_command {
    const char *name;
    const char *summary;     /**< for the list of commands */
    const char *description; /**< a paragraph */
    const char *operands;    /**< "PICTURE...", or NULL when it takes none */
    size_t minimum_operands;
    size_t maximum_operands;
} cli_command;

extern const cli_command cli_commands[CLI_COMMANDS];

/** An option of a command, and the struct in cli_options that its table describes. */
typedef struct cli_row {
    const dn_option *option;
    size_t base; /**< offset of the struct */
} cli_row;

#define CLI_MAX_ROWS 48
/** List the options of a command, in the order of their groups. Hands back how many there are. */
size_t cli_rows(cli_command_id id, cli_row rows[CLI_MAX_ROWS]);

/** What a net can be exported to; NULL after the last. */
extern const char *const cli_export_forms[];

/** Headings of dn_option_group. */
extern const char *const cli_group_names[DN_GROUPS];

/** Exit codes and their meaning, for the manual pages. */
typedef struct cli_exit_meaning {
    const char *code;
    const char *meaning;
} cli_exit_meaning;
#define CLI_EXIT_MEANINGS 5
extern const cli_exit_meaning cli_exit_meanings[CLI_EXIT_MEANINGS];

/**
 * Parse the arguments after the command's name.
 *
 * Effect  Sets options and *operands, and moves the operands to the front of arguments. Where that ends the run (--help, or a mistake),
 *         prints the help or the error and sets *exit_code.
 * Errors  false when the run ends here.
 */
bool cli_parse(cli_command_id id, size_t argument_count, char **arguments, cli_options *options,
               cli_operands *operands, int *exit_code);

#define CLI_TERM_SIZE 64
/** Write an option as it is given, "--data DIR", and hand text back. */
char *cli_option_term(const dn_option *option, char text[CLI_TERM_SIZE]);

/** Write the default of an option, "" where there is none to tell, and hand text back. */
char *cli_default_text(const cli_row *row, char text[DN_OPTION_TEXT_SIZE]);

/** Print a command's help on standard output. */
void cli_print_help(cli_command_id id);

/** Differences between two words: letters to insert, leave out, replace, or exchange with their neighbours. */
size_t cli_edit_distance(const char *a, const char *b);

/** Of best (or NULL) and candidate, the one that word is nearer to, if it is near at all; best otherwise. */
const char *cli_nearer(const char *word, const char *best, const char *candidate);

/** The commands: each takes its arguments, parsed, and hands back the exit code. */
int cli_train(size_t argument_count, char **arguments);
int cli_lr_find(size_t argument_count, char **arguments);
int cli_evaluate(size_t argument_count, char **arguments);
int cli_predict(size_t argument_count, char **arguments);
int cli_export(size_t argument_count, char **arguments);
int cli_report(size_t argument_count, char **arguments);
int cli_info(size_t argument_count, char **arguments);
int cli_show(size_t argument_count, char **arguments);
int cli_pack(size_t argument_count, char **arguments);
int cli_verify(size_t argument_count, char **arguments);

#endif
