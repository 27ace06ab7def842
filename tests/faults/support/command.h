/** A command of the program, run inside the test. */
#ifndef DN_TESTS_FAULTS_COMMAND_H
#define DN_TESTS_FAULTS_COMMAND_H

#include "faults.h"

#include "support.h"

#include <stdbool.h>

#define MAX_ARGUMENTS 32

/** A fault to inject; {0} for none. */
typedef struct fault {
    fault_kind kind;
    fault_span span;
    size_t nth;
} fault;

/** What a command did. */
typedef struct outcome {
    int code;
    char *out;
    char *err;
    bool failed;      /**< a call was made to fail */
    long lost_blocks; /**< memory and streams that it did not give back */
    long lost_streams;
} outcome;

/**
 * Run digitnet's main with a command line, words with blanks between them, under a fault.
 *
 * Owner   The caller frees with outcome_free.
 */
outcome run_command(const char *line, fault planned);
void outcome_free(outcome *done);

/** Lines of err that are errors or notes: they begin with "digitnet: ". */
size_t error_lines(const outcome *done);

/** Is the last line of err an error, of one line with nothing missing? */
bool ends_in_error(const outcome *done);

/** A file's whole contents; data is NULL where there is no file. */
typedef struct contents {
    uint8_t *data;
    size_t size;
} contents;

contents contents_of(const char *path);
bool same_contents(contents a, contents b);
/** Make the file hold that, or be missing. */
void put_back(const char *path, contents held);
bool file_exists(const char *path);

#endif
