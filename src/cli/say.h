/** Messages of the program, one line each on standard error, and their exit codes. */
#ifndef DN_CLI_SAY_H
#define DN_CLI_SAY_H

#include "core/fail.h"

#include "digitnet/core.h"

#include <stdbool.h>
#include <stdint.h>

/** How a run ended; after a signal it is CLI_EXIT_SIGNAL + the signal's number. */
enum {
    CLI_EXIT_DONE = 0,
    CLI_EXIT_FAILED = 1,   /**< a file missing or unwritable, no memory, training diverged */
    CLI_EXIT_USAGE = 2,    /**< a wrong option or value */
    CLI_EXIT_BAD_DATA = 3, /**< a data file, picture or model that is not what it should be */
    CLI_EXIT_SIGNAL = 128
};

/**
 * Print "digitnet: SUBJECT: PROBLEM: REMEDY" and hand back the exit code of the error's status. What standard output did not take
 * is told with that: main, which looks at it last, does not say it again.
 */
int cli_say_error(const dn_error *error);

/** Print "digitnet: TEXT" unless quiet, with "?" for what is not shown; so do the other two. */
void cli_say_note(bool quiet, const char *format, ...) DN_PRINTF(2, 3);

/** Print a line without the program's name, for progress and the like, unless quiet. */
void cli_say_line(bool quiet, const char *format, ...) DN_PRINTF(2, 3);

/** Of several exit codes, the one that the program gives: the highest. */
int cli_worse_exit(int a, int b);

#define CLI_PATH_TEXT_SIZE 1024
/** The path with "?" for each character that is not shown, or no UTF-8, so that one line stays one line; a long one keeps its end. */
const char *cli_path_text(const char *path, char text[CLI_PATH_TEXT_SIZE]);

/** Print text of a file on standard output, with "?" for what is not shown. */
void cli_print_text(const char *text);

/** The path as a word for a shell, in quotes where it needs them, for a command that the user may copy. What is not shown is escaped. */
const char *cli_shell_text(const char *path, char text[CLI_PATH_TEXT_SIZE]);

#endif
