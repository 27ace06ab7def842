/** How a function fails: record why, and return early. */
#ifndef DN_CORE_FAIL_H
#define DN_CORE_FAIL_H

#include "digitnet/core.h"

/**
 * Record a failure and hand its status back, so that `return dn_fail(...)` is one statement.
 *
 * Effect  Overwrites problem and remedy and clears subject; error may be NULL, remedy may be NULL.
 *         Text that is too long is cut and ends in "...".
 */
dn_status dn_fail(dn_error *error, dn_status status, const char *remedy, const char *problem, ...)
    DN_PRINTF(4, 5);

/** As dn_fail, and name the file, option or field that it is about. */
dn_status dn_fail_at(dn_error *error, dn_status status, const char *subject, const char *remedy,
                     const char *problem, ...) DN_PRINTF(5, 6);

/**
 * Name the file that a deeper failure is about, and hand its status back.
 *
 * Effect  Sets subject unless status is DN_OK or a deeper call has already set it; error may be NULL.
 *         A path that is too long loses its beginning, which becomes "...".
 */
dn_status dn_fail_in(dn_error *error, dn_status status, const char *subject);

/** Early return for functions that own nothing yet: `DN_TRY(call)` returns the call's status unless DN_OK. */
#define DN_TRY(call)                                                                                         \
    do {                                                                                                     \
        const dn_status try_status = (call);                                                                 \
        if (try_status != DN_OK)                                                                             \
            return try_status;                                                                               \
    } while (0)

#endif
