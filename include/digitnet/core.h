/**
 * Statuses, errors and bytes, which every other header uses.
 */
#ifndef DIGITNET_CORE_H
#define DIGITNET_CORE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Statuses and errors.
 *
 * A function that can fail returns a dn_status, which must be used, and fills a dn_error: the file or field, the problem,
 * and the remedy. The library never prints: the caller decides what to show.
 */

#if defined(__GNUC__)
/** Marks what the shared library exports. */
#define DN_API __attribute__((visibility("default")))
#define DN_NODISCARD __attribute__((warn_unused_result))
#define DN_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))
#else
#define DN_API
#define DN_NODISCARD
#define DN_PRINTF(format_index, first_argument)
#endif

/** The version of the library, "1.2.3". */
DN_API const char *dn_version(void);

typedef enum dn_status {
    DN_OK = 0,
    DN_ERR_MEMORY,   /**< the system has no memory left */
    DN_ERR_FILE,     /**< a file is missing, unreadable or unwritable */
    DN_ERR_FORMAT,   /**< the bytes of a file do not follow its format */
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
    char problem[DN_ERROR_TEXT_SIZE];    /**< the value found and the value expected, with the byte offset */
    char remedy[DN_ERROR_TEXT_SIZE];     /**< what the user can do about it */
} dn_error;

/** Bytes that the holder owns; dn_bytes_free frees them. */
typedef struct dn_bytes {
    uint8_t *data;
    size_t size;
} dn_bytes;

DN_API void dn_bytes_free(dn_bytes *bytes);

#ifdef __cplusplus
}
#endif

#endif
