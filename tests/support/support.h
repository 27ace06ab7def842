/** What every unit test needs: cmocka, statuses that must be OK, a folder of its own, tensors compared. */
#ifndef DN_TESTS_SUPPORT_H
#define DN_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "digitnet/core.h"
#include "digitnet/tensor.h"

/** Fail with the recorded error's text unless the call returns DN_OK. Uses the caller's `dn_error error`. */
#define assert_ok(call) expect_ok((call), &error, #call, __FILE__, __LINE__)
void expect_ok(dn_status status, const dn_error *error, const char *call, const char *file, int line);

/** Fail unless text contains part. */
#define assert_contains(text, part) expect_contains((text), (part), __FILE__, __LINE__)
void expect_contains(const char *text, const char *part, const char *file, int line);

/** Fail unless the tensor has this shape and, in C order, these float values, each within the tolerance. */
#define assert_tensor(tensor, shape, tolerance, ...)                                                         \
    expect_tensor((tensor), (shape), (tolerance), (const float[]){__VA_ARGS__},                              \
                  sizeof((const float[]){__VA_ARGS__}) / sizeof(float), __FILE__, __LINE__)
void expect_tensor(const dn_tensor *tensor, dn_shape shape, float tolerance, const float *values,
                   size_t count, const char *file, int line);

/** A path inside a fresh temporary folder of this process; the folder goes when the process ends. */
const char *temporary_path(const char *name);

/** How many files dn_file_write left beside path; found, unless NULL, gets the path of the last. */
size_t leftovers(const char *path, char *found, size_t size);

/** Write bytes to the path, with plain stdio. */
void write_bytes(const char *path, const void *data, size_t size);

/** Read a whole file with plain stdio; the caller frees with free(). */
uint8_t *read_bytes(const char *path, size_t *size);

/** The path of a device such as /dev/full; where it is none (a sandbox may have a plain file there) the test is skipped, loudly. */
const char *device_or_skip(const char *path);

/** The folder of this source tree. */
const char *source_path(const char *name);

/** The folder of the real MNIST files; where it is missing the test is skipped, loudly. */
const char *mnist_folder_or_skip(void);

#endif
