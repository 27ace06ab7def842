/** "Did you mean": the known word that a mistyped one is nearest to. */
#ifndef DN_CLI_SUGGEST_H
#define DN_CLI_SUGGEST_H

#include <stddef.h>

/** Letters that differ between two words: inserted, left out, replaced, or two neighbours swapped. */
size_t cli_edit_distance(const char *a, const char *b);

/**
 * The nearer of two candidates for word (best may be NULL). One that is too far off is not taken, unless it begins with
 * the word, or the word is its one-letter form, as "-V" is of "--version".
 */
const char *cli_nearer(const char *word, const char *best, const char *candidate);

#endif
