/**
 * What every function that can fail returns, and where it says why.
 *
 * A function returns a dn_status, which must be used, and fills the dn_error it was given: which file (or
 * field), what is wrong with it, and what to do. The library never prints: the caller decides what to show.
 */
#ifndef DIGITNET_CORE_STATUS_H
#define DIGITNET_CORE_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DN_NODISCARD __attribute__((warn_unused_result))
#define DN_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))
#else
#define DN_NODISCARD
#define DN_PRINTF(format_index, first_argument)
#endif

typedef enum dn_status {
    DN_OK = 0,
    DN_ERR_MEMORY,   /**< the system has no memory left */
    DN_ERR_FILE,     /**< a file is missing, unreadable or unwritable */
    DN_ERR_FORMAT,   /**< the bytes of a file are not what its format demands */
    DN_ERR_SHAPE,    /**< extents disagree, or an axis or index is out of range */
    DN_ERR_ARGUMENT, /**< a value is outside its range */
    DN_ERR_DIVERGED  /**< training produced a loss that is not finite */
} dn_status;

#define DN_ERROR_SUBJECT_SIZE 1024
#define DN_ERROR_TEXT_SIZE 512

/** Why a call failed: `subject: problem: remedy` reads as one line. Each part may be empty. */
typedef struct dn_error {
    dn_status status;
    char subject[DN_ERROR_SUBJECT_SIZE]; /**< the file or field, as the caller named it */
    char problem[DN_ERROR_TEXT_SIZE];    /**< what was found and what was expected, with the byte offset */
    char remedy[DN_ERROR_TEXT_SIZE];     /**< what the user can do about it */
} dn_error;

/**
 * Record a failure and hand its status back, so that `return dn_fail(...)` is one statement.
 *
 * Effect  Overwrites problem and remedy and clears subject; error may be NULL, remedy may be NULL.
 *         Text that is too long is cut and ends in "...".
 */
dn_status dn_fail(dn_error *error, dn_status status, const char *remedy, const char *problem, ...)
    DN_PRINTF(4, 5);

/**
 * Name the file that a recorded failure is about, and hand its status back.
 *
 * Effect  Sets subject unless status is DN_OK or a deeper call has already set it; error may be NULL.
 *         A path that is too long loses its beginning, which becomes "...".
 */
dn_status dn_fail_in(dn_error *error, dn_status status, const char *subject);

#ifdef __cplusplus
}
#endif

#endif
