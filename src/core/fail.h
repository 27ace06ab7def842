/** How a function fails: record why, and return early. */
#ifndef DN_CORE_FAIL_H
#define DN_CORE_FAIL_H

#include "digitnet/core.h"

/**
 * Record a failure and return its status, so that `return dn_fail(...)` is one statement.
 *
 * Effect  Overwrites problem and remedy and clears subject; error may be NULL, remedy may be NULL.
 *         Text that is too long is cut and ends in "...".
 */
dn_status dn_fail(dn_error *error, dn_status status, const char *remedy, const char *problem, ...)
    DN_PRINTF(4, 5);

/** As dn_fail, with the subject: a file, an option or a field. */
dn_status dn_fail_at(dn_error *error, dn_status status, const char *subject, const char *remedy,
                     const char *problem, ...) DN_PRINTF(5, 6);

/**
 * Add the file to a failure that a deeper call recorded, and return its status.
 *
 * Effect  Sets subject unless status is DN_OK or a deeper call has already set it; error may be NULL.
 *         A path that is too long loses its beginning, which becomes "...".
 */
dn_status dn_fail_in(dn_error *error, dn_status status, const char *subject);

/**
 * Record that a text has another character, or its end, where something was expected: DN_ERR_FORMAT.
 *
 * Units   where is "" or " of the JSON"; found is a byte, or negative at the end.
 */
dn_status dn_fail_expected(dn_error *error, const char *remedy, const char *where, size_t at, int found,
                           const char *expected);

/**
 * Find a name among the choices, which NULL ends.
 *
 * Effect  *place gets its index.
 * Errors  DN_ERR_ARGUMENT, that there is no `what` of that name ("" for what needs no word); the remedy lists the choices, and nothing is
 *         written.
 */
DN_NODISCARD dn_status dn_choose(const char *const *choices, const char *name, const char *what,
                                 size_t *place, dn_error *error);

/** Early return for functions that own nothing yet: `DN_TRY(call)` returns the call's status unless DN_OK. */
#define DN_TRY(call)                                                                                         \
    do {                                                                                                     \
        const dn_status try_status = (call);                                                                 \
        if (try_status != DN_OK)                                                                             \
            return try_status;                                                                               \
    } while (0)

#endif
