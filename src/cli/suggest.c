#include "cli/suggest.h"

#include "core/ascii.h"

#include <stdbool.h>
#include <string.h>

/** Words up to this length are compared; nothing that digitnet knows is longer. */
#define MAX_WORD 32
/** A word further off than this is no slip of the finger. */
#define MAX_DISTANCE 2

static size_t smallest(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Optimal string alignment, row by row: the last two rows and the one in the making. */
size_t cli_edit_distance(const char *a, const char *b)
{
    const size_t a_length = strlen(a);
    const size_t b_length = strlen(b);
    size_t rows[3][MAX_WORD + 1];
    if (a_length > MAX_WORD || b_length > MAX_WORD)
        return a_length > b_length ? a_length : b_length;
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && rows[(i - 2) % 3][j - 2] + 1 < row[j])
                row[j] = rows[(i - 2) % 3][j - 2] + 1;
        }
    }
    return rows[a_length % 3][b_length];
}

/** Is the word the one-letter form, in either case, that many programs give to the long option? */
static bool is_short_for(const char *word, const char *option)
{
    return word[0] == '-' && word[1] != '\0' && word[2] == '\0' && strncmp(option, "--", 2) == 0 &&
           dn_to_lower(word[1]) == option[2];
}

const char *cli_nearer(const char *word, const char *best, const char *candidate)
{
    const size_t distance = cli_edit_distance(word, candidate);
    const bool begins_it = word[0] != '\0' && strncmp(word, candidate, strlen(word)) == 0;
    if (!begins_it && !is_short_for(word, candidate) && (distance > MAX_DISTANCE || distance >= strlen(word)))
        return best;
    return !best || distance < cli_edit_distance(word, best) ? candidate : best;
}
